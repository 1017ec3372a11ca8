#pragma once
// The bins of a LatencyLaw: their probabilities, and where they stand in the tail.

#include <array>
#include <cstddef>

#include "engine/random/portable_math.hpp"

namespace nines::analytic::bins {

inline constexpr std::size_t k_points = 80;
using Points = std::array<double, k_points>;
using Edges = std::array<double, k_points + 1>;

constexpr Points make_weights() {
    Points weights{};
    constexpr std::size_t k_body = 27;
    std::size_t i = 0;
    for (; i < k_body; ++i) {
        weights[i] = 0.8 / k_body;
    }
    double tail = 0.2;
    while (i + 1 < k_points) {
        tail /= 2;
        for (int bin = 0; bin < 4; ++bin) {
            weights[i++] = tail / 4;
        }
    }
    weights[i] = tail;
    return weights;
}
inline constexpr Points k_weights = make_weights();

/// The tail at the lower edge of each bin: 1 first, 0 last. Summed from the far end, where it is small.
constexpr Edges make_edges() {
    Edges tails{};
    for (std::size_t i = k_points; i-- > 0;) {
        tails[i] = tails[i + 1] + k_weights[i];
    }
    tails[0] = 1;
    return tails;
}
inline constexpr Edges k_tails = make_edges();

/// Means of the bins of an exponential variable of mean 1; so also the place, in -log(tail), of every law's points.
constexpr Points make_log_tails() {
    Points means{};
    const auto upper = [](double tail) { return tail > 0 ? tail - tail * portable::log(tail) : 0.0; };
    for (std::size_t i = 0; i < k_points; ++i) {
        means[i] = (upper(k_tails[i]) - upper(k_tails[i + 1])) / k_weights[i];
    }
    return means;
}
inline constexpr Points k_log_tails = make_log_tails();

}  // namespace nines::analytic::bins
