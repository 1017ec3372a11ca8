// Certificates, maintenance and what alarms are on for, against closed forms; in both fidelities.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

double lost(const Results& results) {
    return 1 - figure_of(results, "availability");
}

/// A service with upkeep.
std::string kept(const std::string& upkeep, const std::string& run, const std::string& more = "",
                 const std::string& rate = "20/s") {
    return fmt::format(R"(nines: 1
name: kept
services:
  s:
    kind: fleet
    workers: unlimited
    endpoints: {{op: {{steps: [{{work: 5 ms}}]}}}}
    {}
demand: {{d: {{calls: s.op, rate: {}}}}}
{}
run: {{{}}}
)",
                       upkeep, rate, more, run);
}

// Each end of validity is missed with the same chance p, and an outage of mean R follows: an alternating renewal
// process of up times valid x geometric(p), so that R / (valid / p + R) of the time is lost. It begins in its steady
// state: the phase of the first end is uniform, and the geometric law has no memory.
std::string certificate(double missed) {
    return fmt::format("certificate: {{valid: 10 d, missed: {} %, repair: exponential(6 h)}}", missed);
}
constexpr double k_expired = 6.0 / (10 * 24 / 0.2 + 6);

TEST(Certificate, IsMissedAsOftenAsSaid) {
    expect_means(kept(certificate(20), "fidelity: flow, horizon: 100 yr"), {.replications = 400},
                 {{"lost", k_expired, k_tolerance, lost}});
}

TEST(CertificateMutants, ATenthMoreIsNoticed) {
    expect_rejected(kept(certificate(22), "fidelity: flow, horizon: 100 yr"), {.replications = 400},
                    {{"lost", k_expired, k_tolerance, lost}});
}

TEST(Certificate, InRequestsToo) {
    const std::string text = kept("certificate: {valid: 1 d, missed: 50 %, repair: exponential(4 h)}",
                                  "fidelity: requests, horizon: 200 d", "", "200/h");
    expect_means(text, {.replications = 160}, {{"lost", 4.0 / (24 / 0.5 + 4), k_wide, lost}});
}

// An alarm tells of it within its window, half of one in the mean; people do the rest.
TEST(Certificate, IsRepairedByPeople) {
    const std::string text =
        kept("certificate: {valid: 30 d, missed: 50 %, repair: human}", "fidelity: flow, horizon: 50 yr",
             "alarms: {errors: {metric: error_share@s, above: 0 %, of: 10 min}}\n"
             "oncall: {acknowledge: exponential(20 min), diagnose: exponential(1 h)}");
    expect_means(text, {.replications = 200},
                 {{"detect", 300},
                  {"repair", 1200 + 3600},
                  {"lost", (300 + 4800) / (30 * 86'400 / 0.5 + 5100), k_tolerance, lost}});
}

// --- maintenance

TEST(Maintenance, TakesItsShareOfTheDay) {
    const std::string window = "maintenance: {every: 1 d, at: 02:00, takes: 3 h}";
    expect_means(kept(window, "fidelity: flow, horizon: 10 d"), {.replications = 2, .may_shorten = false},
                 {{"lost", 3.0 / 24, 1e-9, lost}});
    expect_means(kept(window, "fidelity: requests, horizon: 10 d", "", "1/s"),
                 {.replications = 8, .may_shorten = false}, {{"lost", 3.0 / 24, k_tolerance, lost}});
}

/// Two places, known at once, or a database with a standby in another place.
std::string in_places(const std::string& service, const std::string& places) {
    return fmt::format(R"(nines: 1
name: places
world: {{regions: [us-east-1]}}
services:
  s:
    {}
    endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}
    maintenance: {{every: 2 d, at: 02:00, takes: 3 h, places: {}}}
demand: {{d: {{calls: s.op, rate: 20/s, timeout: 1 s}}}}
run: {{fidelity: flow, horizon: 20 d}}
)",
                       service, places);
}

TEST(Maintenance, OfOnePlaceAtATimeIsNotSeenWhereTheOthersAreKnownToBeUp) {
    const std::string fleet = "kind: fleet\n    in: {region: us-east-1, zones: 2}\n    balance: {health: instant}";
    expect_means(in_places(fleet, "all"), {.replications = 2, .may_shorten = false}, {{"lost", 3.0 / 48, 1e-6, lost}});
    const auto runs = replicate(in_places(fleet, "one-at-a-time"), {.replications = 2, .may_shorten = false});
    EXPECT_LT(lost(runs[0]), 1e-9);
}

// The standby goes first, which readers do not notice, then the primary: after a minute the standby has taken over. All
// at once costs three hours.
TEST(Maintenance, OfADatabaseFailsOver) {
    const std::string database =
        "kind: database\n    in: {region: us-east-1, zones: 1}\n    replication: {standby: {mode: sync, zone: "
        "use1-az2}}\n"
        "    failover: {detect: 20 s, promote: 40 s}";
    expect_means(in_places(database, "one-at-a-time"), {.replications = 2, .may_shorten = false},
                 {{"lost", 60.0 / (2 * 86'400), k_tolerance, lost}});
    expect_means(in_places(database, "all"), {.replications = 2, .may_shorten = false},
                 {{"lost", 3.0 / 48, k_tolerance, lost}});
}

// --- what alarms are on for

// A threshold that is too low: the alarm is always on. Something is wrong for exponential times of mean d, every u in
// the mean, and the alarm sees it for W longer: its three windows, and the one under way. So for nothing it is on where
// all is well and has been for W: u / (u + d) x e^(-W / u) of the time.
std::string noisy(const std::string& fault_every, const std::string& run) {
    return kept("", run,
                fmt::format("alarms: {{slow: {{metric: latency@s, above: 1 ms, of: 10 min, points: 2 of 3}}}}\n"
                            "faults: {{f: {{target: service/s, effect: {{slow: 2}}, every: exponential({}), for: "
                            "exponential(1 h)}}}}",
                            fault_every));
}
const double k_noise = 4.0 / 5 * std::exp(-4.0 / 6 / 4);

TEST(Noise, OfAnAlarmThatIsAlwaysOnIsTheTimeInWhichAllWasWell) {
    expect_means(noisy("4 h", "fidelity: flow, horizon: 5 yr"), {.replications = 60}, {{"alarms.noise", k_noise}});
}

TEST(Noise, InRequestsToo) {
    std::string text = noisy("4 h", "fidelity: requests, horizon: 300 d");
    text.replace(text.find("20/s"), 4, "0.02/s");
    expect_means(text, {.replications = 40}, {{"alarms.noise", k_noise}});
}

TEST(NoiseMutants, FaultsThatAreRarerAreNoticed) {
    expect_rejected(noisy("5 h", "fidelity: flow, horizon: 5 yr"), {.replications = 60}, {{"alarms.noise", k_noise}});
}

// An alarm that tells of nothing but faults makes no noise.
TEST(Noise, OfAnAlarmThatIsRightIsNone) {
    const std::string text = kept("", "fidelity: flow, horizon: 1 yr",
                                  "alarms: {errors: {metric: error_share@s, above: 1 %, of: 1 min, points: 2 of 5}}\n"
                                  "faults: {f: {target: service/s, effect: {errors: 50 %}, every: exponential(1 d), "
                                  "for: exponential(1 h)}}");
    for (const Results& results : replicate(text, {.replications = 4})) {
        EXPECT_EQ(figure_of(results, "alarms.noise"), 0);
    }
}

}  // namespace
}  // namespace nines::support
