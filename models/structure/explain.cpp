// Exact figures of a structure by its decision diagram.

#include "models/structure/explain.hpp"

#include <algorithm>
#include <map>

namespace nines {

namespace {

using analytic::BddNode;
using analytic::Chance;
using analytic::ComponentRates;
using analytic::GateId;

/// Gates that were asked for, each once.
class GateList {
public:
    std::size_t add(GateId gate) {
        const auto [at, fresh] = position_.emplace(gate, gates_.size());
        if (fresh) {
            gates_.push_back(gate);
        }
        return at->second;
    }
    const std::vector<GateId>& gates() const { return gates_; }

private:
    std::vector<GateId> gates_;
    std::map<GateId, std::size_t> position_;
};

/// The gates that the answers come from, and who asks for them.
struct Questions {
    GateList list;
    std::vector<std::size_t> works;  ///< by kind of request
    std::vector<std::size_t> sure_of_demand;
    std::size_t sure = 0;
};

Questions questions_of(Structure& structure) {
    Questions questions;
    std::vector<GateId> all;
    std::map<DemandId, std::vector<GateId>> of_demand;
    for (const RequestKind& kind : structure.requests) {
        questions.works.push_back(questions.list.add(kind.works));
        all.push_back(kind.sure);
        of_demand[kind.demand].push_back(kind.sure);
    }
    for (auto& [demand, gates] : of_demand) {
        questions.sure_of_demand.push_back(questions.list.add(structure.function.all_of(std::move(gates))));
    }
    questions.sure = questions.list.add(structure.function.all_of(std::move(all)));
    return questions;
}

class Explainer {
public:
    Explainer(Structure structure, const analytic::MinimalSetLimits& limits)
        : structure_(std::move(structure)), questions_(questions_of(structure_)), limits_(limits) {}

    Explanation explain() {
        Explanation answer;
        auto compiled =
            analytic::compile_structure_function(structure_.function, questions_.list.gates(), structure_.orders);
        if (!compiled) {
            return answer;
        }
        compiled_ = &*compiled;
        answer.is_solved = true;
        for (const std::uint32_t component : compiled->component_of) {
            rates_.push_back(structure_.rates_of(component));
            chances_.push_back(rates_.back().chance);
        }
        solve_requests(answer);
        find_cut_sets(answer);
        weigh_parts(answer);
        return answer;
    }

private:
    BddNode node_of(std::size_t question) const { return compiled_->works[question]; }

    void solve_requests(Explanation& answer) {
        answer.requests = {0, 0};
        for (std::size_t i = 0; i < structure_.requests.size(); ++i) {
            const RequestKind& kind = structure_.requests[i];
            if (answer.demands.empty() || answer.demands.back().demand != kind.demand) {
                const BddNode sure = node_of(questions_.sure_of_demand[answer.demands.size()]);
                answer.demands.push_back(
                    {kind.demand, 0, {0, 0}, analytic::solve_system(compiled_->bdd, sure, rates_)});
            }
            const Chance chance = compiled_->bdd.chance(node_of(questions_.works[i]), chances_);
            DemandWorth& demand = answer.demands.back();
            demand.share += kind.share;
            demand.requests.up += kind.share * chance.up;
            demand.requests.down += kind.share * chance.down;
        }
        for (DemandWorth& demand : answer.demands) {
            answer.requests.up += demand.requests.up;
            answer.requests.down += demand.requests.down;
            demand.requests.up /= demand.share;
            demand.requests.down /= demand.share;
        }
        answer.outages = analytic::solve_system(compiled_->bdd, node_of(questions_.sure), rates_);
    }

    /// Of requests, by the chances given.
    double unavailability(const std::vector<Chance>& chances) const {
        std::map<std::size_t, double> shares;
        for (std::size_t i = 0; i < structure_.requests.size(); ++i) {
            shares[questions_.works[i]] += structure_.requests[i].share;
        }
        double sum = 0;
        for (const auto& [question, share] : shares) {
            sum += share * compiled_->bdd.chance(node_of(question), chances).down;
        }
        return sum;
    }

