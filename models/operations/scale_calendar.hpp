#pragma once
// ScaleCalendar: which actions of a scaler's schedule are due when. Times are whole seconds since 1970, UTC.

#include <cstdint>
#include <optional>
#include <vector>

#include "models/architecture/policies.hpp"

namespace nines {

/// The first time after `clock_s` at which an action is due.
std::int64_t due_after(const ScheduledScale& action, std::int64_t clock_s);
/// The last one at or before `clock_s`.
std::int64_t due_by(const ScheduledScale& action, std::int64_t clock_s);

class ScaleCalendar {
public:
    /// @param schedule  outlives the calendar
    ScaleCalendar(const std::vector<ScheduledScale>& schedule, std::int64_t begin_s);

    /// Actions in the order in which they were last due: what they set holds when the time begins, as if the schedule
    /// had always been there.
    const std::vector<const ScheduledScale*>& in_force_at_begin() const { return in_force_; }
    /// When the next is due; nothing: there is no schedule.
    const std::optional<std::int64_t>& next_s() const { return next_s_; }
    /// Those that are due then, in the order in which they are written; the one after is next.
    const std::vector<const ScheduledScale*>& take_due();

private:
    void find_next(std::int64_t after_s);

    const std::vector<ScheduledScale>* schedule_;
    std::vector<const ScheduledScale*> in_force_, due_;
    std::optional<std::int64_t> next_s_;
};

}  // namespace nines
