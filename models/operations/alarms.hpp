#pragma once
// Alarms: each looks at one window of its metric after the other, on a grid with a phase of its own, and is on while
// enough of the last windows were above its threshold. Windows begin at time zero.

#include <bit>
#include <optional>
#include <vector>

#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"

namespace nines {

/// What the last windows of an alarm said. Windows before the first count as good.
class AlarmPoints {
public:
    /// One more window.
    /// @param value  nothing: nothing happened in it
    void add(const AlarmSpec& alarm, std::optional<double> value);
    /// Whether at least m of the last n were above.
    bool hold(const AlarmSpec& alarm) const {
        const std::uint64_t last = (std::uint64_t{1} << alarm.of_points) - 1;
        return static_cast<std::uint32_t>(std::popcount(above_ & last)) >= alarm.points;
    }

private:
    std::uint64_t above_ = 0;  // the latest window is the lowest bit
};

class AlarmBoard {
public:
    AlarmBoard(const Plan& plan, Luck luck);

    std::uint32_t size() const { return static_cast<std::uint32_t>(states_.size()); }
    const AlarmSpec& spec(std::uint32_t alarm) const { return plan_.operations.alarms[alarm]; }
    /// When its first window begins, in seconds from time zero: anywhere in the length of one.
    double phase_s(std::uint32_t alarm) const { return states_[alarm].phase * spec(alarm).window_s; }
    /// @param value  of its metric; for a budget, what the bill was by the hour
    /// @param end_s  of the window, from time zero
    void close_window(std::uint32_t alarm, std::optional<double> value, double end_s) {
        const bool adds_up = spec(alarm).metric == AlarmMetric::budget;
        states_[alarm].points.add(spec(alarm), adds_up ? spent(states_[alarm], value.value_or(0), end_s) : value);
    }
    const AlarmPoints& points(std::uint32_t alarm) const { return states_[alarm].points; }
    /// Whether it ought to be on by its windows.
    bool rule_holds(std::uint32_t alarm) const { return states_[alarm].points.hold(spec(alarm)); }
    bool is_on(std::uint32_t alarm) const { return states_[alarm].is_on; }
    void set_on(std::uint32_t alarm, bool on) { states_[alarm].is_on = on; }

private:
    struct State {
        double phase = 0;  // share of a window
        AlarmPoints points;
        bool is_on = false;
        double spent_usd = 0, spent_until_s = 0;  // of a budget, since the month began or since time zero
    };
    double spent(State& state, double usd_per_h, double end_s) const;

    const Plan& plan_;
    std::vector<State> states_;
};

}  // namespace nines
