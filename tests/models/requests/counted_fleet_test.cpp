// Counted fleets: groups of more than 16,384 instances are a number, and a few stand in for those that differ. They
// must behave as listed ones of nearly that size do, and both as theory says.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <functional>

#include "engine/stats/interval.hpp"
#include "models/requests/simulate.hpp"
#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::expect_means;
using support::figure_of;
using support::plan_of;

constexpr std::uint64_t k_counted = 20'000;
constexpr std::uint64_t k_listed = 16'000;
static_assert(k_listed <= k_listed_max && k_counted > k_listed_max);

std::string fleet_of(std::uint64_t instances, const std::string& service, const std::string& demand,
                     const std::string& rest) {
    return fmt::format(
        "nines: 1\nname: counted\nservices:\n"
        "  s: {{kind: fleet, instances: {}{}}}\n"
        "demand:\n  d: {{calls: s.op{}}}\n{}",
        instances, service, demand, rest);
}

// --- luck of requests -----------------------------------------------------------------------------------------------

/// A quarter of the fleet is at work, one second each in the mean. Whoever is sent to an instance at work waits there.
struct Policy {
    const char* name;
    double latency_s;
};

class CountedBalance : public testing::TestWithParam<std::tuple<std::uint64_t, Policy>> {};

/// By Little's law, so that the end of the run cuts nothing: at each moment there are rate x latency in the fleet.
TEST_P(CountedBalance, HasTheMeanLatencyOfALargeFleet) {
    const auto& [instances, policy] = GetParam();
    const std::string yaml =
        fleet_of(instances,
                 fmt::format(", balance: {{policy: {}}}, endpoints: {{op: {{steps: [{{work: exponential(1 s)}}]}}}}",
                             policy.name),
                 fmt::format(", rate: {}/s", instances / 4), "run: {warmup: 12 s, horizon: 6 s}\n");
    const auto n = static_cast<double>(instances);
    expect_means(yaml, {},
                 {{"inside", n / 4 * policy.latency_s, support::k_tolerance, support::number_at("s", n)},
                  {"utilization@s", 0.25}});
}

// At random: M/M/1, 1 / (1 - 0.25). The better of two: 1 + p^2 + p^6 + ... (Vvedenskaya, Dobrushin, Karpelevich,
// Problems of Information Transmission 32 (1996) 15). The least loaded is always idle.
INSTANTIATE_TEST_SUITE_P(Sizes, CountedBalance,
                         testing::Combine(testing::Values(k_listed, k_counted),
                                          testing::Values(Policy{"random", 1 / 0.75},
                                                          Policy{"power-of-two", 1 + 0.0625 + 0.000244},
                                                          Policy{"least-outstanding", 1})),
                         [](const auto& of) {
                             std::string name = std::get<1>(of.param).name;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return fmt::format("{}_{}", name, std::get<0>(of.param));
                         });

TEST(CountedFleet, NobodyWaitsInAnIdleFleet) {
    // A thousand at work among a hundred million: two meet with a chance of one in 100,000 a request, drawn at random.
    for (const char* policy : {"least-outstanding", "power-of-two"}) {
        const Results results = run_once(
            plan_of(fleet_of(
                100'000'000,
                fmt::format(", balance: {{policy: {}}}, endpoints: {{op: {{steps: [{{work: 1 s}}]}}}}", policy),
                ", rate: 1000/s", "run: {warmup: 5 s, horizon: 20 s}\n")),
            {1, 0});
        EXPECT_NEAR(figure_of(results, "latency.max"), 1, 1e-9) << policy;
        EXPECT_EQ(figure_of(results, "queue.max@s"), 0) << policy;
        EXPECT_NEAR(figure_of(results, "utilization@s"), 1e-5, 1e-6) << policy;
    }
}

TEST(CountedFleet, TakesTheMemoryOfItsStandIns) {
    const Plan plan = plan_of(fleet_of(100'000'000, ", endpoints: {op: {steps: [{work: 1 s}]}}", ", rate: 1/s",
                                       "faults: {f: {target: any instance, effect: crash, every: exponential(10 yr), "
                                       "for: 1 h}}\n"));
    EXPECT_EQ(plan.services[ServiceId{0}].count, 100'000'000U);
    EXPECT_EQ(plan.group_of.size(), k_listed_max);
    EXPECT_EQ(plan.faults[FaultId{0}].members.size(), 1U) << "one clock for all";
    EXPECT_EQ(plan.tiers[TierId{0}].size(), k_listed_max);
    const Plan listed = plan_of(fleet_of(k_listed_max, ", endpoints: {op: {steps: [{work: 1 s}]}}", ", rate: 1/s", ""));
    EXPECT_FALSE(listed.groups[GroupId{0}].is_counted()) << "the largest that is listed";
    EXPECT_EQ(listed.group_of.size(), k_listed_max);
}

