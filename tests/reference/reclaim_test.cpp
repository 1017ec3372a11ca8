// One spot instance that is taken back at random and given back at random: an alternating renewal process.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/scenario.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

constexpr double k_between_min = 60;
constexpr double k_away_min = 10;
constexpr double k_notice_min = 2;

/// It takes requests but while the fault lasts: up / (up + away).
double availability() {
    return k_between_min / (k_between_min + k_away_min);
}

/// It is paid for but from the end of the notice to that of the fault, whose mean is away x exp(-notice / away).
double usd_per_month() {
    const double unpaid = k_away_min * std::exp(-k_notice_min / k_away_min) / (k_between_min + k_away_min);
    return 730 * 0.3 * (1 - unpaid);
}

std::string one_on_spot(const std::string& fidelity, const std::string& every, const std::string& notice) {
    std::string text = text_of(
        {.work = "10 ms",
         .service = "balance: {health: instant}, price: 1 USD/h, purchase: {spot: {share: 100 %, discount: 70 %}}",
         .demand = "rate: 0.05/s",
         .faults = "back: {target: any instance of s, effect: {reclaim: " + notice + "}, every: exponential(" + every +
                   "), for: exponential(10 min)}",
         .run = "warmup: 10 h, horizon: 300 h"});
    const std::string requests = "fidelity: requests";
    return text.replace(text.find(requests), requests.size(), "fidelity: " + fidelity);
}

std::vector<Expected> figures() {
    return {{"availability", availability()}, {"cost.compute", usd_per_month()}};
}

TEST(SpotRenewal, AvailabilityAndBillInRequests) {
    expect_means(one_on_spot("requests", "60 min", "2 min"), {.replications = 64}, figures());
}

TEST(SpotRenewal, AvailabilityAndBillInFlow) {
    expect_means(one_on_spot("flow", "60 min", "2 min"), {.replications = 64}, figures());
}

TEST(SpotRenewalMutants, ANoticeOfFourMinutesIsNoticedInTheBill) {
    expect_rejected(one_on_spot("flow", "60 min", "4 min"), {.replications = 64}, {figures()[1]});
}

TEST(SpotRenewalMutants, TenPercentMoreBetweenReclaimsIsNoticed) {
    expect_rejected(one_on_spot("flow", "66 min", "2 min"), {.replications = 64}, {figures()[0]});
}

}  // namespace
}  // namespace nines::support
