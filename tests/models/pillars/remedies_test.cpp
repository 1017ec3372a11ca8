// Remedies: which are found, and that each is a change that the scenario takes.

#include "models/pillars/remedies.hpp"

#include <gtest/gtest.h>

#include <set>

#include "models/architecture/read_architecture.hpp"
#include "models/language/patch.hpp"
#include "models/language/source.hpp"
#include "models/plan/compile.hpp"
#include "models/study/run.hpp"

namespace nines {
namespace {

// Everything that a remedy is known for is missing here.
constexpr const char* k_bare = R"(nines: 1
name: bare
world: {regions: [us-east-1]}
services:
  web:
    kind: fleet
    on: m5.large
    in: {region: us-east-1, zones: 2, each: 4}
    workers: 4
    patch: {every: 14 d, takes: 2 h}
    deploy: {every: exponential(1 d), bad: 5 %, effect: {errors: 20 %}, rollback: manual}
    endpoints: {page: {steps: [{work: 20 ms}, {call: orders.read, timeout: 500 ms}, {call: orders.write}]}}
  orders:
    kind: database
    on: db.m5.large
    in: {region: us-east-1, zones: 1}
    data: {records: 1000000, size: 10 GB}
    backup: {every: 1 d, restore: 1 GB/s}
    endpoints: {read: {steps: [{work: 1 ms}]}, write: {steps: [{work: 1 ms}], writes: 1}}
demand: {users: {calls: web.page, rate: 10/s, timeout: 1 s}}
identities: {web-role: {of: web, may: [all]}}
threats:
  leak: {identity: web-role, every: exponential(3 yr), detect: exponential(30 d), contain: 1 d}
  exploit: {layer: operating-system, of: web, every: exponential(1 yr), to_exploit: exponential(20 d)}
  wipe: {kind: deletion, of: orders, every: exponential(3 yr)}
  theft: {kind: theft, of: orders, every: exponential(3 yr)}
alarms: {errors: {metric: error_share@web, above: 2 %}}
oncall: {acknowledge: 5 min, diagnose: 20 min}
runbooks: {restart: {takes: 5 min}}
faults:
  hang: {target: service/web, effect: {errors: 50 %}, every: exponential(1 d), repair: restart}
  crash: {target: service/orders, effect: {errors: 5 %}, every: exponential(1 d), for: 1 h}
run: {fidelity: flow, horizon: 30 d}
)";

struct Read {
    Document document;
    Architecture architecture;
};

Read read(const std::string& yaml, const std::vector<std::string>& sets = {}) {
    static const Catalog catalog;
    Problems problems;
    Read read;
    read.document = read_document_text("test.yaml", yaml, problems);
    for (const std::string& set : sets) {
        apply_set(read.document, set, problems);
    }
    read.architecture = read_architecture(read.document, catalog, problems);
    EXPECT_TRUE(problems.empty()) << format_problems(read.document, problems) << testing::PrintToString(sets);
    return read;
}

std::vector<Remedy> remedies_for(const std::string& yaml) {
    const Read bare = read(yaml);
    return remedies_of(bare.document, bare.architecture, run_once(compile(bare.architecture, Catalog()), {1, 0}));
}

std::set<std::string> names_of(const std::vector<Remedy>& remedies) {
    std::set<std::string> names;
    for (const Remedy& remedy : remedies) {
        EXPECT_TRUE(names.insert(remedy.name).second) << remedy.name << " is there twice";
    }
    return names;
}

TEST(Remedies, OfAnArchitectureThatHasNone) {
    const std::set<std::string> expected{"health checks twice as often",
                                         "answers of DNS kept for 10 s",
                                         "clients ask a second time",
                                         "services ask a second time",
                                         "answers without orders.read where it fails, if they may",
                                         "a standby of orders in another zone",
                                         "one zone more for web",
                                         "one instance more of web in each zone",
                                         "one instance fewer of web in each zone",
                                         "the runbook restart runs by itself",
                                         "alarms that take silence for bad news",
                                         "web is deployed to a canary first",
                                         "web is rolled back by its alarms",
                                         "data encrypted at rest and in transit",
                                         "backups with credentials of their own",
                                         "patches twice as often",
                                         "credentials renewed every 30 days",
                                         "identities may only what their services call",
                                         "reserved instances for what runs most of the time",
                                         "savings plans for them, at the discounts of reservations",
                                         "half of web on spot, taken back as the catalogue says for 30 min",
                                         "calls stay in their zone"};
    EXPECT_EQ(names_of(remedies_for(k_bare)), expected);
}

TEST(Remedies, EachIsAChangeThatTheScenarioTakes) {
    for (const Remedy& remedy : remedies_for(k_bare)) {
        SCOPED_TRACE(remedy.name);
        read(k_bare, remedy.sets);
    }
}

TEST(Remedies, WhatIsThereIsNotAdvised) {
    std::string mended = k_bare;
    const auto replace = [&](const std::string& from, const std::string& to) {
        ASSERT_NE(mended.find(from), std::string::npos) << from;
        mended.replace(mended.find(from), from.size(), to);
    };
    replace("restart: {takes: 5 min}", "restart: {takes: 5 min, automatic: true}");
    replace("may: [all]", "may: [orders.read, orders.write], rotate: 7 d");
    replace("restore: 1 GB/s", "restore: 1 GB/s, own-credentials: true");
    replace("rollback: manual", "strategy: canary(20 % 5 min)");
    replace("timeout: 1 s}", "timeout: 1 s, retry: {attempts: 3, budget: 10 %}}");
    const auto names = names_of(remedies_for(mended));
    for (const char* gone : {"the runbook restart runs by itself", "credentials renewed every 30 days",
                             "web is deployed to a canary first", "identities may only what their services call",
                             "backups with credentials of their own", "web is rolled back by its alarms",
                             "clients ask a second time", "retries within a budget of 10 %"}) {
        EXPECT_EQ(names.count(gone), 0U) << gone;
    }
}

TEST(Remedies, OfMachinesAndJobs) {
    std::string yaml = k_bare;
    yaml.replace(yaml.find("on: m5.large"), 12, "on: m6i.large");
    yaml += "jobs: {nightly: {on: m5.4xlarge, in: {region: us-east-1}, work: 4 h, every: 1 d, within: 20 h}}\n";
    const std::vector<Remedy> remedies = remedies_for(yaml);
    const auto names = names_of(remedies);
    for (const char* wanted : {"web on m6g.large, as fast as on m6i.large", "nightly waits for its greenest hours",
                               "nightly runs on spot"}) {
        EXPECT_EQ(names.count(wanted), 1U) << wanted;
    }
    for (const Remedy& remedy : remedies) {
        SCOPED_TRACE(remedy.name);
        read(yaml, remedy.sets);
    }
}

// The places are said anew, in whatever way they were said; where the service scales, its bounds move along.
TEST(Remedies, MoreInstancesMoveTheBoundsOfScaling) {
    std::string scaled = k_bare;
    const std::string in = "in: {region: us-east-1, zones: 2, each: 4}";
    scaled.replace(scaled.find(in), in.size(),
                   "in: {region: us-east-1, zones: 2}\n    instances: 5\n"
                   "    scale: {target: 50 %, min: 5, max: 6, launch: 1 min}");
    for (const Remedy& remedy : remedies_for(scaled)) {
        SCOPED_TRACE(remedy.name);
        const Read after = read(scaled, remedy.sets);
        const Service& web = after.architecture.services[index_at<ServiceId>(0)];
        if (remedy.name == "one instance more of web in each zone") {
            EXPECT_EQ(web.groups.at(0).instances, 4U);
            EXPECT_EQ(web.groups.at(1).instances, 3U);
            EXPECT_EQ(web.scale->min, 7U);
            EXPECT_EQ(web.scale->max, 7U);
        } else if (remedy.name == "one zone more for web") {
            EXPECT_EQ(web.groups.size(), 3U);
        }
    }
}

}  // namespace
}  // namespace nines
