#include "models/study/trials.hpp"

#include <algorithm>
#include <array>

namespace nines {

namespace {

/// What a person decides by; of trials of one worth the first figure that differs says which comes first.
constexpr std::array<std::string_view, 15> k_told{
    "cost.with_losses",  "availability",        "downtime.per_year", "latency.p99",      "cost.per_month",
    "cost.downtime",     "carbon.kg_per_month", "records.lost",      "exposure.records", "exposure.services",
    "records.destroyed", "patch.exposure",      "jobs.late",         "repair",           "deploy.exposure"};

/// A difference below a thousandth of the figure is none that a person acts on, however sure it is.
constexpr double k_relevant = 1e-3;

bool is_any(const std::vector<Versus>& figures, Decision decision) {
    return std::any_of(figures.begin(), figures.end(), [&](const Versus& one) { return one.decision == decision; });
}

const Versus* find(const std::vector<Versus>& figures, std::string_view metric) {
    const auto found =
        std::find_if(figures.begin(), figures.end(), [&](const Versus& one) { return one.metric == metric; });
    return found == figures.end() ? nullptr : &*found;
}

Worth worth_of(const std::vector<Versus>& figures) {
    const Versus* all = find(figures, "cost.with_losses");
    if (all != nullptr && (all->decision == Decision::better || all->decision == Decision::worse)) {
        return all->decision == Decision::better ? Worth::gain : Worth::loss;
    }
    const bool better = is_any(figures, Decision::better);
    const bool worse = is_any(figures, Decision::worse);
    if (better || worse) {
        return better && worse ? Worth::trade : better ? Worth::gain : Worth::loss;
    }
    return is_any(figures, Decision::undecided) ? Worth::undecided : Worth::nothing;
}

/// The gain in a metric, in its unit; 0 where it was not measured.
double gain_in(const Trial& trial, std::string_view metric) {
    const Versus* found = find(trial.figures, metric);
    if (found == nullptr || !found->difference) {
        return 0;
    }
    return found->better == Better::higher ? *found->difference : -*found->difference;
}

bool goes_before(const Trial& one, const Trial& other) {
    if (one.worth != other.worth) {
        return one.worth < other.worth;
    }
    for (const std::string_view metric : k_told) {
        const double first = gain_in(one, metric);
        const double second = gain_in(other, metric);
        if (first != second) {
            return first > second;
        }
    }
    return false;
}

}  // namespace

Trials trials_of(const ComparisonResults& comparison, const std::vector<Remedy>& remedies) {
    const Results& base = comparison.base();
    Trials all{base.fidelity, base.replications, base.confidence, base.partial, {}, {}, {}, base.warnings};
    for (std::size_t i = 0; i < remedies.size(); ++i) {
        Trial trial{remedies[i], Worth::nothing, {}};
        for (const std::string_view metric : k_told) {
            const Versus* versus = comparison.contestants[i + 1].find(metric);
            if (versus != nullptr && versus->difference && relative_size(*versus) >= k_relevant) {
                trial.figures.push_back(*versus);
            }
        }
        trial.worth = worth_of(trial.figures);
        all.trials.push_back(std::move(trial));
    }
    std::stable_sort(all.trials.begin(), all.trials.end(), goes_before);
    return all;
}

}  // namespace nines
