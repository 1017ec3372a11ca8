// Several services: tandem, Jackson network, fork and join, fan-out, optional calls, and calls that hold the caller's
// worker.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/analytic/markov_chain.hpp"
#include "engine/analytic/queueing.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

constexpr Effort k_usual{.replications = 64};

/// A front that only calls, the services that it calls (as lines of YAML), and one demand.
std::string front_calls(const std::string& steps, const std::string& services, const std::string& rate,
                        const std::string& run) {
    return fmt::format(R"(nines: 1
name: network
services:
  front: {{kind: fleet, async: true, workers: unlimited, endpoints: {{op: {{steps: [{}]}}}}}}
{}
demand:
  d: {{calls: {{front.op: 100 %}}, rate: {}}}
run: {{fidelity: requests, {}}}
)",
                       steps, services, rate, run);
}

std::string station(const std::string& name, const std::string& workers, const std::string& work) {
    return fmt::format("  {}: {{kind: fleet, workers: {}, endpoints: {{op: {{steps: [{{work: {}}}]}}}}}}\n", name,
                       workers, work);
}

std::string branches(const std::string& call, int count) {
    std::string list;
    for (int i = 0; i < count; ++i) {
        list += fmt::format("{}{{call: {}}}", i == 0 ? "" : ", ", call);
    }
    return "{parallel: [" + list + "]}";
}

std::vector<ReferenceCase> cases() {
    const std::string two = station("a", "1", "exponential(10 ms)") + station("b", "1", "exponential(10 ms)");
    return {
        {"tandem",
         front_calls("{call: a.op}, {call: b.op}",
                     station("a", "1", "exponential(10 ms)") + station("b", "1", "exponential(11.1111111111 ms)"),
                     "70/s", "warmup: 1 min, horizon: 20 min"),
         k_usual,
         {{"latency.mean", 0.08333333333333333},
          {"latency.p50", 0.06931471805599453},
          {"latency.p95", 0.1999888587110233, k_wide},
          {"latency.p99", 0.28318609507231474, k_wide}}},
        {"fork_and_join",
         front_calls("{parallel: [{call: a.op}, {call: b.op}]}", two, "80/s", "warmup: 1 min, horizon: 30 min"),
         k_usual,
         {{"latency.mean", 0.06999999999999999}, {"latency.mean@a", 0.05}, {"utilization@b", 0.8}}},
        {"all_of_three",
         front_calls(branches("back.op", 3), station("back", "unlimited", "lognormal(mean 10 ms cv 1)"), "1000/s",
                     "warmup: 1 s, horizon: 60 s"),
         {.replications = 40},
         {{"latency.mean", 0.017528187893270358},
          {"latency.p50", 0.013987265705350256},
          {"latency.p99", 0.0676164973472657, k_wide},
          {"latency.p999", 0.12018870754479863, k_wide}}},
        {"all_of_a_hundred",
         front_calls(branches("back.op", 100), station("back", "unlimited", "exponential(10 ms)"), "1000/s",
                     "warmup: 1 s, horizon: 10 s"),
         {.replications = 16},
         {{"latency.mean", 0.0518737751763962},
          {"latency.p50", 0.049751468405857986},
          {"latency.p99", 0.09205369664023066, k_wide},
          {"latency.p999", 0.11512430259009306, k_wide}}},
    };
}

class Networks : public testing::TestWithParam<ReferenceCase> {};

TEST_P(Networks, HitsTheExactValue) {
    expect_means(GetParam().yaml, GetParam().effort, GetParam().figures);
}

INSTANTIATE_TEST_SUITE_P(Theory, Networks, testing::ValuesIn(cases()), name_of);

TEST(NetworksMutants, BranchesShareTheirArrivals) {
    const std::string two = station("a", "1", "exponential(10 ms)") + station("b", "1", "exponential(10 ms)");
    expect_rejected(
        front_calls("{parallel: [{call: a.op}, {call: b.op}]}", two, "80/s", "warmup: 1 min, horizon: 10 min"), k_usual,
        {{"mean if branches were independent", 0.075, k_tolerance, times("latency.mean", 1)}});
}

// --- a Jackson network --------------------------------------------------------------------------------------------

