// The committor by symmetric Gauss-Seidel sweeps.

#include "engine/experiment/committor.hpp"

#include <cmath>
#include <limits>

#include "engine/random/portable_math.hpp"

namespace nines {

namespace {

constexpr double k_settled = 1e-13;

/// Jumps out of each state, with their chances.
struct Jumps {
    std::vector<std::size_t> begin;
    std::vector<std::uint32_t> to;
    std::vector<double> chance;
};

Jumps jumps_of(std::size_t states, std::span<const analytic::Transition> transitions) {
    Jumps jumps;
    std::vector<double> out(states, 0.0);
    jumps.begin.assign(states + 1, 0);
    for (const auto& transition : transitions) {
        if (transition.from != transition.to) {
            out[transition.from] += transition.rate;
            ++jumps.begin[transition.from + 1];
        }
    }
    for (std::size_t i = 0; i < states; ++i) {
        jumps.begin[i + 1] += jumps.begin[i];
    }
    std::vector<std::size_t> next(jumps.begin.begin(), jumps.begin.end() - 1);
    jumps.to.resize(jumps.begin.back());
    jumps.chance.resize(jumps.begin.back());
    for (const auto& transition : transitions) {
        if (transition.from != transition.to) {
            const std::size_t place = next[transition.from]++;
            jumps.to[place] = transition.to;
            jumps.chance[place] = out[transition.from] > 0 ? transition.rate / out[transition.from] : 0.0;
        }
    }
    return jumps;
}

}  // namespace

std::optional<std::vector<double>> committor(const std::vector<CommittorState>& kinds,
                                             std::span<const analytic::Transition> transitions,
                                             std::size_t sweeps_max) {
    const std::size_t states = kinds.size();
    const Jumps jumps = jumps_of(states, transitions);
    std::vector<double> chance(states, 0.0);
    for (std::size_t i = 0; i < states; ++i) {
        chance[i] = kinds[i] == CommittorState::target ? 1 : 0;
    }
    double change = 0;
    const auto update = [&](std::size_t i) {
        if (kinds[i] != CommittorState::inside) {
            return;
        }
        double sum = 0;
        for (std::size_t k = jumps.begin[i]; k < jumps.begin[i + 1]; ++k) {
            sum += jumps.chance[k] * chance[jumps.to[k]];
        }
        change = std::max(change, sum > 0 ? std::abs(sum - chance[i]) / sum : 0.0);
        chance[i] = sum;
    };
    for (std::size_t sweep = 0; sweep < sweeps_max; ++sweep) {
        change = 0;
        for (std::size_t i = 0; i < states; ++i) {
            update(i);
        }
        for (std::size_t i = states; i-- > 0;) {
            update(i);
        }
        if (change <= k_settled) {
            return chance;
        }
    }
    return std::nullopt;
}

std::vector<double> log_importance(const std::vector<double>& committor) {
    std::vector<double> importance;
    importance.reserve(committor.size());
    for (const double chance : committor) {
        importance.push_back(chance > 0 ? portable::log(chance) : std::numeric_limits<double>::lowest());
    }
    return importance;
}

}  // namespace nines
