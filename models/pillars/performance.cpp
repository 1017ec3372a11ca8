// Performance: latencies, rates, attempts, workers and queues, of clients and of what is sent to services.

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/stats/nines.hpp"
#include "models/pillars/measures.hpp"

namespace nines {

namespace {

enum Figure : std::size_t {
    availability,
    nines_of_it,
    offered,
    ok,
    degraded,
    error,
    timeout,
    rejected,
    abandoned,
    in_flight,
    throughput,
    goodput,
    attempts_per_request,
    latency,  // mean, the quantiles of k_shares, max
    latency_seen = latency + 7,
    k_figures = latency_seen + 7
};
constexpr std::array<std::string_view, k_figures> k_names{"availability",         "nines",
                                                          "requests.offered",     "requests.ok",
                                                          "requests.degraded",    "requests.error",
                                                          "requests.timeout",     "requests.rejected",
                                                          "requests.abandoned",   "requests.in_flight",
                                                          "throughput",           "goodput",
                                                          "attempts.per_request", "latency.mean",
                                                          "latency.p50",          "latency.p90",
                                                          "latency.p95",          "latency.p99",
                                                          "latency.p999",         "latency.max",
                                                          "latency.seen.mean",    "latency.seen.p50",
                                                          "latency.seen.p90",     "latency.seen.p95",
                                                          "latency.seen.p99",     "latency.seen.p999",
                                                          "latency.seen.max"};
constexpr std::array<double, 5> k_shares{0.5, 0.9, 0.95, 0.99, 0.999};

enum GroupFigure : std::size_t { utilization, wait_mean, queue_mean, queue_most, throttled, k_group_figures };
constexpr std::array<std::string_view, k_group_figures> k_group_names{"utilization", "wait.mean", "queue.mean",
                                                                      "queue.max", "throttled"};

constexpr std::array<std::string_view, 1> k_scaling_names{"scaling.lag"};

/// What is counted of several scopes together.
struct Counts {
    double offered = 0;
    double attempts = 0;
    std::array<double, k_outcomes> ended{};

    double of(Outcome outcome) const { return ended[static_cast<std::size_t>(outcome)]; }
};

void measure_counts(const Counts& counts, double measured_s, std::span<double> figures) {
    double all_ended = 0;
    for (const double one : counts.ended) {
        all_ended += one;
    }
    const double all_ok = counts.of(Outcome::ok) + counts.of(Outcome::degraded);
    // By itself, so that no digits are lost in a difference.
    const double failed = counts.of(Outcome::error) + counts.of(Outcome::timeout) + counts.of(Outcome::rejected) +
                          counts.of(Outcome::abandoned);
    if (all_ended != 0) {
        figures[availability] = all_ok / all_ended;
        if (const auto nines = nines_of(failed / all_ended)) {
            figures[nines_of_it] = *nines;
        }
    }
    figures[offered] = counts.offered;
    figures[ok] = all_ok;
    figures[degraded] = counts.of(Outcome::degraded);
    figures[error] = counts.of(Outcome::error);
    figures[timeout] = counts.of(Outcome::timeout);
    figures[rejected] = counts.of(Outcome::rejected);
    figures[abandoned] = counts.of(Outcome::abandoned);
    // `flow` counts parts of requests: what is left by rounding is nothing.
    constexpr double k_rounding = 1e-12;
    const double left = counts.offered - all_ended;
    figures[in_flight] = left > k_rounding * counts.offered ? left : 0;
    if (measured_s > 0) {
        figures[throughput] = all_ended / measured_s;
        figures[goodput] = all_ok / measured_s;
        if (counts.offered > 0) {
            figures[attempts_per_request] = counts.attempts / counts.offered;
        }
    }
}

void measure_latency(const HistogramSum& sum, std::span<double> figures) {
    if (sum.empty()) {
        return;
    }
    figures[0] = sum.mean() / k_ns_per_s;
    std::array<Nanoseconds, k_shares.size()> quantiles{};
    sum.quantiles(k_shares, quantiles);
    for (std::size_t i = 0; i < quantiles.size(); ++i) {
        figures[1 + i] = to_seconds(quantiles[i]);
    }
    figures[1 + quantiles.size()] = to_seconds(sum.max());
}

}  // namespace

FigureNames scope_names() {
    return k_names;
}

void measure_scopes(std::span<const ScopeTally> scopes, double measured_s, std::span<double> figures) {
    std::fill(figures.begin(), figures.end(), k_nothing);
    Counts counts;
    HistogramSum of_ok;
    HistogramSum of_others;
    for (const ScopeTally& scope : scopes) {
        counts.offered += scope.offered;
        counts.attempts += scope.attempts;
        for (std::size_t i = 0; i < k_outcomes; ++i) {
            counts.ended[i] += scope.ended[i];
        }
        of_ok.add(scope.ok_latency);
        of_others.add(scope.other_latency);
    }
    measure_counts(counts, measured_s, figures);
    measure_latency(of_ok, figures.subspan(latency, latency_seen - latency));
    if (of_others.empty()) {
        std::copy_n(figures.begin() + latency, latency_seen - latency, figures.begin() + latency_seen);
    } else {
        of_ok.add(of_others);
        measure_latency(of_ok, figures.subspan(latency_seen));
    }
}

FigureNames group_names() {
    return k_group_names;
}

void measure_groups(const Evidence& evidence, Range<GroupId> groups, std::uint32_t queue_max,
                    std::span<double> figures) {
    GroupTally sum;
    double attempts = 0;
    bool is_limited = false;
    for (std::uint32_t i = 0; i < groups.count; ++i) {
        const GroupTally& one = evidence.run.groups[groups[i]];
        attempts += evidence.run.group_attempts[groups[i]].offered;
        is_limited = is_limited || evidence.plan.serving[groups[i]].may_be_limited;
        sum.throttled += one.throttled;
        sum.admitted += one.admitted;
        sum.wait_s += one.wait_s;
        sum.queue_integral_s += one.queue_integral_s;
        sum.busy_integral_s += one.busy_integral_s;
        sum.workers_integral_s += one.workers_integral_s;
    }
    figures[utilization] = sum.workers_integral_s > 0 ? sum.busy_integral_s / sum.workers_integral_s : k_nothing;
    figures[wait_mean] = sum.admitted > 0 ? sum.wait_s / sum.admitted : k_nothing;
    figures[queue_mean] = evidence.measured_s > 0 ? sum.queue_integral_s / evidence.measured_s : k_nothing;
    figures[queue_most] = queue_max;
    figures[throttled] = is_limited && attempts > 0 ? sum.throttled / attempts : k_nothing;
}

FigureNames scaling_names() {
    return k_scaling_names;
}

void measure_scaling(const Evidence& evidence, std::span<double> figures) {
    const ScalingTally& scaling = evidence.run.scaling;
    figures.front() = scaling.episodes > 0 ? scaling.lag_s / scaling.episodes : k_nothing;
}

}  // namespace nines
