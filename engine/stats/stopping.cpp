// Stopping: the looks, and what is asked at each.

#include "engine/stats/stopping.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/check.hpp"

namespace nines {

namespace {

constexpr double k_cochran = 25;

std::uint64_t rounded_up(double value) {
    // 1.5 x 30 is 45 on every machine; beyond 2^63 no study goes.
    return value < 9e18 ? static_cast<std::uint64_t>(std::ceil(value)) : UINT64_C(9'000'000'000'000'000'000);
}

}  // namespace

Stopping::Stopping(std::span<const Target> targets, const StoppingDesign& design)
    : design_(design), next_look_(design.replications_min) {
    check(!targets.empty(), "there is something to be known");
    check(design.replications_min >= 2 && design.growth > 1 && design.passes >= 1, "looks grow from two values on");
    for (const Target& target : targets) {
        metrics_.push_back({target, {}, Precision::too_early});
    }
}

bool Stopping::add(std::span<const double> values) {
    check(!stopped(), "a decision to stop is final");
    check(values.size() == metrics_.size(), "one value for each target");
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isnan(values[i])) {
            metrics_[i].moments.add(values[i]);
        }
    }
    ++replications_;
    if (replications_ < next_look_) {
        return false;
    }
    bool all_met = true;
    for (Metric& metric : metrics_) {
        metric.precision = look(metric);
        all_met = all_met && metric.precision == Precision::met;
    }
    passes_ = all_met ? passes_ + 1 : 0;
    next_look_ = std::max(replications_ + 1, rounded_up(static_cast<double>(replications_) * design_.growth));
    return stopped();
}

Precision Stopping::look(const Metric& metric) const {
    const Moments& moments = metric.moments;
    const Target& target = metric.target;
    const auto n = static_cast<double>(moments.count());
    const auto interval = mean_interval(moments.tally(), design_.confidence);
    if (!interval || moments.count() < design_.replications_min) {
        return Precision::too_early;
    }
    if (!(moments.tally().min() < moments.tally().max())) {
        return Precision::nothing_varied;
    }
    if (target.incidents_min > 0 && moments.mean() * n < target.incidents_min * (1 - 1e-12)) {
        return Precision::too_few_incidents;
    }
    if (n < k_cochran * moments.skewness() * moments.skewness()) {
        return Precision::too_skewed;
    }
    // The inflation of order 1 / n, in the unit of the metric.
    const double half = interval->half_width() + std::sqrt(moments.variance()) / n;
    // Of the estimated mean, less what keeps the error below that share of the true one.
    const double relative = target.relative_half_width;
    const double of_mean = std::isinf(relative) ? relative : std::abs(moments.mean()) * relative / (1 + relative);
    return half <= std::min(target.half_width, of_mean) ? Precision::met : Precision::too_wide;
}

std::optional<Interval> Stopping::interval(std::size_t target) const {
    const Tally& tally = metrics_[target].moments.tally();
    return tally.min() < tally.max() ? mean_interval(tally, design_.confidence) : std::nullopt;
}

double Stopping::unseen_share_max(std::size_t target) const {
    return clopper_pearson_upper(0, metrics_[target].moments.count(), design_.confidence);
}

std::uint64_t stein_replications(const Tally& first_stage, double half_width, double confidence) {
    check(first_stage.count() >= 2 && half_width > 0, "two values at least, and a half-width above 0");
    const auto degrees = static_cast<double>(first_stage.count() - 1);
    const double in_half_widths = student_t_quantile(1 - (1 - confidence) / 2, degrees) / half_width;
    return std::max(first_stage.count(), rounded_up(in_half_widths * in_half_widths * first_stage.variance()));
}

}  // namespace nines
