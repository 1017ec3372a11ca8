#pragma once
// Course: how a replication goes, seen as stretches of time in which rates are constant or go over from one scene's to
// another's: how long each scene lasted, incidents, and the worst slice.

#include <cstdint>
#include <vector>

#include "models/flow/atlas.hpp"
#include "models/results/run.hpp"

namespace nines {

/// Time in `flow`: whole microseconds since the warm-up began.
using Microseconds = std::int64_t;
inline constexpr double k_us_per_s = 1e6;

/// From one scene's rates to another's in a straight line; the same twice: constant.
struct Stretch {
    NodeId from, to;
    Microseconds begin = 0, end = 0;  ///< of the transition

    double share_of_to(Microseconds at) const {
        if (from == to || at <= begin) {
            return from == to ? 1 : 0;
        }
        return at >= end ? 1 : static_cast<double>(at - begin) / static_cast<double>(end - begin);
    }
};

/// A fault in force, or over for less than `run.clear`.
struct RecentFault {
    FaultId fault;
    std::uint32_t occurrence = 0;
    double begin_s = 0;  ///< from time zero
    double end_s = 0;    ///< infinite while in force
};

class CourseBook {
public:
    explicit CourseBook(const Plan& plan);

    /// Time goes on along a stretch, after time zero. Seconds from time zero.
    void pass(const Atlas& atlas, const Stretch& stretch, double from_s, double to_s, double share_from,
              double share_to);
    void fault_begins(FaultId fault, std::uint32_t occurrence, double at_s);
    void fault_ends(std::uint32_t occurrence, double at_s);
    /// Closes what is open.
    Course close(double end_s);

    /// How long each scene lasted, in seconds: the scenes, in the order in which they were met.
    const std::vector<NodeId>& met() const { return met_; }
    double lasted_s(NodeId node) const { return lasted_s_[node.value]; }

private:
    void last(NodeId node, double seconds);
    void judge(double share_from, double share_to, double lost_per_s, double from_s, double to_s);
    void turns_bad(double at_s);
    void turns_good(double at_s);
    void confirm(double now_s);
    void fill_slices(double offered_per_s, double failed_from, double failed_to, double from_s, double to_s);
    void close_slice();

    const Plan& plan_;
    std::vector<double> lasted_s_;  // by node
    std::vector<NodeId> met_;
    Course course_;
    bool in_incident_ = false;
    bool is_bad_ = false;
    double good_since_s_ = 0;
    std::vector<RecentFault> recent_;
    double slice_at_ = 0;  // number of the slice being filled
    double slice_offered_ = 0, slice_failed_ = 0;
    double worst_ = -1;
};

}  // namespace nines
