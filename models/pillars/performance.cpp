// Performance: latencies, rates, attempts, workers and queues, of clients and of what is sent to services.

#include <algorithm>
#include <cmath>

#include "engine/random/portable_math.hpp"
#include "models/pillars/measures.hpp"

namespace nines {

namespace {

constexpr double k_ln_10 = 2.302585092994046;

std::optional<double> availability(const ScopeTally& scope) {
    const double ended = scope.all_ended();
    if (ended == 0) {
        return std::nullopt;
    }
    return scope.ok() / ended;
}

/// -log10 of the unavailability; nothing without a failure.
std::optional<double> nines(const ScopeTally& scope) {
    const auto ok = availability(scope);
    const double failed = scope.failed();
    if (!ok || failed == 0) {
        return std::nullopt;
    }
    // The share of failures itself, so that no digits are lost in 1 - availability.
    const double value = -portable::log(failed / scope.all_ended()) / k_ln_10;
    return value + 0.0;  // never -0
}

std::optional<double> latency(const Histogram& histogram, std::string_view what) {
    if (histogram.empty()) {
        return std::nullopt;
    }
    if (what == "mean") {
        return histogram.mean() / k_ns_per_s;
    }
    if (what == "max") {
        return to_seconds(histogram.max());
    }
    static constexpr std::pair<std::string_view, double> k_quantiles[] = {
        {"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}};
    for (const auto& [word, p] : k_quantiles) {
        if (word == what) {
            return to_seconds(histogram.quantile(p).value_or(0));
        }
    }
    return std::nullopt;
}

std::optional<double> count(const ScopeTally& scope, std::string_view what) {
    static constexpr std::pair<std::string_view, Outcome> k_counts[] = {{"degraded", Outcome::degraded},
                                                                        {"error", Outcome::error},
                                                                        {"timeout", Outcome::timeout},
                                                                        {"rejected", Outcome::rejected},
                                                                        {"abandoned", Outcome::abandoned}};
    if (what == "offered") {
        return scope.offered;
    }
    if (what == "ok") {
        return scope.ok();
    }
    if (what == "in_flight") {
        return scope.in_flight();
    }
    for (const auto& [word, outcome] : k_counts) {
        if (word == what) {
            return scope.count(outcome);
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<double> measure_scope(const ScopeTally& scope, double measured_s, double per, std::string_view name) {
    constexpr std::string_view k_requests = "requests.";
    constexpr std::string_view k_seen = "latency.seen.";
    constexpr std::string_view k_latency = "latency.";
    if (name == "availability") {
        return availability(scope);
    }
    if (name == "nines") {
        return nines(scope);
    }
    if (name.starts_with(k_requests)) {
        return count(scope, name.substr(k_requests.size()));
    }
    if (name.starts_with(k_seen)) {
        Histogram all = scope.ok_latency;
        all.merge(scope.other_latency);
        return latency(all, name.substr(k_seen.size()));
    }
    if (name.starts_with(k_latency)) {
        return latency(scope.ok_latency, name.substr(k_latency.size()));
    }
    if (measured_s <= 0) {
        return std::nullopt;
    }
    if (name == "throughput") {
        return scope.all_ended() / measured_s;
    }
    if (name == "goodput") {
        return scope.ok() / measured_s;
    }
    if (name == "attempts.per_request" && per > 0) {
        return scope.attempts / per;
    }
    return std::nullopt;
}

std::optional<double> measure_groups(const Evidence& evidence, Range<GroupId> groups, std::uint32_t queue_max,
                                     std::string_view name) {
    GroupTally sum;
    for (std::uint32_t i = 0; i < groups.count; ++i) {
        const GroupTally& one = evidence.run.groups[groups[i]];
        sum.admitted += one.admitted;
        sum.wait_s += one.wait_s;
        sum.queue_integral_s += one.queue_integral_s;
        sum.busy_integral_s += one.busy_integral_s;
        sum.workers_integral_s += one.workers_integral_s;
    }
    if (name == "utilization") {
        return sum.workers_integral_s > 0 ? std::optional(sum.busy_integral_s / sum.workers_integral_s) : std::nullopt;
    }
    if (name == "wait.mean") {
        return sum.admitted > 0 ? std::optional(sum.wait_s / sum.admitted) : std::nullopt;
    }
    if (name == "queue.mean") {
        return evidence.measured_s > 0 ? std::optional(sum.queue_integral_s / evidence.measured_s) : std::nullopt;
    }
    if (name == "queue.max") {
        return static_cast<double>(queue_max);
    }
    return std::nullopt;
}

}  // namespace nines
