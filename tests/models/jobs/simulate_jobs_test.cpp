// Batch jobs: case c09 of cost_energy.json simulated, courses worked out by hand, and what must add up.

#include "models/jobs/simulate_jobs.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

/// Jobs and nothing else.
std::string jobs_alone(const std::string& jobs, const std::string& horizon) {
    return fmt::format("nines: 1\nname: jobs\njobs: {{{}}}\nrun: {{fidelity: flow, horizon: {}}}\n", jobs, horizon);
}

/// c09: 12 h of work on a machine of 1.25 USD/h on demand and 0.4 USD/h on spot. Ready every hour, they run side by
/// side.
std::string c09(const std::string& buying) {
    return jobs_alone("j: {work: 12 h, every: 1 h, restart: 6 min, price: 1.25 USD/h, " + buying + "}", "25000 h");
}

const std::string k_spot = "spot: {reclaim: exponential(20 h), discount: 68 %}";
const std::string k_checkpoint = ", checkpoint: {every: 1 h, takes: 72 s}";

constexpr Effort k_effort{.replications = 40};  // a million jobs; one in two thousand is not over at the horizon

TEST(JobsReference, SpotWithoutCheckpoints) {
    expect_means(c09(k_spot), k_effort,
                 {{"job.run_hours", 16.52458788784923},
                  {"job.duration@j", 16.52458788784923 * 3600},
                  {"job.reclaims", 0.822118800390509},
                  {"job.cost", 6.6098351551396926},
                  {"jobs.uninterrupted", 0.5488116360940264}});
}

TEST(JobsReference, SpotWithCheckpoints) {
    expect_means(c09(k_spot + k_checkpoint), k_effort,
                 {{"job.run_hours@j", 12.620281859908784},
                  {"job.reclaims@j", 0.627874719398447},
                  {"job.cost@j", 5.048112743963514}});
}

TEST(JobsReference, OnDemand) {
    const Results results = run_once(plan_of(c09("")), {1, 0});
    EXPECT_NEAR(figure_of(results, "job.cost"), 15, 1e-9);
    EXPECT_EQ(figure_of(results, "job.reclaims"), 0);
    EXPECT_EQ(figure_of(results, "jobs.uninterrupted"), 1);
}

// Reclaims every 20.5 h, or restarts of nothing: the same checks must say no.
TEST(JobsReference, MutantsAreRejected) {
    expect_rejected(c09("spot: {reclaim: exponential(21 h), discount: 68 %}"), {},
                    {{"job.reclaims", 0.822118800390509}});
    expect_rejected(c09(k_spot + ", checkpoint: {every: 1 h, takes: 144 s}"), {}, {{"job.cost", 5.048112743963514}});
    expect_rejected(c09("spot: {reclaim: gamma(mean 20 h cv 0.5), discount: 68 %}"), {},
                    {{"jobs.uninterrupted", 0.5488116360940264}});
}

// Two machines are reclaimed twice as often as one: the first loss is the loss of both. Whatever the law: the least of
// two exponentials of a mixture is an exponential of half the mean.
TEST(JobsReference, TheFirstOfSeveralMachinesInterrupts) {
    const std::string text = "instances: 2, spot: {reclaim: RECLAIM, discount: 68 %}";
    for (const std::string reclaim : {"exponential(40 h)", "mixture(50 % exponential(40 h) 50 % exponential(40 h))"}) {
        std::string buying = text;
        buying.replace(buying.find("RECLAIM"), 7, reclaim);
        expect_means(c09(buying), k_effort,
                     {{"job.run_hours", 2 * 16.52458788784923}, {"job.reclaims", 0.822118800390509}});
    }
}

// --- by hand --------------------------------------------------------------------------------------------------------

// Stretches of 1.1 h. Begun at 0, two are saved at 2.2 and it is reclaimed at 2.5; at work again from 3.0, two more are
// saved at 5.2, reclaimed at 5.5; at work from 6.0, the last is done at 7.1.
TEST(Jobs, GoOnFromTheLastCheckpoint) {
    const Results results =
        run_once(plan_of(jobs_alone("j: {work: 5 h, at: 0, restart: 30 min, checkpoint: {every: 1 h, takes: 6 min}, "
                                    "spot: {reclaim: 2.5 h, discount: 50 %}, price: 2 USD/h}",
                                    "730 h")),
                 {1, 0});
    EXPECT_NEAR(figure_of(results, "job.run_hours"), 7.1, 1e-9);
    EXPECT_NEAR(figure_of(results, "job.duration"), 7.1 * 3600, 1e-6);
    EXPECT_EQ(figure_of(results, "job.reclaims"), 2);
    EXPECT_EQ(figure_of(results, "jobs.uninterrupted"), 0);
    EXPECT_NEAR(figure_of(results, "cost.per_month"), 7.1, 1e-9);
}

