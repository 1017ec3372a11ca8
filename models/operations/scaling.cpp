#include "models/operations/scaling.hpp"

#include <algorithm>
#include <cmath>

namespace nines {

Scaling::Scaling(const Plan& plan, Luck luck)
    : plan_(plan),
      turns_(plan.scaled.empty() ? 0 : plan.group_of.size()),
      missed_(plan.scaled.empty() ? 0 : plan.group_of.size()) {
    static const ScaleSpec k_none;
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const auto& scale = plan.services[id].scale;
        ScalingPolicy& policy = policies_.emplace_back(scale ? *scale : k_none);
        const auto begin_s = plan.run.start_clock_s - static_cast<std::int64_t>(std::ceil(plan.run.warmup_s));
        const ScaleCalendar& calendar = calendars_.emplace_back(scale ? scale->schedule : k_none.schedule, begin_s);
        for (const ScheduledScale* action : calendar.in_force_at_begin()) {
            policy.set_bounds(*action);
        }
        launch_luck_.emplace_back(luck, "scale.launch", plan.names.services[id]);
        raise_luck_.emplace_back(luck, "scale.raise", plan.names.services[id]);
        asked_.push_back(0);
        if (scale) {
            change_.launches.reserve(std::max<std::size_t>(change_.launches.capacity(), scale->most()));
            change_.draining.reserve(std::max<std::size_t>(change_.draining.capacity(), scale->most()));
        }
    }
}

/// Who is missed is no capacity, nor is a launch into a place that is down, nor who is about to be taken back: others
/// are ordered in their place.
Scaling::Members Scaling::members_of(const State& state, GroupId group) const {
    Members members;
    const Range<InstanceId> slots = plan_.groups[group].instances;
    for (std::uint32_t i = 0; i < slots.count; ++i) {
        if (!is_missed(state, slots[i]) && state.away[slots[i]].noticed == 0) {
            members.serving += state.presence[slots[i]] == Presence::serving ? 1 : 0;
            members.pending += state.presence[slots[i]] == Presence::launching ? 1 : 0;
        }
    }
    return members;
}

void Scaling::remember_missed(const State& state, ServiceId service) {
    const Range<InstanceId> slots = plan_.services[service].instances;
    for (std::uint32_t i = 0; i < slots.count; ++i) {
        missed_[slots[i]] = state.away[slots[i]].is_up() ? 0 : 1;
    }
}

/// Whether the next evaluation will miss somebody that the last one did not, or find somebody back.
bool Scaling::has_news(const State& state, ServiceId service) const {
    const Range<InstanceId> slots = plan_.services[service].instances;
    for (std::uint32_t i = 0; i < slots.count; ++i) {
        const bool is_known = missed_[slots[i]] == (state.away[slots[i]].is_up() ? 0 : 1);
        if (!is_known && state.presence[slots[i]] != Presence::absent) {
            return true;
        }
    }
    return false;
}

ScalingView Scaling::view(const State& state, ServiceId id, double measured) const {
    const ServicePlan& service = plan_.services[id];
    const double each = service.scale->on == ScaleSignal::utilization ? service.workers : 1;
    ScalingView view;
    view.needed = measured / (service.scale->target * each);
    for (std::uint32_t g = 0; g < service.groups.count; ++g) {
        const Members members = members_of(state, service.groups[g]);
        view.serving += members.serving;
        view.pending += members.pending;
    }
    return view;
}

const Scaling::Change& Scaling::evaluate(State& state, ServiceId service, double at_s, double measured) {
    begin_change();
    carry_out(state, service, policies_[service.value].evaluate(at_s, view(state, service, measured)));
    remember_missed(state, service);
    return change_;
}

std::optional<double> Scaling::scheduled_s(ServiceId service) const {
    const auto next_s = calendars_[service.value].next_s();
    return next_s ? std::optional(static_cast<double>(*next_s - plan_.run.start_clock_s) + plan_.run.warmup_s)
                  : std::nullopt;
}

const Scaling::Change& Scaling::follow_schedule(State& state, ServiceId service) {
    begin_change();
    ScalingPolicy& policy = policies_[service.value];
    for (const ScheduledScale* action : calendars_[service.value].take_due()) {
        policy.set_bounds(*action);
        carry_out(state, service, policy.follow(*action, view(state, service, 0)));
    }
    return change_;
}

void Scaling::begin_change() {
    change_.launches.clear();
    change_.draining.clear();
    change_.refused = 0;
    change_.raised_s.reset();
}

