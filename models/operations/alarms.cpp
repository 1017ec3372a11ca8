#include "models/operations/alarms.hpp"

#include <chrono>
#include <cmath>

#include "engine/base/time.hpp"

namespace nines {

namespace {

/// A share that equals the threshold is not above it, whatever rounding says.
constexpr double k_rounding = 1e-9;

}  // namespace

void AlarmPoints::add(const AlarmSpec& alarm, std::optional<double> value) {
    if (!value && alarm.missing == MissingData::ignore) {
        return;
    }
    const bool above = value ? *value > alarm.above + k_rounding : alarm.missing == MissingData::bad;
    above_ = above_ << 1U | (above ? 1U : 0U);
}

/// Calendar months are those of UTC. Of a window in which one begins, its share by time is the new month's; one that
/// ends as it begins is all of the old one's.
double AlarmBoard::spent(State& state, double usd_per_h, double end_s) const {
    using namespace std::chrono;
    const auto clock_s = plan_.run.start_clock_s + static_cast<std::int64_t>(std::ceil(end_s)) - 1;
    const year_month_day date{floor<days>(sys_seconds{seconds{clock_s}})};
    const auto month_began = sys_seconds{sys_days{date.year() / date.month() / 1}}.time_since_epoch().count();
    const auto month_began_s = static_cast<double>(month_began - plan_.run.start_clock_s);
    if (month_began_s >= state.spent_until_s) {
        state.spent_usd = 0;
        state.spent_until_s = month_began_s;
    }
    state.spent_usd += usd_per_h * (end_s - state.spent_until_s) / k_seconds_per_hour;
    state.spent_until_s = end_s;
    return state.spent_usd;
}

AlarmBoard::AlarmBoard(const Plan& plan, Luck luck) : plan_(plan) {
    for (const AlarmSpec& alarm : plan.operations.alarms) {
        State state;
        state.phase = Stream(luck, "alarm.phase", alarm.name).uniform();
        states_.push_back(state);
    }
}

}  // namespace nines