// Reclaimed at the moment at which the third stretch of 0.1 h is saved, on every day of a year: it is saved.
TEST(Jobs, SaveAStretchThatEndsWithTheReclaim) {
    const Results results =
        run_once(plan_of(jobs_alone("j: {work: 0.9 h, at: 0, every: 23.7 h, checkpoint: {every: 0.1 h, takes: 0}, "
                                    "spot: {reclaim: 0.3 h, discount: 50 %}}",
                                    "8760 h")),
                 {1, 0});
    EXPECT_EQ(figure_of(results, "job.reclaims"), 2);
    EXPECT_NEAR(figure_of(results, "job.run_hours"), 0.9, 1e-9);
}

// Ready at 0, 24 h, ... 720 h: thirty of 12 h, and of the last the 10 h up to the horizon, on three machines.
TEST(Jobs, CostHoursTimesPrice) {
    const Results results = run_once(
        plan_of(jobs_alone("j: {work: 12 h, at: 0, every: 1 d, instances: 3, within: 13 h, price: 2 USD/h}", "730 h")),
        {1, 0});
    EXPECT_NEAR(figure_of(results, "cost.per_month"), 370 * 3 * 2, 1e-9);
    EXPECT_NEAR(figure_of(results, "cost.compute"), 370 * 3 * 2, 1e-9);
    EXPECT_EQ(figure_of(results, "jobs.ready"), 31);
    EXPECT_EQ(figure_of(results, "jobs.finished@j"), 30);
    EXPECT_EQ(figure_of(results, "jobs.late"), 0);
    ASSERT_EQ(results.bill.size(), 1U);
    EXPECT_EQ(results.bill.front().item, "machine (j)");
    EXPECT_NEAR(results.bill.front().quantity, 370 * 3, 1e-9);
}

// Ready at -5, 5 and 15 h, 7 h each: of the first the 2 h after time zero are paid, of the last the 5 h up to the
// horizon. The first was not ready in the measured time; the last does not finish in it.
TEST(Jobs, ArePaidInTheMeasuredTimeAndCountedWhereTheyBegin) {
    const Results results = run_once(plan_of("nines: 1\nname: j\njobs: {j: {work: 7 h, every: 10 h, price: 1 USD/h}}\n"
                                             "run: {fidelity: flow, warmup: 15 h, horizon: 20 h}\n"),
                                     {1, 0});
    ASSERT_EQ(results.bill.size(), 1U);
    EXPECT_NEAR(results.bill.front().quantity / 730 * 20, 14, 1e-9);
    EXPECT_EQ(figure_of(results, "jobs.ready"), 2);
    EXPECT_EQ(figure_of(results, "jobs.finished"), 1);
    EXPECT_NEAR(figure_of(results, "job.run_hours"), 7, 1e-9);
}

/// A job of 4 h in a zone that a fault concerns from 3 h to 5 h, beside a service that is asked now and then.
std::string with_fault(const std::string& target, const std::string& effect) {
    return fmt::format(R"(nines: 1
name: a job and a fault
world: {{regions: [us-east-1, us-west-2]}}
services: {{s: {{kind: fleet, in: {{region: us-west-2}}, endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}}}}}
demand: {{d: {{calls: s.op, rate: 1/min}}}}
jobs: {{j: {{on: m7g.2xlarge, in: {{region: us-east-1, zones: [use1-az2]}}, work: 4 h, at: 0, within: 8 h, restart: 30 min}}}}
faults: {{f: {{target: {}, effect: {}, at: 3 h, for: 2 h}}}}
run: {{horizon: 20 h}}
)",
                       target, effect);
}

double duration_h(const std::string& yaml, const std::string& fidelity) {
    Plan plan = plan_of(yaml);
    plan.run.fidelity = fidelity;
    return figure_of(run_once(plan, {1, 0}), "job.duration") / 3600;
}

