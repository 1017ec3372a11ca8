#include "models/study/metric_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace nines {

namespace {

constexpr double k_cochran = 25;
/// Below so many hits or misses Wilson's interval covers less than it says for some chances.
constexpr std::uint64_t k_few = 10;

/// For Student's interval to cover, by Cochran's rule.
double replications_needed(double skewness) {
    return k_cochran * skewness * skewness;
}

std::string why_few(std::uint64_t count, const IntervalRules& rules) {
    if (count == 0) {
        return "nothing to measure";
    }
    return count < rules.replications_min
               ? fmt::format("measured in {} replications, and {} are needed", count, rules.replications_min)
               : fmt::format("{:.0f} incidents, and {:.0f} are needed", rules.incidents, rules.incidents_min);
}

}  // namespace

void MetricSummary::add(const double* values, std::size_t count, std::size_t stride) {
    std::size_t i = 0;
    if (all_alike()) {
        for (; i < count; ++i) {
            const double value = values[i * stride];
            if (same_ == 0 && !std::isnan(value)) {
                first_ = value;
            }
            if (value == first_) {
                ++same_;
            } else if (!std::isnan(value)) {
                break;
            }
        }
        if (i == count) {
            return;
        }
        moments_ = moments();
        sketch_.add(from_one_ ? 1 - first_ : first_, same_);
        same_ = 0;
        block_.resize(k_block);
    }
    for (; i < count; ++i) {
        const double value = values[i * stride];
        if (!std::isnan(value)) {
            block_[waiting_] = value;
            if (++waiting_ == k_block) {
                flush();
            }
        }
    }
}

void MetricSummary::flush() {
    moments_.merge(Moments::of(block_));
    for (const double value : block_) {
        sketch_.add(from_one_ ? 1 - value : value);
    }
    waiting_ = 0;
}

Moments MetricSummary::moments() const {
    if (!all_alike() || same_ == 0) {
        Moments all = moments_;
        all.merge(Moments::of(std::span(block_).first(waiting_)));
        return all;
    }
    // As if the same value had been added so many times: its mean is that value, to the bit.
    Moments one;
    one.add(first_);
    Moments all;
    for (std::uint64_t bit = same_; bit != 0; bit >>= 1U) {
        if ((bit & 1U) != 0) {
            all.merge(one);
        }
        one.merge(Moments(one));
    }
    return all;
}

std::vector<Sketch::Step> MetricSummary::steps() const {
    if (all_alike()) {
        return same_ == 0 ? std::vector<Sketch::Step>{} : std::vector<Sketch::Step>{{first_, first_, same_}};
    }
    Sketch all(sketch_);
    for (std::size_t i = 0; i < waiting_; ++i) {
        all.add(from_one_ ? 1 - block_[i] : block_[i]);
    }
    std::vector<Sketch::Step> steps = all.steps();
    if (from_one_) {
        for (Sketch::Step& step : steps) {
            step = {1 - step.high, 1 - step.low, step.count};
        }
        std::reverse(steps.begin(), steps.end());
    }
    return steps;
}

IntervalKind kind_of(const Shape& shape, const IntervalRules& rules) {
    if (shape.count < rules.replications_min) {
        return IntervalKind::few;
    }
    if (!shape.varies) {
        return IntervalKind::alike;
    }
    if (rules.of_incidents && rules.incidents < rules.incidents_min) {
        return IntervalKind::few;
    }
    return static_cast<double>(shape.count) < replications_needed(shape.skewness) ? IntervalKind::chebyshev
                                                                                  : IntervalKind::student;
}

MeanInterval interval_of(const Moments& moments, const IntervalRules& rules) {
    const std::uint64_t count = moments.count();
    const Tally& values = moments.tally();
    const Shape shape{count, values.min() < values.max(), moments.skewness()};
    const IntervalKind kind = kind_of(shape, rules);
    switch (kind) {
        case IntervalKind::few:
            return {{}, why_few(count, rules), kind};
        case IntervalKind::exact:
        case IntervalKind::alike:
            return {{},
                    fmt::format("alike in all {} replications; at most a share of {:.2g} of them may differ", count,
                                clopper_pearson_upper(0, count, rules.confidence)),
                    kind};
        case IntervalKind::chebyshev:
            return {{},
                    fmt::format("too skewed: {:.0f} replications are needed",
                                std::ceil(replications_needed(shape.skewness))),
                    kind};
        case IntervalKind::student:
            break;
    }
    const auto interval = mean_interval(values, rules.confidence);
    return {interval, interval ? "" : "nothing varied", kind};
}

Interval chebyshev_interval(const Tally& values, double confidence) {
    return chebyshev_interval(values.mean(), values.variance(), static_cast<double>(values.count()), confidence);
}

Interval chebyshev_interval(double mean, double variance, double count, double confidence) {
    const double error = std::sqrt(variance / count);
    const double reach = error / std::sqrt(1 - confidence);
    return {mean - reach, mean + reach};
}

Chance chance_of(std::uint64_t hits, std::uint64_t trials, double confidence) {
    if (trials == 0) {
        return {0, {0, 1}};
    }
    const bool few = std::min(hits, trials - hits) < k_few;
    return {static_cast<double>(hits) / static_cast<double>(trials),
            few ? clopper_pearson_interval(hits, trials, confidence) : wilson_interval(hits, trials, confidence)};
}

QuantileEstimate quantile_of(const std::vector<Sketch::Step>& steps, std::uint64_t count, double share,
                             const QuantileRanks& ranks) {
    // A share is taken a bit less, so that whole numbers stay: 0.07 x 100 is 7 and a bit in doubles.
    const double rank = std::ceil(share * static_cast<double>(count) * (1 - 0x1p-52));
    QuantileEstimate estimate;
    estimate.value = value_at(steps, std::clamp<std::uint64_t>(static_cast<std::uint64_t>(rank), 1, count));
    if (ranks.lower >= 1 && ranks.upper <= count) {
        estimate.interval = {value_at(steps, ranks.lower), value_at(steps, ranks.upper)};
    }
    return estimate;
}

}  // namespace nines
