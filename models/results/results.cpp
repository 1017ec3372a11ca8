// Results: finding a figure by its name, and its interval.

#include "models/results/results.hpp"

#include <algorithm>

#include "models/results/comparison_results.hpp"

namespace nines {

const Metric* Results::find(const std::string& name) const {
    const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& m) { return m.name == name; });
    return found == metrics.end() ? nullptr : &*found;
}

Spread spread_of(const Metric& metric) {
    if (metric.lo && metric.hi) {
        return {metric.lo, metric.hi, *metric.lo == *metric.hi ? IntervalKind::exact : IntervalKind::student};
    }
    return metric.estimator ? metric.estimator->without : Spread{};
}

const Versus* VariantResults::find(std::string_view metric) const {
    const auto found = std::find_if(versus.begin(), versus.end(), [&](const Versus& v) { return v.metric == metric; });
    return found == versus.end() ? nullptr : &*found;
}

}  // namespace nines
