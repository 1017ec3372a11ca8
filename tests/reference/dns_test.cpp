// A DNS change drains over the TTL: clients keep the answer that they have, and their phases are uniform.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

/// Users near two regions prefer the first; it dies at one minute, and the record changes at that instant.
std::string record_changes(const std::string& ttl) {
    return fmt::format(R"(nines: 1
name: DNS drain
world: {{provider: aws, regions: [us-east-1, us-west-2], edges: [IAD]}}
services:
  s:
    kind: fleet
    in: [{{region: us-east-1, zones: 1}}, {{region: us-west-2, zones: 1}}]
    workers: unlimited
    balance: {{health: instant}}
    endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}
demand:
  d:
    from: {{IAD: 100 %}}
    calls: {{s.op: 100 %}}
    rate: 1000/s
    arrivals: constant
    timeout: 1 s
    route: {{policy: failover, order: [us-east-1, us-west-2], ttl: {}, health: instant}}
faults:
  dead: {{target: service/s@use1-az1, effect: crash, at: 60 s, for: forever}}
run: {{fidelity: requests, warmup: 70 s, horizon: 130 s, slice: 1 s}}
)",
                       ttl);
}

/// The share of requests not ok in the four seconds that are centred `after_s` seconds after the change.
Reading dead_share(int after_s) {
    return [=](const Results& results) {
        double offered = 0, ok = 0;
        for (const SliceRow& slice : results.slices) {
            if (slice.begin_s >= 60 + after_s - 2 && slice.begin_s < 60 + after_s + 2) {
                offered += static_cast<double>(slice.offered);
                ok += static_cast<double>(slice.ok);
            }
        }
        return 1 - ok / offered;
    };
}

double lost_seconds(const Results& results) {
    return (figure_of(results, "requests.offered") - figure_of(results, "requests.in_flight") -
            figure_of(results, "requests.ok")) /
           1000;
}

constexpr Effort k_drains{.replications = 48, .may_shorten = false};

TEST(Dns, BusyClientsDrainOverTheTtl) {
    expect_means(record_changes("60 s"), k_drains,
                 {{"on the dead endpoint after 15 s", 0.75, k_tolerance, dead_share(15)},
                  {"on the dead endpoint after 30 s", 0.5, k_tolerance, dead_share(30)},
                  {"on the dead endpoint after 45 s", 0.25, k_wide, dead_share(45)},
                  {"lost request-seconds", 30, k_tolerance, lost_seconds}});
}

TEST(DnsMutants, ATtlTenPercentLongerIsNoticed) {
    expect_rejected(record_changes("66 s"), k_drains, {{"lost request-seconds", 30, k_tolerance, lost_seconds}});
}

}  // namespace
}  // namespace nines::support
