#include "models/study/tell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace nines {

namespace {

constexpr double k_tick_s = 1e-6;  // of the clock of `flow`: what begins an incident is told in it

}  // namespace

std::string clock_text(std::int64_t clock_s) {
    const std::chrono::sys_seconds time{std::chrono::seconds{clock_s}};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count());
}

std::string crowd_text(const Plan& plan, GroupId group) {
    return fmt::format(
        "more than {} instances of {} were at work or hit by faults at once; its other instances took no part",
        plan.groups[group].instances.count, plan.names.callers[plan.caller_of(group)]);
}

Incident tell_incident(const Evidence& evidence, const IncidentSpan& span, const std::vector<TimelineEntry>& timeline) {
    const Plan& plan = evidence.plan;
    const std::size_t cause = cause_of(plan, span);
    Incident incident;
    incident.begin_s = span.begin_s;
    incident.end_s = span.end_s;
    incident.open = span.open;
    incident.objective = "availability";
    incident.cause = cause_name(plan, cause);
    incident.owner = cause_owner(plan, cause);
    incident.lost_requests = span.lost_requests;
    double from_s = span.begin_s;
    if (span.cause.exists()) {
        from_s = std::min(from_s, span.cause_begin_s);
    }
    for (const TimelineEntry& entry : timeline) {
        if (entry.at_s >= from_s - k_tick_s && entry.at_s <= span.end_s + k_tick_s) {
            incident.timeline.push_back(entry);
        }
    }
    return incident;
}

}  // namespace nines
