#pragma once
// Result<T>: a value, or a sentence for the user that says why there is none.

#include <string>
#include <tl/expected.hpp>

namespace nines {

template <class T>
using Result = tl::expected<T, std::string>;

using tl::unexpected;

}  // namespace nines
