// Results: finding a figure by its name.

#include "models/results/results.hpp"

#include <algorithm>

#include "models/results/comparison_results.hpp"

namespace nines {

const Metric* Results::find(const std::string& name) const {
    const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& m) { return m.name == name; });
    return found == metrics.end() ? nullptr : &*found;
}

const Versus* VariantResults::find(std::string_view metric) const {
    const auto found = std::find_if(versus.begin(), versus.end(), [&](const Versus& v) { return v.metric == metric; });
    return found == versus.end() ? nullptr : &*found;
}

}  // namespace nines
