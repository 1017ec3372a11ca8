// Copies of a replication under way, and new luck for them: what splitting asks for.

#include "engine/random/renewed.hpp"
#include "models/requests/requests.hpp"

namespace nines {

/// The parts know each other by address; those of the copy must know those of the copy.
std::unique_ptr<Requests> Requests::clone() const {
    std::unique_ptr<Requests> copy(new Requests(*this));
    copy->accountant_.rebind(copy->run_);
    copy->network_.rebind(copy->state_, copy->events_);
    copy->balancers_.rebind(copy->crowds_);
    copy->timers_.attempts = &copy->attempts_;
    return copy;
}

void Requests::renew_luck(std::uint64_t key) {
    const auto renew = [key](auto& stream) { stream = renewed(stream, key); };
    const auto renew_all = [&](auto& streams) { std::for_each(streams.begin(), streams.end(), renew); };
    for (DemandState& demand : demands_) {
        renew(demand.arrivals.luck);
        renew(demand.places);
        renew(demand.endpoints);
        renew(demand.phases);
        renew(demand.think);
    }
    renew_all(jitter_);
    renew_all(work_streams_);
    renew_all(error_streams_);
    renew_all(patience_streams_);
    renew(member_luck_);
    network_.renew_luck(key);
    balancers_.renew_luck(key);
    failover_.renew_luck(key);
    faults_.renew_luck(key);
    redraw_what_has_no_memory();
}

/// Else all copies of a moment would have their next event in common, and copies of a path that has just risen would
/// fall together: splitting by single requests would gain nothing. What was scheduled before is void by its epoch.
void Requests::redraw_what_has_no_memory() {
    for (std::size_t i = 0; i < demands_.size(); ++i) {
        const auto demand = index_at<DemandId>(i);
        if (plan_.demands[demand].users == 0 && plan_.demands[demand].law == ArrivalLaw::poisson) {
            ++demands_[demand].arrivals.changes;
            schedule_arrival(demand);
        }
    }
    const bool has_slow = std::any_of(plan_.faults.begin(), plan_.faults.end(), [](const FaultPlan& fault) {
        return std::any_of(fault.effects.begin(), fault.effects.end(),
                           [](const EffectSpec& effect) { return effect.kind == EffectKind::slow; });
    });
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
        const auto id = index_at<AttemptId>(i);
        Attempt& attempt = attempts_[id];
        if (attempt.stage == Stage::working && !has_slow) {  // how slow it was when it began is not known any more
            redraw_work(id);
        } else if (attempt.stage == Stage::queued && !attempt.begun && serving(attempt.instance).has_patience) {
            const auto& patience_s = plan_.services[service_of(attempt.instance)].patience_s;
            if (patience_s->law == Law::exponential) {
                ++attempt.epoch;
                const double left_s = patience_s->sample(patience_streams_[plan_.group_of[attempt.instance]]);
                schedule(later(now_, to_ns(left_s)), EventKind::patience_over, id.value, attempt.epoch);
            }
        }
    }
}

void Requests::redraw_work(AttemptId id) {
    Attempt& attempt = attempts_[id];
    const GroupId group = plan_.group_of[attempt.instance];
    const ServingPlan& service = plan_.serving[group];
    const StepId step = plan_.calls[attempt.plan].steps[attempt.step];
    if (service.discipline == Discipline::sharing || service.discipline == Discipline::preemptive ||
        plan_.steps[step].work_s.law != Law::exponential) {
        return;
    }
    ++attempt.epoch;
    BlockStream& luck = work_streams_[first_work_stream_[group] + step.value - service.first_step.value];
    schedule(later(now_, to_ns(plan_.steps[step].work_s.sample(luck))), EventKind::work_done, id.value, attempt.epoch);
}

std::uint64_t Requests::inside_of(ServiceId service) const {
    const Range<GroupId> groups = plan_.services[service].groups;
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < groups.count; ++i) {
        sum += accountant_.present_in(groups[i]);
    }
    return sum;
}

}  // namespace nines