// --- faults of any instance -----------------------------------------------------------------------------------------

/// Faults of a fleet that nobody asks much of.
std::string with_faults(std::uint64_t instances, const std::string& fault, const std::string& run) {
    return fleet_of(instances, ", endpoints: {op: {steps: [{work: 1 ms}]}}", ", rate: 1/h",
                    "faults: {f: {target: any instance, effect: crash, " + fault + "}}\nrun: {" + run + "}\n");
}

constexpr double k_hour_s = 3600;

/// Means over replications of figures of all faults that there were (results list the first thousand).
using RunReading = std::function<double(const nines::Run&, const Plan&)>;
struct FaultFigure {
    const char* name;
    double exact;
    double tolerance;
    RunReading reading;
};

void expect_faults(const std::string& yaml, const std::vector<FaultFigure>& figures, int replications = 12) {
    const Plan plan = plan_of(yaml);
    std::vector<Tally> tallies(figures.size());
    for (int r = 0; r < replications; ++r) {
        const auto run = simulate_requests(plan, {7, static_cast<std::uint64_t>(r)});
        for (std::size_t i = 0; i < figures.size(); ++i) {
            tallies[i].add(figures[i].reading(run, plan));
        }
    }
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const auto interval = mean_interval(tallies[i], 1 - support::k_false_alarm);
        ASSERT_TRUE(interval);
        EXPECT_TRUE(interval->contains(figures[i].exact)) << figures[i].name << ": " << tallies[i].mean() << " +- "
                                                          << interval->half_width() << ", exact " << figures[i].exact;
        EXPECT_LT(interval->half_width(), figures[i].tolerance * figures[i].exact) << figures[i].name;
    }
}

double number_down(const nines::Run& run, const Plan& plan) {
    double sum_s = 0;
    for (const FaultRecord& fault : run.faults) {
        sum_s +=
            to_seconds(std::max(std::min(fault.end, plan.end) - std::max(fault.begin, plan.warmup), Nanoseconds{0}));
    }
    return sum_s / run.measured_s;
}
double begun_per_hour(const nines::Run& run, const Plan& plan) {
    const auto begun = std::count_if(run.faults.begin(), run.faults.end(),
                                     [&](const FaultRecord& fault) { return fault.begin >= plan.warmup; });
    return static_cast<double>(begun) / (run.measured_s / k_hour_s);
}

struct Faults {
    const char* name;
    const char* text;
    double mttr_h;
};

class CountedFaults : public testing::TestWithParam<std::tuple<std::uint64_t, Faults>> {};

/// Each is up for 1000 h in the mean: alternating renewals, each up for mttf / (mttf + mttr) of the time.
TEST_P(CountedFaults, ComeAndGoAsOfIndependentInstances) {
    const auto& [instances, faults] = GetParam();
    const double cycle_h = 1000 + faults.mttr_h;
    const auto n = static_cast<double>(instances);
    expect_faults(with_faults(instances, std::string("every: exponential(1000 h), for: ") + faults.text,
                              "warmup: 80 h, horizon: 800 h"),
                  {{"down", n * faults.mttr_h / cycle_h, support::k_wide, number_down},
                   {"begun", n / cycle_h, support::k_wide, begun_per_hour}});
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, CountedFaults,
    testing::Combine(testing::Values(k_listed, k_counted),
                     testing::Values(Faults{"fixed", "2 h", 2}, Faults{"exponential", "exponential(2 h)", 2},
                                     Faults{"lognormal", "lognormal(mean 2 h cv 1)", 2},
                                     Faults{"long", "exponential(10 h)", 10})),
    [](const auto& of) { return fmt::format("{}_{}", std::get<1>(of.param).name, std::get<0>(of.param)); });

