// TimeDistribution: sums over the levels, from the lowest on.

#include "engine/stats/time_distribution.hpp"

#include "engine/base/check.hpp"

namespace nines {

void TimeDistribution::advance(Nanoseconds now) {
    check(now >= last_, "time does not go back");
    if (now > last_) {
        held_[value_] += now - last_;
        last_ = now;
    }
}

void TimeDistribution::set(Nanoseconds now, double value) {
    advance(now);
    value_ = value;
}

void TimeDistribution::merge(const TimeDistribution& other) {
    for (const auto& [value, time] : other.held_) {
        held_[value] += time;
    }
}

Nanoseconds TimeDistribution::total() const {
    Nanoseconds sum = 0;
    for (const auto& [value, time] : held_) {
        sum += time;
    }
    return sum;
}

double TimeDistribution::average() const {
    double sum = 0;
    for (const auto& [value, time] : held_) {
        sum += value * static_cast<double>(time);
    }
    return held_.empty() ? 0.0 : sum / static_cast<double>(total());
}

double TimeDistribution::variance() const {
    const double mean = average();
    double sum = 0;
    for (const auto& [value, time] : held_) {
        sum += (value - mean) * (value - mean) * static_cast<double>(time);
    }
    return held_.empty() ? 0.0 : sum / static_cast<double>(total());
}

double TimeDistribution::max() const {
    return held_.empty() ? 0.0 : held_.rbegin()->first;
}

double TimeDistribution::share_positive() const {
    Nanoseconds positive = 0;
    for (auto level = held_.upper_bound(0.0); level != held_.end(); ++level) {
        positive += level->second;
    }
    return held_.empty() ? 0.0 : static_cast<double>(positive) / static_cast<double>(total());
}

std::optional<double> TimeDistribution::quantile(double p) const {
    check(p >= 0 && p <= 1, "a share of time lies between 0 and 1");
    const double wanted = p * static_cast<double>(total());
    Nanoseconds below = 0;
    for (const auto& [value, time] : held_) {
        below += time;
        if (static_cast<double>(below) >= wanted) {
            return value;
        }
    }
    return held_.empty() ? std::nullopt : std::optional(max());
}

}  // namespace nines
