// A server that breaks down: everything inside is lost at a failure, and arrivals are refused until it is back.

#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

std::string breaking_down(const std::string& up, const std::string& horizon) {
    return text_of(
        {.demand = "rate: 50/s",
         .faults = "crash: {target: service/s, effect: crash, every: exponential(" + up + "), for: exponential(0.2 s)}",
         .run = "warmup: 1 min, horizon: " + horizon});
}

const std::vector<Expected> k_work_lost = {
    {"failed", 1 - 0.9577227130206007, k_tolerance, share_of("rejected")},
    {"availability", 0.9577227130206007},
    {"number", 0.953937129465196, k_tolerance, number_at("s", 1)},
};

TEST(Breakdowns, WorkIsLost) {
    expect_means(breaking_down("5 s", "200 min"), {.replications = 64}, k_work_lost);
}

// With `down` nobody answers at all: what crashes refuse, the client's own clock ends.
TEST(Breakdowns, WorkIsLostInSilence) {
    const std::string yaml = text_of(
        {.demand = "rate: 50/s, timeout: 30 s",
         .faults = "silence: {target: service/s, effect: down, every: exponential(5 s), for: exponential(0.2 s)}",
         .run = "warmup: 1 min, horizon: 220 min"});
    expect_means(yaml, {.replications = 64},
                 {{"not ok", 1 - 0.9577227130206007, k_tolerance, share_of("not ok")},
                  {"number", 0.953937129465196, k_tolerance, number_at("s", 1)}});
}

TEST(BreakdownsMutants, AnUpTimeTenPercentLongerIsNoticed) {
    expect_rejected(breaking_down("5.5 s", "90 min"), {.replications = 64},
                    {{"failed", 1 - 0.9577227130206007, k_tolerance, share_of("rejected")}});
}

}  // namespace
}  // namespace nines::support
