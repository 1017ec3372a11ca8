// Operations against closed forms: how long alarms, people and runbooks take, how many deployments there are, and how
// much of a service a bad one reaches before it is caught.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

/// A service of eight and one alarm, in `flow`.
std::string watched(const std::string& alarm, const std::string& more, const std::string& horizon,
                    const std::string& deploy = "") {
    return fmt::format(R"(nines: 1
name: watched
services:
  s:
    kind: fleet
    instances: 8
    workers: unlimited
    endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}
    {}
demand: {{d: {{calls: s.op, rate: 50/s}}}}
alarms: {{errors: {{metric: error_share@s, {}}}}}
{}
run: {{fidelity: flow, horizon: {}}}
)",
                       deploy, alarm, more, horizon);
}

// A step of the error share to e, with a threshold of a e: the window in which it comes counts if more than a share a
// of it was left. Then m windows in all; else one more. So the alarm comes m - 1/2 + a windows later, uniform within
// half a window of that.
constexpr const char* k_step = "faults: {f: {target: service/s, effect: {errors: 50 %}, at: 1 h, for: 1 h}}";

TEST(AlarmDelay, IsMWindowsAndAPhase) {
    expect_means(watched("above: 10 %, of: 1 min, points: 3 of 3", k_step, "3 h"), {.replications = 3000},
                 {{"detect", (3 - 0.5 + 0.2) * 60},
                  {"as soon as can be", 1, k_tolerance, at_most("detect", 3.2 * 60 + 1e-3)},
                  {"half of them", 0.5, k_wide * 2, at_most("detect", 2.7 * 60)}});
}

TEST(AlarmDelayMutants, OnePointMoreIsNoticed) {
    expect_rejected(watched("above: 10 %, of: 1 min, points: 4 of 4", k_step, "3 h"), {.replications = 3000},
                    {{"detect", (3 - 0.5 + 0.2) * 60}});
}

// Faults end by people: acknowledge, diagnose until it is right, follow the runbook until it helps.
std::string people(double wrong, double error) {
    return fmt::format(
        "oncall: {{acknowledge: exponential(5 min), diagnose: lognormal(median 15 min sigma 0.6), wrong: {} %}}\n"
        "runbooks: {{book: {{takes: exponential(10 min), error: {} %}}}}\n"
        "faults: {{f: {{target: service/s, effect: {{errors: 50 %}}, every: exponential(1 d), repair: book}}}}",
        wrong, error);
}

constexpr double k_diagnose_s = 15 * 60 * 1.1972173631218102;  // e^(sigma^2 / 2)
constexpr const char* k_alarm = "above: 0 %, of: 1 min";

TEST(Response, TakesAsLongAsItsParts) {
    const double repair_s = 300 + (k_diagnose_s / (1 - 0.2) + 600) / (1 - 0.25);
    expect_means(watched(k_alarm, people(20, 25), "10 yr"), {.replications = 40},
                 {{"acknowledge", 300}, {"repair", repair_s}, {"detect", 30}, {"automation", 0}});
}

TEST(ResponseMutants, BetterDiagnosesAreNoticed) {
    expect_rejected(watched(k_alarm, people(10, 25), "10 yr"), {.replications = 24},
                    {{"repair", 300 + (k_diagnose_s / (1 - 0.2) + 600) / (1 - 0.25)}});
}

// One time in four the machine fails, and people do it by hand. Toil is what they do from acknowledgement on.
TEST(Response, AnAutomaticRunbookThatFailsCallsPeople) {
    const std::string text =
        watched(k_alarm,
                "oncall: {acknowledge: exponential(5 min), diagnose: exponential(20 min), wrong: 0 %}\n"
                "runbooks: {book: {automatic: true, takes: 2 min, error: 25 %}}\n"
                "faults: {f: {target: service/s, effect: {errors: 50 %}, every: exponential(1 d), repair: book}}",
                "10 yr");
    const double by_hand_s = (1200 + 120) / (1 - 0.25);
    const double repair_s = 120 + 0.25 * (300 + by_hand_s);
    const double cycle_s = 86'400 + 30 + repair_s;
    expect_means(text, {.replications = 96},
                 {{"automation", 0.75},
                  {"repair", repair_s},
                  {"toil.hours_per_month", 0.25 * by_hand_s / cycle_s * 730, k_wide}});
}

// --- deployments

