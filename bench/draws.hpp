#pragma once
// Draws of times, for our side of the kernel benches. Sources of many draws are BlockStreams, as in the models.

#include "engine/base/time.hpp"
#include "engine/random/block_stream.hpp"

namespace nines::bench {

/// An exponential time of that mean, as whole nanoseconds, rounded down.
template <class Words>
Nanoseconds exponential_ns(Words& words, double mean_s) {
    return static_cast<Nanoseconds>(words.exponential() * (mean_s * k_ns_per_s));
}

}  // namespace nines::bench
