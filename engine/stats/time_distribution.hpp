#pragma once
// TimeDistribution: for how long a value that changes in steps (a queue length) had each of its levels.

#include <map>
#include <optional>

#include "engine/base/time.hpp"

namespace nines {

/// Exact: whole nanoseconds for each level. A step costs O(log levels) and a new level allocates, so that it is for
/// values with few levels; a TimeIntegral is cheaper where the average is enough. The value is 0 from time 0 on until
/// it is set. Times may repeat but not go back; a stay of no length counts nothing.
class TimeDistribution {
public:
    /// The value is `value` from `now` on (not NaN).
    void set(Nanoseconds now, double value);
    /// The value stays what it is up to `now`, which all that is read below refers to.
    void advance(Nanoseconds now);
    /// As if the stays of `other` had been here too; exact in any order. The value goes on as it was.
    void merge(const TimeDistribution& other);

    Nanoseconds total() const;
    double average() const;         ///< 0 where no time has passed, as below
    double variance() const;        ///< time average of the squared distance from the average
    double max() const;             ///< largest value that was held for any time
    double share_positive() const;  ///< of time with a value above 0
    /// The smallest value v with the share of time at or below v at least `p` in [0, 1].
    /// @returns nothing where no time has passed
    std::optional<double> quantile(double p) const;

private:
    std::map<double, Nanoseconds> held_;
    Nanoseconds last_ = 0;
    double value_ = 0;
};

}  // namespace nines
