#pragma once
// Processes with known rare probabilities, for tests of splitting.

#include <cstdint>
#include <vector>

#include "engine/experiment/committor.hpp"
#include "engine/experiment/splitting.hpp"

namespace nines::support {

/// Birth and death with given rates, from `first` until `level` (hit) or 0 (stopped).
struct BirthDeath {
    std::uint32_t level = 0;
    std::uint32_t first = 1;
    std::vector<double> up;    ///< by state
    std::vector<double> down;  ///< by state
    /// After a hit: what is added up until 0 is reached.
    enum class Reward : std::uint8_t { none, time_at_level_or_above, arrivals_at_level } rewards = Reward::none;

    using State = std::uint32_t;

    State start(Stream&) const { return first; }
    void step(State& n, Stream& stream) const { n += stream.uniform() * (up[n] + down[n]) < up[n] ? 1 : -1; }
    double importance(const State& n) const { return n; }
    PathEnd end(const State& n) const {
        return n == 0 ? PathEnd::stopped : (n >= level ? PathEnd::hit : PathEnd::open);
    }
    double reward(State& n, Stream& stream) const {
        double sum = rewards == Reward::none ? 1 : 0;
        while (n > 0 && rewards != Reward::none) {
            // Expected time in a state in place of a drawn one: the same mean, less noise.
            sum += rewards == Reward::time_at_level_or_above && n >= level ? 1 / (up[n] + down[n]) : 0.0;
            const bool rises = stream.uniform() * (up[n] + down[n]) < up[n];
            if (rises && rewards == Reward::arrivals_at_level && n == level) {
                ++sum;  // lost: there is no room above the level
            } else {
                n += rises ? 1 : -1;
            }
        }
        return sum;
    }
};

/// M/M/1 until `level`; `states` bounds how high the reward's path may go.
inline BirthDeath mm1(double arrivals_per_s, double services_per_s, std::uint32_t level, std::uint32_t states = 2000) {
    return {.level = level,
            .up = std::vector<double>(states, arrivals_per_s),
            .down = std::vector<double>(states, services_per_s)};
}

/// Two M/M/1 in series, from (1, 0) until `level` in both together or empty.
struct Tandem {
    double arrivals_per_s = 0;
    double services_1_per_s = 0;
    double services_2_per_s = 0;
    std::uint32_t level = 0;

    struct State {
        std::uint32_t first = 1;
        std::uint32_t second = 0;
    };

    State start(Stream&) const { return {}; }
    void step(State& at, Stream& stream) const {
        const double first = at.first > 0 ? services_1_per_s : 0;
        const double second = at.second > 0 ? services_2_per_s : 0;
        const double place = stream.uniform() * (arrivals_per_s + first + second);
        if (place < arrivals_per_s) {
            ++at.first;
        } else if (place < arrivals_per_s + first) {
            --at.first;
            ++at.second;
        } else {
            --at.second;
        }
    }
    double importance(const State& at) const { return at.first + at.second; }
    PathEnd end(const State& at) const {
        const std::uint32_t total = at.first + at.second;
        return total == 0 ? PathEnd::stopped : (total >= level ? PathEnd::hit : PathEnd::open);
    }
    double reward(State&, Stream&) const { return 1; }
};

/// A queue whose requests time out while they wait, are tried again from an orbit, and are served all the same: work
/// that nobody wants any more. From one request until `level` in the queue, or nobody anywhere.
struct RetryStorm {
    double arrivals_per_s = 0;
    double services_per_s = 0;
    double timeouts_per_s = 0;  ///< of each waiting request
    double retries_per_s = 0;   ///< of each in the orbit
    std::uint32_t level = 40;
    std::uint32_t orbit_max = 80;

    enum class Guide : std::uint8_t { queue, queue_and_half_orbit, committor } guide = Guide::queue;
    std::vector<double> log_committor = {};

    struct State {
        std::uint32_t queue = 1;
        std::uint32_t orbit = 0;
    };

