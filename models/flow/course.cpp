#include "models/flow/course.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nines {

namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr double k_rounding = 1e-12;

}  // namespace

CourseBook::CourseBook(const Plan& plan, const Atlas& atlas, Stays& stays)
    : plan_(plan), atlas_(atlas), stays_(stays), limit_((1 - plan.run.good) + k_rounding) {
    course_.lost_beside = Column<FaultId, double>(plan.faults.size(), 0);
    stays.begin();
}

void CourseBook::pass(const Stretch& stretch, double from_s, double to_s, double share_from, double share_to) {
    if (to_s <= from_s) {
        return;
    }
    if (stretch.from == stretch.to) {
        return stay(stretch.to, from_s, to_s);
    }
    const double share = (share_from + share_to) / 2;
    stays_.add(stretch.from, (to_s - from_s) * (1 - share));
    stays_.add(stretch.to, (to_s - from_s) * share);
    const Atlas::Loss& from = atlas_.loss(stretch.from);
    const Atlas::Loss& to = atlas_.loss(stretch.to);
    const auto mixed = [](double a, double b, double x) { return a + (b - a) * x; };
    const double offered = mixed(from.offered, to.offered, share);
    const double failed_from = mixed(from.failed, to.failed, share_from);
    const double failed_to = mixed(from.failed, to.failed, share_to);
    tell(failed_from / offered, failed_to / offered, {0, (failed_from + failed_to) / 2, offered, false}, from_s, to_s);
}

/// @param share_from, share_to  failed over offered at both ends of a straight stretch; no number where nobody asks
void CourseBook::tell(double share_from, double share_to, const Atlas::Loss& loss, double from_s, double to_s) {
    if (share_from >= 0 && share_to >= 0) {
        judge(share_from, share_to, loss.failed, from_s, to_s);
        fill_slices(loss.offered, share_from, share_to, from_s, to_s);
    }
}

// --- incidents ---

void CourseBook::fault_begins(FaultId fault, std::uint32_t occurrence, double at_s) {
    recent_.push_back({fault, occurrence, at_s, k_infinity});
}

void CourseBook::fault_ends(std::uint32_t occurrence, double at_s) {
    std::erase_if(recent_, [&](const RecentFault& one) { return one.end_s < at_s - plan_.run.clear_s; });
    for (RecentFault& one : recent_) {
        if (one.occurrence == occurrence && one.end_s == k_infinity) {
            one.end_s = at_s;
        }
    }
}

/// The latest-begun fault in force, or ended less than `clear` before.
const RecentFault* CourseBook::latest_fault(double at_s) const {
    const RecentFault* latest = nullptr;
    for (const RecentFault& one : recent_) {
        if (one.end_s >= at_s - plan_.run.clear_s && (latest == nullptr || one.begin_s >= latest->begin_s)) {
            latest = &one;
        }
    }
    return latest;
}

void CourseBook::charge_faults(double lost_per_s, double from_s, double to_s) {
    for (double at_s = from_s; at_s < to_s;) {
        double until_s = to_s;
        for (const RecentFault& one : recent_) {
            const double over_s = one.end_s + plan_.run.clear_s;
            until_s = over_s > at_s ? std::min(until_s, over_s) : until_s;
        }
        if (const RecentFault* const cause = latest_fault(at_s + (until_s - at_s) / 2)) {
            course_.lost_beside[cause->fault] += lost_per_s * (until_s - at_s);
        }
        at_s = until_s;
    }
}

void CourseBook::turns_bad(double at_s) {
    confirm(at_s);
    is_bad_ = true;
    if (in_incident_) {
        return;
    }
    in_incident_ = true;
    IncidentSpan span;
    span.begin_s = at_s;
    span.open = true;
    if (const RecentFault* const cause = latest_fault(at_s)) {
        span.cause = cause->fault;
        span.cause_begin_s = cause->begin_s;
    }
    course_.incidents.push_back(span);
}

