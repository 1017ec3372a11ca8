#pragma once
// Measures: one number for each metric name, of one replication.

#include <optional>
#include <string>
#include <vector>

#include "engine/stats/interval.hpp"
#include "models/language/metric_names.hpp"
#include "models/plan/plan.hpp"
#include "models/results/incidents.hpp"
#include "models/results/results.hpp"
#include "models/results/run.hpp"

namespace nines {

/// A value with an interval from batches inside the run, where that is sound.
struct Measured {
    std::optional<double> value;
    std::optional<Interval> interval;
    std::uint64_t batches = 1;
};

/// What the pillars share about one run.
struct Evidence {
    const Plan& plan;
    const Run& run;
    std::vector<SliceBlock> blocks;
    std::vector<IncidentSpan> incidents;
    double measured_s = 0;
    double months = 0;                  ///< the measured time in months of 730 h
    double clients_offered = 0;  ///< requests of all demands
};

Evidence gather(const Plan& plan, const Run& run);

// Each pillar answers for its own metrics; nothing for a name that is not its own.
Measured measure_reliability(const Evidence& evidence, std::string_view name);
Measured measure_cost(const Evidence& evidence, std::string_view name);
Measured measure_sustainability(const Evidence& evidence, std::string_view name);

/// Requests or attempts of one scope: counts, rates and latencies. `per` is what attempts are divided by.
std::optional<double> measure_scope(const ScopeTally& scope, double measured_s, double per,
                                    std::string_view name);
/// Workers and queues of some groups together.
std::optional<double> measure_groups(const Evidence& evidence, Range<GroupId> groups, std::uint32_t queue_max,
                                     std::string_view name);

/// All metrics, in the order of the table: plain, by demand, by service, by service and zone.
std::vector<Metric> measure_all(const Evidence& evidence);

/// The lines of the bill, scaled to a month.
std::vector<BillLine> bill_of(const Evidence& evidence);

}  // namespace nines
