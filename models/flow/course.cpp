#include "models/flow/course.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nines {

namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();

}  // namespace

CourseBook::CourseBook(const Plan& plan) : plan_(plan) {
}

void CourseBook::last(NodeId node, double seconds) {
    if (node.value >= lasted_s_.size()) {
        lasted_s_.resize(node.value + std::size_t{1}, -1);
    }
    double& lasted = lasted_s_[node.value];
    if (lasted < 0) {
        lasted = 0;
        met_.push_back(node);
    }
    lasted += seconds;
}

void CourseBook::pass(const Atlas& atlas, const Stretch& stretch, double from_s, double to_s, double share_from,
                      double share_to) {
    const double seconds = to_s - from_s;
    if (seconds <= 0) {
        return;
    }
    const Solution& to = atlas[stretch.to];
    if (stretch.from == stretch.to) {
        last(stretch.to, seconds);
        const double failed = to.failed;
        judge(failed / to.offered, failed / to.offered, failed, from_s, to_s);
        fill_slices(to.offered, failed, failed, from_s, to_s);
        return;
    }
    const Solution& from = atlas[stretch.from];
    const double share = (share_from + share_to) / 2;
    last(stretch.from, seconds * (1 - share));
    last(stretch.to, seconds * share);
    const auto mixed = [&](double a, double b, double x) { return a + (b - a) * x; };
    const double failed_from = mixed(from.failed, to.failed, share_from);
    const double failed_to = mixed(from.failed, to.failed, share_to);
    const double offered = mixed(from.offered, to.offered, share);
    judge(failed_from / offered, failed_to / offered, (failed_from + failed_to) / 2, from_s, to_s);
    fill_slices(offered, failed_from, failed_to, from_s, to_s);
}

// --- incidents
// --------------------------------------------------------------------------------------------------------

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

/// The latest-begun fault in force, or ended less than `clear` before, is the cause.
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
    for (const RecentFault& one : recent_) {
        if (one.end_s >= at_s - plan_.run.clear_s && (!span.cause.exists() || one.begin_s >= span.cause_begin_s)) {
            span.cause = one.fault;
            span.cause_begin_s = one.begin_s;
        }
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

/// @param share_from, share_to  failed over offered at both ends of a straight stretch; no number where nobody asks
void CourseBook::judge(double share_from, double share_to, double lost_per_s, double from_s, double to_s) {
    if (!(share_from >= 0) || !(share_to >= 0)) {
        return;  // nobody asks: as it was
    }
    const double limit = (1 - plan_.run.good) + 1e-12;
    const bool bad_from = share_from > limit;
    const bool bad_to = share_to > limit;
    double bad_s = bad_from ? to_s - from_s : 0;
    if (bad_from && !is_bad_) {
        turns_bad(from_s);
    } else if (!bad_from && is_bad_) {
        turns_good(from_s);
    }
    if (bad_from != bad_to) {
        const double at_s = from_s + (to_s - from_s) * (limit - share_from) / (share_to - share_from);
        bad_s = bad_from ? at_s - from_s : to_s - at_s;
        bad_to ? turns_bad(at_s) : turns_good(at_s);
    }
    if (bad_s > 0) {
        course_.incidents.back().lost_requests += lost_per_s * bad_s;
    }
    confirm(to_s);
}

// --- slices
// -----------------------------------------------------------------------------------------------------------

void CourseBook::close_slice() {
    if (slice_offered_ > 0) {
        worst_ = std::max(worst_, slice_failed_ / slice_offered_);
    }
    slice_offered_ = slice_failed_ = 0;
}

void CourseBook::fill_slices(double offered_per_s, double failed_from, double failed_to, double from_s, double to_s) {
    const double slice_s = plan_.run.slice_s;
    const auto failed_at = [&](double at_s) {
        return failed_from + (failed_to - failed_from) * (at_s - from_s) / (to_s - from_s);
    };
    const double first = std::floor(from_s / slice_s);
    const double end = std::floor(to_s / slice_s);
    if (first != slice_at_) {
        close_slice();
        slice_at_ = first;
    }
    const double first_end_s = std::min((first + 1) * slice_s, to_s);
    slice_offered_ += offered_per_s * (first_end_s - from_s);
    slice_failed_ += (failed_at(from_s) + failed_at(first_end_s)) / 2 * (first_end_s - from_s);
    if (end == first) {
        return;
    }
    close_slice();
    // Of the whole slices in between the worst is at one of the ends.
    if (end > first + 1 && offered_per_s > 0) {
        const double half_s = slice_s / 2;
        worst_ = std::max({worst_, failed_at((first + 1) * slice_s + half_s) / offered_per_s,
                           failed_at(end * slice_s - half_s) / offered_per_s});
    }
    slice_at_ = end;
    slice_offered_ = offered_per_s * (to_s - end * slice_s);
    slice_failed_ = (failed_at(end * slice_s) + failed_to) / 2 * (to_s - end * slice_s);
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