void Scaling::carry_out(State& state, ServiceId service, const ScalingOrder& order) {
    launch(state, service, order.launches);
    remove(state, service, order.removals);
    ask_for_quota(service, order.refused);
}

/// The first order that is refused asks for a higher quota, where that may ever be granted. Of several actions of one
/// moment one that is not refused does not undo the refusal of another.
void Scaling::ask_for_quota(ServiceId id, std::uint32_t refused) {
    change_.refused = std::max(change_.refused, refused);
    const auto& raise_s = plan_.services[id].scale->raise_s;
    if (refused > 0 && raise_s && asked_[id.value] == 0) {
        asked_[id.value] = 1;
        change_.raised_s = raise_s->sample(raise_luck_[id.value]);
    }
}

/// A place for one more: absent, and not in a place or under a fault that keeps it down.
InstanceId Scaling::free_slot(const State& state, GroupId group) const {
    const Range<InstanceId> slots = plan_.groups[group].instances;
    for (std::uint32_t i = 0; i < slots.count; ++i) {
        if (state.presence[slots[i]] == Presence::absent && state.away[slots[i]].may_be_sent_more()) {
            return slots[i];
        }
    }
    return InstanceId::none();
}

/// One by one into the place with the fewest that are up or on their way, of those that take launches.
void Scaling::launch(State& state, ServiceId id, std::uint32_t count) {
    const ServicePlan& service = plan_.services[id];
    for (; count > 0; --count) {
        InstanceId chosen;
        std::uint32_t fewest = UINT32_MAX;
        for (std::uint32_t g = 0; g < service.groups.count; ++g) {
            const GroupId group = service.groups[g];
            const Members members = members_of(state, group);
            if (state.no_launches[group] > 0 || state.no_control[group] > 0 ||
                members.serving + members.pending >= fewest) {
                continue;
            }
            if (const InstanceId slot = free_slot(state, group); slot.exists()) {
                chosen = slot;
                fewest = members.serving + members.pending;
            }
        }
        if (!chosen.exists()) {
            return;  // the next evaluation tries again
        }
        state.set_presence(plan_, chosen, Presence::launching);
        change_.launches.push_back({chosen, service.scale->launch_s.sample(launch_luck_[id.value])});
    }
}

/// One by one from the place with the most that serve, the last of them first.
void Scaling::remove(State& state, ServiceId id, std::uint32_t count) {
    const ServicePlan& service = plan_.services[id];
    for (; count > 0; --count) {
        InstanceId chosen;
        std::uint32_t most = 0;
        for (std::uint32_t g = service.groups.count; g-- > 0;) {
            const GroupId group = service.groups[g];
            const Range<InstanceId> slots = plan_.groups[group].instances;
            InstanceId last;
            std::uint32_t serving = 0;
            for (std::uint32_t i = 0; i < slots.count; ++i) {
                if (state.takes_requests(slots[i])) {
                    last = slots[i];
                    ++serving;
                }
            }
            if (state.no_control[group] == 0 && serving > most) {
                chosen = last;
                most = serving;
            }
        }
        if (!chosen.exists()) {
            return;
        }
        state.set_presence(plan_, chosen, Presence::draining);
        change_.draining.push_back(chosen);
    }
}

void Scaling::launched(State& state, InstanceId instance, double at_s) {
    state.set_presence(plan_, instance, Presence::serving);
    const ServiceId service = plan_.serving[plan_.group_of[instance]].service;
    policies_[service.value].serve(at_s, view(state, service, 0).serving);
}

void Scaling::start_measuring(double at_s) {
    for (const ServiceId service : plan_.scaled) {
        policies_[service.value].start_measuring(at_s);
    }
}

ScalingTally Scaling::close(double end_s) {
    ScalingTally tally;
    for (const ServiceId service : plan_.scaled) {
        const ScalingLags lags = policies_[service.value].close(end_s);
        tally.episodes += static_cast<double>(lags.episodes);
        tally.lag_s += lags.sum_s;
    }
    return tally;
}

bool hits_nobody(const State& state, const std::vector<TargetAtom>& atoms) {
    return !atoms.empty() && std::all_of(atoms.begin(), atoms.end(), [&](const TargetAtom& atom) {
        return atom.kind == TargetAtom::Kind::instance && state.presence[InstanceId{atom.index}] == Presence::absent;
    });
}

}  // namespace nines
