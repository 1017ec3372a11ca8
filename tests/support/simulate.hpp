#pragma once
// Simulate: runs a scenario in independent replications and holds its figures against exact values.
// The tolerance of a comparison follows from the false alarm that we accept, and must itself be narrow: see Expected.

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "models/plan/plan.hpp"
#include "models/results/results.hpp"

namespace nines::support {

inline constexpr double k_false_alarm = 1e-6;  ///< of each comparison, in builds that change the luck
inline constexpr double k_tolerance = 0.02;    ///< widest half-width of an interval, relative to the exact value
inline constexpr double k_wide = 0.05;         ///< the same in tails and above a load of 0.85

/// What a figure is of one replication; for those that are no metric of their own.
using Reading = std::function<double(const Results&)>;

/// One exact value, and how narrow the interval must be that holds it. A half-width above `tolerance` proves nothing.
struct Expected {
    std::string metric;  ///< by its name in metric_names.hpp, with its suffix; or any name, with a `reading`
    double exact = 0;
    double tolerance = k_tolerance;
    Reading reading = {};
    double standard_error = 0;  ///< of the "exact" value, where it comes from a simulation itself
};

/// How long: so many independent replications of the scenario as it stands.
struct Effort {
    int replications = 16;
    std::uint64_t seed = 7;
    bool may_shorten = true;  ///< false where faults stand at fixed times, and the horizon with them
};

/// Whether the figures agree, and if not, why: one line for each that does not.
struct Agreement {
    bool agrees = true;
    std::string report;
};

/// Whether the environment asks for short runs (NINES_SHORT=1): builds with sanitizers are ten times slower.
bool runs_are_short();

/// Reads, checks and compiles a scenario; a mistake in it fails the test with the message that a user would get.
/// @param horizon_share  the horizon is cut to this share of what is written
Plan plan_of(const std::string& yaml, double horizon_share = 1);

/// The results of replications 0, 1, ... in that order, on two threads.
std::vector<Results> replicate(const Plan& plan, const Effort& effort);
std::vector<Results> replicate(const std::string& yaml, const Effort& effort);

/// The figure of one replication by its metric name; NaN where it was not measured.
double figure_of(const Results& results, const std::string& metric);

/// Of the requests (or, with a suffix, attempts) that ended, the share with this outcome: share_of("rejected"),
/// share_of("timeout", "@s"); "not ok" is all but ok.
Reading share_of(const std::string& outcome, const std::string& suffix = "");
/// The mean number waiting and at work at a service with so many workers in all.
Reading number_at(const std::string& service, double workers);
/// A metric times a constant: a figure per instance, in minutes, and so on.
Reading times(const std::string& metric, double factor);
/// 1 where the metric is at most `bound`, else 0: its mean over replications is a value of the distribution function.
Reading at_most(const std::string& metric, double bound);

/// Student's interval from the replications at k_false_alarm must hold the exact value and be narrow.
Agreement compare(const std::vector<Results>& runs, const std::vector<Expected>& figures);

/// Runs, compares, and fails the test with the report when they disagree.
void expect_means(const std::string& yaml, const Effort& effort, const std::vector<Expected>& figures);

/// The sibling of a test: with one wrong parameter, the same check must reject, for being wrong and not for being wide.
void expect_rejected(const std::string& yaml, const Effort& effort, const std::vector<Expected>& figures);

/// A reference case: what a table of tests holds. Its name is that of the test.
struct ReferenceCase {
    std::string name;
    std::string yaml;
    Effort effort;
    std::vector<Expected> figures;
};
void PrintTo(const ReferenceCase& reference, std::ostream* out);
std::string name_of(const testing::TestParamInfo<ReferenceCase>& info);

}  // namespace nines::support