// Lost at 3 h, begun again at 5 h with half an hour of restart and four of work: 9.5 h, of which machines ran 7.5.
TEST(Jobs, AreInterruptedByTheLossOfTheirPlace) {
    for (const std::string fidelity : {"requests", "flow"}) {
        for (const std::string target : {"zone/use1-az2", "region/us-east-1", "provider", "any zone"}) {
            for (const std::string effect : {"down", "crash"}) {
                EXPECT_NEAR(duration_h(with_fault(target, effect), fidelity), 9.5, 1e-6) << target << effect;
            }
        }
        EXPECT_NEAR(duration_h(with_fault("region/us-east-1", "partition"), fidelity), 4, 1e-9);
        EXPECT_NEAR(duration_h(with_fault("zone/use1-az1", "down"), fidelity), 4, 1e-9);
        EXPECT_NEAR(duration_h(with_fault("region/us-west-2", "down"), fidelity), 4, 1e-9);
        EXPECT_NEAR(duration_h(with_fault("zone/use1-az2", "{slow: 2}"), fidelity), 4, 1e-9);
    }
    const Results results = run_once(plan_of(with_fault("zone/use1-az2", "down")), {1, 0});
    EXPECT_NEAR(figure_of(results, "job.run_hours"), 7.5, 1e-6);
    EXPECT_EQ(figure_of(results, "job.reclaims"), 0);
    EXPECT_EQ(figure_of(results, "jobs.late"), 1);
}

// 3,504 outages of an hour, a day apart: no job of 26 h misses them all. In `flow` too, which lists but a thousand.
TEST(Jobs, MeetEveryOutageOfALongRun) {
    Plan plan = plan_of(R"(nines: 1
name: ten years
world: {regions: [us-east-1]}
jobs: {j: {in: {region: us-east-1, zones: [use1-az2]}, work: 26 h, every: 100 h, checkpoint: {every: 1 h, takes: 0}}}
faults: {f: {target: zone/use1-az2, effect: down, every: 24 h, for: 1 h}}
run: {horizon: 10 yr}
)");
    for (const std::string fidelity : {"requests", "flow"}) {
        plan.run.fidelity = fidelity;
        const Results results = run_once(plan, {1, 0});
        EXPECT_EQ(figure_of(results, "jobs.finished"), 875) << fidelity;
        EXPECT_EQ(figure_of(results, "jobs.uninterrupted"), 0) << fidelity;
    }
}

// 5 to 10 % of m7g.2xlarge in us-west-2 are taken in a month.
TEST(Jobs, AreReclaimedAsOftenAsTheCatalogueSays) {
    const Plan plan = plan_of(R"(nines: 1
name: a catalogue's rate
world: {regions: [us-west-2]}
jobs: {j: {on: m7g.2xlarge, in: {region: us-west-2}, work: 1 h, at: 0, spot: {reclaim: catalog}}}
)");
    const JobPlan& job = plan.jobs[JobId{0}];
    EXPECT_NEAR(job.spec.spot->reclaim_s.mean(), 730 * 3600 / -std::log(1 - 0.075), 1e-3);
    EXPECT_NEAR(job.usd_per_h, 0.3264 * (1 - 0.63), 1e-12);
}

// Time zero is 19:30: the next 20:00 comes after half an hour, the next 02:00 after six and a half.
TEST(Jobs, AreReadyAtATimeOfDay) {
    for (const auto& [at, hours] : {std::pair("20:00", 0.5), std::pair("02:00", 6.5), std::pair("19:30", 0.0)}) {
        const Plan plan =
            plan_of(fmt::format("nines: 1\nname: j\njobs: {{j: {{work: 1 h, at: {}, every: 1 d}}}}\n"
                                "run: {{start: 2026-01-05 19:30}}\n",
                                at));
        EXPECT_EQ(*plan.jobs[JobId{0}].spec.at_s, hours * 3600) << at;
    }
}

// A job that is not finished when its window is over is late, too.
TEST(Jobs, AreLateWhenTheyNeverEnd) {
    const Results results =
        run_once(plan_of(jobs_alone("j: {work: 10 d, at: 0, every: 1 d, within: 2 d}", "4 d")), {1, 0});
    EXPECT_EQ(figure_of(results, "jobs.ready"), 4);
    EXPECT_EQ(figure_of(results, "jobs.finished"), 0);
    EXPECT_EQ(figure_of(results, "jobs.late"), 1) << "of the three that are due";
}

// --- what must add up -----------------------------------------------------------------------------------------------

constexpr const char* k_shop = R"(nines: 1
name: a shop with jobs
world: {regions: [us-east-1]}
services:
  web: {kind: fleet, on: m7g.large, in: {region: us-east-1, zones: 2, each: 2}, endpoints: {page: {steps: [{work: 20 ms}]}}}
