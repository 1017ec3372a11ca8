#pragma once
// Scaling: services that scale, in a run: what their policies see, which instances come and which go. Both fidelities
// run it on their own state and clock.

#include <optional>
#include <vector>

#include "engine/base/column.hpp"
#include "engine/random/stream.hpp"
#include "models/operations/scale_calendar.hpp"
#include "models/operations/scaling_policy.hpp"
#include "models/plan/plan.hpp"
#include "models/plan/state.hpp"
#include "models/results/run.hpp"

namespace nines {

class Scaling {
public:
    Scaling(const Plan& plan, Luck luck);

    struct Launch {
        InstanceId instance;
        double takes_s = 0;
    };
    /// What an evaluation has changed in the state. Kept for its memory.
    struct Change {
        std::vector<Launch> launches;
        std::vector<InstanceId> draining;
        std::uint32_t refused = 0;       ///< launches that the quota does not allow: the most of any order
        std::optional<double> raised_s;  ///< a higher quota is asked for, and granted after so long
    };

    /// An evaluation: the policy orders, and orders are carried out as far as faults let them be.
    /// @param at_s      since the warm-up began
    /// @param measured  of the last period: mean of workers held, of attempts inside or waiting, as `on` says
    const Change& evaluate(State& state, ServiceId service, double at_s, double measured);
    /// When the schedule sets something next, since the warm-up began; nothing: never.
    std::optional<double> scheduled_s(ServiceId service) const;
    /// That moment has come: what stands in the schedule for it is set and done.
    const Change& follow_schedule(State& state, ServiceId service);
    /// A higher quota is granted: as many as `max`.
    void raise_quota(ServiceId service) { policies_[service.value].raise_quota(); }
    /// A launch is over: the instance serves as soon as it is seen.
    void launched(State& state, InstanceId instance, double at_s);
    /// An instance has finished draining, or was taken back.
    void retired(State& state, InstanceId instance) {
        ++turns_[instance];
        state.set_presence(plan_, instance, Presence::absent);
    }
    /// How often an instance has gone so far: which of its launches and drainings it is in.
    std::uint32_t turn(InstanceId instance) const { return turns_[instance]; }

    /// When an evaluation could matter if all stays as it is, and the last period was like now; infinite: never.
    double next_look_s(const State& state, ServiceId service, double at_s, double measured) const {
        return has_news(state, service) ? at_s
                                        : policies_[service.value].next_look_s(at_s, view(state, service, measured));
    }
    ScalingView view(const State& state, ServiceId service, double measured) const;

    void start_measuring(double at_s);
    /// Episodes of all services. One that is open counts up to then.
    ScalingTally close(double end_s);

private:
    struct Members {
        std::uint32_t serving = 0;
        std::uint32_t pending = 0;
    };
    Members members_of(const State& state, GroupId group) const;
    /// An instance that is down, and was at the last evaluation, has given no sign of life for a whole period.
    bool is_missed(const State& state, InstanceId instance) const {
        return missed_[instance] != 0 && !state.away[instance].is_up();
    }
    bool has_news(const State& state, ServiceId service) const;
    void remember_missed(const State& state, ServiceId service);
    void launch(State& state, ServiceId service, std::uint32_t count);
    void remove(State& state, ServiceId service, std::uint32_t count);
    void begin_change();
    void carry_out(State& state, ServiceId service, const ScalingOrder& order);
    void ask_for_quota(ServiceId service, std::uint32_t refused);
    InstanceId free_slot(const State& state, GroupId group) const;

    const Plan& plan_;
    std::vector<ScalingPolicy> policies_;   // by service; of those that do not scale never used
    std::vector<ScaleCalendar> calendars_;  // by service
    std::vector<Stream> launch_luck_;       // by service
    std::vector<Stream> raise_luck_;        // by service
    std::vector<std::uint8_t> asked_;       // by service: for a higher quota
    Column<InstanceId, std::uint32_t> turns_;
    Column<InstanceId, std::uint8_t> missed_;  // were down at the last evaluation
    Change change_;
};

/// Whether a fault is on instances alone that are not there: it hits nobody.
bool hits_nobody(const State& state, const std::vector<TargetAtom>& atoms);

}  // namespace nines
