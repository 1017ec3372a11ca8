#pragma once
// New luck for what goes on: a stream of the same purpose under another key.

#include <cstdint>

#include "engine/base/hash.hpp"

namespace nines {

/// A stream from its beginning, independent of `stream` and of all that other keys make of it; the same again for the
/// same key. For a copy of a process that is to go on by itself: the words already taken stay taken.
template <class S>
S renewed(const S& stream, std::uint64_t key) {
    return S(combine(stream.key(), key));
}

}  // namespace nines
