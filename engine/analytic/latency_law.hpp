#pragma once
// LatencyLaw: the law of a non-negative time as 80 weighted points, with the algebra that latencies need.

#include <array>
#include <cstddef>
#include <span>

#include "engine/analytic/latency_bins.hpp"
#include "engine/analytic/wait_law.hpp"

namespace nines {
struct Distribution;
}

namespace nines::analytic {

class Binner;

/// The law of a non-negative time in seconds. A value type of 640 bytes; nothing allocates.
///
/// (1) The probabilities of the 80 bins are fixed: 27 equal ones to 0.8; then the upper tail is halved thirteen times,
///     in 4 bins each; the last bin holds 0.2 / 2^13 = 2.4e-5.
/// (2) Each point is the mean of its bin, and points ascend. So means are exact (to rounding) through every operation;
///     second moments lose what lies inside the bins (exponential: 0.05 %).
/// (3) Between points the quantile function is taken as linear in the logarithm of the tail, which is exact for
///     exponentials, and so it goes on beyond the last point: tails beyond 1e-5 are extrapolated exponentially at the
///     rate between the last two points (a lognormal or Pareto tail is heavier than that).
/// (4) An atom or a gap is known to a bin's width in probability: 0.03 in the body, a sixth of the tail beyond 0.8.
class LatencyLaw {
public:
    static constexpr std::size_t k_points = bins::k_points;

    LatencyLaw() = default;  ///< always zero
    static LatencyLaw constant(double seconds);
    /// A law of the language. Bins' means are exact (closed forms) but for mixtures of other laws.
    /// @param law  with a finite mean
    static LatencyLaw of(const Distribution& law);
    static LatencyLaw of(const WaitLaw& wait);

    LatencyLaw shifted(double seconds) const;  ///< X + seconds; seconds may be negative, values stay >= 0
    LatencyLaw scaled(double factor) const;    ///< X x factor, factor >= 0

    double mean() const;
    double second_moment() const;
    double variance() const;
    /// @param p  in [0, 1); interpolated by (3)
    double quantile(double p) const;
    /// P(X > seconds), continuous where the law has no atom; by (3).
    double exceeds(double seconds) const;
    bool is_constant() const { return points_.front() == points_.back(); }

    /// What is left of a time in progress, seen at a random moment (the equilibrium law). Zero for zero.
    LatencyLaw residual() const;
    /// The first to end of `count` >= 1 (real) independent times of this law.
    LatencyLaw first_of(double count) const;

    struct Truncated;
    /// The law given X <= seconds, and the probability of it.
    Truncated truncated_below(double seconds) const;

    std::span<const double, k_points> points() const { return points_; }
    static std::span<const double, k_points> weights();  ///< of the points; they sum to 1

private:
    friend class Binner;
    double at_log_tail(double log_tail) const;  // the value that X exceeds with probability exp(-log_tail)
    bins::Points points_{};
};

struct LatencyLaw::Truncated {
    double probability = 0;  ///< P(X <= seconds)
    LatencyLaw law;          ///< given that; constant(seconds) when it is impossible
};

/// The sum of independent times. About 10 us.
LatencyLaw sum(const LatencyLaw& a, const LatencyLaw& b);

/// The later of two independent times: parallel calls.
LatencyLaw maximum(const LatencyLaw& a, const LatencyLaw& b);

struct WeightedLaw {
    double weight = 0;  ///< >= 0; weights need not sum to 1
    LatencyLaw law;
};

/// One of several laws, chosen with probability in proportion to its weight. Zero when no weight is positive.
LatencyLaw mixture(std::span<const WeightedLaw> parts);

/// A wait and, independent of it, what comes after.
LatencyLaw plus_wait(const LatencyLaw& law, const WaitLaw& wait);

}  // namespace nines::analytic
