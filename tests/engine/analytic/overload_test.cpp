// Overload that holds, against its fluid limit in closed form: exponential and constant works, patience, room; and
// where too few leave, nothing.

#include "engine/analytic/overload.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/random/distribution.hpp"

namespace nines::analytic {
namespace {

constexpr double k_limit_s = 2;

OverloadState solved(const OverloadInput& in) {
    const auto state = solve_overload(in);
    EXPECT_TRUE(state.has_value());
    return state.value_or(OverloadState{});
}

LatencyLaw exponential(double mean_s) {
    return LatencyLaw::of(Distribution::exponential(mean_s));
}

// Works of 50 ms by 6,000 workers, asked for 200,000 times a second. Those who come to a worker with x seconds left
// hold it for 50 ms x (1 - exp(-x / 50 ms)); that is 6,000 workers for 200,000/s where exp(-x / 50 ms) = 0.4.
TEST(Overload, OfExponentialWorksLeavesTheTimeThatJustOccupiesTheWorkers) {
    const LimitedArrivals all[] = {{200'000, k_limit_s}};
    const OverloadState state =
        solved({.arrivals = all, .service = exponential(0.05), .workers = 6000, .workers_of_queue = 6000});
    EXPECT_NEAR(state.wait_mean_s, k_limit_s - 0.05 * std::log(2.5), 1e-3);
    EXPECT_NEAR(state.queue_mean, 200'000 * state.wait_mean_s, 1);
    EXPECT_DOUBLE_EQ(state.rejected, 0);
    EXPECT_DOUBLE_EQ(state.patient, 1);
}

// Of constant works each has n / rate = 30 ms left, and needs 50: as many workers as there are serve nobody.
TEST(Overload, OfConstantWorksServesAllInVain) {
    const LimitedArrivals all[] = {{200'000, k_limit_s}};
    const OverloadState state =
        solved({.arrivals = all, .service = LatencyLaw::constant(0.05), .workers = 6000, .workers_of_queue = 6000});
    EXPECT_NEAR(state.wait_mean_s, k_limit_s - 0.03, 1e-4);
    EXPECT_GT(state.wait.exceeds(k_limit_s - 0.05), 0.9999);
}

// With six workers luck has a say: the time left is that of six arrivals, Erlang of six stages of 5 ms, and 50 ms or
// more with the chance that at most five come in them: Poisson of mean 10.
TEST(Overload, OfFewConstantWorksServesThoseWithLuck) {
    const LimitedArrivals all[] = {{200, k_limit_s}};
    const OverloadState state =
        solved({.arrivals = all, .service = LatencyLaw::constant(0.05), .workers = 6, .workers_of_queue = 6});
    EXPECT_NEAR(1 - state.wait.exceeds(k_limit_s - 0.05), 0.067, 0.015);
}

// Patience of 3 s in the mean: as many stay as can be served, and 3 s x those who leave wait.
TEST(Overload, OfTheImpatientLosesWhatIsTooMuch) {
    const LimitedArrivals all[] = {{200}};
    const OverloadState state = solved({.arrivals = all,
                                        .service = exponential(0.05),
                                        .workers = 6,
                                        .workers_of_queue = 6,
                                        .patience = exponential(3)});
    EXPECT_NEAR(state.patient, 0.6, 1e-9);
    EXPECT_NEAR(state.wait_mean_s, 3 * std::log(200 / 120.0), 0.01);
    EXPECT_NEAR(state.queue_mean, 3 * 80, 2);
}

// A queue of 60 is half a second at 120/s, and nobody's limit is as near: a queue with an end to it, as ever.
TEST(Overload, OfAFullQueueTurnsAwayWhatIsTooMuch) {
    const LimitedArrivals all[] = {{200, k_limit_s}};
    const OverloadState state =
        solved({.arrivals = all, .service = exponential(0.05), .workers = 6, .workers_of_queue = 6, .room = 60});
    EXPECT_NEAR(state.rejected, 0.4, 1e-6);
    EXPECT_NEAR(state.wait_mean_s, 0.5, 1e-6);
    EXPECT_NEAR(state.queue_mean, 60, 1e-6);
}

// 150/s who are never taken out and 100/s who are after one second, for 200/s: those of one second wait as long as
// they do, and half of them are served.
TEST(Overload, IsHeldByThoseWhoLeaveFirst) {
    const LimitedArrivals all[] = {{150'000}, {100'000, 1}};
    const OverloadState state =
        solved({.arrivals = all, .service = exponential(0.001), .workers = 200, .workers_of_queue = 200});
    EXPECT_NEAR(state.wait_mean_s, 1 - 0.001 * std::log(2), 1e-4);
    // The patient alone are too many: those of one second are all taken out, and the rest grows for ever.
    const LimitedArrivals more[] = {{250'000}, {100'000, 1}};
    EXPECT_FALSE(
        solve_overload({.arrivals = more, .service = exponential(0.001), .workers = 200, .workers_of_queue = 200}));
}

TEST(Overload, IsNoneWhereWorkersAreEnough) {
    const LimitedArrivals all[] = {{100, k_limit_s}};
    EXPECT_FALSE(solve_overload({.arrivals = all, .service = exponential(0.05), .workers = 6, .workers_of_queue = 6}));
}

}  // namespace
}  // namespace nines::analytic
