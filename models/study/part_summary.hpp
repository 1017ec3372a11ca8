#pragma once
// PartSummary: over replications, the parts of metrics that are attributed, their sums by layer and owner, and the
// lines of the bill: each beside the whole that it is a part of, in bounded memory.

#include <array>
#include <span>
#include <vector>

#include "engine/stats/joint_moments.hpp"
#include "models/study/frame.hpp"
#include "models/study/metric_summary.hpp"

namespace nines {

/// Intervals are of means over replications, and of shares: the sum of the parts over the sum of the wholes. Shares are
/// ratio estimates, whose error is that of part - share x whole over the mean of the whole (Cochran, Sampling
/// Techniques, 3rd ed., chapter 6). `rules` are those of a study; what lives on incidents is known here.
class PartSummary {
public:
    explicit PartSummary(const StudyFrame& frame);

    /// The next replication: its row of Batch::sums.
    void add(std::span<const double> row);

    /// By item of the frame's attribution.
    std::vector<PartSpread> of_attribution(const IntervalRules& rules) const;
    /// By layer and owner, and by owner.
    std::vector<AttributedSum> sums(const IntervalRules& rules) const;
    /// By item of the frame's bill. What is alike in all replications is a price times a known quantity: exact.
    std::vector<PartSpread> of_bill(const IntervalRules& rules) const;

private:
    struct Part {
        std::size_t whole = 0;
        bool of_incidents = false;
        bool seen = false;             ///< was ever not 0; before, it is as nothing_[whole]
        JointMoments with_whole = {};  ///< its value, and that of the whole
    };
    std::size_t sum_of(const AttributionItem& item, const std::string& layer);
    const JointMoments& moments(const Part& part) const { return part.seen ? part.with_whole : nothing_[part.whole]; }
    Spread mean_of(const Part& part, const IntervalRules& rules) const;
    Spread share_of(const Part& part, const IntervalRules& rules) const;

    std::size_t items_ = 0;
    std::size_t lines_ = 0;
    std::vector<AttributedSum> sums_;                       // without their intervals
    std::vector<std::array<std::size_t, 2>> sums_of_item_;  // by layer and owner, by owner
    std::vector<Part> parts_;                               // items, then sums, then lines of the bill
    std::vector<JointMoments> nothing_;                     // by metric, then the bill: 0 beside the whole
    std::vector<double> values_, wholes_;                   // of the replication that is being added
};

}  // namespace nines
