// What a contest has found: differences with their intervals, who is best and how sure that is, who is dominated.

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "engine/stats/comparison.hpp"
#include "models/study/compare.hpp"

namespace nines {

namespace {

constexpr std::uint64_t k_replications_needed = 30;
constexpr std::array<std::string_view, 4> k_pareto{"availability", "latency.p99", "cost.per_month",
                                                   "carbon.kg_per_month"};

/// How a difference, second minus first, lies to zero.
enum class Sign { below, zero, above, open };

struct Judged {
    MeanInterval interval;
    Sign sign = Sign::open;
};

/// Who is ahead of whom in one figure.
enum class Relation { ahead, behind, same, open };

Relation relation_of(Sign sign, Better better) {
    if (sign == Sign::zero || sign == Sign::open) {
        return sign == Sign::zero ? Relation::same : Relation::open;
    }
    // The sign is that of second minus first, and it is the first that is ahead or behind.
    const bool first_larger = sign == Sign::below;
    return first_larger == (better == Better::higher) ? Relation::ahead : Relation::behind;
}

Relation reversed(Relation relation) {
    switch (relation) {
        case Relation::ahead:
            return Relation::behind;
        case Relation::behind:
            return Relation::ahead;
        case Relation::same:
        case Relation::open:
            break;
    }
    return relation;
}

Decision decision_of(Sign sign, Better better, std::uint64_t n) {
    if (n == 0) {
        return Decision::unmeasured;
    }
    if (sign == Sign::zero || sign == Sign::open) {
        return sign == Sign::zero ? Decision::same : Decision::undecided;
    }
    if (better == Better::neither) {
        return Decision::differs;
    }
    return (sign == Sign::above) == (better == Better::higher) ? Decision::better : Decision::worse;
}

bool is_better(double one, double other, Better better) {
    return better == Better::higher ? one > other : one < other;
}

Sign sign_of(const Interval& interval) {
    return interval.lo > 0 ? Sign::above : interval.hi < 0 ? Sign::below : Sign::open;
}

/// Reads a contest, and fills its results.
class Judge {
public:
    Judge(const Contest& contest, ComparisonResults& results) : contest_(contest), results_(results) {}

    void fill_contestants();
    void fill_best();
    void fill_pareto();
    void fill_advice();

private:
    double confidence() const { return contest_.spec().confidence; }
    Judged judge(const ContestPair& pair, std::size_t comparisons) const;
    Versus versus_of(const ContestPair& pair) const;
    Better better_of(std::string_view metric) const;
    std::optional<double> mean(std::size_t contestant, std::string_view metric) const;
    /// Where `one` stands to `other`, at a confidence that makes so many statements hold at once.
    Relation relation(std::string_view metric, std::size_t one, std::size_t other, std::size_t comparisons) const;
    std::size_t pairs() const { return contest_.size() * (contest_.size() - 1) / 2; }
    const std::string& name(std::size_t contestant) const { return results_.contestants[contestant].name; }
    std::size_t best_by_mean(std::string_view metric, const std::vector<std::size_t>& candidates) const;
    std::vector<std::size_t> comparable(std::string_view metric) const;
    bool dominates(std::size_t one, std::size_t other) const;
    bool surely_dominates(std::size_t one, std::size_t other) const;
    bool surely_not_dominated(std::size_t one, std::size_t other) const;