    std::uint32_t number_of(const State& at) const { return at.queue * (orbit_max + 1) + at.orbit; }
    struct Rates {
        double arrival, service, timeout, retry;
        double sum() const { return arrival + service + timeout + retry; }
    };
    Rates rates_in(const State& at) const {
        return {arrivals_per_s, at.queue > 0 ? services_per_s : 0,
                at.queue > 1 && at.orbit < orbit_max ? timeouts_per_s * (at.queue - 1) : 0, retries_per_s * at.orbit};
    }

    State start(Stream&) const { return {}; }
    void step(State& at, Stream& stream) const {
        const Rates rates = rates_in(at);
        double place = stream.uniform() * rates.sum();
        if ((place -= rates.arrival) < 0) {
            ++at.queue;
        } else if ((place -= rates.service) < 0) {
            --at.queue;
        } else if ((place -= rates.timeout) < 0) {
            ++at.orbit;
        } else {
            --at.orbit;
            ++at.queue;
        }
    }
    double importance(const State& at) const {
        switch (guide) {
            case Guide::queue:
                return at.queue;
            case Guide::queue_and_half_orbit:
                return at.queue + at.orbit / 2.0;
            case Guide::committor:
                return log_committor[number_of(at)];
        }
        return 0;
    }
    PathEnd end(const State& at) const {
        return at.queue + at.orbit == 0 ? PathEnd::stopped : (at.queue >= level ? PathEnd::hit : PathEnd::open);
    }
    double reward(State&, Stream&) const { return 1; }

    /// The exact chance from every state, by Gauss-Seidel.
    std::vector<double> exact() const {
        std::vector<CommittorState> kinds((level + 1) * (orbit_max + 1), CommittorState::inside);
        std::vector<analytic::Transition> jumps;
        for (std::uint32_t queue = 0; queue <= level; ++queue) {
            for (std::uint32_t orbit = 0; orbit <= orbit_max; ++orbit) {
                const State at{queue, orbit};
                if (end(at) != PathEnd::open) {
                    kinds[number_of(at)] = end(at) == PathEnd::hit ? CommittorState::target : CommittorState::stop;
                    continue;
                }
                const Rates rates = rates_in(at);
                const auto jump = [&](State to, double rate) {
                    if (rate > 0) {
                        jumps.push_back({number_of(at), number_of(to), rate});
                    }
                };
                jump({queue + 1, orbit}, rates.arrival);
                jump({queue - 1, orbit}, rates.service);
                jump({queue, orbit + 1}, rates.timeout);
                jump({queue + 1, orbit - 1}, rates.retry);
            }
        }
        return committor(kinds, jumps).value();
    }
};

/// Lindley's recursion of waits in M/M/1, from a customer that finds nobody until one waits not at all. Hits: the wait,
/// or the wait with the service, is above a bound; rewarded by the number of customers of whom that is true.
struct Waits {
    double arrivals_per_s = 0;
    double service_mean_s = 0;
    double bound_s = 0;
    enum class Of : std::uint8_t { wait, sojourn } of = Of::wait;

    struct State {
        double wait_s = 0;
        double service_s = 0;
        bool is_over = false;
    };

    State start(Stream& stream) const { return {0, service_mean_s * stream.exponential(), false}; }
    void step(State& at, Stream& stream) const {
        at.wait_s += at.service_s - stream.exponential() / arrivals_per_s;
        at.service_s = service_mean_s * stream.exponential();
        at.is_over = at.wait_s <= 0;
    }
    // The next wait is this one and the service, less the time to the next arrival.
    double importance(const State& at) const { return at.wait_s + at.service_s; }
    double counted(const State& at) const { return of == Of::wait ? at.wait_s : at.wait_s + at.service_s; }
    PathEnd end(const State& at) const {
        return at.is_over ? PathEnd::stopped : (counted(at) > bound_s ? PathEnd::hit : PathEnd::open);
    }
    double reward(State& at, Stream& stream) const {
        double count = 0;
        for (; !at.is_over; step(at, stream)) {
            count += counted(at) > bound_s ? 1 : 0;
        }
        return count;
    }
};

}  // namespace nines::support
