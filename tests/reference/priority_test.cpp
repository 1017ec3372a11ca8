// Priorities, with and without preemption: mean times of each class against Cobham's formulas and an exact chain.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/analytic/markov_chain.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

constexpr Effort k_usual{.replications = 64};

std::string two_classes(const std::string& discipline, const std::string& horizon) {
    return fmt::format(R"(nines: 1
name: priority
services:
  s:
    kind: fleet
    workers: 1
    queue: {{discipline: {}}}
    endpoints:
      op1: {{steps: [{{work: exponential(10 ms)}}]}}
      op2: {{steps: [{{work: exponential(10 ms)}}]}}
demand:
  d1: {{calls: {{s.op1: 100 %}}, rate: 30/s, priority: 0}}
  d2: {{calls: {{s.op2: 100 %}}, rate: 40/s, priority: 1}}
run: {{fidelity: requests, warmup: 1 min, horizon: {}}}
)",
                       discipline, horizon);
}

std::string three_classes(const std::string& discipline, const std::string& horizon) {
    return fmt::format(R"(nines: 1
name: priority
services:
  s:
    kind: fleet
    workers: 1
    queue: {{discipline: {}}}
    endpoints:
      op1: {{steps: [{{work: exponential(5 ms)}}]}}
      op2: {{steps: [{{work: exponential(10 ms)}}]}}
      op3: {{steps: [{{work: exponential(20 ms)}}]}}
demand:
  d1: {{calls: {{s.op1: 100 %}}, rate: 20/s, priority: 0}}
  d2: {{calls: {{s.op2: 100 %}}, rate: 30/s, priority: 1}}
  d3: {{calls: {{s.op3: 100 %}}, rate: 20/s, priority: 2}}
run: {{fidelity: requests, warmup: 1 min, horizon: {}}}
)",
                       discipline, horizon);
}

Reading wait_of(const std::string& demand, double service_s) {
    return [=](const Results& results) { return figure_of(results, "latency.mean@" + demand) - service_s; };
}

std::vector<ReferenceCase> cases() {
    return {
        {"two_classes_in_turn",
         two_classes("priority", "35 min"),
         k_usual,
         {{"utilization@s", 0.7},
          {"wait of class 1", 0.01, k_tolerance, wait_of("d1", 0.010)},
          {"wait of class 2", 0.03333333333333333, k_tolerance, wait_of("d2", 0.010)},
          {"wait.mean@s", 0.023333333333333334}}},
        {"two_classes_preemptive",
         two_classes("preemptive", "25 min"),
         k_usual,
         {{"utilization@s", 0.7},
          {"latency.mean@d1", 0.014285714285714285},
          {"latency.mean@d2", 0.047619047619047616}}},
        {"three_classes_in_turn",
         three_classes("priority", "1 h"),
         k_usual,
         {{"utilization@s", 0.8},
          {"wait of class 1", 0.012777777777777779, k_tolerance, wait_of("d1", 0.005)},
          {"wait of class 2", 0.021296296296296296, k_tolerance, wait_of("d2", 0.010)},
          {"wait of class 3", 0.09583333333333334, k_tolerance, wait_of("d3", 0.020)},
          {"wait.mean@s", 0.04015873015873016}}},
        {"three_classes_preemptive",
         three_classes("preemptive", "1 h"),
         k_usual,
         {{"utilization@s", 0.8},
          {"latency.mean@d1", 0.005555555555555556},
          {"latency.mean@d2", 0.017592592592592594},
          {"latency.mean@d3", 0.12916666666666668}}},
    };
}

class Priority : public testing::TestWithParam<ReferenceCase> {};

TEST_P(Priority, HitsTheExactValue) {
    expect_means(GetParam().yaml, GetParam().effort, GetParam().figures);
}

INSTANTIATE_TEST_SUITE_P(Cobham, Priority, testing::ValuesIn(cases()), name_of);

TEST(PriorityMutants, PreemptionIsToldFromTakingTurns) {
    expect_rejected(two_classes("preemptive", "6 min"), k_usual,
                    {{"wait of class 1", 0.01, k_tolerance, wait_of("d1", 0.010)},
                     {"wait of class 2", 0.03333333333333333, k_tolerance, wait_of("d2", 0.010)}});
}

