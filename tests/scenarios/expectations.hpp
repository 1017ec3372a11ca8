#pragma once
// Expectations: what a file of this folder says a scenario must show, read and held against the results of a run.
//
//   scenario: ../../scenarios/lose-an-az.yaml   # or a whole scenario in its place
//   variant: thin                               # optional
//   set: [run.horizon=20 min]                   # optional, as --set
//   seeds: [1, 2, 3]                            # optional, [1] unless said: every expectation holds for each
//   expect:
//     availability: {at_least: 99 %, at_most: 99.6 %}
//     wait.mean@server: {about: 40 ms, within: 6 %}
//     records.lost: 0                           # exactly; `none`: there was nothing to measure
//     ok from 5 min to 10 min: {at_most: 1 %}   # share of the requests wanted then that ended ok
//     objective latency.p99: missed
//     exit: 1                                   # of `nines run`
//     timeline: [zone/use1-az1 goes down, promoted]   # each in one entry, in this order

#include <cstdint>
#include <string>
#include <vector>

#include "models/language/document.hpp"
#include "models/plan/plan.hpp"
#include "models/results/results.hpp"

namespace nines::scenarios {

/// A file of this folder, as far as it could be read.
struct Check {
    Document document;  ///< the scenario, varied
    std::vector<std::uint64_t> seeds;
    Node expect;
    std::string mistakes;  ///< of the file or of its scenario, as a user would see them; empty: none
};

/// Reads the file, and the scenario that it names.
Check read_check(const std::string& path);
/// The same from text, whose scenario must stand in it.
Check read_check_text(const std::string& text);

/// Checks and compiles; mistakes are added to `mistakes`, and the plan is then worth nothing.
/// @param horizon_share  the horizon is cut to this share of what is written
Plan compile_document(const Document& document, std::string& mistakes, double horizon_share = 1);

/// One sentence for each expectation that the results do not meet, or that cannot be read.
std::vector<std::string> unmet(const Node& expect, const Results& results);

}  // namespace nines::scenarios
