// What spare instances buy, by the closed forms of k out of n.

#include "models/pillars/spare_worth.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/simulate.hpp"

namespace nines {
namespace {

constexpr double k_minutes_per_year = 525'600;
constexpr double k_down = 0.01;  // up for 99 h on average, down for one

Plan three(const std::string& fault) {
    return support::plan_of(fmt::format(R"(nines: 1
name: three
world: {{regions: [us-east-1]}}
services:
  web: {{kind: fleet, in: {{region: us-east-1, zones: 3, each: 1}}, endpoints: {{page: {{steps: [{{work: 1 ms}}]}}}}}}
demand: {{users: {{calls: web.page, rate: 1/s}}}}
faults: {{f: {{{}}}}}
run: {{horizon: 1 h}}
)",
                                        fault));
}

// Two of three are needed: with the third, two must be down at once; without it, one.
TEST(SpareWorth, IsThatOfTwoOutOfThree) {
    const double with = 3 * k_down * k_down * (1 - k_down) + std::pow(k_down, 3);
    const double without = 1 - (1 - k_down) * (1 - k_down);
    for (const char* target : {"any instance of web", "any zone"}) {
        const Plan plan =
            three(fmt::format("target: {}, effect: down, every: exponential(99 h), for: exponential(1 h)", target));
        const auto bought = minutes_bought_per_year(plan, ServiceId{0}, 2);
        ASSERT_TRUE(bought) << target;
        EXPECT_NEAR(*bought, (without - with) * k_minutes_per_year, 1e-6) << target;
        EXPECT_NE(*minutes_bought_per_year(plan, ServiceId{0}, 1), *bought);
    }
}

// What takes all of them at once is no use to have more for.
TEST(SpareWorth, IsNothingAgainstWhatTakesAll) {
    const auto bought = minutes_bought_per_year(
        three("target: region/us-east-1, effect: down, every: exponential(99 h), for: exponential(1 h)"), ServiceId{0},
        2);
    ASSERT_TRUE(bought);
    EXPECT_NEAR(*bought, 0, 1e-9);
}

// A fault at a fixed time has no share of a year; errors are no instance that is down.
TEST(SpareWorth, IsNotToldWhereTheStructureDoesNotKnow) {
    EXPECT_FALSE(
        minutes_bought_per_year(three("target: any zone, effect: down, at: 1 min, for: 1 min"), ServiceId{0}, 2));
    EXPECT_FALSE(minutes_bought_per_year(three("target: service/web, effect: {errors: 5 %}, every: 1 h, for: 1 min"),
                                         ServiceId{0}, 2));
}

// A standby answers when the primary's instance is down: both must be.
TEST(SpareWorth, OfAStandbyIsThePrimarysTimeAlone) {
    const Plan plan = support::plan_of(R"(nines: 1
name: standby
world: {regions: [us-east-1]}
services:
  orders:
    kind: database
    on: db.m5.large
    in: {region: us-east-1, zones: 1}
    replication: {standby: {mode: sync, zone: other}}
    endpoints: {read: {steps: [{work: 1 ms}]}}
demand: {users: {calls: orders.read, rate: 10/s}}
faults: {f: {target: any instance of orders, effect: down, every: exponential(99 h), for: exponential(1 h)}}
run: {horizon: 1 h}
)");
    const auto bought = minutes_bought_per_year(plan, ServiceId{0}, 1);
    ASSERT_TRUE(bought);
    EXPECT_NEAR(*bought, (k_down - k_down * k_down) * k_minutes_per_year, 1e-6);
}

}  // namespace
}  // namespace nines