// --- two classes, two servers, five places to wait: no formula, so an exact chain ---------------------------------

constexpr double k_first_per_s = 12, k_second_per_s = 10, k_service_per_s = 10;
constexpr std::uint32_t k_servers = 2, k_places = 5;

struct TwoClassState {
    std::uint32_t busy, first, second;  // at work, and waiting of each class
};

/// The states of the chain in which nobody waits while a server is idle.
std::vector<TwoClassState> two_class_states() {
    std::vector<TwoClassState> states;
    for (std::uint32_t busy = 0; busy <= k_servers; ++busy) {
        const std::uint32_t waiting_max = busy < k_servers ? 0 : k_places;
        for (std::uint32_t first = 0; first <= waiting_max; ++first) {
            for (std::uint32_t second = 0; first + second <= waiting_max; ++second) {
                states.push_back({busy, first, second});
            }
        }
    }
    return states;
}

std::uint32_t position(const std::vector<TwoClassState>& states, const TwoClassState& wanted) {
    std::uint32_t at = 0;
    while (states[at].busy != wanted.busy || states[at].first != wanted.first || states[at].second != wanted.second) {
        ++at;
    }
    return at;
}

struct TwoClassFigures {
    double rejected = 0, queue_first = 0, queue_second = 0, utilization = 0;
};

TwoClassFigures solve_two_classes() {
    const std::vector<TwoClassState> states = two_class_states();
    std::vector<analytic::Transition> jumps;
    for (std::uint32_t from = 0; from < states.size(); ++from) {
        const TwoClassState& s = states[from];
        const auto jump = [&](TwoClassState to, double rate) { jumps.push_back({from, position(states, to), rate}); };
        if (s.busy < k_servers) {
            jump({s.busy + 1, 0, 0}, k_first_per_s + k_second_per_s);
        } else if (s.first + s.second < k_places) {
            jump({s.busy, s.first + 1, s.second}, k_first_per_s);
            jump({s.busy, s.first, s.second + 1}, k_second_per_s);
        }
        if (s.first > 0) {
            jump({s.busy, s.first - 1, s.second}, s.busy * k_service_per_s);
        } else if (s.second > 0) {
            jump({s.busy, 0, s.second - 1}, s.busy * k_service_per_s);
        } else if (s.busy > 0) {
            jump({s.busy - 1, 0, 0}, s.busy * k_service_per_s);
        }
    }
    const std::vector<double> share = analytic::stationary(states.size(), jumps).value();
    TwoClassFigures figures;
    for (std::size_t i = 0; i < states.size(); ++i) {
        figures.rejected += states[i].first + states[i].second == k_places ? share[i] : 0;
        figures.queue_first += states[i].first * share[i];
        figures.queue_second += states[i].second * share[i];
        figures.utilization += states[i].busy * share[i] / k_servers;
    }
    return figures;
}

TEST(Priority, FiniteRoomIsTheChain) {
    const TwoClassFigures exact = solve_two_classes();
    const double admitted = 1 - exact.rejected;
    const std::string yaml = R"(nines: 1
name: priority with finite room
services:
  s:
    kind: fleet
    workers: 2
    queue: {discipline: priority, limit: 5}
    endpoints: {op: {steps: [{work: exponential(100 ms)}]}}
demand:
  d1: {calls: {s.op: 100 %}, rate: 12/s, priority: 0}
  d2: {calls: {s.op: 100 %}, rate: 10/s, priority: 1}
run: {fidelity: requests, warmup: 1 min, horizon: 40 min}
)";
    expect_means(yaml, k_usual,
                 {{"rejected", exact.rejected, k_tolerance, share_of("rejected")},
                  {"utilization@s", exact.utilization},
                  {"queue.mean@s", exact.queue_first + exact.queue_second},
                  {"latency.mean@d1", exact.queue_first / (k_first_per_s * admitted) + 0.1},
                  {"latency.mean@d2", exact.queue_second / (k_second_per_s * admitted) + 0.1}});
}

}  // namespace
}  // namespace nines::support
