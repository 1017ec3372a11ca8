#pragma once
// Strong indexes: a position in one kind of array. Groups and links cannot be mixed up.

#include <compare>
#include <cstddef>
#include <cstdint>

namespace nines {

/// A position in one kind of array; none() is "no such thing".
template <class Tag>
struct Index {
    std::uint32_t value = UINT32_MAX;

    static constexpr Index none() { return {}; }
    constexpr bool exists() const { return value != UINT32_MAX; }
    auto operator<=>(const Index&) const = default;
};

/// The index of position `at`, for loops over sizes.
template <class I>
constexpr I index_at(std::size_t at) {
    return I{static_cast<std::uint32_t>(at)};
}

}  // namespace nines
