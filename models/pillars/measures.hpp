#pragma once
// Measures: one number for each metric name, of one replication.

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/language/metric_names.hpp"
#include "models/plan/plan.hpp"
#include "models/results/charging.hpp"
#include "models/results/incidents.hpp"
#include "models/results/results.hpp"
#include "models/results/run.hpp"

namespace nines {

/// In the place of a figure where there was nothing to measure.
inline constexpr double k_nothing = std::numeric_limits<double>::quiet_NaN();

/// The figures of a line, scaled to a month.
struct BillFigures {
    double instances = 0;  ///< of hours: as many on average
    double quantity = 0;
    double usd = 0;
};

/// The same, with what of it was paid and not used, and what of it floods made.
struct ChargeFigures {
    BillFigures bill;
    double free_units = 0;  ///< of the quantity: under an allowance
    double idle_usd = 0;
    double attack_usd = 0;
};

/// What the pillars share about one run.
struct Evidence {
    const Plan& plan;
    const Run& run;
    std::vector<SliceBlock> blocks;
    std::vector<IncidentSpan> incidents;
    double measured_s = 0;
    double months = 0;                    ///< the measured time in months of 730 h
    double clients_offered = 0;           ///< requests of all demands
    std::vector<ChargeFigures> charges;   ///< what the run makes of each charge of the plan
    std::vector<double> credits;          ///< USD by agreement; none where the scenario has no `value`
    Column<FaultId, double> lost_beside;  ///< requests lost outside incidents, by the fault in force then
};

Evidence gather(const Plan& plan, const Run& run);

// Each pillar names its figures, and fills them in the order of the names: k_nothing where there is nothing to measure.
// The names are those of metrics.
using FigureNames = std::span<const std::string_view>;

FigureNames reliability_names();
void measure_reliability(const Evidence& evidence, std::span<double> figures);
FigureNames cost_names();
void measure_cost(const Evidence& evidence, std::span<double> figures);
FigureNames sustainability_names();
void measure_sustainability(const Evidence& evidence, std::span<double> figures);
FigureNames security_names();
void measure_security(const Evidence& evidence, std::span<double> figures);
/// The part of a service alone, of the bill and of the footprint: what is of no service (the network between, alarms,
/// batch jobs) is in the whole only.
FigureNames part_names();
void measure_part(const Evidence& evidence, ServiceId service, std::span<double> figures);
FigureNames operations_names();
void measure_operations(const Evidence& evidence, std::span<double> figures);

/// Batch jobs of one name, or of all where there is none.
FigureNames job_names();
void measure_jobs(const Evidence& evidence, JobId job, std::span<double> figures);

/// Requests or attempts of some scopes taken together: counts, rates and latencies.
FigureNames scope_names();
void measure_scopes(std::span<const ScopeTally> scopes, double measured_s, std::span<double> figures);
/// Workers and queues of some groups taken together.
FigureNames group_names();
void measure_groups(const Evidence& evidence, Range<GroupId> groups, std::uint32_t queue_max,
                    std::span<double> figures);

/// How long services that scale had less than they needed.
FigureNames scaling_names();
void measure_scaling(const Evidence& evidence, std::span<double> figures);

/// The metrics of a plan, in the order of the table of names: plain, by demand, by service, by service and zone, by
/// job. Made once; a replication then fills one row of numbers.
class MetricTable {
public:
    struct Row {
        std::string name;  ///< "latency.p99@web"
        const MetricInfo* info = nullptr;
    };

    explicit MetricTable(const Plan& plan);

    const std::vector<Row>& rows() const { return rows_; }
    std::size_t size() const { return rows_.size(); }
    /// Fills one value for each row: k_nothing where there was nothing to measure.
    void measure(const Evidence& evidence, std::span<double> values) const;

private:
    /// Which figure each metric of a kind of rows is: a position in the figures of that kind.
    using Layout = std::vector<std::size_t>;

    const Plan& plan_;
    std::vector<Row> rows_;
    Layout plain_, demand_, service_, place_, job_;
};

/// All metrics of one run with their names, and with intervals from batches inside the run where those are sound.
std::vector<Metric> measure_all(const Evidence& evidence);

// --- the bill -------------------------------------------------------------------------------------------------------

/// What a line of the bill is about, whatever its figures are.
struct BillItem {
    std::string group;  ///< "compute", "transfer", "managed"
    std::string what;   ///< "edge egress, US"; of compute what there are so many of: "m7g.large (web)"
    std::string unit;
    std::string source;
    double usd_per_unit = 0;
    std::string tier = {};
    std::string row = {};
};

/// What a run makes of each charge of the plan. Nothing where no time was measured.
/// People's work by hand over the measured time: pages, repairs, deployments, renewals.
double toil_hours(const Evidence& evidence);
std::vector<ChargeFigures> measure_charges(const Evidence& evidence);

/// Lines that a bill of the plan may have: of each charge what is free, and one for each tier of its price.
std::vector<BillItem> bill_items(const Plan& plan);
/// The figures of each of them.
void measure_bill(const Evidence& evidence, std::span<BillFigures> figures);
/// The lines that cost or counted anything.
std::vector<BillLine> bill_lines(std::span<const BillItem> items, std::span<const BillFigures> figures);

// --- how long instances ran -----------------------------------------------------------------------------------------

/// Some instances of a pool, in the order in which they come.
struct UsageItem {
    std::string service, region;
    std::uint32_t first = 1, last = 1;
};
std::vector<UsageItem> usage_items(const Plan& plan);
/// The share of the measured time in which those of each item ran.
void measure_usage(const Evidence& evidence, std::span<double> shares);
/// Those that ran at all.
std::vector<UsageLevel> usage_levels(std::span<const UsageItem> items, std::span<const double> shares);

}  // namespace nines
