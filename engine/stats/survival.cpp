// Survival: one pass over the lifetimes in order.

#include "engine/stats/survival.hpp"

#include <algorithm>
#include <cmath>

namespace nines {

std::vector<SurvivalStep> estimate_survival(std::span<const Lifetime> lifetimes) {
    std::vector<Lifetime> sorted(lifetimes.begin(), lifetimes.end());
    std::sort(sorted.begin(), sorted.end(), [](const Lifetime& a, const Lifetime& b) { return a.time < b.time; });
    std::vector<SurvivalStep> steps;
    SurvivalStep now;
    double greenwood = 0;
    for (std::size_t i = 0; i < sorted.size();) {
        now.time = sorted[i].time;
        now.at_risk = sorted.size() - i;
        now.events = 0;
        for (; i < sorted.size() && sorted[i].time == now.time; ++i) {
            now.events += sorted[i].ending == Ending::event ? 1 : 0;
        }
        if (now.events == 0) {
            continue;
        }
        const auto events = static_cast<double>(now.events);
        const auto at_risk = static_cast<double>(now.at_risk);
        now.survival *= 1 - events / at_risk;
        now.cumulative_hazard += events / at_risk;
        greenwood += now.events < now.at_risk ? events / (at_risk * (at_risk - events)) : 0.0;
        now.standard_error = now.survival * std::sqrt(greenwood);
        steps.push_back(now);
    }
    return steps;
}

std::optional<double> median_survival(std::span<const SurvivalStep> steps) {
    // The product of shares may miss the half by its last bit.
    const auto step = std::find_if(steps.begin(), steps.end(), [](const auto& s) { return s.survival <= 0.5 + 1e-12; });
    return step == steps.end() ? std::nullopt : std::optional(step->time);
}

}  // namespace nines
