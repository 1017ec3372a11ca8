// The answers of `nines explain`, from one solved structure.

#include "models/structure/explain.hpp"

#include <algorithm>

#include "models/results/rounding.hpp"
#include "models/structure/solved_structure.hpp"

namespace nines {

namespace {

using analytic::Chance;

constexpr std::size_t k_path_nodes_max = 20'000;

/// As far as a figure is told: alike parts differ by rounding, and must not be put in an order by it.
double told(double value) {
    return round_significant(value, 9);
}

class Explainer {
public:
    Explainer(SolvedStructure& solved, std::size_t listed) : solved_(solved), listed_(listed) {}

    void fill(Explanation& answer) {
        answer.is_solved = true;
        solve_requests(answer);
        find_cut_sets(answer);
        weigh_parts(answer);
    }

private:
    void solve_requests(Explanation& answer) {
        answer.requests = {0, 0};
        const std::vector<RequestKind>& requests = solved_.structure().requests;
        for (std::size_t i = 0; i < requests.size(); ++i) {
            if (answer.demands.empty() || answer.demands.back().demand != requests[i].demand) {
                const auto sure = solved_.sure_of(answer.demands.size());
                answer.demands.push_back({requests[i].demand, 0, {0, 0}, solved_.system(sure)});
            }
            const Chance chance = solved_.chance(solved_.works(i));
            DemandWorth& demand = answer.demands.back();
            demand.share += requests[i].share;
            demand.requests.up += requests[i].of_demand * chance.up;
            demand.requests.down += requests[i].of_demand * chance.down;
            answer.requests.up += requests[i].share * chance.up;
            answer.requests.down += requests[i].share * chance.down;
        }
        answer.outages = solved_.system(solved_.sure());
    }

    void find_cut_sets(Explanation& answer) {
        const auto works = solved_.node(solved_.sure());
        sets_ = analytic::minimal_sets(solved_.bdd(), solved_.bdd().dual(works), {.listed = listed_});
        const auto counted = [](const analytic::MinimalSets& sets) {
            return sets.is_too_large ? std::nullopt : std::optional(sets.count);
        };
        answer.cut_set_count = counted(sets_);
        // As many as a person may want to know of; k-of-n structures have far more.
        answer.path_set_count =
            counted(analytic::minimal_sets(solved_.bdd(), works, {.listed = 0, .nodes_max = k_path_nodes_max}));
        answer.cut_set_count_by_order = sets_.count_by_order;
        while (!answer.cut_set_count_by_order.empty() && answer.cut_set_count_by_order.back() == 0) {
            answer.cut_set_count_by_order.pop_back();
        }
        for (const std::vector<std::uint32_t>& levels : sets_.sets) {
            CutSet set{{}, solved_.all_down(levels), 0};
            std::vector<bool> up(solved_.rates().size(), true);
            for (const std::uint32_t level : levels) {
                set.parts.push_back(solved_.component_at(level));
                up[level] = false;
            }
            std::sort(set.parts.begin(), set.parts.end());
            set.share_of_requests = solved_.share_of_requests_lost(up);
            answer.cut_sets.push_back(std::move(set));
        }
        std::sort(answer.cut_sets.begin(), answer.cut_sets.end(), [](const CutSet& a, const CutSet& b) {
            return std::tuple(-told(a.chance), a.parts.size(), a.parts) <
                   std::tuple(-told(b.chance), b.parts.size(), b.parts);
        });
    }

    /// What each part's failures cost in requests; by level.
    std::vector<double> savings() {
        std::vector<double> saved(solved_.rates().size(), 0);
        for (const auto& [question, share] : solved_.request_shares()) {
            if (!solved_.crews().empty()) {
                const double down = solved_.chance(question).down;
                for (std::uint32_t level = 0; level < saved.size(); ++level) {
                    const double without = solved_.chance_without_failures_of(question, level).down;
                    saved[level] += share * std::max(0.0, down - without);
                }
                continue;
            }
            const auto birnbaum = analytic::birnbaum_importance(solved_.bdd(), solved_.node(question), solved_.rates());
            for (std::size_t level = 0; level < saved.size(); ++level) {
                saved[level] += share * birnbaum[level] * solved_.rates()[level].chance.down;
            }
        }
        return saved;
    }

