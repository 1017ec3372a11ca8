// Results: finding a figure by its name.

#include "models/results/results.hpp"

#include <algorithm>

namespace nines {

const Metric* Results::find(const std::string& name) const {
    const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& m) { return m.name == name; });
    return found == metrics.end() ? nullptr : &*found;
}

}  // namespace nines
