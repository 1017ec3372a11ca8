// Odd loads: what would never end or would eat the machine is stopped, says why, and leaves results behind.

#include "models/requests/looks.hpp"

#include <gtest/gtest.h>

#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

TEST(Standstill, IsReachedByEventsAtOneInstantAlone) {
    constexpr std::uint64_t k_most = Standstill::k_events_at_one_instant;
    Standstill standstill;
    EXPECT_FALSE(standstill.is_reached(5, 0, 0));
    EXPECT_FALSE(standstill.is_reached(5, k_most, 0));
    EXPECT_TRUE(standstill.is_reached(5, k_most + 1, 0));
    EXPECT_EQ(standstill.events_at(k_most + 1), k_most + 1);
    EXPECT_FALSE(standstill.is_reached(6, k_most + 2, 0)) << "time has moved";
    EXPECT_FALSE(standstill.is_reached(6, 2 * k_most, 0));
}

TEST(Standstill, AllowsForWhatWasWaiting) {
    constexpr std::uint64_t k_users = 10'000'000;
    Standstill standstill;
    EXPECT_FALSE(standstill.is_reached(0, 0, k_users));
    EXPECT_FALSE(standstill.is_reached(0, 60 * k_users, 0)) << "each of ten million users may start dozens of events";
    EXPECT_TRUE(standstill.is_reached(0, 70 * k_users, 0));
}

TEST(PendingPeak, TellsTimersFromWhatIsScheduled) {
    EventCounts counts;
    counts.schedules(EventKind::work_done, 10);
    counts.schedules(EventKind::work_done, 20);
    counts.schedules(EventKind::arrival, k_never);
    counts.happened[static_cast<std::size_t>(EventKind::work_done)] = 1;
    counts.happened[static_cast<std::size_t>(EventKind::times_out)] = 4;
    PendingPeak peak;
    peak.look(counts, 6);
    EXPECT_EQ(peak.all, 6U);
    EXPECT_EQ(peak.timers, 5U);
    EXPECT_EQ(peak.of_kind[static_cast<std::size_t>(EventKind::work_done)], 1U);
    EXPECT_EQ(peak.of_kind[static_cast<std::size_t>(EventKind::arrival)], 0U) << "it never comes";
    peak.look(counts, 3);
    EXPECT_EQ(peak.all, 6U) << "a peak stays";
}

// Retries of retries without a back-off, of calls that are refused at once: 10^8 attempts for each request, all at the
// instant at which it came.
TEST(OddLoad, RetriesWithoutEndAtOneInstantAreNamed) {
    const auto results = run_once(plan_of(R"(
nines: 1
name: retries of retries
services:
  a: {kind: fleet, workers: unlimited, endpoints: {x: {steps: [{call: b.x, retry: {attempts: 10000}}]}}}
  b: {kind: fleet, workers: unlimited, endpoints: {x: {steps: [{call: c.x, retry: {attempts: 10000}}]}}}
  c: {kind: fleet, endpoints: {x: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: a.x, rate: 10/s, arrivals: constant}}
faults: {f: {target: service/c, effect: down, at: 4950 ms, for: forever}}
run: {horizon: 1 h}
)"),
                                  {1, 0});
    EXPECT_EQ(results.stop.cause, StopCause::standstill);
    EXPECT_TRUE(results.partial);
    for (const char* part : {"time stands still at 5 s", "answer_rejected of `c` (", "backoff_over of `c` ("}) {
        EXPECT_NE(results.stop.why.find(part), std::string::npos) << results.stop.why;
    }
    EXPECT_NEAR(results.simulated_s, 5, 1e-9);
    EXPECT_EQ(support::figure_of(results, "requests.ok"), 49) << "what was simulated until then is told";
}

// Meant, and soon over: a hundred thousand users who all ask at one instant, a service that takes no time.
TEST(OddLoad, ManyEventsAtOneInstantMayBeMeant) {
    const auto results = run_once(plan_of(R"(
nines: 1
name: all at once
services: {a: {kind: fleet, workers: unlimited, endpoints: {x: {steps: [{work: 0 s}, {work: 0 s}]}}}}
demand: {d: {calls: a.x, rate: users(100000 think 1 s)}}
run: {horizon: 10500 ms}
)"),
                                  {1, 0});
    EXPECT_EQ(results.stop.cause, StopCause::none);
    EXPECT_EQ(support::figure_of(results, "requests.ok"), 1'000'000);
}