    void weigh_parts(Explanation& answer) {
        const std::vector<double> saved = savings();
        const auto& rates = solved_.rates();
        const auto all = analytic::importance_of_all(solved_.bdd(), solved_.node(solved_.sure()), rates, sets_);
        for (std::uint32_t level = 0; level < rates.size(); ++level) {
            if (!solved_.is_part(level) || all[level].birnbaum <= 0) {
                continue;
            }
            PartWorth worth;
            worth.part = solved_.component_at(level);
            worth.alone = rates[level].chance;
            worth.unavailability_saved = saved[level];
            worth.birnbaum = all[level].birnbaum;
            worth.risk_achievement_worth = all[level].risk_achievement_worth;
            worth.risk_reduction_worth = all[level].risk_reduction_worth;
            worth.fussell_vesely = all[level].fussell_vesely;
            if (!solved_.crews().empty()) {
                weigh_with_crews(answer, level, worth);
            }
            answer.parts.push_back(worth);
        }
        std::sort(answer.parts.begin(), answer.parts.end(), [](const PartWorth& a, const PartWorth& b) {
            return std::tuple(-told(a.unavailability_saved), -told(a.birnbaum), a.part) <
                   std::tuple(-told(b.unavailability_saved), -told(b.birnbaum), b.part);
        });
    }

    /// Where parts wait for crews they are not independent: each case is solved by itself.
    void weigh_with_crews(const Explanation& answer, std::uint32_t level, PartWorth& worth) {
        const double down = answer.outages.chance.down;
        worth.alone.down = solved_.all_down({level});
        worth.alone.up = 1 - worth.alone.down;
        const double if_down = solved_.chance_if_down(solved_.sure(), level).down;
        const double if_perfect = solved_.chance_without_failures_of(solved_.sure(), level).down;
        worth.birnbaum = if_down - if_perfect;
        worth.risk_achievement_worth = down > 0 ? if_down / down : 1;
        worth.risk_reduction_worth = if_perfect > 0 ? std::optional(down / if_perfect) : std::nullopt;
        worth.fussell_vesely = std::nullopt;
    }

    SolvedStructure& solved_;
    std::size_t listed_;
    analytic::MinimalSets sets_;
};

}  // namespace

namespace {

std::optional<analytic::UnavailabilityBounds> bounds_of(Structure structure) {
    if (std::any_of(structure.parts.begin(), structure.parts.end(),
                    [](const Part& part) { return part.waits_for_crews(); })) {
        return std::nullopt;
    }
    std::vector<double> down;
    for (std::uint32_t component = 0; component < structure.components(); ++component) {
        down.push_back(structure.rates_of(component).chance.down);
    }
    std::vector<analytic::GateId> all;
    for (const RequestKind& kind : structure.requests) {
        all.push_back(kind.sure);
    }
    const analytic::GateId sure = structure.function.all_of(std::move(all));
    return analytic::unavailability_bounds(structure.function, sure, down);
}

}  // namespace

Explanation explain(const Plan& plan, const Structure& structure, const ExplainLimits& limits) {
    Explanation answer;
    auto solved = SolvedStructure::of(structure, limits.nodes_max);
    if (!solved) {
        answer.bounds = bounds_of(structure);
    } else {
        Explainer(*solved, limits.cut_sets_listed).fill(answer);
        answer.horizon = over_horizon(plan, *solved);
        answer.composite = composite_of(plan, *solved);
    }
    return answer;
}

std::optional<FailureSystem> failure_system_of(const Structure& structure) {
    const bool alternate = std::all_of(structure.parts.begin(), structure.parts.end(), [](const Part& part) {
        return part.law == PartLaw::scheduled || (part.law == PartLaw::alternating && part.down_s);
    });
    auto solved = SolvedStructure::of(structure);
    if (!solved || !alternate) {
        return std::nullopt;
    }
    const auto sets = analytic::minimal_sets(solved->bdd(), solved->bdd().dual(solved->node(solved->sure())));
    if (!sets.is_complete()) {
        return std::nullopt;
    }
    FailureSystem system;
    std::map<FaultId, std::uint32_t> pools;
    std::vector<std::uint32_t> position(structure.parts.size(), UINT32_MAX);
    for (std::size_t i = 0; i < structure.parts.size(); ++i) {
        const Part& part = structure.parts[i];
        if (part.law == PartLaw::scheduled) {
            continue;
        }
        FailureComponent component{part.process, part.up_s, *part.down_s};
        if (part.crews > 0) {
            const auto [pool, fresh] = pools.emplace(part.fault, static_cast<std::uint32_t>(system.crews.size()));
            if (fresh) {
                system.crews.push_back(part.crews);
            }
            component.crew_pool = pool->second;
        }
        position[i] = static_cast<std::uint32_t>(system.components.size());
        system.components.push_back(std::move(component));
    }
    for (const std::vector<std::uint32_t>& levels : sets.sets) {
        std::vector<std::uint32_t> members;
        for (const std::uint32_t level : levels) {
            members.push_back(position[solved->component_at(level)]);
        }
        std::sort(members.begin(), members.end());
        if (members.back() != UINT32_MAX) {
            system.cut_sets.push_back(std::move(members));
        }
    }
    return system;
}

}  // namespace nines