    const Contest& contest_;
    ComparisonResults& results_;
};

Judged Judge::judge(const ContestPair& pair, std::size_t comparisons) const {
    const Moments& differences = pair.tally.differences();
    const auto incidents = [&](std::size_t i) {
        return static_cast<double>(results_.contestants[i].results.incidents_count);
    };
    IntervalRules rules;
    rules.confidence = confidence_of_each(confidence(), comparisons);
    rules.replications_min = k_replications_needed;
    rules.incidents_min = k_incidents_min;
    // Incidents that only one of the two has are what the difference lives on.
    rules.incidents = std::max(incidents(pair.first), incidents(pair.second));
    rules.of_incidents = contest_.contestant(pair.first).frame.metrics[pair.first_metric].of_incidents;
    Judged judged{interval_of(differences, rules), Sign::open};
    const Tally& values = differences.tally();
    if (judged.interval.interval) {
        judged.sign = sign_of(*judged.interval.interval);
    } else if (values.count() < k_replications_needed) {
        judged.sign = Sign::open;
    } else if (values.min() == values.max()) {
        judged.sign = values.mean() > 0 ? Sign::above : values.mean() < 0 ? Sign::below : Sign::zero;
    } else if (!rules.of_incidents || rules.incidents >= rules.incidents_min) {
        judged.sign = sign_of(chebyshev_interval(values, rules.confidence));
    }
    return judged;
}

Versus Judge::versus_of(const ContestPair& pair) const {
    const Contestant& base = contest_.contestant(pair.first);
    const FrameMetric& metric = base.frame.metrics[pair.first_metric];
    const PairedTally& tally = pair.tally;
    Versus versus;
    versus.metric = metric.name;
    versus.unit = metric.unit;
    versus.better = base.better[pair.first_metric];
    versus.confidence = confidence();
    versus.n = tally.count();
    const Judged judged = judge(pair, contest_.size() - 1);
    versus.decision = decision_of(judged.sign, versus.better, versus.n);
    versus.note = judged.interval.why_not;
    if (versus.n == 0) {
        return versus;
    }
    versus.base = tally.first().mean();
    versus.variant = tally.second().mean();
    versus.difference = tally.differences().mean();
    if (judged.interval.interval) {
        versus.lo = judged.interval.interval->lo;
        versus.hi = judged.interval.interval->hi;
    }
    const std::uint64_t apart = tally.rises() + tally.falls();
    versus.equal = static_cast<double>(versus.n - apart) / static_cast<double>(versus.n);
    if (versus.better != Better::neither) {
        const std::uint64_t hits = versus.better == Better::higher ? tally.rises() : tally.falls();
        const Chance chance = chance_of(hits, versus.n, confidence());
        versus.chance_better = ChanceFigure{0, chance.probability, chance.interval.lo, chance.interval.hi};
    }
    versus.correlation = tally.correlation();
    versus.saving = tally.saving();
    return versus;
}

void Judge::fill_contestants() {
    for (std::size_t i = 0; i < contest_.size(); ++i) {
        VariantResults one;
        one.name = contest_.contestant(i).name;
        one.results = contest_.study(i).results();
        one.results.command = "compare";
        results_.contestants.push_back(std::move(one));
    }
    for (std::size_t i = 1; i < contest_.size(); ++i) {
        for (const ContestPair& pair : contest_.versus(i)) {
            results_.contestants[i].versus.push_back(versus_of(pair));
        }
    }
    for (const ContestKey& key : contest_.keys()) {
        results_.shown.push_back(key.metric);
    }
}

Better Judge::better_of(std::string_view metric) const {
    const Contestant& base = contest_.contestant(0);
    const std::size_t position = base.frame.find(metric);
    return position < base.better.size() ? base.better[position] : Better::neither;
}

std::optional<double> Judge::mean(std::size_t contestant, std::string_view metric) const {
    const Metric* found = results_.contestants[contestant].results.find(std::string(metric));
    return found == nullptr ? std::nullopt : found->mean;
}

Relation Judge::relation(std::string_view metric, std::size_t one, std::size_t other, std::size_t comparisons) const {
    for (const ContestKey& key : contest_.keys()) {
        for (const ContestPair& pair : key.pairs) {
            if (key.metric == metric && pair.first == std::min(one, other) && pair.second == std::max(one, other)) {
                const Relation relation = relation_of(judge(pair, comparisons).sign, better_of(metric));
                return one < other ? relation : reversed(relation);
            }
        }
    }
    return Relation::open;
}

/// The first of equals; size() where none has the figure.
std::size_t Judge::best_by_mean(std::string_view metric, const std::vector<std::size_t>& candidates) const {
    std::size_t best = contest_.size();
    for (const std::size_t i : candidates) {
        const auto value = mean(i, metric);
        if (value && (best == contest_.size() || is_better(*value, *mean(best, metric), better_of(metric)))) {
            best = i;
        }
    }
    return best;
}

/// How many services draw nobody knows what, as managed ones.
std::size_t services_of_unknown_energy(const Results& results) {
    return static_cast<std::size_t>(
        std::count_if(results.metrics.begin(), results.metrics.end(),
                      [](const Metric& metric) { return metric.name.starts_with("energy.kwh@") && !metric.mean; }));
}

/// All; of energy and carbon those of which most is known: what nobody knows is not in the sum, and no merit.
std::vector<std::size_t> Judge::comparable(std::string_view metric) const {
    const MetricInfo* const info = find_metric(metric);
    std::vector<std::size_t> unknown(contest_.size());
    for (std::size_t i = 0; i < unknown.size() && info != nullptr && info->pillar == Pillar::sustainability; ++i) {
        unknown[i] = services_of_unknown_energy(results_.contestants[i].results);
    }
    const std::size_t least = *std::min_element(unknown.begin(), unknown.end());
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < unknown.size(); ++i) {
        if (unknown[i] == least) {
            candidates.push_back(i);
        }
    }
    return candidates;
}

void Judge::fill_best() {
    for (const std::string& metric : results_.shown) {
        const std::vector<std::size_t> all = comparable(metric);
        const std::size_t best = best_by_mean(metric, all);
        if (better_of(metric) == Better::neither || best == contest_.size()) {
            continue;
        }
        BestOf found{metric, name(best), mean(best, metric), {}, {}};
        for (const std::size_t i : all) {
            const Relation to = i == best ? Relation::ahead : relation(metric, best, i, pairs());
            if (to == Relation::same) {
                found.same.push_back(name(i));
            } else if (to != Relation::ahead && mean(i, metric)) {
                found.open.push_back(name(i));
            }
        }
        results_.best.push_back(std::move(found));
    }
}

bool Judge::dominates(std::size_t one, std::size_t other) const {
    bool ahead = false;
    for (const std::string_view metric : k_pareto) {
        const auto mine = mean(one, metric);
        const auto theirs = mean(other, metric);
        if (!mine || !theirs) {
            continue;
        }
        if (is_better(*theirs, *mine, better_of(metric))) {
            return false;
        }
        ahead = ahead || is_better(*mine, *theirs, better_of(metric));
    }
    return ahead;
}

bool Judge::surely_dominates(std::size_t one, std::size_t other) const {
    bool ahead = false;
    for (const std::string_view metric : k_pareto) {
        if (!mean(one, metric) || !mean(other, metric)) {
            continue;
        }
        const Relation to = relation(metric, one, other, pairs() * k_pareto.size());
        if (to != Relation::ahead && to != Relation::same) {
            return false;
        }
        ahead = ahead || to == Relation::ahead;
    }
    return ahead;
}

bool Judge::surely_not_dominated(std::size_t one, std::size_t other) const {
    bool all_same = true;
    for (const std::string_view metric : k_pareto) {
        if (!mean(one, metric) || !mean(other, metric)) {
            continue;
        }
        const Relation to = relation(metric, one, other, pairs() * k_pareto.size());
        if (to == Relation::ahead) {
            return true;
        }
        all_same = all_same && to == Relation::same;
    }
    return all_same;
}

void Judge::fill_pareto() {
    for (std::size_t i = 0; i < contest_.size(); ++i) {
        ParetoMark mark;
        bool sure_front = true;
        bool sure_behind = false;
        for (std::size_t k = 0; k < contest_.size(); ++k) {
            if (k == i) {
                continue;
            }
            sure_front = sure_front && surely_not_dominated(i, k);
            if (dominates(k, i)) {
                const bool sure = surely_dominates(k, i);
                if (mark.dominated_by.empty() || (sure && !sure_behind)) {
                    mark.dominated_by = name(k);
                }
                sure_behind = sure_behind || sure;
            }
        }
        mark.sure = mark.dominated_by.empty() ? sure_front : sure_behind;
        results_.pareto.push_back(mark);
    }
}

void Judge::fill_advice() {
    using Standing = std::tuple<std::uint64_t, std::uint64_t>;  // objectives missed, undecided
    std::vector<Standing> standings;
    for (const VariantResults& one : results_.contestants) {
        Standing standing{0, 0};
        for (const ObjectiveResult& objective : one.results.objectives) {
            std::get<0>(standing) += objective.verdict == Verdict::missed ? 1 : 0;
            std::get<1>(standing) += objective.verdict == Verdict::undecided ? 1 : 0;
        }
        standings.push_back(standing);
    }
    if (results_.base().objectives.empty()) {
        return;
    }
    const Standing best = *std::min_element(standings.begin(), standings.end());
    std::vector<std::size_t> candidates;
    bool all_priced = true;
    bool all_valued = true;
    for (std::size_t i = 0; i < standings.size(); ++i) {
        if (standings[i] == best) {
            candidates.push_back(i);
            all_priced = all_priced && mean(i, "cost.per_month").value_or(0) > 0;
            all_valued = all_valued && mean(i, "cost.with_losses").has_value();
        }
    }
    Advice advice;
    std::tie(advice.missed, advice.undecided) = best;
    advice.candidates = candidates.size();
    advice.by = !all_priced ? "availability" : all_valued ? "cost.with_losses" : "cost.per_month";
    const std::size_t chosen = best_by_mean(advice.by, candidates);
    if (chosen == contest_.size()) {
        return;
    }
    advice.name = name(chosen);
    for (const std::size_t i : candidates) {
        const Relation to = i == chosen ? Relation::ahead : relation(advice.by, chosen, i, pairs());
        if (to == Relation::same) {
            advice.same.push_back(name(i));
        } else if (to != Relation::ahead) {
            advice.open.push_back(name(i));
        }
    }
    results_.advice = std::move(advice);
}

}  // namespace

ComparisonResults results_of(const Contest& contest) {
    ComparisonResults results;
    Judge judge(contest, results);
    judge.fill_contestants();
    judge.fill_best();
    judge.fill_pareto();
    judge.fill_advice();
    return results;
}

}  // namespace nines