TEST(CountedFleet, FaultsComeAsAPoissonProcess) {
    const auto run = simulate_requests(
        plan_of(with_faults(100'000'000, "every: exponential(100000 h), for: 1 min", "horizon: 100 h")), {1, 0});
    // A thousand an hour. Index of dispersion of the counts of 1 min each, and the number of all.
    std::vector<double> counts(6000);
    for (const FaultRecord& fault : run.faults) {
        ++counts[static_cast<std::size_t>(to_seconds(fault.begin) / 60)];
    }
    constexpr double k_mean = 100'000;
    EXPECT_NEAR(static_cast<double>(run.faults.size()), k_mean, 4.9 * std::sqrt(k_mean));
    const double mean = static_cast<double>(run.faults.size()) / static_cast<double>(counts.size());
    double sum = 0;
    for (const double count : counts) {
        sum += (count - mean) * (count - mean) / mean;
    }
    const boost::math::chi_squared law(static_cast<double>(counts.size() - 1));
    EXPECT_GT(sum, quantile(law, support::k_false_alarm / 2));
    EXPECT_LT(sum, quantile(law, 1 - support::k_false_alarm / 2));
}

/// Number in a birth-death process with these rates out of each state: the mean.
double mean_state(std::uint64_t states, const std::function<double(double)>& up,
                  const std::function<double(double)>& down) {
    double p = 1;
    double sum = 1;
    double moment = 0;
    for (std::uint64_t k = 1; k <= states; ++k) {
        const auto at = static_cast<double>(k);
        p *= up(at - 1) / down(at);
        sum += p;
        moment += at * p;
    }
    return moment / sum;
}

TEST(CountedFleet, CrewsRepairSoManyAtOnce) {
    // The machine repair model: 40 at a time are under repair or would be, and 50 crews.
    const auto n = static_cast<double>(k_counted);
    const double down = mean_state(
        1000, [&](double k) { return (n - k) / 1000; }, [&](double k) { return std::min(k, 50.0) / 2; });
    const double few = mean_state(
        1000, [&](double k) { return (n - k) / 1000; }, [&](double k) { return std::min(k, 44.0) / 2; });
    ASSERT_GT(few, 1.05 * down);
    expect_faults(with_faults(k_counted, "every: exponential(1000 h), for: exponential(2 h), crews: 50",
                              "warmup: 100 h, horizon: 1000 h"),
                  {{"down", down, 0.05, number_down}});
    expect_faults(with_faults(k_counted, "every: exponential(1000 h), for: exponential(2 h), crews: 44",
                              "warmup: 300 h, horizon: 2000 h"),
                  {{"down", few, 0.1, number_down}});
}

TEST(CountedFleet, WithOverlapTheClocksRunOn) {
    // Each has one every 1000 h, which lasts 200 h: 0.2 in force at a time, not 200 / 1200.
    expect_faults(with_faults(k_counted, "every: exponential(1000 h), for: 200 h, overlap: true",
                              "warmup: 200 h, horizon: 400 h"),
                  {{"in force", 0.2 * static_cast<double>(k_counted), support::k_wide, number_down},
                   {"begun", static_cast<double>(k_counted) / 1000, support::k_wide, begun_per_hour}});
}

