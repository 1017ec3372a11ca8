#pragma once
// SharedLaw: a latency law that is cheap to pass around: a constant, or points that all its copies share.

#include <cstdint>
#include <memory>
#include <span>

#include "engine/analytic/latency_law.hpp"

namespace nines {

/// A value of 24 bytes. Where only means are wanted it stays a constant, and nothing allocates.
class SharedLaw {
public:
    SharedLaw() = default;  ///< always zero
    explicit SharedLaw(const analytic::LatencyLaw& law);
    static SharedLaw constant(double seconds) {
        SharedLaw result;
        result.mean_s_ = seconds;
        return result;
    }

    double mean() const { return mean_s_; }
    double variance() const { return shape_ ? shape_->variance_s2 : 0; }
    bool is_constant() const { return shape_ == nullptr; }
    /// @param p  in [0, 1)
    double quantile(double p) const { return shape_ ? shape_->law.quantile(p) : mean_s_; }
    SharedLaw shifted(double seconds) const;  ///< seconds may be negative, values stay >= 0
    SharedLaw scaled(double factor) const;    ///< factor >= 0

    struct Truncated;
    /// The law given that the time is at most `seconds`, and the probability of it; as in LatencyLaw.
    Truncated truncated_below(double seconds) const;

    analytic::LatencyLaw law() const;
    /// To know a law again.
    std::uint64_t hash() const;

private:
    struct Shape {
        analytic::LatencyLaw law;
        double variance_s2 = 0;
        std::uint64_t hash = 0;
    };
    double mean_s_ = 0;
    std::shared_ptr<const Shape> shape_;  // none: constant
};

struct SharedLaw::Truncated {
    double probability = 0;
    SharedLaw law;
};

/// The sum and the later of two independent times.
SharedLaw sum(const SharedLaw& a, const SharedLaw& b);
SharedLaw maximum(const SharedLaw& a, const SharedLaw& b);

struct WeightedShare {
    double weight = 0;  ///< >= 0
    SharedLaw law;
};

/// One of several, chosen with probability in proportion to its weight. Zero when no weight is positive.
SharedLaw mixture(std::span<const WeightedShare> parts);

}  // namespace nines
