#include "models/operations/alarms.hpp"

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

AlarmBoard::AlarmBoard(const Plan& plan, Luck luck) : plan_(plan) {
    for (const AlarmSpec& alarm : plan.operations.alarms) {
        State state;
        state.phase = Stream(luck, "alarm.phase", alarm.name).uniform();
        states_.push_back(state);
    }
}

}  // namespace nines
