#pragma once
// ComparisonResults: what `nines compare` gives back: each variant's results, and how it stands beside the base.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/language/metric_names.hpp"
#include "models/results/results.hpp"

namespace nines {

/// What is known of a difference, all variants taken together.
enum class Decision : std::uint8_t {
    better,     ///< all of the interval is on the good side
    worse,      ///< on the bad side
    differs,    ///< on one side, of a figure that has no good side
    same,       ///< not a bit of difference in any replication
    undecided,  ///< the interval holds 0, or there is none
    unmeasured  ///< no replication measured both
};

/// One metric of a variant beside the same of the base, over the replications that measured both.
struct Versus {
    std::string metric;
    std::string unit;
    Better better = Better::neither;
    Decision decision = Decision::unmeasured;
    std::optional<double> base, variant;  ///< means
    std::optional<double> difference;     ///< variant minus base
    std::optional<double> lo, hi;         ///< of the difference; those of all variants hold at once
    double confidence = 0.95;             ///< that they do
    std::uint64_t n = 0;                  ///< replications
    std::string note;                     ///< why there is no interval
    /// That the variant is better in one replication, with an interval at that confidence (each for itself).
    std::optional<ChanceFigure> chance_better;
    double equal = 0;  ///< share of replications without a bit of difference
    std::optional<double> correlation;
    /// Variance of the difference under independent luck over that under the same luck: the factor in replications.
    std::optional<double> saving;
};

/// How large a difference is beside the figures themselves, in [0, 2]; of shares close to 1 by what is missing. Both
/// means are known.
inline double relative_size(const Versus& v) {
    const bool of_one = v.unit == "fraction" && v.better == Better::higher;
    const double base = of_one ? 1 - *v.base : *v.base;
    const double variant = of_one ? 1 - *v.variant : *v.variant;
    const double scale = std::max(std::fabs(base), std::fabs(variant));
    return scale > 0 ? std::fabs(*v.difference) / scale : 0;
}

/// One contestant: the base or a variant.
struct VariantResults {
    std::string name;
    Results results;
    std::vector<Versus> versus;  ///< by metric, in the order of the base's; empty for the base itself

    const Versus* find(std::string_view metric) const;
};

/// Whether another contestant is at least as good in all of availability, latency.p99, cost and carbon, and better in
/// one: by the means.
struct ParetoMark {
    std::string dominated_by;  ///< empty: none, it is on the front
    bool sure = true;          ///< no interval leaves the answer open
};

/// Who has the best mean of a figure, and beside whom that is certain, all pairs taken together.
struct BestOf {
    std::string metric;
    std::string name;
    std::optional<double> mean;
    std::vector<std::string> open;  ///< contestants that the intervals do not put behind it
    std::vector<std::string> same;  ///< those that have the same figure in every replication
};

/// Which contestant to take: of those that meet all objectives (of all, where none does) the cheapest, or the most
/// available where nothing has a price.
struct Advice {
    std::string name;
    std::uint64_t missed = 0, undecided = 0;  ///< of its objectives
    std::uint64_t candidates = 0;             ///< contestants that miss and leave undecided as few
    std::string by;                           ///< the metric that chose among them
    std::vector<std::string> open;            ///< candidates that the intervals do not put behind it
    std::vector<std::string> same;            ///< those that have the same figure in every replication
};

struct ComparisonResults {
    std::vector<VariantResults> contestants;  ///< the base first
    std::vector<std::string> shown;           ///< metrics of objectives, then those that every decision is about
    std::vector<ParetoMark> pareto;           ///< by contestant
    std::vector<BestOf> best;                 ///< by metric of `shown` that has a good side
    std::optional<Advice> advice;             ///< none where no objective was given
    std::vector<std::string> warnings;

    const Results& base() const { return contestants.front().results; }
};

}  // namespace nines
