// Material: figures of a study with their intervals, and what is reckoned from them.

#include <algorithm>
#include <cmath>

#include "engine/base/time.hpp"
#include "engine/base/units.hpp"
#include "engine/stats/comparison.hpp"
#include "engine/stats/interval.hpp"
#include "models/pillars/findings.hpp"

namespace nines {

namespace {

bool has_width(const Spread& spread) {
    return spread.lo && spread.hi && *spread.lo < *spread.hi;
}

/// How much wider an interval is at `confidence` than at that of the metric.
double widening(const Metric& metric, IntervalKind kind, double confidence) {
    if (kind == IntervalKind::chebyshev) {
        return std::sqrt((1 - metric.confidence) / (1 - confidence));
    }
    const auto quantile = [&](double of) {
        return student_t_quantile(1 - (1 - of) / 2, static_cast<double>(std::max<std::uint64_t>(metric.n, 2) - 1));
    };
    return quantile(confidence) / quantile(metric.confidence);
}

/// What is certain has no end apart from its mean.
Interval ends_of(const Metric& metric, double confidence) {
    const Spread spread = spread_of(metric);
    const double mean = *metric.mean;
    if (!has_width(spread)) {
        return {mean, mean};
    }
    const double factor = widening(metric, spread.kind, confidence);
    const Interval wide{mean - (mean - *spread.lo) * factor, mean + (*spread.hi - mean) * factor};
    return {*spread.lo >= 0 ? std::max(0.0, wide.lo) : wide.lo, wide.hi};
}

/// Of several figures: the kind of the one that is known least.
IntervalKind least_known(IntervalKind a, IntervalKind b) {
    constexpr std::array k_order{IntervalKind::exact, IntervalKind::alike, IntervalKind::student,
                                 IntervalKind::chebyshev, IntervalKind::few};
    const auto rank = [&](IntervalKind kind) { return std::find(k_order.begin(), k_order.end(), kind); };
    return rank(a) < rank(b) ? b : a;
}

}  // namespace

Material::Material(const Plan& of, const Results& found)
    : plan(of),
      results(found),
      months(found.simulated_s / static_cast<double>(std::max<std::uint64_t>(found.replications, 1)) /
             (k_hours_per_month * k_seconds_per_hour)) {
    for (const Metric& metric : found.metrics) {
        by_name_.emplace(metric.name, &metric);
    }
}

const Metric* Material::find(const std::string& metric) const {
    const auto found = by_name_.find(metric);
    return found == by_name_.end() || !found->second->mean ? nullptr : found->second;
}

std::optional<double> Material::mean(const std::string& metric) const {
    const Metric* const found = find(metric);
    return found == nullptr ? std::nullopt : found->mean;
}

std::optional<Quantity> Material::figure(const std::string& metric) const {
    const Metric* const found = find(metric);
    return found == nullptr ? std::nullopt : std::optional(Quantity{*found->mean, found->unit, spread_of(*found)});
}

std::optional<Quantity> Material::reckon(std::string unit, const std::vector<Term>& terms,
                                         const Reckoning& reckoning) const {
    std::vector<const Metric*> metrics;
    std::size_t varying = 0;
    Quantity reckoned{0, std::move(unit)};
    for (const Term& term : terms) {
        const Metric* const metric = find(term.metric);
        if (metric == nullptr) {
            return std::nullopt;
        }
        metrics.push_back(metric);
        const Spread spread = spread_of(*metric);
        varying += has_width(spread) ? 1 : 0;
        reckoned.spread.kind = least_known(reckoned.spread.kind, spread.kind);
    }
    std::vector<double> means;
    std::vector<double> low;
    std::vector<double> high;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const double confidence = confidence_of_each(metrics[i]->confidence, std::max<std::size_t>(varying, 1));
        const Interval ends = ends_of(*metrics[i], confidence);
        means.push_back(*metrics[i]->mean);
        low.push_back(terms[i].rises ? ends.lo : ends.hi);
        high.push_back(terms[i].rises ? ends.hi : ends.lo);
    }
    reckoned.value = reckoning(means);
    if (reckoned.spread.kind == IntervalKind::few || reckoned.spread.kind == IntervalKind::exact) {
        return reckoned;
    }
    if (varying == 0) {
        reckoned.spread.kind = IntervalKind::alike;
        return reckoned;
    }
    const double lo = reckoning(low);
    const double hi = reckoning(high);
    if (std::isfinite(lo) && std::isfinite(hi) && lo <= reckoned.value && reckoned.value <= hi) {
        reckoned.spread.lo = lo;
        reckoned.spread.hi = hi;
    } else {  // an end is where the reckoning breaks down, as a share of nought: nothing is known
        reckoned.spread.kind = IntervalKind::few;
    }
    return reckoned;
}

Quantity Material::mean_of(const Attribution& part, std::string unit) const {
    return {part.value / static_cast<double>(results.replications), std::move(unit), part.mean_spread};
}

std::optional<Quantity> Material::part(std::string_view metric, std::string_view cause) const {
    const auto found = std::find_if(results.attribution.begin(), results.attribution.end(),
                                    [&](const Attribution& one) { return one.metric == metric && one.cause == cause; });
    return found == results.attribution.end() ? std::nullopt : std::optional(mean_of(*found, "1"));
}

Quantity share_of(const Attribution& part) {
    return {part.share, "fraction", part.share_spread};
}

Quantity scaled(const Quantity& figure, double factor, std::string unit) {
    Quantity other{figure.value * factor, std::move(unit), figure.spread};
    if (other.spread.lo && other.spread.hi) {
        *other.spread.lo *= factor;
        *other.spread.hi *= factor;
    }
    return other;
}

void set_usd_per_month(const Quantity& usd, Finding& finding) {
    finding.usd_per_month = usd.value;
    finding.usd_spread = usd.spread;
}

bool comes_at_a_time(const Plan& plan, const std::string& cause) {
    const std::string threat = cause.substr(0, cause.find('>'));
    for (const Threat& one : plan.security.threats) {
        if (one.name == threat) {
            return one.at_s.has_value();
        }
    }
    const FaultPlan* const fault = fault_named(plan, cause);
    return fault != nullptr && fault->has_clock() && !fault->every_s && !fault->turns &&
           (fault->for_s || fault->repair);
}

void price(const Material& material, const std::string& cause, const Quantity& usd, Finding& finding) {
    if (comes_at_a_time(material.plan, cause)) {
        finding.usd_each = usd.value;
        finding.usd_spread = usd.spread;
    } else if (material.months > 0) {
        set_usd_per_month(scaled(usd, 1 / material.months, "USD/month"), finding);
    }
}

}  // namespace nines