TEST(DeploymentCount, IsPoisson) {
    const std::string text =
        watched(k_alarm, "value: {toil_hour: 80 USD}", "25 d", "deploy: {every: exponential(6 h), by_hand: 30 min}");
    constexpr double k_expected = 100;
    const Reading count = times("deploy.frequency", 25 * 24 / 730.0);
    expect_means(text, {.replications = 4000},
                 {{"how many", k_expected, k_tolerance, count},
                  {"their variance", k_expected, 0.12,
                   [=](const Results& results) {
                       const double off = count(results) - k_expected;
                       return off * off;
                   }},
                  {"toil.hours_per_month", 0.5 * 4 * 365 / 12.0},
                  {"cost.with_losses", 80 * 0.5 * 4 * 365 / 12.0}});
}

// Of eight changes that go out together one bad one is enough.
TEST(DeploymentBatch, OneBadChangeSpoilsAll) {
    const auto failures = [](int changes) {
        return watched(
            k_alarm, "", "1 yr",
            fmt::format("deploy: {{every: exponential(1 d), bad: 5 %, changes: {}, effect: {{errors: 60 %}}, "
                        "bake: 10 min, takes: 1 min}}",
                        changes));
    };
    expect_means(failures(8), {.replications = 480}, {{"deploy.failure_rate", 1 - std::pow(0.95, 8)}});
    expect_rejected(failures(7), {.replications = 480}, {{"deploy.failure_rate", 1 - std::pow(0.95, 8)}});
}

std::string deployed(const std::string& strategy, const std::string& alarm = "above: 2 %, of: 1 min, points: 2 of 2") {
    return watched(alarm, "", "3 yr",
                   "deploy: {every: exponential(1 d), bad: 20 %, effect: {errors: 40 %}, takes: 3 min, bake: 30 min, "
                   "strategy: " +
                       strategy + "}");
}

// A quarter of the instances has the bad version from its beginning until the alarm and the rollback: the window in
// which it came, one more, and three minutes. Of what they get, 40 % is lost. (A deployment that waits for another
// comes a little later, none is missing.)
TEST(Canary, LosesItsShareUntilItIsCaught) {
    const double caught_s = (2 - 0.5 + 0.02 / 0.1) * 60 + 180;
    const double exposure = 0.2 / 86'400 * 0.25 * caught_s;
    expect_means(deployed("canary(25 % 10 min)"), {.replications = 400},
                 {{"deploy.blast_radius", 0.25},
                  {"deploy.restore", caught_s},
                  {"deploy.exposure", exposure},
                  {"lost", exposure * 0.4, k_tolerance,
                   [](const Results& results) { return 1 - figure_of(results, "availability"); }},
                  {"deploy.failure_rate", 0.2, k_tolerance}});
}

TEST(CanaryMutants, ALongerRollbackIsNoticed) {
    std::string text = deployed("canary(25 % 10 min)");
    text.replace(text.find("takes: 3 min"), 12, "takes: 4 min");
    expect_rejected(text, {.replications = 300},
                    {{"deploy.exposure", 0.2 / 86'400 * 0.25 * ((2 - 0.5 + 0.02 / 0.1) * 60 + 180)}});
}

// P37: waves against all at once. The alarm comes 1 to 2 minutes (1.5 in the mean, uniform) after the first wave, and
// the second wave 1.5 minutes after it: half of the bad deployments are caught within a quarter of the instances, half
// within two. Expected blast: the sum over waves of their share times the chance of not yet being caught.
TEST(Waves, ReachWhatIsNotYetCaught) {
    const std::string alarm = "above: 0 %, of: 1 min, points: 2 of 2";
    std::string waves = deployed("rolling(25 % 90 s)", alarm);
    waves.replace(waves.find("takes: 3 min"), 12, "takes: 0 min");
    std::string at_once = deployed("all-at-once", alarm);
    expect_means(waves, {.replications = 60}, {{"deploy.blast_radius", 0.25 + 0.25 * 0.5}});
    expect_means(at_once, {.replications = 8}, {{"deploy.blast_radius", 1, k_tolerance}});
}

// Nobody is told: each bad version stays until the next deployment.
TEST(Unwatched, ABadVersionStaysUntilTheNext) {
    const std::string text =
        watched("above: 99 %", "", "30 yr", "deploy: {every: exponential(1 d), bad: 20 %, effect: {errors: 40 %}}");
    expect_means(text, {.replications = 96}, {{"deploy.exposure", 0.2}, {"deploy.blast_radius", 1}});
}

}  // namespace
}  // namespace nines::support