    void find_cut_sets(Explanation& answer) {
        const BddNode fails = compiled_->bdd.dual(node_of(questions_.sure));
        sets_ = analytic::minimal_sets(compiled_->bdd, fails, limits_);
        answer.cut_set_count = sets_.count;
        answer.cut_set_count_by_order = sets_.count_by_order;
        // Each with all other parts up; what a cache holds is still a matter of chance.
        std::vector<Chance> others_up = chances_;
        for (std::size_t level = 0; level < others_up.size(); ++level) {
            if (compiled_->component_of[level] < structure_.parts.size()) {
                others_up[level] = {1, 0};
            }
        }
        for (const std::vector<std::uint32_t>& levels : sets_.sets) {
            CutSet set{{}, 1, 0};
            std::vector<Chance> chances = others_up;
            for (const std::uint32_t level : levels) {
                set.parts.push_back(compiled_->component_of[level]);
                set.chance *= chances_[level].down;
                chances[level] = {0, 1};
            }
            std::sort(set.parts.begin(), set.parts.end());
            set.share_of_requests = unavailability(chances);
            answer.cut_sets.push_back(std::move(set));
        }
        std::sort(answer.cut_sets.begin(), answer.cut_sets.end(), [](const CutSet& a, const CutSet& b) {
            return std::tuple(-a.chance, a.parts.size(), a.parts) < std::tuple(-b.chance, b.parts.size(), b.parts);
        });
    }

    void weigh_parts(Explanation& answer) {
        const std::vector<analytic::Importance> all =
            analytic::importance_of_all(compiled_->bdd, node_of(questions_.sure), rates_, sets_);
        std::map<std::size_t, double> shares;
        for (std::size_t i = 0; i < structure_.requests.size(); ++i) {
            shares[questions_.works[i]] += structure_.requests[i].share;
        }
        std::vector<double> saved(rates_.size(), 0);
        for (const auto& [question, share] : shares) {
            const auto birnbaum = analytic::birnbaum_importance(compiled_->bdd, node_of(question), rates_);
            for (std::size_t level = 0; level < saved.size(); ++level) {
                saved[level] += share * birnbaum[level] * chances_[level].down;
            }
        }
        for (std::uint32_t level = 0; level < rates_.size(); ++level) {
            const std::uint32_t component = compiled_->component_of[level];
            if (component < structure_.parts.size() && all[level].birnbaum > 0) {
                answer.parts.push_back({component, all[level], saved[level]});
            }
        }
        std::sort(answer.parts.begin(), answer.parts.end(), [](const PartWorth& a, const PartWorth& b) {
            return std::tuple(-a.unavailability_saved, -a.importance.birnbaum, a.part) <
                   std::tuple(-b.unavailability_saved, -b.importance.birnbaum, b.part);
        });
    }

    Structure structure_;
    Questions questions_;
    analytic::MinimalSetLimits limits_;
    analytic::CompiledStructure* compiled_ = nullptr;
    std::vector<ComponentRates> rates_;  // by level
    std::vector<Chance> chances_;
    analytic::MinimalSets sets_;
};

}  // namespace

Explanation explain(const Structure& structure) {
    return Explainer(structure, {}).explain();
}

std::optional<FailureSystem> failure_system_of(const Structure& given) {
    Structure structure = given;
    const Questions questions = questions_of(structure);
    const std::vector<GateId> gates{questions.list.gates()[questions.sure]};
    auto compiled = analytic::compile_structure_function(structure.function, gates, structure.orders);
    if (!compiled) {
        return std::nullopt;
    }
    const analytic::MinimalSets sets =
        analytic::minimal_sets(compiled->bdd, compiled->bdd.dual(compiled->works.front()));
    const bool alternate = std::all_of(structure.parts.begin(), structure.parts.end(), [](const Part& part) {
        return part.law == PartLaw::alternating && part.down_s;
    });
    if (!sets.is_complete() || !alternate) {
        return std::nullopt;
    }
    FailureSystem system;
    std::map<FaultId, std::uint32_t> pools;
    for (const Part& part : structure.parts) {
        FailureComponent component{part.process, part.up_s, *part.down_s};
        if (part.crews > 0) {
            const auto [pool, fresh] = pools.emplace(part.fault, static_cast<std::uint32_t>(system.crews.size()));
            if (fresh) {
                system.crews.push_back(part.crews);
            }
            component.crew_pool = pool->second;
        }
        system.components.push_back(std::move(component));
    }
    for (const std::vector<std::uint32_t>& levels : sets.sets) {
        std::vector<std::uint32_t> members;
        for (const std::uint32_t level : levels) {
            members.push_back(compiled->component_of[level]);
        }
        std::sort(members.begin(), members.end());
        system.cut_sets.push_back(std::move(members));
    }
    return system;
}

}  // namespace nines