// The language routes by call graph, not by coin after each service; by Kelly's theorem a network in which each kind of
// request has its own route has the same product form, with the rates at each station summed over routes.
TEST(Networks, RoutesThroughThreeStationsAreJackson) {
    const std::string yaml = R"(nines: 1
name: Jackson network
services:
  front:
    kind: fleet
    async: true
    workers: unlimited
    endpoints:
      long: {steps: [{call: n1.op}, {call: n2.op}, {call: n3.op}, {call: n2.op}]}
      short: {steps: [{call: n1.op}, {call: n3.op}]}
      back: {steps: [{call: n3.op}, {call: n1.op}]}
  n1: {kind: fleet, workers: 1, endpoints: {op: {steps: [{work: exponential(16.6666666667 ms)}]}}}
  n2: {kind: fleet, workers: 2, endpoints: {op: {steps: [{work: exponential(40 ms)}]}}}
  n3: {kind: fleet, workers: 1, endpoints: {op: {steps: [{work: exponential(20 ms)}]}}}
demand:
  d: {calls: {front.long: 50 %, front.short: 30 %, front.back: 20 %}, rate: 32/s}
run: {fidelity: requests, warmup: 1 min, horizon: 30 min}
)";
    const auto n1 = analytic::solve_mmc(32, 1.0 / 60, 1).value();
    const auto n2 = analytic::solve_mmc(32, 0.040, 2).value();
    const auto n3 = analytic::solve_mmc(32, 0.020, 1).value();
    expect_means(yaml, k_usual,
                 {{"latency.mean@n1", n1.sojourn_mean_s},
                  {"latency.mean@n2", n2.sojourn_mean_s},
                  {"latency.mean@n3", n3.sojourn_mean_s},
                  {"number at n2", n2.number_mean, k_tolerance, number_at("n2", 2)},
                  {"latency.mean", n1.sojourn_mean_s + n2.sojourn_mean_s + n3.sojourn_mean_s},
                  {"attempts.per_request@n2", 1}});
}

// --- a call that holds the caller's worker ------------------------------------------------------------------------

const char* const k_nested = R"(nines: 1
name: nested hold
services:
  front:
    kind: fleet
    workers: 4
    endpoints:
      op:
        steps:
          - work: exponential(20 ms)
          - call: back.op
  back: {kind: fleet, workers: 1, endpoints: {op: {steps: [{work: exponential(10 ms)}]}}}
demand:
  d: {calls: {front.op: 100 %}, rate: 60/s}
run: {fidelity: requests, warmup: 1 min, horizon: 20 min}
)";

TEST(Networks, ACallHoldsTheWorker) {
    expect_means(k_nested, k_usual,
                 {{"latency.mean", 0.04790773571635097},
                  {"utilization@front", 0.5862816666866941},
                  {"queue.mean@front", 0.5293374762342817, k_wide},
                  {"wait.mean@front", 0.008822291270571362, k_wide},
                  {"latency.mean@back", 0.01908544444577958},
                  {"utilization@back", 0.6},
                  {"number at back", 1.1451266667467748, k_tolerance, number_at("back", 1)}});
}

TEST(NetworksMutants, AFreedWorkerIsToldFromAHeldOne) {
    expect_rejected(k_nested, {.replications = 32},
                    {{"if the front were freed", 0.045264641019357996, k_tolerance, times("latency.mean", 1)}});
}

struct NestedFigures {
    double held = 0, waiting = 0, at_back = 0;
};