void CourseBook::turns_good(double at_s) {
    is_bad_ = false;
    good_since_s_ = at_s;
}

/// An incident is over once it has been good for `clear`; it ended when that began.
void CourseBook::confirm(double now_s) {
    if (in_incident_ && !is_bad_ && now_s - good_since_s_ >= plan_.run.clear_s) {
        course_.incidents.back().end_s = good_since_s_;
        course_.incidents.back().open = false;
        in_incident_ = false;
    }
}

void CourseBook::judge(double share_from, double share_to, double lost_per_s, double from_s, double to_s) {
    const bool bad_from = share_from > limit_;
    const bool bad_to = share_to > limit_;
    double bad_s = bad_from ? to_s - from_s : 0;
    double turn_s = from_s;  // where it turns, if it does
    if (bad_from && !is_bad_) {
        turns_bad(from_s);
    } else if (!bad_from && is_bad_) {
        turns_good(from_s);
    }
    if (bad_from != bad_to) {
        turn_s = from_s + (to_s - from_s) * (limit_ - share_from) / (share_to - share_from);
        bad_s = bad_from ? turn_s - from_s : to_s - turn_s;
        bad_to ? turns_bad(turn_s) : turns_good(turn_s);
    }
    if (bad_s > 0) {
        course_.incidents.back().lost_requests += lost_per_s * bad_s;
    }
    if (!bad_to) {
        lose_beside(lost_per_s, bad_from ? turn_s : from_s, to_s);
    } else if (!bad_from) {
        lose_beside(lost_per_s, from_s, turn_s);
    }
    confirm(to_s);
}

// --- slices

void CourseBook::found_worst(double share) {
    if (share > worst_) {
        worst_ = std::min(share, 1.0);  // a quotient of sums is rounded
        calm_ = std::min(limit_, worst_);
    }
}

void CourseBook::close_slice() {
    if (in_slice_ && slice_offered_ > 0) {
        found_worst(slice_failed_ / slice_offered_);
    }
    in_slice_ = false;
    slice_offered_ = slice_failed_ = 0;
}

/// A slice is looked at from its first stretch on that is worse than any slice before; what was lost in it before that
/// is less, and left out.
void CourseBook::fill_slices(double offered_per_s, double share_from, double share_to, double from_s, double to_s) {
    const double slice_s = plan_.run.slice_s;
    const auto share_at = [&](double at_s) {
        return share_from + (share_to - share_from) * (at_s - from_s) / (to_s - from_s);
    };
    const auto add = [&](double begin_s, double end_s) {
        slice_offered_ += offered_per_s * (end_s - begin_s);
        slice_failed_ += offered_per_s * (share_at(begin_s) + share_at(end_s)) / 2 * (end_s - begin_s);
    };
    const double first = std::floor(from_s / slice_s);
    const double end = std::floor(to_s / slice_s);
    if (in_slice_ && first != slice_at_) {
        close_slice();
    }
    const bool is_worse = std::max(share_from, share_to) > worst_;
    if (!in_slice_ && !is_worse) {
        return;
    }
    if (!in_slice_) {
        slice_offered_ = offered_per_s * (from_s - first * slice_s);
    }
    in_slice_ = true;
    slice_at_ = first;
    add(from_s, std::min((first + 1) * slice_s, to_s));
    if (end == first) {
        return;
    }
    close_slice();
    // Of the whole slices in between the worst is at one of the ends.
    if (end > first + 1) {
        found_worst(share_at((first + 1.5) * slice_s));
        found_worst(share_at((end - 0.5) * slice_s));
    }
    if (is_worse && to_s > end * slice_s) {
        in_slice_ = true;
        slice_at_ = end;
        add(end * slice_s, to_s);
    }
}

Course CourseBook::close(double end_s) {
    confirm(end_s);
    if (in_incident_) {
        course_.incidents.back().end_s = end_s;
    }
    close_slice();
    if (worst_ >= 0) {
        course_.blast_radius = worst_;
    }
    return std::move(course_);
}

}  // namespace nines
