// What must hold in every replication: records add up, luck stays where nothing is changed, fidelities agree, and a
// service that is restored is down.

#include "models/security/simulate_security.hpp"

#include <numeric>

#include "models/pillars/measures.hpp"
#include "models/study/replicator.hpp"
#include "models/study/run.hpp"
#include "tests/models/security/course.hpp"

namespace nines {
namespace {

using support::plan_of;
using support::Shop;

/// Something of every kind, often.
const std::vector<std::string> k_threats = {
    "leak: {identity: role, every: exponential(100 d), detect: exponential(30 d), reads: 1/s}",
    "key: {identity: pipeline, every: exponential(200 d), detect: exponential(30 d), hop: exponential(10 d)}",
    "cve: {layer: runtime, every: exponential(90 d), to_exploit: exponential(20 d), detect: exponential(9 d)}",
    "clerk: {kind: insider, identity: role, every: exponential(1 yr), detect: exponential(5 d)}",
    "ransom: {kind: ransomware, identity: role, every: exponential(1 yr), detect: 1 d}",
    "slip: {kind: deletion, of: orders, every: exponential(1 yr)}",
    "disk: {kind: theft, of: [orders, web], every: exponential(1 yr)}",
    "tap: {kind: tap, of: orders, every: exponential(1 yr), reads: 1/min, detect: 3 d}",
    "flood: {rate: 1000/s, every: exponential(1 yr), for: exponential(1 h)}"};

Shop shop_under(const std::vector<std::string>& threats) {
    Shop shop;
    shop.web = "patch: {every: 20 d, takes: 5 d}, absorb: 100/s, data: {records: 300},";
    shop.orders =
        "data: {records: 1000000, size: 1 TB, growth: 1 GB/d, usd_per_record: 3 USD}, backup: {every: 1 d, restore: "
        "1 GB/s, own-credentials: true},";
    shop.identities =
        "role: {of: web, may: [orders.read, orders.write], rotate: 60 d}, pipeline: {may: [deploy web, deploy orders]}";
    for (const std::string& threat : threats) {
        shop.threats += threat + ", ";
    }
    shop.run = "warmup: 60 d, horizon: 5 yr";
    return shop;
}

Shop all_threats() {
    return shop_under(k_threats);
}

double sum_of(const Column<ServiceId, double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

// What anybody may read is not exposed when somebody does; the same breaches happen.
TEST(SimulateSecurity, PublicRecordsAreNotExposed) {
    const auto course_of = [](const std::string& name) {
        Shop shop = shop_under(k_threats);
        shop.orders = "data: {records: 1000000, class: " + name + ", size: 1 TB},";
        const Plan plan = plan_of(text_of(shop));
        return SecuritySimulation(plan).run({5, 0}, plan.run.horizon_s);
    };
    const SecurityCourse secret = course_of("personal");
    const SecurityCourse open = course_of("public");
    EXPECT_GT(secret.exposed[ServiceId{1}], 0);
    EXPECT_EQ(open.exposed[ServiceId{1}], 0);
    EXPECT_EQ(open.exposed[ServiceId{0}], secret.exposed[ServiceId{0}]);
    EXPECT_EQ(open.breaches.size(), secret.breaches.size());
}

// What a balancer gets it passes on: the fleet behind it is met as if users called it themselves, one behind another
// service of one's own is not, and that nobody is met is told.
TEST(SimulateSecurity, AnExploitPassesThroughBalancers) {
    const auto plan_behind = [](const std::string& kind) {
        return plan_of(
            "{nines: 1, name: one, world: {regions: [us-east-1]}, services: {front: {kind: " + kind +
            ", in: {region: us-east-1}, endpoints: {op: {steps: [{call: s.op}]}}}, s: {kind: fleet, on: "
            "m5.large, in: {region: us-east-1}, patch: {every: 365 d}, endpoints: {op: {steps: [{work: 1 "
            "ms}]}}}}, demand: {d: {calls: front.op, rate: 1/s}}, threats: {x: {layer: operating-system, of: "
            "s, every: 10 d, to_exploit: 0 s, detect: 0 s}}, run: {fidelity: flow, horizon: 100 d}}");
    };
    const auto breaches = [](const Plan& plan) {
        return SecuritySimulation(plan).run({5, 0}, plan.run.horizon_s).breaches.size();
    };
    const Plan balanced = plan_behind("load-balancer");
    EXPECT_TRUE(balanced.security.targets[ServiceId{1}].from_internet);
    EXPECT_GT(breaches(balanced), 5U);
    EXPECT_TRUE(balanced.warnings.empty());
    const Plan behind_a_fleet = plan_behind("fleet");
    EXPECT_EQ(breaches(behind_a_fleet), 0U);
    ASSERT_FALSE(behind_a_fleet.warnings.empty());
    EXPECT_EQ(behind_a_fleet.warnings.front().rfind("the exploit `x` meets nobody", 0), 0U);
}

// Of the operating system instances are the customer's to patch, containers and functions are not; `layers` says
// otherwise.
TEST(SimulateSecurity, AnExploitMeetsThoseThatHaveToPatchTheLayer) {
    const auto met = [](const std::string& service, const std::string& layer) {
        const Plan plan = plan_of(
            "{nines: 1, name: one, world: {regions: [us-east-1]}, services: {s: {in: {region: us-east-1}, " + service +
            ", endpoints: {op: {steps: [{work: 10 ms}]}}}}, demand: {d: {calls: s.op, rate: 1/s}}, "
            "threats: {cve: {layer: " +
            layer + ", every: exponential(1 yr), to_exploit: 20 d}}}");
        return !plan.security.threats.empty() && plan.security.threats[index_at<ThreatId>(0)].of.size() == 1;
    };
    EXPECT_TRUE(met("kind: fleet, on: m5.large", "operating-system"));
    EXPECT_FALSE(met("kind: fleet, on: fargate(1 vCPU 2 GiB)", "operating-system"));
    EXPECT_TRUE(met("kind: fleet, on: fargate(1 vCPU 2 GiB)", "runtime"));
    EXPECT_FALSE(met("kind: function, on: lambda(512 MB)", "runtime"));
    EXPECT_TRUE(met("kind: function, on: lambda(512 MB)", "application"));
    EXPECT_TRUE(
        met("kind: fleet, on: fargate(1 vCPU 2 GiB), layers: {operating-system: customer}", "operating-system"));
}

TEST(SimulateSecurity, RecordsAddUp) {
    const Plan plan = plan_of(text_of(all_threats()));
    const SecuritySimulation simulation(plan);
    for (std::uint64_t r = 0; r < 100; ++r) {
        const SecurityCourse course = simulation.run({3, r}, plan.run.horizon_s);
        ThreatTally by_threat;
        for (const ThreatTally& one : course.threats) {
            by_threat.records += one.records;
            by_threat.destroyed += one.destroyed;
            by_threat.breaches += one.breaches;
        }
        double by_breach = 0;
        for (const Breach& one : course.breaches) {
            by_breach += std::accumulate(one.records.begin(), one.records.end(), 0.0);
            EXPECT_LE(one.begin_s, one.end_s);
            EXPECT_LE(one.end_s, plan.run.horizon_s);
            EXPECT_EQ(one.records.size(), one.reached.size());
            EXPECT_TRUE(std::is_sorted(one.reached.begin(), one.reached.end()));
        }
        double by_destruction = 0;
        for (const Destruction& one : course.destructions) {
            by_destruction += one.records_lost;
        }
        EXPECT_GT(by_threat.records, 0);
        EXPECT_EQ(by_threat.breaches, static_cast<double>(course.breaches.size()));
        EXPECT_NEAR(sum_of(course.exposed), by_threat.records, 1e-9 * by_threat.records);
        EXPECT_NEAR(by_breach, by_threat.records, 1e-9 * by_threat.records);
        EXPECT_NEAR(sum_of(course.destroyed), by_threat.destroyed, 1e-9 * by_threat.destroyed);
        EXPECT_NEAR(by_destruction, by_threat.destroyed, 1e-9 * by_threat.destroyed);
    }
}

// The figures of the run are the sums of what it lists, by cause.
TEST(SimulateSecurity, AttributionAddsUpToTheFigures) {
    const Plan plan = plan_of(text_of(all_threats()));
    const Results results = run_once(plan, {3, 0}, {}, {});
    for (const std::string metric : {"exposure.records", "records.destroyed"}) {
        double sum = 0;
        double shares = 0;
        for (const Attribution& part : results.attribution) {
            sum += part.metric == metric ? part.value : 0;
            shares += part.metric == metric ? part.share : 0;
        }
        const double figure = results.find(metric)->mean.value();
        EXPECT_GT(figure, 0) << metric;
        EXPECT_NEAR(sum, figure, 1e-9 * figure) << metric;
        EXPECT_NEAR(shares, 1, 1e-9) << metric;
    }
    EXPECT_EQ(results.security.threats.size(), 9U);
    EXPECT_EQ(results.security.threats[2].layer, "runtime");
}

std::vector<double> begins_of(const SecurityCourse& course, ThreatId threat) {
    std::vector<double> begins;
    for (const Breach& one : course.breaches) {
        if (one.threat == threat) {
            begins.push_back(one.begin_s);
        }
    }
    return begins;
}

// What a control is worth is told by pairs: it must change what it is for, and nothing else.
TEST(SimulateSecurity, AVariantKeepsTheLuckOfTheRest) {
    const Shop base = all_threats();
    Shop strict = base;
    strict.identities = "role: {of: web, may: [orders.read, orders.write], rotate: 5 d}, pipeline: {may: [deploy web]}";
    strict.web = "patch: {every: 2 d, takes: 5 h}, absorb: 100/s, data: {records: 300},";
    const Plan plan = plan_of(text_of(base));
    const Plan other = plan_of(text_of(strict));
    double records = 0;
    double strict_records = 0;
    for (std::uint64_t r = 0; r < 20; ++r) {
        const SecurityCourse a = SecuritySimulation(plan).run({3, r}, plan.run.horizon_s);
        const SecurityCourse b = SecuritySimulation(other).run({3, r}, plan.run.horizon_s);
        for (const std::uint32_t untouched : {3U, 6U, 7U}) {  // clerk, disk, tap
            EXPECT_EQ(begins_of(a, ThreatId{untouched}), begins_of(b, ThreatId{untouched}));
            EXPECT_EQ(a.threats[ThreatId{untouched}].records, b.threats[ThreatId{untouched}].records);
        }
        EXPECT_EQ(a.threats[ThreatId{0}].events, b.threats[ThreatId{0}].events);
        EXPECT_GE(a.threats[ThreatId{0}].credential_s, b.threats[ThreatId{0}].credential_s);
        EXPECT_GE(a.threats[ThreatId{2}].breaches, b.threats[ThreatId{2}].breaches);
        records += sum_of(a.exposed);
        strict_records += sum_of(b.exposed);
    }
    EXPECT_LT(strict_records, records);
}

TEST(SimulateSecurity, TheOrderOfThreatsIsOfNoConsequence) {
    const Plan plan = plan_of(text_of(all_threats()));
    const Plan other = plan_of(text_of(shop_under({k_threats.rbegin(), k_threats.rend()})));
    const SecurityCourse a = SecuritySimulation(plan).run({4, 1}, plan.run.horizon_s);
    const SecurityCourse b = SecuritySimulation(other).run({4, 1}, other.run.horizon_s);
    ASSERT_EQ(a.threats.size(), b.threats.size());
    for (std::uint32_t i = 0; i < a.threats.size(); ++i) {
        const ThreatId there{static_cast<std::uint32_t>(a.threats.size()) - 1 - i};
        EXPECT_EQ(plan.security.threats[ThreatId{i}].name, other.security.threats[there].name);
        EXPECT_EQ(a.threats[ThreatId{i}].records, b.threats[there].records);
        EXPECT_EQ(a.threats[ThreatId{i}].contain_s, b.threats[there].contain_s);
        EXPECT_EQ(a.threats[ThreatId{i}].destroyed, b.threats[there].destroyed);
        EXPECT_EQ(a.threats[ThreatId{i}].unpatched_s, b.threats[there].unpatched_s);
    }
}

TEST(SimulateSecurity, IsTheSameInBothFidelities) {
    Shop shop = all_threats();
    shop.run = "horizon: 300 d";
    Plan flow = plan_of(text_of(shop));
    Plan requests = flow;
    requests.run.fidelity = "requests";
    const nines::Run a = Replicator(flow).run({5, 2});
    const nines::Run b = Replicator(requests).run({5, 2});
    const MetricTable table(flow);
    std::vector<double> of_flow(table.size());
    std::vector<double> of_requests(table.size());
    table.measure(gather(flow, a), of_flow);
    table.measure(gather(requests, b), of_requests);
    int compared = 0;
    for (std::size_t i = 0; i < table.size(); ++i) {
        // What floods take and cost is what requests meet: rates in flow, luck in requests.
        const bool is_of_requests = table.rows()[i].name == "ddos.lost" || table.rows()[i].name == "ddos.cost";
        if (table.rows()[i].info->pillar == Pillar::security && !is_of_requests && !std::isnan(of_flow[i])) {
            EXPECT_EQ(of_flow[i], of_requests[i]) << table.rows()[i].name;
            ++compared;
        }
    }
    EXPECT_GE(compared, 8);
}

// A restore of 2 TB at 1 GB/s after an hour of containing: the database is down for that long, in both fidelities.
TEST(SimulateSecurity, ARestoredServiceIsDown) {
    Shop shop;
    shop.orders = "data: {records: 1000, size: 2 TB}, backup: {every: 1 d, restore: 1 GB/s, own-credentials: true},";
    shop.threats = "ransom: {kind: ransomware, of: orders, at: 2 h, detect: 1 h, contain: 1 h}";
    const double restore_s = 3600 + 2000;
    for (const std::string fidelity : {"flow", "requests"}) {
        shop.run = "horizon: 1 d";
        Plan plan = plan_of(text_of(shop));
        plan.run.fidelity = fidelity;
        const nines::Run run = Replicator(plan).run({1, 0});
        ASSERT_EQ(run.faults.size(), 1U) << fidelity;
        EXPECT_NEAR(to_seconds(run.faults[0].begin), 3 * 3600, 1e-6) << fidelity;
        EXPECT_NEAR(to_seconds(run.faults[0].end - run.faults[0].begin), restore_s, 1e-6) << fidelity;
        if (fidelity == "flow") {
            const Evidence evidence = gather(plan, run);
            const double failed = run.demands[DemandId{0}].failed() / run.demands[DemandId{0}].offered;
            EXPECT_NEAR(failed, restore_s / 86'400, 1e-3);
            ASSERT_EQ(evidence.incidents.size(), 1U);
            EXPECT_EQ(plan.names.faults[evidence.incidents[0].cause], "ransom");
        }
    }
}

// All is lost: nothing to copy back, and the service begins anew, after what the user says, or what copying would take.
TEST(SimulateSecurity, AServiceWithoutABackupBeginsAnew) {
    Shop shop;
    shop.threats = "ransom: {kind: ransomware, of: orders, at: 2 h}";
    shop.run = "horizon: 30 d";
    const auto down_s = [&](const std::string& data, const std::string& backup) {
        shop.orders = "data: {records: 1000, size: 2 TB" + data + "}," + backup;
        const nines::Run run = Replicator(plan_of(text_of(shop))).run({1, 0});
        EXPECT_EQ(run.security->destructions[0].records_lost, 1000);
        return run.faults.empty() ? 0 : to_seconds(run.faults[0].end - run.faults[0].begin);
    };
    EXPECT_NEAR(down_s(", rebuild: 7 d", ""), 7 * 86'400, 1e-3);
    EXPECT_NEAR(down_s("", "backup: {every: 1 d, restore: 1 GB/s},"), 2000, 1e-3);
    EXPECT_EQ(down_s("", ""), 0);
}

// Restores that meet are one outage, and come in order.
TEST(SimulateSecurity, RestoresFollowTheThreats) {
    Shop shop;
    shop.orders = "data: {records: 1000, size: 2 TB}, backup: {every: 1 h, restore: 1 GB/s, own-credentials: true},";
    shop.threats = "ransom: {kind: ransomware, of: orders, every: exponential(2 h)}";
    shop.run = "warmup: 1 d, horizon: 10 d";
    const Plan plan = plan_of(text_of(shop));
    const SecurityCourse course = SecuritySimulation(plan).run({1, 0}, plan.run.horizon_s);
    const nines::Run run = Replicator(plan).run({1, 0});
    EXPECT_GT(course.destructions.size(), run.faults.size()) << "some meet";
    EXPECT_GT(run.faults.size(), 50U);
    double last_s = 0;
    for (const FaultRecord& record : run.faults) {
        EXPECT_GE(to_seconds(record.begin), last_s);
        last_s = record.end == k_never ? last_s : to_seconds(record.end);
        EXPECT_GE(to_seconds(record.end - record.begin), 2000 - 1e-3);
    }
}

}  // namespace
}  // namespace nines