/// The chain of (waiting or working at the front, calling the back): workers held are both of the latter. Cut at
/// `most`.
NestedFigures solve_nested(double arrivals, double front_rate, double back_rate, std::uint32_t workers,
                           std::uint32_t most) {
    const auto at = [&](std::uint32_t inside, std::uint32_t calling) { return inside * (workers + 1) + calling; };
    std::vector<analytic::Transition> jumps;
    const std::size_t states = std::size_t{most + 1} * (workers + 1);
    for (std::uint32_t inside = 0; inside <= most; ++inside) {  // in front or back
        for (std::uint32_t calling = 0; calling <= workers; ++calling) {
            if (calling > inside) {
                jumps.push_back({at(inside, calling), at(0, 0), 1});  // no such state: it leads away, nothing leads in
                continue;
            }
            const std::uint32_t held = std::min(inside, workers);
            if (inside < most) {
                jumps.push_back({at(inside, calling), at(inside + 1, calling), arrivals});
            }
            if (held > calling) {
                jumps.push_back({at(inside, calling), at(inside, calling + 1), (held - calling) * front_rate});
            }
            if (calling > 0) {
                jumps.push_back({at(inside, calling), at(inside - 1, calling - 1), back_rate});
            }
        }
    }
    const std::vector<double> share = analytic::stationary(states, jumps).value();
    NestedFigures figures;
    for (std::uint32_t inside = 0; inside <= most; ++inside) {
        for (std::uint32_t calling = 0; calling <= std::min(workers, inside); ++calling) {
            const double p = share[at(inside, calling)];
            figures.held += p * std::min(inside, workers);
            figures.waiting += p * (inside > workers ? inside - workers : 0);
            figures.at_back += p * calling;
        }
    }
    return figures;
}

TEST(Networks, ACallHoldsTheWorkerAsInTheChain) {
    const NestedFigures exact = solve_nested(40, 1 / 0.030, 1 / 0.012, 3, 200);
    const std::string yaml = R"(nines: 1
name: nested hold
services:
  front:
    kind: fleet
    workers: 3
    endpoints: {op: {steps: [{work: exponential(30 ms)}, {call: back.op}]}}
  back: {kind: fleet, workers: 1, endpoints: {op: {steps: [{work: exponential(12 ms)}]}}}
demand:
  d: {calls: {front.op: 100 %}, rate: 40/s}
run: {fidelity: requests, warmup: 1 min, horizon: 50 min}
)";
    expect_means(yaml, k_usual,
                 {{"utilization@front", exact.held / 3},
                  {"queue.mean@front", exact.waiting, k_wide},
                  {"latency.mean@back", exact.at_back / 40},
                  {"latency.mean", (exact.held + exact.waiting) / 40}});
}

// --- a call graph with errors -------------------------------------------------------------------------------------

TEST(Networks, CallGraphWithRetriesAndAnOptionalCall) {
    const std::string yaml = R"(nines: 1
name: calls that fail
services:
  front:
    kind: fleet
    async: true
    workers: unlimited
    endpoints:
      op:
        steps:
          - call: auth.op
            retry: {attempts: 2}
          - call: catalog.op
            retry: {attempts: 3}
          - call: recommend.op
            retry: {attempts: 1}
            optional: true
          - call: order.op
            retry: {attempts: 1}
  auth: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 1 ms}]}}}
  catalog: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 1 ms}]}}}
  recommend: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 1 ms}]}}}
  order: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand:
  d: {calls: {front.op: 100 %}, rate: 500/s}
faults:
  auth-errors: {target: service/auth, effect: {errors: 0.2 %}, at: 0 s, for: 3 h}
  catalog-errors: {target: service/catalog, effect: {errors: 1 %}, at: 0 s, for: 3 h}
  recommend-errors: {target: service/recommend, effect: {errors: 5 %}, at: 0 s, for: 3 h}
  order-errors: {target: service/order, effect: {errors: 0.4 %}, at: 0 s, for: 3 h}
run: {fidelity: requests, warmup: 1 s, horizon: 200 s}
)";
    expect_means(yaml, k_usual,
                 {{"failed", 1 - 0.995995020003984, k_wide, share_of("error")},
                  {"ok and not degraded", 0.9461952690037848, k_tolerance,
                   [](const Results& results) { return share_of("ok")(results) - share_of("degraded")(results); }},
                  {"repeats of auth", 0.002, k_wide,
                   [](const Results& r) { return figure_of(r, "attempts.per_request@auth") - 1; }},
                  {"repeats of catalog", 0.0100959596, k_wide,
                   [](const Results& r) { return figure_of(r, "attempts.per_request@catalog") - 1; }},
                  {"attempts.per_request@recommend", 0.999995000004},
                  {"attempts.per_request@order", 0.999995000004}});
}

}  // namespace
}  // namespace nines::support
