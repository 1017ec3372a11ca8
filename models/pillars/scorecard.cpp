#include "models/pillars/scorecard.hpp"

namespace nines {

namespace {

/// The figure of one slice, for metrics that have a series.
std::optional<double> slice_value(const SliceRow& slice, const std::string& metric) {
    const double ended = static_cast<double>(slice.ok + slice.error + slice.timeout + slice.rejected + slice.abandoned);
    if (metric == "availability" && ended > 0) {
        return static_cast<double>(slice.ok) / ended;
    }
    if (metric == "latency.mean" && slice.ok > 0) {
        return slice.latency_mean_s;
    }
    if (metric == "latency.max" && slice.ok > 0) {
        return slice.latency_max_s;
    }
    return std::nullopt;
}

}  // namespace

bool holds(Comparison comparison, double value, double bound) {
    switch (comparison) {
        case Comparison::at_least:
            return value >= bound;
        case Comparison::at_most:
            return value <= bound;
        case Comparison::more_than:
            return value > bound;
        case Comparison::less_than:
            return value < bound;
    }
    return false;
}

void judge(const std::vector<Objective>& objectives, Results& results) {
    for (const Objective& objective : objectives) {
        ObjectiveResult judged;
        judged.metric = objective.metric;
        judged.wanted = objective.wanted;
        const Metric* metric = results.find(objective.metric);
        if (objective.quantile) {
            judged.note = "a quantile over replications: `nines study` judges it";
        } else if (metric == nullptr || !metric->mean) {
            judged.note = "nothing to judge";
            judged.unit = metric == nullptr ? "" : metric->unit;
        } else {
            judged.unit = metric->unit;
            judged.mean = metric->mean;
            judged.lo = metric->lo;
            judged.hi = metric->hi;
            judged.verdict =
                holds(objective.comparison, *metric->mean, objective.bound) ? Verdict::met : Verdict::missed;
            for (const SliceRow& slice : results.slices) {
                const auto value = slice_value(slice, objective.metric);
                if (value && !holds(objective.comparison, *value, objective.bound)) {
                    judged.missed_at_s.push_back(slice.begin_s);
                }
            }
        }
        results.objectives.push_back(std::move(judged));
    }
}

}  // namespace nines
