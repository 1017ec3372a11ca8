#pragma once
// Course: how a replication goes, seen as stretches of time in which rates are constant or go over from one scene's to
// another's: how long each scene lasted, incidents, and the worst slice.

#include <cstdint>
#include <vector>

#include "models/flow/tallies.hpp"
#include "models/results/run.hpp"

namespace nines {

/// Time in `flow`: whole microseconds since the warm-up began.
using Microseconds = std::int64_t;
inline constexpr double k_us_per_s = 1e6;

/// Seconds as ticks; what would not fit (or is infinite) becomes k_never.
inline Microseconds to_us(double seconds) {
    constexpr double k_ticks_most = 9e18;
    const double ticks = seconds * k_us_per_s + 0.5;
    return ticks < k_ticks_most ? static_cast<Microseconds>(ticks) : k_never;
}

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
    CourseBook(const Plan& plan, const Atlas& atlas, Stays& stays);

    /// Time goes on in one scene, after time zero. Seconds from time zero.
    void stay(NodeId node, double from_s, double to_s) {
        stays_.add(node, to_s - from_s);
        const Atlas::Loss& loss = atlas_.loss(node);
        if (loss.share <= calm_ && !is_bad_ && !in_incident_ && !in_slice_) {
            return lose_beside(loss.failed, from_s, to_s);  // nothing else that a course tells
        }
        tell(loss.share, loss.share, loss, from_s, to_s);
    }
    /// ... or on the way from one to another.
    void pass(const Stretch& stretch, double from_s, double to_s, double share_from, double share_to);
    void fault_begins(FaultId fault, std::uint32_t occurrence, double at_s);
    void fault_ends(std::uint32_t occurrence, double at_s);
    /// Closes what is open.
    Course close(double end_s);

private:
    void tell(double share_from, double share_to, const Atlas::Loss& loss, double from_s, double to_s);
    void judge(double share_from, double share_to, double lost_per_s, double from_s, double to_s);
    /// Requests lost outside incidents are the latest fault's.
    void lose_beside(double lost_per_s, double from_s, double to_s) {
        if (lost_per_s > 0 && !recent_.empty()) {
            charge_faults(lost_per_s, from_s, to_s);
        }
    }
    void charge_faults(double lost_per_s, double from_s, double to_s);
    const RecentFault* latest_fault(double at_s) const;
    void turns_bad(double at_s);
    void turns_good(double at_s);
    void confirm(double now_s);
    void fill_slices(double offered_per_s, double share_from, double share_to, double from_s, double to_s);
    void found_worst(double share);
    void close_slice();

    const Plan& plan_;
    const Atlas& atlas_;
    Stays& stays_;
    Course course_;
    double limit_ = 0;  // a larger share lost is bad
    double calm_ = -1;  // up to this share lost, a stretch neither is bad nor makes the worst slice
    bool in_incident_ = false;
    bool is_bad_ = false;
    double good_since_s_ = 0;
    std::vector<RecentFault> recent_;
    bool in_slice_ = false;
    double slice_at_ = 0;  // number of the slice being filled
    double slice_offered_ = 0, slice_failed_ = 0;
    double worst_ = -1;
};

}  // namespace nines
