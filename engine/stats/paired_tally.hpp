#pragma once
// PairedTally: one figure of two variants under the same luck, replication by replication: both means, the law of the
// difference, how often each is ahead, and what pairing saved. Memory does not grow.
// Source: Law, Simulation Modeling and Analysis, sections 10.2.1 (paired t) and 11.2 (common random numbers).

#include <cstdint>
#include <optional>

#include "engine/stats/moments.hpp"
#include "engine/stats/pair_tally.hpp"

namespace nines {

class PairedTally {
public:
    /// Both figures of one replication, finite.
    void add(double first, double second) {
        const double difference = second - first;
        values_.add(first, second);
        differences_.add(difference);
        rises_ += difference > 0 ? 1 : 0;
        falls_ += difference < 0 ? 1 : 0;
    }

    std::uint64_t count() const { return values_.count(); }
    const Tally& first() const { return values_.first(); }
    const Tally& second() const { return values_.second(); }
    const Moments& differences() const { return differences_; }  ///< second minus first
    std::uint64_t rises() const { return rises_; }               ///< in so many replications the second is larger
    std::uint64_t falls() const { return falls_; }               ///< smaller

    /// Pearson's, in [-1, 1]; nothing where one of the two does not vary.
    std::optional<double> correlation() const {
        const bool both_vary = values_.first().variance() > 0 && values_.second().variance() > 0;
        return both_vary ? std::optional(values_.correlation()) : std::nullopt;
    }
    /// How many times more replications independent luck would need for an interval of the difference as narrow: the
    /// sum of the two variances over the variance of the difference, below 1 where pairing did harm. Infinite where the
    /// figures vary and their difference does not; nothing where neither varies.
    std::optional<double> saving() const {
        const double unpaired = values_.first().variance() + values_.second().variance();
        return unpaired > 0 ? std::optional(unpaired / differences_.variance()) : std::nullopt;
    }

private:
    PairTally values_;
    Moments differences_;
    std::uint64_t rises_ = 0;
    std::uint64_t falls_ = 0;
};

}  // namespace nines
