#pragma once
// CrossValidate: the built-in validation cases, run in both fidelities and held against what is known exactly.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/experiment/parallel_for.hpp"
#include "engine/stats/interval.hpp"
#include "models/catalog/catalog.hpp"

namespace nines {

/// What is looked at: a metric, or what it lacks to 1 (of availability: the share of requests lost).
struct ValidationFigure {
    std::string metric;
    bool of_rest = false;
    std::optional<double> exact = {};
    double allowed = 0;  ///< how far `flow` may be off, as a share of the value: what its approximation justifies
    double width = 0;    ///< how wide its interval may stay, relative; 0: as the effort says
};

/// A scenario of scenarios/validation, and what is known of it.
struct ValidationCase {
    std::string name;
    std::string file;        ///< without its extension
    std::string variant;     ///< empty: the file as it stands
    std::string exact_from;  ///< where the exact values come from; empty where there are none
    std::string why;         ///< flow may be off; empty where it is exact
    std::vector<ValidationFigure> figures;
    bool explained = false;  ///< the exact share lost is what `explain` says of the structure
};

/// All of them, in the order of the table.
std::vector<ValidationCase> validation_cases();

enum class ValidationVerdict : std::uint8_t {
    agrees,
    differs,  ///< by more than luck and what is allowed
    wide      ///< the interval of `requests` is too wide to tell
};

struct ValidationRow {
    std::size_t of_case = 0;
    std::size_t figure = 0;
    std::string unit;
    std::optional<double> exact;
    std::uint64_t replications = 0;
    double requests = 0;
    Interval interval;  ///< of requests, 95 %
    double flow = 0;
    double off = 0;  ///< of flow, against the exact value or else against requests; relative
    ValidationVerdict verdict = ValidationVerdict::agrees;
    std::string note;  ///< what differs
};

/// How long it goes on: in rounds of `round` replications, until every figure's interval of `requests` is narrow.
struct ValidationEffort {
    std::uint64_t round = 16;
    std::uint64_t most = 64;
    double half_width = 0.02;       ///< relative, at 95 %
    double tail_half_width = 0.05;  ///< of quantiles
    bool judges_width = true;       ///< false: a wide interval is no verdict

    static ValidationEffort usual() { return {}; }
    /// Half a per cent (design, section 7).
    static ValidationEffort thorough() { return {32, 4096, 0.005, 0.015, true}; }
};

/// One case, all its figures. The same rows for any number of threads.
/// @param of_case  its number, for the rows
/// @returns an error when its scenario cannot be read (a mistake of ours)
Result<std::vector<ValidationRow>> cross_validate(const ValidationCase& one, std::size_t of_case,
                                                  const Catalog& catalog, const ValidationEffort& effort,
                                                  const ParallelFor& parallel_for);

}  // namespace nines
