#include "engine/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace nines {

void check_failed(std::string_view promise, std::source_location where) {
    std::fprintf(stderr, "nines: broken promise at %s:%u: %.*s\n", where.file_name(), where.line(),
                 static_cast<int>(promise.size()), promise.data());
    std::abort();
}

}  // namespace nines
