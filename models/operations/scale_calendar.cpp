#include "models/operations/scale_calendar.hpp"

#include <algorithm>

namespace nines {

namespace {

constexpr std::int64_t k_day_s = 86'400;

/// Days since 1970; before it they are negative, and a run that begins in 1970 looks back at them.
std::int64_t day_of(std::int64_t clock_s) {
    return clock_s / k_day_s - (clock_s % k_day_s < 0 ? 1 : 0);
}

/// 1 January 1970 was a Thursday.
bool is_on(const ScheduledScale& action, std::int64_t day) {
    constexpr std::int64_t k_first_weekday = 3;
    constexpr std::int64_t k_week_days = 7;
    const std::int64_t weekday = ((day + k_first_weekday) % k_week_days + k_week_days) % k_week_days;
    return (action.days >> static_cast<std::uint32_t>(weekday) & 1U) != 0;
}

}  // namespace

std::int64_t due_after(const ScheduledScale& action, std::int64_t clock_s) {
    std::int64_t day = day_of(clock_s);
    while (!is_on(action, day) || day * k_day_s + action.at_s <= clock_s) {
        ++day;
    }
    return day * k_day_s + action.at_s;
}

std::int64_t due_by(const ScheduledScale& action, std::int64_t clock_s) {
    std::int64_t day = day_of(clock_s);
    while (!is_on(action, day) || day * k_day_s + action.at_s > clock_s) {
        --day;
    }
    return day * k_day_s + action.at_s;
}

ScaleCalendar::ScaleCalendar(const std::vector<ScheduledScale>& schedule, std::int64_t begin_s) : schedule_(&schedule) {
    for (const ScheduledScale& action : schedule) {
        in_force_.push_back(&action);
    }
    std::stable_sort(in_force_.begin(), in_force_.end(), [&](const ScheduledScale* one, const ScheduledScale* other) {
        return due_by(*one, begin_s) < due_by(*other, begin_s);
    });
    find_next(begin_s);
}

void ScaleCalendar::find_next(std::int64_t after_s) {
    next_s_.reset();
    for (const ScheduledScale& action : *schedule_) {
        const std::int64_t due_s = due_after(action, after_s);
        next_s_ = next_s_ ? std::min(*next_s_, due_s) : due_s;
    }
}

const std::vector<const ScheduledScale*>& ScaleCalendar::take_due() {
    due_.clear();
    const std::int64_t now_s = next_s_.value_or(0);
    for (const ScheduledScale& action : *schedule_) {
        if (due_after(action, now_s - 1) == now_s) {
            due_.push_back(&action);
        }
    }
    find_next(now_s);
    return due_;
}

}  // namespace nines
