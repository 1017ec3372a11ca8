// Accountant: against integrals taken instance by instance over the same random history.

#include "models/requests/accountant.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "engine/random/stream.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

/// Fleets of one, two and five workers, one with a measured curve of power, one without limit, and a database in three
/// zones of which two hold nothing.
const Plan& plan() {
    static const Plan one = plan_of(R"(
nines: 1
name: meters
world: {regions: [us-east-1]}
services:
  one:
    {kind: fleet, in: {region: us-east-1, zones: 1, each: 4}, power: {idle: 20 W, half: 50 W, full: 60 W},
     endpoints: {op: {steps: [{work: 1 ms}]}}}
  two:
    {kind: fleet, in: {region: us-east-1, zones: 2, each: 3}, workers: 2, power: {idle: 5 W, half: 6 W, full: 90 W},
     endpoints: {op: {steps: [{work: 1 ms}]}}}
  five:
    {kind: fleet, in: {region: us-east-1, zones: 1, each: 2}, workers: 5, power: {idle: 10 W, half: 70 W, full: 80 W},
     endpoints: {op: {steps: [{work: 1 ms}]}}}
  seven:
    {kind: fleet, in: {region: us-east-1, zones: 1, each: 3}, workers: 7,
     power: {0 %: 60 W, 10 %: 110 W, 33.33 %: 150 W, 70 %: 240 W, 100 %: 330 W},
     endpoints: {op: {steps: [{work: 1 ms}]}}}
  free:
    {kind: fleet, in: {region: us-east-1, zones: 1, each: 2}, workers: unlimited,
     power: {idle: 10 W, half: 20 W, full: 30 W},
     endpoints: {op: {steps: [{work: 1 ms}]}}}
  store:
    {kind: database, in: {region: us-east-1, zones: 1}, workers: 3, power: {idle: 7 W, half: 9 W, full: 30 W},
     replication: {standby: {mode: sync, zone: other}},
     endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {d: {from: {us-east-1: 100 %}, calls: one.op, rate: 1/s}}
run: {warmup: 1 s, horizon: 1 h}
)");
    return one;
}

Run empty_run() {
    Run run;
    run.groups = Column<GroupId, GroupTally>(plan().groups.size());
    run.queue_max = Column<ServiceId, std::uint32_t>(plan().services.size());
    return run;
}

/// One thing that happens; which of them it is follows from the service.
struct Change {
    Nanoseconds at = 0;
    InstanceId instance;
    std::uint32_t before = 0, after = 0;  // workers held
    bool is_role = false;                 // of a database: paid and serving from now on, or not
    bool paid = true, serves = true;
    std::uint32_t busy = 0;  // meanwhile
};

/// A random history of up to an hour.
std::vector<Change> history(std::uint64_t number, int count) {
    Stream luck({number, 0}, "test", "accountant");
    std::vector<Change> changes;
    std::vector<std::uint32_t> busy(plan().group_of.size());
    Nanoseconds now = 0;
    for (int i = 0; i < count; ++i) {
        now += static_cast<Nanoseconds>(luck.below(200'000'001));
        const auto at = static_cast<std::uint32_t>(luck.below(busy.size()));
        const InstanceId instance{at};
        const ServicePlan& service = plan().services[plan().groups[plan().group_of[instance]].service];
        Change change{now, instance};
        if (service.has_primary && luck.below(2) == 0) {
            change.is_role = true;
            change.paid = luck.below(2) == 0;
            change.serves = change.paid && luck.below(2) == 0;
            change.busy = busy[at];
        } else {
            const std::uint32_t most = service.workers == k_unlimited ? 9 : service.workers;
            change.before = busy[at];
            change.after = busy[at] = static_cast<std::uint32_t>(luck.below(most + 1));
        }
        changes.push_back(change);
    }
    return changes;
}

void apply(Accountant& accountant, const Change& change) {
    if (change.is_role) {
        accountant.set_existing(change.instance, change.busy, change.paid, change.serves, change.at);
    } else {
        accountant.busy_changes(plan().group_of[change.instance], change.instance, change.before, change.after,
                                change.at);
    }
}

Run account(const std::vector<Change>& changes, Nanoseconds start, Nanoseconds end) {
    Run run = empty_run();
    Accountant accountant(plan(), run);
    bool started = false;
    for (const Change& change : changes) {
        if (!started && change.at >= start) {
            accountant.start_measuring(start);
            started = true;
        }
        apply(accountant, change);
    }
    accountant.close(end);
    return run;
}

/// Watts of one machine: straight from point to point.
double watts(const PowerSpec& power, std::uint32_t workers, std::uint32_t busy) {
    const double load = workers == k_unlimited ? 0 : static_cast<double>(busy) / workers * PowerSpec::k_whole;
    for (std::size_t i = 1; i < power.points().size(); ++i) {
        const PowerPoint& from = power.points()[i - 1];
        const PowerPoint& to = power.points()[i];
        if (load <= to.share) {
            return from.watts + (to.watts - from.watts) * (load - from.share) / (to.share - from.share);
        }
    }
    return power.full_w();
}

/// The same from each instance by itself.
Column<GroupId, GroupTally> by_hand(const std::vector<Change>& changes, Nanoseconds start, Nanoseconds end) {
    Column<GroupId, GroupTally> tallies(plan().groups.size());
    for (std::uint32_t i = 0; i < plan().group_of.size(); ++i) {
        const GroupId group = plan().group_of[InstanceId{i}];
        const std::uint32_t workers = plan().services[plan().groups[group].service].workers;
        GroupTally& tally = tallies[group];
        Nanoseconds since = 0;
        std::uint32_t busy = 0;
        bool paid = true;
        bool serves = true;
        const auto until = [&](Nanoseconds at) {
            const double span_s = to_seconds(std::max(at, start) - std::max(since, start));
            tally.busy_integral_s += busy * span_s;
            tally.workers_integral_s += serves && workers != k_unlimited ? workers * span_s : 0;
            tally.instances_integral_s += paid ? span_s : 0;
            // One that is not there draws no power, and has no work that would.
            tally.energy_j += paid ? watts(plan().groups[group].power, workers, busy) * span_s : 0;
            since = at;
        };
        for (const Change& change : changes) {
            if (change.instance.value != i) {
                continue;
            }
            until(change.at);
            if (change.is_role) {
                paid = change.paid;
                serves = change.serves;
            } else {
                busy = change.after;
            }
        }
        until(end);
    }
    return tallies;
}

constexpr Nanoseconds k_end = 3'600'000'000'000;

TEST(Accountant, MetersAGroupAsTheSumOfItsInstances) {
    for (std::uint64_t number = 0; number < 10; ++number) {
        // Where a database's instance leaves, its work has been lost before: none is at work that is not paid.
        std::vector<Change> changes = history(number, 3000);
        std::vector<std::uint32_t> busy(plan().group_of.size());
        std::vector<bool> paid(plan().group_of.size(), true);
        std::vector<Change> sound;
        for (Change change : changes) {
            const std::uint32_t at = change.instance.value;
            if (change.is_role) {
                if (!change.paid && busy[at] > 0) {
                    sound.push_back({change.at, change.instance, busy[at], 0});
                    busy[at] = 0;
                }
                change.busy = busy[at];
                paid[at] = change.paid;
            } else {
                change.before = busy[at];
                change.after = paid[at] ? change.after : 0;
                busy[at] = change.after;
            }
            sound.push_back(change);
        }
        constexpr Nanoseconds k_start = 30'000'000'001;
        const auto run = account(sound, k_start, k_end);
        const auto exact = by_hand(sound, k_start, k_end);
        for (std::size_t i = 0; i < plan().groups.size(); ++i) {
            const auto group = index_at<GroupId>(i);
            const GroupTally& metered = run.groups[group];
            EXPECT_NEAR(metered.busy_integral_s, exact[group].busy_integral_s, 1e-9 * exact[group].busy_integral_s);
            EXPECT_NEAR(metered.workers_integral_s, exact[group].workers_integral_s, 1e-6);
            EXPECT_NEAR(metered.instances_integral_s, exact[group].instances_integral_s, 1e-6);
            EXPECT_NEAR(metered.energy_j, exact[group].energy_j, 1e-9 * exact[group].energy_j) << "group " << i;
            EXPECT_GT(exact[group].instances_integral_s, 0) << "group " << i;
        }
    }
}

TEST(Accountant, TheOrderOfChangesAtOneTimeDoesNotMatter) {
    // Whole numbers add up to the same in any order: so equal to the last bit.
    std::vector<Change> changes = history(77, 4000);
    std::erase_if(changes, [](const Change& change) { return change.is_role; });
    std::vector<std::uint32_t> busy(plan().group_of.size());
    for (Change& change : changes) {
        change.at -= change.at % 10'000'000'000;  // ten seconds at a time
        change.before = busy[change.instance.value];
        busy[change.instance.value] = change.after;
    }
    const auto one = account(changes, 20'000'000'000, k_end);
    Stream luck({5, 0}, "test", "order");
    for (int round = 0; round < 5; ++round) {
        // Neighbours of the same time and of different instances trade places.
        for (int swaps = 0; swaps < 40'000; ++swaps) {
            const std::size_t i = 1 + luck.below(changes.size() - 1);
            if (changes[i].at == changes[i - 1].at && changes[i].instance != changes[i - 1].instance) {
                std::swap(changes[i], changes[i - 1]);
            }
        }
        const auto other = account(changes, 20'000'000'000, k_end);
        for (std::size_t i = 0; i < plan().groups.size(); ++i) {
            const auto group = index_at<GroupId>(i);
            EXPECT_EQ(one.groups[group].busy_integral_s, other.groups[group].busy_integral_s);
            EXPECT_EQ(one.groups[group].energy_j, other.groups[group].energy_j);
            EXPECT_EQ(one.groups[group].workers_integral_s, other.groups[group].workers_integral_s);
        }
    }
}

TEST(Accountant, AHundredMillionCostWhatOneDoesAndOverflowNothing) {
    // A hundred million instances for two hundred years, all workers held at the end: 10^8 x 6.3 x 10^18 ns.
    const Plan many = plan_of(
        "nines: 1\nname: many\nservices:\n"
        "  s: {kind: fleet, instances: 100000000, workers: 1000, power: {idle: 100 W, half: 150 W, full: 200 W}, "
        "endpoints: {op: {steps: [{work: 1 ms}]}}}\n"
        "demand: {d: {calls: s.op, rate: 1/h}}\n");
    nines::Run run;
    run.groups = Column<GroupId, GroupTally>(1);
    run.queue_max = Column<ServiceId, std::uint32_t>(1);
    Accountant accountant(many, run);
    const auto end = static_cast<Nanoseconds>(200 * 365.25 * 86400 * 1e9);
    for (std::uint32_t i = 0; i < many.group_of.size(); ++i) {
        accountant.busy_changes(GroupId{0}, InstanceId{i}, 0, 1000, end / 2);
    }
    accountant.close(end);
    const double end_s = to_seconds(end);
    const double held = 16384.0 * 1000 * end_s / 2;
    EXPECT_NEAR(run.groups[GroupId{0}].busy_integral_s, held, 1e-9 * held);
    EXPECT_NEAR(run.groups[GroupId{0}].instances_integral_s, 1e8 * end_s, 1e-9 * 1e8 * end_s);
    EXPECT_NEAR(run.groups[GroupId{0}].workers_integral_s, 1e11 * end_s, 1e-9 * 1e11 * end_s);
    const double joules = 1e8 * 100 * end_s + 16384.0 * 100 * end_s / 2;
    EXPECT_NEAR(run.groups[GroupId{0}].energy_j, joules, 1e-9 * joules);
}

TEST(Accountant, CountsWhoWaitsAndWhoIsInside) {
    nines::Run run = empty_run();
    Accountant accountant(plan(), run);
    const GroupId two{1};
    const GroupId three{2};  // of the same service
    ASSERT_EQ(plan().groups[two].service, plan().groups[three].service);
    const ServiceId service = plan().groups[two].service;
    accountant.entered(two, 100);
    accountant.waiting_changed(two, 1, 100);
    accountant.start_measuring(1000);
    accountant.entered(two, 2000);
    accountant.waiting_changed(two, 1, 2000);
    accountant.entered(three, 2500);
    accountant.waiting_changed(three, 1, 2500);
    accountant.waiting_changed(two, -1, 3000);
    accountant.waited(two, 2000, 3000);
    accountant.left(two, 4000);
    accountant.is_still_inside(two, 5000);
    accountant.is_still_inside(three, 5000);
    accountant.close(5000);
    const GroupTally& tally = run.groups[two];
    EXPECT_DOUBLE_EQ(tally.queue_integral_s, 1e-9 * (4000 + 1000));
    EXPECT_DOUBLE_EQ(tally.present_integral_s, 1e-9 * (4000 + 2000));
    EXPECT_DOUBLE_EQ(tally.sojourn_s, 1e-9 * (4000 + 2000)) << "from the begin of the measurement on";
    EXPECT_DOUBLE_EQ(tally.wait_s, 1e-9 * 1000);
    EXPECT_EQ(tally.queue_max, 2U);
    EXPECT_EQ(run.queue_max[service], 3U) << "both groups at once";
}

}  // namespace
}  // namespace nines
