// The profile: counts that can be told beforehand, and sums that must agree.

#include "models/results/profile.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

Profile profile_of(const std::string& yaml) {
    return run_once(support::plan_of(yaml), {1, 0}).profile.value();
}

Profile::Events events_of(const Profile& profile, const std::string& kind) {
    const auto found = std::find_if(profile.events.begin(), profile.events.end(),
                                    [&](const Profile::Events& one) { return one.kind == kind; });
    return found == profile.events.end() ? Profile::Events{} : *found;
}

Profile::Memory memory_of(const Profile& profile, const std::string& what) {
    const auto found = std::find_if(profile.memory.begin(), profile.memory.end(),
                                    [&](const Profile::Memory& one) { return one.what == what; });
    return found == profile.memory.end() ? Profile::Memory{} : *found;
}

std::uint64_t words_for(const Profile& profile, const std::string& purpose) {
    const auto found = std::find_if(profile.draws.begin(), profile.draws.end(),
                                    [&](const Profile::Draws& one) { return one.purpose == purpose; });
    return found == profile.draws.end() ? 0 : found->words;
}

// 100 requests by the clock, each with two works of 0.1 s, answered long before their deadline.
TEST(Profile, CountsEventsByKind) {
    const Profile profile = profile_of(R"(
nines: 1
name: counted
services: {s: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 100 ms}, {work: 100 ms}]}}}}
demand: {d: {calls: s.op, rate: 1/s, arrivals: constant, timeout: 500 ms, deadline: 400 ms}}
run: {horizon: 100900 ms}
)");
    EXPECT_EQ(events_of(profile, "arrival").happened, 100U);
    EXPECT_EQ(events_of(profile, "work_done").happened, 200U);
    EXPECT_EQ(events_of(profile, "limit_over").happened, 100U) << "a deadline stands in no lane";
    EXPECT_EQ(events_of(profile, "limit_over").stale, 100U) << "and is called off by the answer";
    EXPECT_EQ(events_of(profile, "measuring_begins").happened, 1U);
    EXPECT_EQ(events_of(profile, "health_check").happened, 0U);
    EXPECT_EQ(profile.events_stale, 100U);
    std::uint64_t sum = 0;
    for (const Profile::Events& row : profile.events) {
        sum += row.happened;
    }
    EXPECT_EQ(sum, profile.events_happened);
    EXPECT_NEAR(profile.simulated_s, 100.9, 1e-9);
}

// Nobody is answered: all are in flight, each with a timer in a lane and one event of its own.
TEST(Profile, TellsMemoryForAnAttemptInFlight) {
    const Profile profile = profile_of(R"(
nines: 1
name: in flight
services: {s: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 200 s}]}}}}
demand: {d: {calls: s.op, rate: 100/s, arrivals: constant, timeout: 1 h}}
run: {horizon: 199995 ms}
)");
    EXPECT_EQ(memory_of(profile, "attempts").most, 19'999U);
    EXPECT_EQ(memory_of(profile, "clients").most, 19'999U);
    EXPECT_EQ(memory_of(profile, "retries").most, 0U);
    EXPECT_NEAR(static_cast<double>(profile.timers_most), 19'999, 1) << "those are in the records";
    EXPECT_NEAR(static_cast<double>(events_of(profile, "work_done").pending_most), 19'999, 1);
    EXPECT_NEAR(profile.bytes_per_attempt, 64 + 24 + 24, 0.1);
    EXPECT_GE(memory_of(profile, "attempts").bytes_held, 19'999U * 64);
    EXPECT_GE(memory_of(profile, "events").bytes_held, 19'999U * 24);
    EXPECT_GT(memory_of(profile, "histograms").bytes_held, 0U);
}

TEST(Profile, CountsRandomWordsByWhatTheyAreFor) {
    const Profile profile = profile_of(R"(
nines: 1
name: words
services: {s: {kind: fleet, workers: 9, endpoints: {op: {steps: [{work: uniform(1 ms 2 ms)}]}}}}
demand: {d: {calls: s.op, rate: 10/s, arrivals: renewal(uniform(0 s 2 s))}}
faults: {f: {target: service/s, effect: {slow: 2}, every: uniform(5 s 15 s), for: uniform(1 s 2 s)}}
run: {horizon: 100 s}
)");
    const std::uint64_t arrivals = events_of(profile, "arrival").happened;
    EXPECT_NEAR(static_cast<double>(arrivals), 1'000, 100);
    EXPECT_EQ(words_for(profile, "demand.arrivals"), arrivals + 1) << "one for each gap, the last one open";
    EXPECT_EQ(words_for(profile, "work"), arrivals);
    const std::uint64_t faults =
        events_of(profile, "fault_begins").happened + events_of(profile, "fault_ends").happened;
    EXPECT_EQ(words_for(profile, "fault"), faults + 1);
    EXPECT_EQ(words_for(profile, "network"), 0U);
}

}  // namespace
}  // namespace nines
