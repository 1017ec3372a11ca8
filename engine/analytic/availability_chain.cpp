// Every question is put to a chain that returns to its start, and answered from its stationary probabilities.

#include "engine/analytic/availability_chain.hpp"

#include <algorithm>

#include "engine/base/check.hpp"

namespace nines::analytic {

namespace {

/// The chain on the states that are not `ends`, with the start as state 0; what led to an end leads back to the start.
struct Returning {
    std::vector<std::uint32_t> state_of;  // by state of the returning chain
    std::vector<Transition> transitions;
};

Returning send_back(const AvailabilityChain& chain, const std::vector<bool>& ends) {
    Returning back;
    std::vector<std::uint32_t> place(chain.states, 0);
    back.state_of.push_back(chain.start);
    for (std::uint32_t state = 0; state < chain.states; ++state) {
        if (state != chain.start && !ends[state]) {
            place[state] = static_cast<std::uint32_t>(back.state_of.size());
            back.state_of.push_back(state);
        }
    }
    for (const Transition& t : chain.transitions) {
        const bool from_end = ends[t.from] && t.from != chain.start;
        if (!from_end) {
            back.transitions.push_back({place[t.from], ends[t.to] ? 0 : place[t.to], t.rate});
        }
    }
    return back;
}

/// Stationary weights by state of the chain itself (0 in the ends).
std::optional<std::vector<double>> returning_weights(const AvailabilityChain& chain, const std::vector<bool>& ends) {
    const Returning back = send_back(chain, ends);
    const auto weights = stationary(back.state_of.size(), back.transitions);
    if (!weights) {
        return std::nullopt;
    }
    std::vector<double> by_state(chain.states, 0);
    for (std::size_t i = 0; i < back.state_of.size(); ++i) {
        by_state[back.state_of[i]] = (*weights)[i];
    }
    return by_state;
}

double flow_into(const AvailabilityChain& chain, const std::vector<double>& weights, const std::vector<bool>& targets) {
    double sum = 0;
    for (const Transition& t : chain.transitions) {
        if (targets[t.to] && t.from != t.to) {
            sum += weights[t.from] * t.rate;
        }
    }
    return sum;
}

}  // namespace

std::optional<SystemRates> solve_availability(const AvailabilityChain& chain) {
    const auto weights = stationary(chain.states, chain.transitions);
    if (!weights) {
        return std::nullopt;
    }
    SystemRates rates{{0, 0}, 0};
    for (std::size_t state = 0; state < chain.states; ++state) {
        (chain.works[state] ? rates.chance.up : rates.chance.down) += (*weights)[state];
    }
    for (const Transition& t : chain.transitions) {
        if (chain.works[t.from] && !chain.works[t.to]) {
            rates.failures_per_s += (*weights)[t.from] * t.rate;
        }
    }
    return rates;
}

std::optional<double> mean_first_passage(const AvailabilityChain& chain, const std::vector<bool>& targets) {
    if (targets[chain.start]) {
        return 0;
    }
    const auto weights = returning_weights(chain, targets);
    if (!weights) {
        return std::nullopt;
    }
    double all = 0;
    for (const double weight : *weights) {
        all += weight;
    }
    const double flow = flow_into(chain, *weights, targets);
    return flow > 0 ? std::optional(all / flow) : std::nullopt;
}

std::optional<double> mean_time_to_failure(const AvailabilityChain& chain) {
    std::vector<bool> failed = chain.works;
    failed.flip();
    return mean_first_passage(chain, failed);
}

std::optional<double> chance_to_meet_first(const AvailabilityChain& chain, const std::vector<bool>& first,
                                           const std::vector<bool>& second) {
    std::vector<bool> ends(chain.states);
    for (std::size_t state = 0; state < chain.states; ++state) {
        check(!first[state] || !second[state], "a state ends a walk in one way");
        ends[state] = first[state] || second[state];
    }
    const auto weights = returning_weights(chain, ends);
    if (!weights) {
        return std::nullopt;
    }
    const double flow_first = flow_into(chain, *weights, first);
    const double flow_second = flow_into(chain, *weights, second);
    const double both = flow_first + flow_second;
    return both > 0 ? std::optional(flow_first / both) : std::nullopt;
}

}  // namespace nines::analytic
