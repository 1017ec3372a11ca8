#pragma once
// Sequences: stationary ones with known means, quantiles and dependence, for tests of output analysis.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/random/stream.hpp"

namespace nines {

/// Normal with mean 0 and variance 1 / (1 - phi^2); dependent over about 1 / (1 - phi) values.
inline std::vector<double> autoregressive(std::size_t count, double phi, std::uint64_t key) {
    Stream stream(key);
    double x = stream.normal() / std::sqrt(1 - phi * phi);
    std::vector<double> values(count);
    for (double& value : values) {
        value = x;
        x = phi * x + stream.normal();
    }
    return values;
}

/// Waits of an M/M/1 queue with mean service 1, from its steady state on: mean load / (1 - load).
inline std::vector<double> queue_waits(std::size_t count, double load, std::uint64_t key) {
    Stream stream(key);
    double wait = stream.chance(load) ? stream.exponential() / (1 - load) : 0.0;
    std::vector<double> values(count);
    for (double& value : values) {
        value = wait;
        wait = std::max(0.0, wait + stream.exponential() - stream.exponential() / load);
    }
    return values;
}

}  // namespace nines
