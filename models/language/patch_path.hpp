#pragma once
// Patch path: "services.web.endpoints.page[call items.read].retry" as a list of steps through the tree.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace nines {

/// One step of a path.
struct PathStep {
    enum class Kind { name, call, index };

    Kind kind = Kind::name;
    std::string text;        ///< the name, or the called "service.endpoint"
    std::size_t index = 0;   ///< of a sequence, from 0
    std::size_t offset = 0;  ///< in the whole path
    std::size_t length = 0;
};

/// Splits a path. Errors are sentences: empty names, a `]` that is missing, anything else than [call T] or [i].
Result<std::vector<PathStep>> parse_path(std::string_view path);

}  // namespace nines
