// One diagram for all questions to a structure.

#include "models/structure/solved_structure.hpp"

#include <algorithm>

namespace nines {

namespace {

using analytic::Chance;
using analytic::ComponentRates;
using analytic::CrewPool;
using analytic::GateId;

/// With crews each part's failures need a diagram of their own: above so many nodes and parts that is too much.
constexpr std::size_t k_steps_with_crews_max = 20'000'000;

CrewPool pool_of(const Crews& crews, std::vector<std::uint32_t> levels) {
    return CrewPool::long_run(std::move(levels), crews.up_mean_s, crews.down_mean_s, crews.crews);
}

}  // namespace

std::optional<SolvedStructure> SolvedStructure::of(const Structure& structure, std::size_t nodes_max) {
    SolvedStructure solved;
    solved.structure_ = structure;
    solved.list_questions();
    auto compiled =
        analytic::compile_structure_function(solved.structure_.function, solved.gates_, structure.orders, nodes_max);
    if (!compiled) {
        return std::nullopt;
    }
    solved.compiled_ = std::move(*compiled);
    solved.add_those_who_keep_crews_busy();
    for (const std::uint32_t component : solved.compiled_.component_of) {
        solved.rates_.push_back(structure.rates_of(component));
    }
    for (const analytic::BddNode works : solved.compiled_.works) {
        solved.programs_.emplace_back(solved.compiled_.bdd, works);
    }
    solved.find_crews();
    if (!solved.crews_.empty() && solved.compiled_.bdd.size() * solved.rates_.size() > k_steps_with_crews_max) {
        return std::nullopt;
    }
    return solved;
}

void SolvedStructure::list_questions() {
    std::map<GateId, Question> known;
    const auto ask = [&](GateId gate) {
        const auto [at, fresh] = known.emplace(gate, gates_.size());
        if (fresh) {
            gates_.push_back(gate);
        }
        return at->second;
    };
    std::vector<GateId> all;
    std::map<DemandId, std::vector<GateId>> of_demand;
    for (const RequestKind& kind : structure_.requests) {
        works_.push_back(ask(kind.works));
        request_shares_[works_.back()] += kind.share;
        all.push_back(kind.sure);
        of_demand[kind.demand].push_back(kind.sure);
    }
    for (auto& [demand, gates] : of_demand) {
        sure_of_demand_.push_back(ask(structure_.function.all_of(std::move(gates))));
    }
    sure_ = ask(structure_.function.all_of(std::move(all)));
    for (const GateId gate : structure_.service_up) {
        alone_.push_back(ask(gate));
    }
}

/// Parts that no request needs have no level yet, but crews are busy with them too.
void SolvedStructure::add_those_who_keep_crews_busy() {
    std::vector<std::uint32_t>& component_of = compiled_.component_of;
    std::vector<std::uint32_t> sorted = component_of;
    std::sort(sorted.begin(), sorted.end());
    for (std::uint32_t part = 0; part < structure_.parts.size(); ++part) {
        if (structure_.parts[part].waits_for_crews() && !std::binary_search(sorted.begin(), sorted.end(), part)) {
            component_of.push_back(part);
        }
    }
}

void SolvedStructure::find_crews() {
    std::map<FaultId, std::vector<std::uint32_t>> members;
    for (std::uint32_t level = 0; level < rates_.size(); ++level) {
        if (is_part(level) && structure_.parts[component_at(level)].waits_for_crews()) {
            members[structure_.parts[component_at(level)].fault].push_back(level);
        }
    }
    for (auto& [fault, levels] : members) {
        const Part& part = structure_.parts[component_at(levels.front())];
        crews_.push_back({levels, part.up_s.mean(), part.down_s->mean(), part.crews});
        pools_.push_back(pool_of(crews_.back(), levels));
    }
}

Chance SolvedStructure::chance(Question question) const {
    return chance(question, rates_, pools_);
}

Chance SolvedStructure::chance(Question question, std::span<const ComponentRates> levels,
                               std::span<const CrewPool> pools) const {
    return pools.empty() ? programs_[question].chance(levels)
                         : analytic::chance_with_crews(compiled_.bdd, node(question), levels, pools);
}

analytic::SystemRates SolvedStructure::system(Question question) {
    return pools_.empty() ? analytic::solve_system(bdd(), node(question), rates_)
                          : analytic::solve_with_crews(bdd(), node(question), rates_, pools_);
}

Chance SolvedStructure::chance_without_failures_of(Question question, std::uint32_t level) const {
    std::vector<ComponentRates> levels = rates_;
    levels[level] = {{1, 0}, 0};
    std::vector<CrewPool> pools = pools_;
    for (std::size_t p = 0; p < pools.size(); ++p) {
        if (std::erase(pools[p].levels, level) > 0) {
            pools[p] = pool_of(crews_[p], pools[p].levels);
        }
    }
    return chance(question, levels, pools);
}

Chance SolvedStructure::chance_if_down(Question question, std::uint32_t level) const {
    std::vector<ComponentRates> levels = rates_;
    levels[level] = {{0, 1}, 0};
    std::vector<CrewPool> pools = pools_;
    for (CrewPool& pool : pools) {
        if (std::binary_search(pool.levels.begin(), pool.levels.end(), level)) {
            pool = pool.given_down(level);
        }
    }
    return chance(question, levels, pools);
}

double SolvedStructure::all_down(const std::vector<std::uint32_t>& levels) const {
    double chance = 1;
    std::vector<std::size_t> of_pool(pools_.size(), 0);
    for (const std::uint32_t level : levels) {
        const auto pool = std::find_if(pools_.begin(), pools_.end(), [&](const CrewPool& one) {
            return std::binary_search(one.levels.begin(), one.levels.end(), level);
        });
        if (pool == pools_.end()) {
            chance *= rates_[level].chance.down;
        } else {
            ++of_pool[static_cast<std::size_t>(pool - pools_.begin())];
        }
    }
    for (std::size_t p = 0; p < pools_.size(); ++p) {
        chance *= pools_[p].all_down(of_pool[p]);
    }
    return chance;
}

double SolvedStructure::share_of_requests_lost(const std::vector<bool>& up) const {
    std::vector<Chance> levels;
    for (std::uint32_t level = 0; level < rates_.size(); ++level) {
        levels.push_back(!is_part(level) ? rates_[level].chance : up[level] ? Chance{1, 0} : Chance{0, 1});
    }
    double lost = 0;
    for (const auto& [question, share] : request_shares_) {
        lost += share * compiled_.bdd.chance_of_few(node(question), levels).down;
    }
    return lost;
}

}  // namespace nines