demand: {users: {calls: web.page, rate: 5/s}}
jobs:
  report: {on: m7g.2xlarge, in: {region: us-east-1}, instances: 2, work: lognormal(mean 3 h cv 0.5), every: exponential(10 h), spot: {reclaim: catalog}, restart: 6 min}
  render: {on: fargate(2 vCPU 4 GiB), in: {region: us-east-1}, work: 2 h, every: 12 h, at: 1 h, within: 11 h, start: greenest}
faults: {dark: {target: any zone, effect: down, every: exponential(2 d), for: 1 h}}
run: {warmup: 1 d, horizon: 10 d}
)";

TEST(Jobs, AddUp) {
    for (const std::string fidelity : {"requests", "flow"}) {
        Plan plan = plan_of(k_shop);
        plan.run.fidelity = fidelity;
        const Results results = run_once(plan, {3, 0});
        double bill = 0;
        double hours = 0;
        for (const BillLine& line : results.bill) {
            bill += line.usd;
            hours += line.item.find("report") != std::string::npos ? line.quantity : 0;
        }
        EXPECT_NEAR(bill, figure_of(results, "cost.per_month"), 1e-9 * bill);
        EXPECT_GT(hours, 0);
        double usd = 0;
        double kg = 0;
        for (const Attribution& part : results.attribution) {
            usd += part.metric == "cost.per_month" ? part.value : 0;
            kg += part.metric == "carbon.kg" ? part.value : 0;
        }
        EXPECT_NEAR(usd, bill, 1e-9 * bill);
        EXPECT_NEAR(kg, figure_of(results, "carbon.kg"), 1e-9 * kg);
    }
}

// Watts x hours x PUE, machines' making by the hours that they are there, water by their energy: what the whole takes
// less what the shop alone takes is what the bill's hours take.
TEST(Jobs, TakeWhatTheirHoursTake) {
    Plan plan = plan_of(k_shop);
    const Results both = run_once(plan, {3, 0});
    double machine_kwh = 0;
    double embodied_kg = 0;
    for (const JobPlan& job : plan.jobs) {
        for (const BillLine& line : both.bill) {
            if (line.item.find("(" + job.spec.name + ")") != std::string::npos) {
                const double hours = line.quantity / 730 * 240;  // of a month, to ten days
                machine_kwh += hours * job.busy_w / 1000;
                embodied_kg += hours * job.embodied_kg / (4 * 8760);
            }
        }
    }
    const CarbonPlan& region = plan.carbon[plan.world.of_kind(LocationKind::region).front()];
    plan.jobs = {};
    std::erase_if(plan.charges, [](const ChargePlan& charge) { return charge.meter == ChargeMeter::job_hours; });
    const Results alone = run_once(plan, {3, 0});
    const auto more = [&](const char* name) { return figure_of(both, name) - figure_of(alone, name); };
    ASSERT_GT(machine_kwh, 1);
    ASSERT_GT(embodied_kg, 0.1);
    EXPECT_NEAR(more("energy.kwh"), machine_kwh * region.pue, 1e-9 * machine_kwh);
    EXPECT_NEAR(more("carbon.embodied"), embodied_kg, 1e-9 * embodied_kg);
    EXPECT_NEAR(more("water.l"), machine_kwh * region.water_l_per_kwh, 1e-9 * machine_kwh);
    EXPECT_EQ(more("energy.idle"), 0);
    // Requests do not notice jobs.
    for (const char* name : {"requests.offered", "availability", "latency.mean"}) {
        EXPECT_EQ(more(name), 0) << name;
    }
}

// The luck of a job is its own: what one does, another that it stands beside does not change.
TEST(Jobs, HaveLuckOfTheirOwn) {
    const std::string one =
        "a: {work: exponential(3 h), every: exponential(5 h), spot: {reclaim: exponential(4 h), discount: 50 %}}";
    const std::string other = ", b: {work: exponential(1 h), every: exponential(2 h)}";
    const Results alone = run_once(plan_of(jobs_alone(one, "1000 h")), {5, 2});
    const Results beside = run_once(plan_of(jobs_alone(one + other, "1000 h")), {5, 2});
    for (const char* name : {"job.duration@a", "job.reclaims@a", "jobs.finished@a"}) {
        EXPECT_EQ(figure_of(alone, name), figure_of(beside, name)) << name;
    }
}

}  // namespace
}  // namespace nines::support
