#pragma once
// TimeIntegral: the integral over time of a value that changes in steps (a queue length, busy workers, money a second).
// Source of the summation: Neumaier, ZAMM 54 (1974) 39.

#include <algorithm>
#include <cassert>
#include <cmath>

#include "engine/base/time.hpp"

namespace nines {

/// The value is 0 from time 0 on until it is set. Times may repeat but not go back.
/// The integral is in value x nanoseconds: whole numbers stay exact up to 2^53, and compensation keeps the rounding of
/// the sum at that of a single addition however many steps there are. A stay of no length counts nothing.
class TimeIntegral {
public:
    /// The value is `value` from `now` on.
    void set(Nanoseconds now, double value) {
        advance(now);
        value_ = value;
    }

    /// The value changes by `delta` at `now`.
    void add(Nanoseconds now, double delta) {
        advance(now);
        value_ += delta;
    }

    /// Forgets what was before `now`; the value goes on.
    void restart(Nanoseconds now) {
        begin_ = now;
        last_ = now;
        sum_ = 0;
        lost_ = 0;
        held_max_ = value_;
    }

    double value() const { return value_; }

    /// Integral from the last restart (or 0) to `now`, in value x nanoseconds.
    double integral_until(Nanoseconds now) const {
        assert(now >= last_ && "time does not go back");
        return sum_ + (lost_ + value_ * static_cast<double>(now - last_));
    }

    /// Time average from the last restart (or 0) to `now`; the value itself when no time has passed.
    double average_until(Nanoseconds now) const {
        return now > begin_ ? integral_until(now) / static_cast<double>(now - begin_) : value_;
    }

    /// The largest value that was held for any time since the restart, or that is held now.
    double max() const { return std::max(held_max_, value_); }

private:
    void advance(Nanoseconds now) {
        assert(now >= last_ && "time does not go back");
        if (now == last_) {
            return;
        }
        const double area = value_ * static_cast<double>(now - last_);
        const double sum = sum_ + area;
        lost_ += std::abs(sum_) >= std::abs(area) ? (sum_ - sum) + area : (area - sum) + sum_;
        sum_ = sum;
        held_max_ = std::max(held_max_, value_);
        last_ = now;
    }

    Nanoseconds begin_ = 0;
    Nanoseconds last_ = 0;
    double value_ = 0;
    double sum_ = 0;
    double lost_ = 0;  // what the additions to sum_ rounded away
    double held_max_ = 0;
};

}  // namespace nines