// Users who do not think and are refused at once would ask for ever at one instant; a millisecond passes instead.
TEST(OddLoad, RefusedUsersWhoDoNotThinkDoNotStopTheClock) {
    const auto results = run_once(plan_of(R"(
nines: 1
name: refused
services: {a: {kind: fleet, workers: 1, queue: {limit: 0}, endpoints: {x: {steps: [{work: 1 yr}]}}}}
demand: {d: {calls: a.x, rate: users(11 think 0 s)}}
run: {horizon: 10 s}
)"),
                                  {1, 0});
    EXPECT_EQ(results.stop.cause, StopCause::none);
    EXPECT_NEAR(support::figure_of(results, "requests.rejected"), 10 * 10'000, 20);
}

constexpr const char* k_hoard = R"(
nines: 1
name: hoard
services: {a: {kind: fleet, workers: unlimited, endpoints: {x: {steps: [{work: 1 yr}]}}}}
demand: {d: {calls: a.x, rate: 1e6/s}}
run: {horizon: 1000 s}
)";

TEST(OddLoad, ALimitOnMemoryEndsTheRunWithWhatThereIs) {
    const auto results = run_once(plan_of(k_hoard), {1, 0}, {}, {.memory_bytes = 30'000'000});
    EXPECT_EQ(results.stop.cause, StopCause::memory);
    EXPECT_TRUE(results.partial);
    for (const char* part :
         {"out of memory: ", " events pending (most of them ", " work_done", " at work at `a`", "more than 30 MB"}) {
        EXPECT_NE(results.stop.why.find(part), std::string::npos) << results.stop.why;
    }
    ASSERT_TRUE(results.profile.has_value());
    std::uint64_t held = 0;
    for (const Profile::Memory& row : results.profile->memory) {
        held += row.bytes_held;
    }
    EXPECT_LT(held, 60'000'000U) << "it was noticed in time";
    EXPECT_GT(support::figure_of(results, "requests.offered"), 50'000);
}

TEST(OddLoad, AnInterruptSaysNothingMore) {
    const auto results = run_once(plan_of(k_hoard), {1, 0}, [](double, std::uint64_t) { return false; });
    EXPECT_EQ(results.stop.cause, StopCause::interrupted);
    EXPECT_EQ(results.stop.why, "");
    EXPECT_TRUE(results.partial);
}

// A time that was drawn beyond the end of the clock never comes; the clock does not turn round.
TEST(OddLoad, TimesBeyondTheClockNeverCome) {
    const auto results = run_once(plan_of(R"(
nines: 1
name: never
services:
  a: {kind: fleet, workers: unlimited, endpoints: {x: {steps: [{work: mixture(50 % 1 ms 50 % 1000000 yr)}]}}}
  b: {kind: fleet, endpoints: {x: {steps: [{work: 1 ms}]}}}
demand:
  d: {calls: a.x, rate: 1/s, arrivals: constant, timeout: 200 yr, deadline: 200 yr}
  slow: {calls: b.x, rate: users(10 think exponential(1000000 yr))}
  seldom: {calls: b.x, rate: 1/s, arrivals: constant, retry: {attempts: 2, backoff: fixed(1000000 yr)}}
faults:
  once: {target: service/b, effect: down, every: exponential(1000000 yr), for: 1000000 yr}
  errors: {target: service/b, effect: {errors: 100 %}, at: 10500 ms, for: 1 s}
run: {horizon: 1000500 ms}
)"),
                                  {1, 0});
    EXPECT_EQ(results.stop.cause, StopCause::none);
    EXPECT_EQ(support::figure_of(results, "requests.offered@d"), 1'000);
    EXPECT_EQ(support::figure_of(results, "requests.ok@d") + support::figure_of(results, "requests.in_flight@d"),
              1'000);
    EXPECT_NEAR(support::figure_of(results, "requests.in_flight@d"), 500, 90);
    EXPECT_EQ(support::figure_of(results, "requests.offered@slow"), 0);
    EXPECT_EQ(support::figure_of(results, "requests.ok@seldom"), 999);
    EXPECT_EQ(support::figure_of(results, "requests.error@seldom"), 1) << "a back-off without end is no second try";
    ASSERT_EQ(results.faults.size(), 1U);
    EXPECT_EQ(results.faults[0].name, "errors");
}

}  // namespace
}  // namespace nines