TEST(CountedFleet, MayBeDownForTheMostPart) {
    // More are down than stand in for others: 100 of 101 parts of 17,000. It must end, and be right all the same.
    const Plan plan =
        plan_of(with_faults(17'000, "every: exponential(1 h), for: exponential(100 h)", "warmup: 10 h, horizon: 10 h"));
    const auto run = simulate_requests(plan, {1, 0});
    const double down = 17'000 * 100 / 101.0;
    EXPECT_NEAR(number_down(run, plan), down, 4.9 * std::sqrt(down / 101));
    EXPECT_EQ(run.crowded, (std::vector{GroupId{0}}));  // and it is said
}

TEST(CountedFleet, FaultsOfAnyInstanceMeetTheirShareOfRequests) {
    // One in 101 is silent, and nobody checks: so many requests end by timeout, of each policy that does not look.
    for (const std::uint64_t instances : {k_listed, k_counted}) {
        expect_means(
            fleet_of(
                instances,
                ", balance: {policy: random, health: {every: 100000 h}}, "
                "endpoints: {op: {steps: [{work: 10 ms}]}}",
                ", rate: 10/s, timeout: 1 s",
                "faults: {f: {target: any instance, effect: down, every: exponential(100 h), for: exponential(1 h)}}\n"
                "run: {warmup: 4 h, horizon: 4 h}\n"),
            {}, {{"availability", 100 / 101.0, 0.002}, {"failed", 1 / 101.0, 0.2, support::share_of("timeout")}});
    }
}

// --- all of a group, and one of it ----------------------------------------------------------------------------------

/// Two million in two zones, and 100 requests a second; what else differs.
std::string two_zones(const std::string& service, const std::string& demand, const std::string& faults) {
    return "nines: 1\nname: zones\nworld: {regions: [us-east-1]}\nservices:\n"
           "  s: {kind: fleet, in: {region: us-east-1, zones: 2, each: 1000000}, price: 0.1 USD/h, "
           "power: {idle: 20 W, half: 40 W, full: 60 W}, endpoints: {op: {steps: [{work: 100 ms}]}}" +
           service + "}\ndemand:\n  d: {from: {us-east-1: 100 %}, calls: s.op, rate: 100/s, timeout: 1 s" + demand +
           "}\n" + "faults: {" + faults + "}\nrun: {horizon: 1 h}\n";
}

bool tells(const Results& results, const std::string& text) {
    return std::any_of(results.timeline.begin(), results.timeline.end(),
                       [&](const TimelineEntry& entry) { return entry.text.find(text) != std::string::npos; });
}
std::string timeline_of(const Results& results) {
    std::string all;
    for (const TimelineEntry& entry : results.timeline) {
        all += fmt::format("{:.1f} {}\n", entry.at_s, entry.text);
    }
    return all;
}

const std::string k_zone_lost = "f: {target: zone/use1-az1, effect: down, at: 10 min, for: 20 min}";

TEST(CountedFleet, ALostZoneTakesAllOfItsGroup) {
    const Results results = run_once(plan_of(two_zones("", "", k_zone_lost)), {1, 0});
    EXPECT_TRUE(tells(results, "marked 1000000 of 2000000 s instances out (all in use1-az1)")) << timeline_of(results);
    EXPECT_TRUE(tells(results, "brought 1000000 of 2000000 s instances back (all in use1-az1)"))
        << timeline_of(results);
    // Half of the requests are lost until the checks have noticed, some 10 to 20 s of 3600.
    EXPECT_GT(figure_of(results, "requests.timeout"), 200);
    EXPECT_LT(figure_of(results, "requests.timeout"), 2000);
    EXPECT_LE(figure_of(results, "rto"), 30);
    const Results retried = run_once(plan_of(two_zones("", ", retry: {attempts: 8}", k_zone_lost)), {1, 0});
    EXPECT_GT(figure_of(retried, "availability"), 0.9999) << "the other zone serves";
}

TEST(CountedFleet, ThoseDownBeforeTheirZoneAreNotMarkedAgain) {
    // Three by name: their checks have marked them out when the zone goes, and all the others then.
    std::string faults = k_zone_lost;
    for (const char* number : {"5", "70000", "999999"}) {
        faults +=
            fmt::format(", g{0}: {{target: instance/s@use1-az1/{0}, effect: down, at: 5 min, for: forever}}", number);
    }
    const Results results = run_once(plan_of(two_zones("", "", faults)), {1, 0});
    EXPECT_TRUE(tells(results, "marked 3 of 2000000 s instances out")) << timeline_of(results);
    EXPECT_TRUE(tells(results, "marked 999997 of 2000000 s instances out (all in use1-az1)")) << timeline_of(results);
    EXPECT_TRUE(tells(results, "brought 999997 of 2000000 s instances back")) << timeline_of(results);
}

TEST(CountedFleet, IsPaidAndMeteredByItsNumber) {
    const Results results = run_once(plan_of(two_zones("", "", k_zone_lost)), {1, 0});
    EXPECT_NEAR(figure_of(results, "cost.compute"), 2e6 * 0.1 * 730, 1);
    const double served = figure_of(results, "requests.ok@s");
    EXPECT_NEAR(figure_of(results, "utilization@s"), served * 0.1 / (2e6 * 3600), 1e-4 * served * 0.1 / (2e6 * 3600));
    // 20 W idle, and 40 W more for each at work (40 W at half, 60 W at full load: straight, for one worker).
    const double joules = 2e6 * 20 * 3600 + 40 * served * 0.1;
    const double kwh = joules / 3.6e6;
    EXPECT_GT(figure_of(results, "energy.kwh"), kwh * (1 - 1e-9)) << "with the building's share on top";
    EXPECT_LT(figure_of(results, "energy.kwh"), 1.6 * kwh);
}

TEST(CountedFleet, NeedsCountsAllThatAreUp) {
    const auto refused = [](const std::string& needs, const std::string& faults) {
        const Results results = run_once(plan_of(two_zones(", needs: " + needs, "", faults)), {1, 0});
        return figure_of(results, "requests.rejected") / figure_of(results, "requests.offered");
    };
    EXPECT_EQ(refused("1000000", k_zone_lost), 0);
    EXPECT_GT(refused("1000001", k_zone_lost), 0.32) << "all of the 20 minutes";
    const std::string one = "f: {target: instance/s@use1-az2/999999, effect: crash, at: 30 min, for: forever}";
    EXPECT_EQ(refused("1999999", one), 0);
    EXPECT_NEAR(refused("2000000", one), 0.5, 0.01);
    // The same instance in a lost zone is not lost twice.
    const std::string both =
        k_zone_lost + ", g: {target: instance/s@use1-az1/7, effect: crash, at: 5 min, for: 50 min}";
    EXPECT_EQ(refused("1000000", both), 0);
    EXPECT_GT(refused("1000001", both), 0.32);
    EXPECT_NEAR(refused("2000000", both), 50 / 60.0, 0.01);
    const std::string two =
        "f: {target: instance/s@use1-az1/0, effect: crash, at: 30 min, for: forever}, "
        "g: {target: instance/s@use1-az1/1, effect: crash, at: 45 min, for: forever}";
    EXPECT_NEAR(refused("1999999", two), 0.25, 0.01) << "two names, two instances";
}

TEST(CountedFleet, OneOfAHundredMillionIsHardlyEverMet) {
    const std::string fault = "faults: {f: {target: instance/s/99999999, effect: down, at: 1 min, for: forever}}\n";
    for (const char* policy : {"round-robin", "random", "least-outstanding", "power-of-two"}) {
        const Plan plan = plan_of(fleet_of(100'000'000,
                                           fmt::format(", balance: {{policy: {}, health: {{every: 10000 h}}}}, "
                                                       "endpoints: {{op: {{steps: [{{work: 10 ms}}]}}}}",
                                                       policy),
                                           ", rate: 500/s, timeout: 1 s", fault + "run: {horizon: 5 min}\n"));
        // 120,000 requests after the fault: one meets it with a chance of 1.2 in a thousand.
        EXPECT_EQ(figure_of(run_once(plan, {1, 0}), "requests.timeout"), 0) << policy;
    }
    const std::string needs = ", needs: 100000000, endpoints: {op: {steps: [{work: 10 ms}]}}";
    const Results missed =
        run_once(plan_of(fleet_of(100'000'000, needs, ", rate: 100/s", fault + "run: {horizon: 5 min}\n")), {1, 0});
    EXPECT_NEAR(figure_of(missed, "availability"), 0.2, 0.01) << "but it is missed";
}

TEST(CountedFleet, ANamedInstanceIsMetByItsShareOfRequests) {
    // Of 20,000 one in 20,000; all requests are answered with an error there, and all others are not.
    expect_means(
        fleet_of(k_counted, ", balance: {policy: random}, endpoints: {op: {steps: [{work: 1 ms}]}}", ", rate: 10000/s",
                 "faults: {f: {target: instance/s/19999, effect: {errors: 100 %}, at: 0, for: forever}}\n"
                 "run: {horizon: 25 s}\n"),
        {}, {{"failed", 1 / 20'000.0, 0.6, support::share_of("error")}});
}

TEST(CountedFleet, AFaultOfOneRarelyMeetsARequestThatItHolds) {
    // Ten thousand times an instance crashes while a thousand of a hundred million are at work: 0.1 requests are lost.
    const auto run = simulate_requests(
        plan_of(fleet_of(100'000'000, ", endpoints: {op: {steps: [{work: 10 s}]}}", ", rate: 100/s",
                         "faults: {f: {target: any instance, effect: crash, every: exponential(2778 h), for: 1 s}}\n"
                         "run: {horizon: 1000 s}\n")),
        {1, 0});
    EXPECT_GT(run.faults.size(), 9'000U);
    EXPECT_LE(run.demands[DemandId{0}].count(Outcome::rejected), 3U);
}

TEST(CountedFleet, NamedInstancesAreHardlyEverTheOnesAtWork) {
    // A hundred of a hundred million crash while 8,000 are at work: 0.008 requests are lost.
    std::string faults;
    for (int i = 0; i < 100; ++i) {
        faults += fmt::format("f{0}: {{target: instance/s/{1}, effect: crash, at: 60 s, for: 1 s}}, ", i, 997'000 * i);
    }
    const auto run =
        simulate_requests(plan_of(fleet_of(100'000'000, ", endpoints: {op: {steps: [{work: 10 s}]}}", ", rate: 800/s",
                                           "faults: {" + faults + "}\nrun: {horizon: 100 s}\n")),
                          {1, 0});
    EXPECT_LE(run.demands[DemandId{0}].count(Outcome::rejected), 1U);
}

TEST(CountedFleet, ManyAtWorkAreMetInProportion) {
    // Crashes of any of 20,000, 5,000 of them at work: one in four costs a request, which its client learns at once.
    const auto run = simulate_requests(
        plan_of(fleet_of(k_counted, ", balance: {policy: least-outstanding}, endpoints: {op: {steps: [{work: 10 s}]}}",
                         ", rate: 500/s",
                         "faults: {f: {target: any instance, effect: crash, every: exponential(20 min), for: 1 ms}}\n"
                         "run: {warmup: 20 s, horizon: 2000 s}\n")),
        {1, 0});
    const double crashes = k_counted * 2000 / 1200.0;
    EXPECT_NEAR(static_cast<double>(run.faults.size()), crashes * 1.01, 4.9 * std::sqrt(crashes));
    // What is lost is not at work any more: a share of 1/4 less as many as are lost in five seconds, in the mean.
    const double lost_per_s = k_counted / 1200.0 / 4;
    const double busy = 5000 - lost_per_s * 5;
    EXPECT_NEAR(static_cast<double>(run.demands[DemandId{0}].count(Outcome::rejected)), crashes * busy / k_counted,
                4.9 * std::sqrt(crashes / 4));
}

TEST(CountedFleet, TheSameLuckGivesTheSameRun) {
    const Plan plan = plan_of(two_zones(
        ", balance: {policy: power-of-two}", ", retry: {attempts: 3}",
        k_zone_lost +
            ", g: {target: any instance, effect: crash, every: exponential(200 h), for: exponential(1 min)}"));
    const Results one = run_once(plan, {1, 0});
    const Results two = run_once(plan, {1, 0});
    EXPECT_EQ(one.fingerprint, two.fingerprint);
    ASSERT_EQ(one.metrics.size(), two.metrics.size());
    for (std::size_t i = 0; i < one.metrics.size(); ++i) {
        EXPECT_EQ(one.metrics[i].mean, two.metrics[i].mean) << one.metrics[i].name;
    }
    EXPECT_EQ(timeline_of(one), timeline_of(two));
    EXPECT_NE(one.fingerprint, run_once(plan, {1, 1}).fingerprint);
    EXPECT_EQ(one.faults.size(), 1000U) << "as many as results list";
}

TEST(CountedFleet, AFaultThatLeavesItAloneChangesNothing) {
    // Luck is by name: instances of another fleet that fail do not change the requests of this one.
    const auto text = [](const std::string& faults) {
        return "nines: 1\nname: two\nservices:\n"
               "  s: {kind: fleet, instances: 50000, endpoints: {op: {steps: [{work: exponential(10 ms)}]}}}\n"
               "  t: {kind: fleet, instances: 50000, endpoints: {op: {steps: [{work: exponential(10 ms)}]}}}\n"
               "demand: {d: {calls: s.op, rate: 100/s}, e: {calls: t.op, rate: 100/s, timeout: 1 s}}\n" +
               faults + "run: {horizon: 100 s}\n";
    };
    const Results alone = run_once(plan_of(text("")), {1, 0});
    const Results beside = run_once(
        plan_of(text("faults: {f: {target: any instance of t, effect: down, every: exponential(10 h), for: 10 s}}\n")),
        {1, 0});
    EXPECT_GT(beside.faults.size(), 50U);
    EXPECT_EQ(figure_of(alone, "latency.mean@s"), figure_of(beside, "latency.mean@s"));
    EXPECT_EQ(figure_of(alone, "latency.p99@s"), figure_of(beside, "latency.p99@s"));
}

}  // namespace
}  // namespace nines
