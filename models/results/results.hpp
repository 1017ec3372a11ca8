#pragma once
// Results: what every command gives back, whatever the fidelity; the one source of all outputs.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/language/assumption.hpp"
#include "models/results/profile.hpp"
#include "models/results/rare_event.hpp"

namespace nines {

/// How the interval of a figure came about, or in one word why it has none.
enum class IntervalKind : std::uint8_t {
    exact,      ///< nothing was drawn for it: it needs none
    student,    ///< Student's t, or what stands in its place (control, importance sampling)
    chebyshev,  ///< too skewed for Student: Chebyshev's inequality, which also decides verdicts
    alike,      ///< the same in all replications
    few         ///< too few replications, or incidents
};

/// Where a figure may be, at the confidence of the study. Without an interval `kind` says why.
struct Spread {
    std::optional<double> lo, hi;
    IntervalKind kind = IntervalKind::few;
};

/// A quantile over replications: the value that a share of them does not exceed.
struct QuantileFigure {
    std::string name;  ///< "p95"
    double share = 0;
    std::optional<double> value, lo, hi;
};

/// The chance that a replication's figure is beyond a threshold.
struct ChanceFigure {
    double threshold = 0;
    double probability = 0, lo = 0, hi = 1;
};

/// Over how many replications a figure falls into [low, high).
struct HistogramBin {
    double low = 0, high = 0;
    std::uint64_t count = 0;
};

/// An unavailability that replications are too few to see, from the structure alone (docs/reference/rare-events.md).
struct RareFigure {
    std::string method;                            ///< "importance sampling", "exact, over the horizon" ...
    std::optional<double> unavailability, lo, hi;  ///< lo = hi where it is exact
    std::string no_interval;                       ///< why there is none; empty where there is one
    std::vector<std::string> outside;              ///< what else fails requests, by name: then the figure is but a part
    std::vector<std::string> notes;
    // Of importance sampling:
    std::optional<double> relative_error, effective_hits, largest_share, mean_weight, twin_z;
    std::optional<double> plain_replications;  ///< that would give this relative error

