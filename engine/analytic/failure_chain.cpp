// Kinds of components first, then a state for every combination of numbers down.

#include "engine/analytic/failure_chain.hpp"

#include <algorithm>

namespace nines::analytic {

namespace {

/// Components that nothing tells apart.
struct Kind {
    ChainComponent component;
    std::vector<std::uint32_t> levels;
    std::size_t stride = 1;  // in the number of a state
};

/// Whether exchanging two variables changes nothing.
bool are_alike(Bdd& bdd, BddNode works, std::uint32_t a, std::uint32_t b) {
    const BddNode a_alone = bdd.restricted(bdd.restricted(works, a, true), b, false);
    const BddNode b_alone = bdd.restricted(bdd.restricted(works, a, false), b, true);
    return a_alone == b_alone;
}

std::vector<Kind> kinds_of(Bdd& bdd, BddNode works, std::span<const ChainComponent> levels) {
    std::vector<Kind> kinds;
    for (std::uint32_t level = 0; level < levels.size(); ++level) {
        const auto known = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) {
            return kind.component == levels[level] && are_alike(bdd, works, kind.levels.front(), level);
        });
        Kind& kind = known == kinds.end() ? kinds.emplace_back(Kind{levels[level], {}, 1}) : *known;
        kind.levels.push_back(level);
    }
    return kinds;
}

class ChainBuilder {
public:
    ChainBuilder(std::vector<Kind> kinds, std::span<const std::uint32_t> crews)
        : kinds_(std::move(kinds)), crews_(crews), down_(kinds_.size(), 0) {}

    AvailabilityChain build(const Bdd& bdd, BddNode works, std::size_t levels) {
        AvailabilityChain chain;
        for (const Kind& kind : kinds_) {
            chain.states = kind.stride * (kind.levels.size() + 1);
        }
        chain.works.resize(chain.states);
        std::size_t transitions = 0;
        for (const Kind& kind : kinds_) {
            transitions += chain.states / (kind.levels.size() + 1) * 2 * kind.levels.size();
        }
        chain.transitions.reserve(transitions);
        std::vector<bool> up(levels);
        for (std::size_t state = 0; state < chain.states; ++state) {
            for (std::size_t k = 0; k < kinds_.size(); ++k) {
                const Kind& kind = kinds_[k];
                down_[k] = state / kind.stride % (kind.levels.size() + 1);
                for (std::size_t i = 0; i < kind.levels.size(); ++i) {
                    up[kind.levels[i]] = i >= down_[k];
                }
            }
            chain.works[state] = bdd.value(works, up);
            add_transitions(chain, static_cast<std::uint32_t>(state));
        }
        return chain;
    }

private:
    void add_transitions(AvailabilityChain& chain, std::uint32_t state) const {
        for (std::size_t k = 0; k < kinds_.size(); ++k) {
            const Kind& kind = kinds_[k];
            const auto step = static_cast<std::uint32_t>(kind.stride);
            const std::size_t up = kind.levels.size() - down_[k];
            if (up > 0) {
                chain.transitions.push_back(
                    {state, state + step, static_cast<double>(up) * kind.component.failure_rate});
            }
            if (down_[k] > 0) {
                chain.transitions.push_back(
                    {state, state - step,
                     static_cast<double>(down_[k]) * kind.component.repair_rate * worked_on(kind)});
            }
        }
    }

    /// The share of a kind's down components that crews are at work on.
    double worked_on(const Kind& kind) const {
        const std::uint32_t pool = kind.component.crew_pool;
        if (pool == UINT32_MAX) {
            return 1;
        }
        std::size_t waiting = 0;
        for (std::size_t k = 0; k < kinds_.size(); ++k) {
            waiting += kinds_[k].component.crew_pool == pool ? down_[k] : 0;
        }
        return std::min(1.0, static_cast<double>(crews_[pool]) / static_cast<double>(waiting));
    }

    std::vector<Kind> kinds_;
    std::span<const std::uint32_t> crews_;
    std::vector<std::size_t> down_;  // of each kind, in the state at hand
};

}  // namespace

std::optional<AvailabilityChain> failure_chain(Bdd& bdd, BddNode works, std::span<const ChainComponent> levels,
                                               std::span<const std::uint32_t> crews, std::size_t states_max) {
    std::vector<Kind> kinds = kinds_of(bdd, works, levels);
    std::size_t states = 1;
    for (Kind& kind : kinds) {
        kind.stride = states;
        states *= kind.levels.size() + 1;
        if (states > states_max) {
            return std::nullopt;
        }
    }
    return ChainBuilder(std::move(kinds), crews).build(bdd, works, levels.size());
}

BddNode works_of(Bdd& bdd, const FailureSystem& system) {
    BddNode works = Bdd::k_true;
    for (const std::vector<std::uint32_t>& set : system.cut_sets) {
        BddNode some_up = Bdd::k_false;
        for (std::size_t i = set.size(); i > 0; --i) {
            some_up = bdd.either(bdd.variable(set[i - 1]), some_up);
        }
        works = bdd.both(works, some_up);
    }
    return works;
}

std::optional<AvailabilityChain> failure_chain(const FailureSystem& system, std::size_t states_max) {
    std::vector<ChainComponent> levels;
    for (const FailureComponent& component : system.components) {
        if (component.up_s.law != Law::exponential || component.down_s.law != Law::exponential) {
            return std::nullopt;
        }
        levels.push_back({1 / component.up_s.mean(), 1 / component.down_s.mean(), component.crew_pool});
    }
    Bdd bdd;
    const BddNode works = works_of(bdd, system);
    return bdd.is_full() ? std::nullopt : failure_chain(bdd, works, levels, system.crews, states_max);
}

}  // namespace nines::analytic
