// Markov chains: elimination after Grassmann, Taksar and Heyman, and sparse linear systems by Eigen.

#include "engine/analytic/markov_chain.hpp"

#include <Eigen/SparseCore>
#include <Eigen/SparseLU>
#include <cmath>

#include "engine/analytic/sparse_chain.hpp"
#include "engine/base/check.hpp"

namespace nines::analytic {

namespace {

using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, int>;
using Triplet = Eigen::Triplet<double, int>;

void check_transitions(std::size_t states, std::span<const Transition> transitions) {
    check(states >= 1, "a chain has at least one state");
    for (const Transition& t : transitions) {
        check(t.from < states && t.to < states && t.rate >= 0 && std::isfinite(t.rate),
              "a transition joins two states of the chain at a finite rate >= 0");
    }
}

/// True when every state leads to one of `targets`.
bool all_lead_to(std::size_t states, std::span<const Transition> transitions, const std::vector<bool>& targets) {
    std::vector<std::vector<std::uint32_t>> sources(states);
    for (const Transition& t : transitions) {
        if (t.rate > 0) {
            sources[t.to].push_back(t.from);
        }
    }
    std::vector<bool> reached = targets;
    std::vector<std::uint32_t> open;
    for (std::uint32_t state = 0; state < states; ++state) {
        if (reached[state]) {
            open.push_back(state);
        }
    }
    std::size_t count = open.size();
    while (!open.empty()) {
        const std::uint32_t state = open.back();
        open.pop_back();
        for (const std::uint32_t source : sources[state]) {
            if (!reached[source]) {
                reached[source] = true;
                open.push_back(source);
                ++count;
            }
        }
    }
    return count == states;
}

std::vector<bool> only_first(std::size_t states) {
    std::vector<bool> flags(states, false);
    flags[0] = true;
    return flags;
}

void normalise(std::vector<double>& weights) {
    double sum = 0;
    for (const double weight : weights) {
        sum += weight;
    }
    for (double& weight : weights) {
        weight /= sum;
    }
}

std::optional<Eigen::VectorXd> solve(const Matrix& matrix, const Eigen::VectorXd& right) {
    Eigen::SparseLU<Matrix> factors;
    factors.compute(matrix);
    if (factors.info() != Eigen::Success) {
        return std::nullopt;
    }
    Eigen::VectorXd solution = factors.solve(right);
    // One step of refinement takes off what the factorisation has rounded.
    solution += factors.solve(right - matrix * solution);
    if (factors.info() != Eigen::Success || !solution.allFinite()) {
        return std::nullopt;
    }
    return solution;
}

}  // namespace

std::optional<std::vector<double>> stationary(std::size_t states, std::span<const Transition> transitions) {
    if (states <= k_dense_states_max) {
        return stationary_dense(states, transitions);
    }
    if (!all_lead_to(states, transitions, only_first(states))) {
        return std::nullopt;
    }
    if (auto weights = stationary_by_sweeps(SparseChain(states, transitions))) {
        return weights;
    }
    return states <= k_factorised_states_max ? stationary_sparse(states, transitions) : std::nullopt;
}

std::optional<std::vector<double>> stationary_dense(std::size_t states, std::span<const Transition> transitions) {
    check_transitions(states, transitions);
    if (!all_lead_to(states, transitions, only_first(states))) {
        return std::nullopt;
    }
    std::vector<double> rates(states * states, 0.0);
    for (const Transition& t : transitions) {
        if (t.from != t.to) {
            rates[t.from * states + t.to] += t.rate;
        }
    }
    // Takes the states out from the last on: paths through `out` become direct transitions. Nothing is subtracted.
    for (std::size_t out = states - 1; out > 0; --out) {
        const double* leaving = &rates[out * states];
        double total = 0;
        for (std::size_t to = 0; to < out; ++to) {
            total += leaving[to];
        }
        for (std::size_t from = 0; from < out; ++from) {
            double& entering = rates[from * states + out];
            if (entering == 0) {
                continue;
            }
            entering /= total;
            double* row = &rates[from * states];
            for (std::size_t to = 0; to < out; ++to) {
                row[to] += entering * leaving[to];
            }
        }
    }
    std::vector<double> weights(states, 0.0);
    weights[0] = 1;
    for (std::size_t state = 1; state < states; ++state) {
        for (std::size_t from = 0; from < state; ++from) {
            weights[state] += weights[from] * rates[from * states + state];
        }
    }
    normalise(weights);
    return weights;
}

std::optional<std::vector<double>> stationary_sparse(std::size_t states, std::span<const Transition> transitions) {
    check_transitions(states, transitions);
    if (!all_lead_to(states, transitions, only_first(states))) {
        return std::nullopt;
    }
    if (states == 1) {
        return std::vector<double>{1.0};
    }
    // The balance of states 1, 2, ... with the weight of state 0 held at 1: keeps the matrix as sparse as the chain.
    const auto size = static_cast<Eigen::Index>(states - 1);
    std::vector<Triplet> entries;
    Eigen::VectorXd inflow = Eigen::VectorXd::Zero(size);
    for (const Transition& t : transitions) {
        if (t.from == t.to) {
            continue;
        }
        const int from = static_cast<int>(t.from) - 1;
        const int to = static_cast<int>(t.to) - 1;
        if (from < 0) {
            inflow[to] += t.rate;
            continue;
        }
        entries.emplace_back(from, from, t.rate);
        if (to >= 0) {
            entries.emplace_back(to, from, -t.rate);
        }
    }
    Matrix balance(size, size);
    balance.setFromTriplets(entries.begin(), entries.end());
    const auto solution = solve(balance, inflow);
    if (!solution) {
        return std::nullopt;
    }
    std::vector<double> weights(states, 1.0);
    for (std::size_t state = 1; state < states; ++state) {
        weights[state] = std::max(0.0, (*solution)[static_cast<Eigen::Index>(state - 1)]);
    }
    normalise(weights);
    return weights;
}

std::optional<std::vector<double>> mean_time_to(std::size_t states, std::span<const Transition> transitions,
                                                const std::vector<bool>& targets) {
    check_transitions(states, transitions);
    check(targets.size() == states, "there is a flag for each state");
    if (!all_lead_to(states, transitions, targets)) {
        return std::nullopt;
    }
    std::vector<int> place(states, -1);
    int size = 0;
    for (std::size_t state = 0; state < states; ++state) {
        if (!targets[state]) {
            place[state] = size++;
        }
    }
    if (size == 0) {
        return std::vector<double>(states, 0.0);
    }
    std::vector<Triplet> entries;
    for (const Transition& t : transitions) {
        if (t.from == t.to || targets[t.from]) {
            continue;
        }
        entries.emplace_back(place[t.from], place[t.from], t.rate);
        if (!targets[t.to]) {
            entries.emplace_back(place[t.from], place[t.to], -t.rate);
        }
    }
    Matrix leaving(size, size);
    leaving.setFromTriplets(entries.begin(), entries.end());
    const auto solution = solve(leaving, Eigen::VectorXd::Ones(size));
    if (!solution) {
        return std::nullopt;
    }
    std::vector<double> times(states, 0.0);
    for (std::size_t state = 0; state < states; ++state) {
        if (!targets[state]) {
            times[state] = (*solution)[place[state]];
        }
    }
    return times;
}

std::vector<double> stationary_birth_death(std::span<const double> up, std::span<const double> down) {
    check(up.size() == down.size(), "every rate up has a rate down");
    std::vector<double> weights(up.size() + 1, 0.0);
    weights[0] = 1;
    for (std::size_t n = 0; n < up.size(); ++n) {
        weights[n + 1] = weights[n] * up[n] / down[n];
        if (weights[n + 1] > 1e200) {  // long before the product would overflow
            for (std::size_t i = 0; i <= n + 1; ++i) {
                weights[i] *= 1e-200;
            }
        }
    }
    normalise(weights);
    return weights;
}

}  // namespace nines::analytic