    /// Whether it may stand in place of the mean of replications.
    bool stands() const { return outside.empty() && unavailability && lo && hi; }
};

/// What `flow` under the same luck was worth to the mean of a figure in `requests` (docs/reference/study.md).
struct ControlFigure {
    double correlation = 0;     ///< of the two fidelities over replications
    double coefficient = 0;     ///< b: how much of the figure in `flow` is taken
    double gain = 1;            ///< so many times as many plain replications would know it as well
    std::uint64_t both = 0;     ///< replications in both fidelities
    std::uint64_t of_flow = 0;  ///< others, in `flow` alone
};

/// How a figure was estimated, and why it has no interval where it has none.
struct Estimator {
    std::string method;
    std::string no_interval;  ///< a sentence; empty where there is an interval
    std::optional<RareFigure> rare = {};
    std::optional<ControlFigure> control = {};
    Spread without = {};  ///< where Student's interval is missing: Chebyshev's, or why there is none
};

/// One figure. `mean` is missing where there was nothing to measure; lo/hi where no sound interval exists.
struct Metric {
    std::string name;  ///< "latency.p99@web"
    std::string unit;  ///< "s", "fraction", "USD/month", "1" ...
    std::optional<double> mean, lo, hi;
    double confidence = 0.95;
    std::uint64_t n = 1;  ///< replications, or batches of one replication
    // Of a study:
    std::vector<QuantileFigure> quantiles = {};
    std::vector<ChanceFigure> over = {};  ///< of being above
    std::vector<HistogramBin> histogram = {};
    std::optional<Estimator> estimator = {};
};

enum class Verdict { met, missed, undecided };

struct ObjectiveResult {
    std::string metric;
    std::string wanted;  ///< as written: ">= 99.8 %"
    std::string unit;
    std::optional<double> mean, lo, hi;
    Verdict verdict = Verdict::met;
    std::string note;                       ///< "nothing to judge"
    std::vector<double> missed_at_s;        ///< begins of the slices in which it was missed, for metrics with a series
    std::optional<ChanceFigure> miss = {};  ///< of a study: the chance that a replication misses it
};

struct TimelineEntry {
    double at_s = 0;
    std::string text;  ///< "health checks have marked 4 of 12 web instances out"
};

struct Incident {
    double begin_s = 0, end_s = 0;
    bool open = false;      ///< not over at the horizon
    std::string objective;  ///< "availability"
    std::string cause;      ///< name of a fault, or "load"
    std::string owner;      ///< "provider" or "customer"
    double lost_requests = 0;
    std::vector<TimelineEntry> timeline;
    std::uint64_t replication = 0;  ///< in which it happened
};

struct Attribution {
    std::string metric, cause;
    std::string layer;  ///< on which the cause stands: "facility", "configuration" ...
    std::string owner;  ///< "provider" or "customer"
    double share = 0, value = 0;
    Spread share_spread = {};
    Spread mean_spread = {};  ///< of the value over the number of replications
};

/// What is attributed of a metric to an owner, on one layer or on all of them.
struct AttributedSum {
    std::string metric;
    std::string layer;  ///< empty: all layers
    std::string owner;
    Spread spread;  ///< of the mean over replications
};

/// One line of the bill, scaled to a month.
struct BillLine {
    std::string group;  ///< "compute", "transfer", "managed", "storage"
    std::string item;   ///< "12 x m7g.large (web)", "edge egress, US, Mexico, Canada"
    double quantity = 0;
    std::string unit;
    double usd = 0;           ///< quantity times price
    std::string source;       ///< where the price row comes from
    double usd_per_unit = 0;  ///< the price
    std::string tier = {};    ///< "10-50TB" where there are several, "free allowance"
    std::string row = {};     ///< the price row: "service_prices.csv: data-transfer,internet-egress,10-50TB,us-east-1"
    Spread usd_spread = {}, share_spread = {};  ///< share: of the whole bill
};

/// How much of the time instances of a service that scales ran, taken in the order in which they come.
struct UsageLevel {
    std::string service, region;
    std::uint32_t first = 1, last = 1;  ///< "the 5th to the 8th"
    double share = 0;                   ///< of the time, on average over these instances
};

/// Counts and figures of one slice of time, over all demands, by the moment at which requests were wanted.
struct SliceRow {
    double begin_s = 0;
    std::uint64_t offered = 0, ok = 0, degraded = 0, error = 0, timeout = 0, rejected = 0, abandoned = 0;
    double latency_mean_s = 0, latency_max_s = 0;  ///< of those that ended ok
    bool in_incident = false;
};

struct FaultRow {
    std::string name, target, effect;
    double begin_s = 0, end_s = 0;  ///< end: the horizon when still in force
};

/// What one threat did, on which layer.
struct ThreatRow {
    std::string name, kind, layer, owner;
    double events = 0, breaches = 0, records = 0, usd = 0, destroyed = 0;
};

/// A foothold, a theft or a tap.
struct BreachRow {
    std::string threat;
    double begin_s = 0, end_s = 0;
    std::optional<double> detect_s;
    bool open = false;                 ///< not contained by the end
    std::vector<std::string> reached;  ///< services
    double records = 0;
};

struct DestructionRow {
    std::string threat, service;
    double at_s = 0, noticed_s = 0;
    std::optional<double> backup_s;
    double up_again_s = 0;
    double records_lost = 0;
};

/// What the threats of one run did.
struct SecurityRows {
    std::vector<ThreatRow> threats;
    std::vector<BreachRow> breaches;
    std::vector<DestructionRow> destructions;
};

struct Results {
    std::string version, scenario, fidelity, variant, command;
    std::uint64_t fingerprint = 0;
    std::uint64_t seed = 1, replications = 1;
    std::string stopped_by;  ///< of a study: "replications", "precision", "budget", "interrupted", "failure"
    double confidence = 0.95;
    double simulated_s = 0;
    std::uint64_t events = 0;
    double wall_s = 0;
    bool partial = false;            ///< stopped early: what there was so far
    Stop stop;                       ///< why
    std::string start_clock;         ///< "2026-01-05 19:30" (UTC) at time zero
    std::int64_t start_clock_s = 0;  ///< the same, seconds since 1970
    double slice_s = 10;

    std::vector<Metric> metrics;
    std::vector<ObjectiveResult> objectives;
    std::vector<Incident> incidents;
    std::uint64_t incidents_count = 0;
    std::vector<Attribution> attribution;
    std::vector<AttributedSum> attributed;  ///< of a study
    std::vector<TimelineEntry> timeline;    ///< the whole run: faults, detections, failovers
    std::vector<FaultRow> faults;
    std::vector<BillLine> bill;
    std::vector<UsageLevel> usage;
    std::vector<SliceRow> slices;
    std::vector<Assumption> assumptions;
    std::vector<std::string> warnings;
    SecurityRows security;                     ///< of a run
    std::optional<Profile> profile;            ///< where it was asked for
    std::vector<RareEventFigure> rare_events;  ///< of a study, as asked for

    const Metric* find(const std::string& name) const;
};

/// The interval of a metric, or why it has none.
Spread spread_of(const Metric& metric);

}  // namespace nines
