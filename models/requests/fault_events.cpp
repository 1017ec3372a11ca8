// Faults as they begin and end: what is lost, who notices, and how databases fail over.

#include <algorithm>

#include "models/requests/requests.hpp"

namespace nines {

namespace {

constexpr std::uint32_t k_no_record = UINT32_MAX;  // of an occurrence that hit nobody

}  // namespace

void Requests::keep_appointments(const std::vector<FaultAppointment>& appointments) {
    for (const FaultAppointment& one : appointments) {
        const Nanoseconds at = later(now_, to_ns(one.after_s));
        if (at < plan_.end) {
            schedule(at, one.begins ? EventKind::fault_begins : EventKind::fault_ends, one.subject);
        }
    }
}

void Requests::fault_begins(std::uint32_t process) {
    std::vector<FaultAppointment> next;
    const std::uint32_t slot = faults_.begin(process, next);
    if (slot == FaultProcesses::k_nothing) {
        return keep_appointments(next);
    }
    Occurrence& occurrence = faults_.occurrence(slot);
    resolve_roles(failover_, occurrence.atoms);
    resolve_members(occurrence);
    engage(occurrence.atoms, true);
    keep_appointments(next);
    if (const auto& notice_s = plan_.faults[occurrence.fault].notice_s) {
        schedule(later(now_, to_ns(*notice_s)), EventKind::notice_over, slot, faults_.turn(slot));
    }
    if (hits_nobody(state_, occurrence.atoms)) {
        occurrence.record = k_no_record;
        return apply(begin_effects(plan_, state_, slot, plan_.faults[occurrence.fault].effects, occurrence.atoms));
    }
    if (!operations_.is_idle()) {
        operations_.fault_began(occurrence.fault, slot, to_seconds(now_ - plan_.warmup));
    }
    put_in_force(slot);
}

/// An occurrence begins on what its atoms name.
void Requests::put_in_force(std::uint32_t slot) {
    Occurrence& occurrence = faults_.occurrence(slot);
    occurrence.record = static_cast<std::uint32_t>(run_.faults.size());
    run_.faults.push_back({occurrence.fault, faults_.member_of(occurrence.process), now_, k_never});
    note(NoteKind::fault_begins, occurrence.fault.value, occurrence.record);
    flood_shifts(occurrence.fault, true);
    apply(begin_effects(plan_, state_, slot, plan_.faults[occurrence.fault].effects, occurrence.atoms));
}

/// Any instance of a counted group that this fault has not hit yet, each with the same chance.
void Requests::resolve_members(Occurrence& occurrence) {
    for (TargetAtom& atom : occurrence.atoms) {
        if (atom.kind != TargetAtom::Kind::member) {
            continue;
        }
        const GroupId group{atom.index};
        const Range<InstanceId> stand_ins = plan_.groups[group].instances;
        TargetAtom chosen;
        do {  // few are hit at a time; with more hit than stand in, some stand in for two
            const std::uint64_t number = member_luck_.below(crowds_[group].members());
            chosen = {TargetAtom::Kind::instance, stand_ins[crowds_[group].stand_in_for(number, member_luck_)].value,
                      0};
        } while (!plan_.faults[occurrence.fault].overlap && crowds_[group].has_idle() &&
                 faults_.has_hit(occurrence.process, chosen));
        atom = chosen;
    }
}

/// Instances that a fault has singled out are not like the rest of their group.
void Requests::engage(const std::vector<TargetAtom>& atoms, bool begins) {
    for (const TargetAtom& atom : atoms) {
        if (atom.kind == TargetAtom::Kind::instance) {
            keep_engaged(plan_, crowds_, InstanceId{atom.index}, begins);
        }
    }
}

void Requests::fault_ends(std::uint32_t slot) {
    const Occurrence occurrence = faults_.occurrence(slot);
    if (occurrence.record != k_no_record) {
        run_.faults[occurrence.record].end = now_;
        note(NoteKind::fault_ends, occurrence.fault.value, occurrence.record);
    }
    flood_shifts(occurrence.fault, false);
    apply(end_effects(plan_, state_, slot, plan_.faults[occurrence.fault].effects, occurrence.atoms));
    engage(occurrence.atoms, false);
    std::vector<FaultAppointment> next;
    faults_.end(slot, next);
    keep_appointments(next);
    if (!operations_.is_idle()) {
        operations_.fault_ended(slot, to_seconds(now_ - plan_.warmup));
    }
}

/// A flood begins or ends: attackers' arrivals have no memory, and are drawn anew at their rates of now.
void Requests::flood_shifts(FaultId fault, bool begins) {
    const bool was_attacked = state_.is_attacked;
    const std::vector<double> before = state_.attack_per_s;
    if (!shift_flood(plan_, state_, fault, begins)) {
        return;
    }
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (state_.attack_per_s[i] != before[i]) {
            const DemandId demand = plan_.demand_of_attack(i);
            ++demands_[demand].arrivals.changes;
            schedule_arrival(demand);
        }
    }
    if (state_.is_attacked && !was_attacked) {
        attacked_.push_back({now_, k_never});
        accountant_.attack_begins(now_);
    } else if (was_attacked && !state_.is_attacked) {
        attacked_.back().end = now_;
        accountant_.attack_ends(now_);
    }
}

/// Whether attackers came through at a moment of the past.
bool Requests::was_attacked(Nanoseconds at) const {
    const auto after = std::upper_bound(attacked_.begin(), attacked_.end(), at,
                                        [](Nanoseconds time, const Span& span) { return time < span.begin; });
    return after != attacked_.begin() && at < std::prev(after)->end;
}

/// What a provider takes back is gone, unless the fault is over already.
void Requests::notice_over(const Event& event) {
    if (faults_.turn(event.subject) != event.epoch) {
        return pass_by(event);
    }
    const Occurrence& occurrence = faults_.occurrence(event.subject);
    const EffectChange change = strike(plan_, state_, event.subject, occurrence.atoms);
    if (!change.lost.empty()) {
        note(NoteKind::taken_back, occurrence.fault.value, change.lost.front().value, change.lost.size());
    }
    apply(change);
}

/// An instance that was taken back is not paid. Where its service scales its place is free, and for the scaler to fill.
void Requests::renew_payment(const EffectChange& change) {
    for (const InstanceId instance : change.gone) {
        if (!serving(instance).scales) {
            accountant_.set_existing(instance, seats_[instance].busy, false, false, now_);
        } else if (state_.presence[instance] != Presence::absent) {
            retire(instance);
        }
    }
    for (const InstanceId instance : change.back) {
        if (!serving(instance).scales) {
            accountant_.set_existing(instance, seats_[instance].busy, true, true, now_);
        }
    }
}

void Requests::apply(const EffectChange& change) {
    if (change.limits) {
        limits_.renew(state_, now_);
    }
    for (const InstanceId instance : change.noticed) {
        stop_sending_to(instance);
    }
    renew_payment(change);
    lose_attempts(change.lost);
    conditions_changed(change.conditioned);
    for (const InstanceId instance : change.lost) {
        wake_watchers_of(instance);
    }
    for (const InstanceId instance : change.returned) {
        wake_watchers_of(instance);
        worker_free_at(instance);
    }
    for (const LinkId link : change.links) {
        schedule(later(now_, network_.convergence(link)), EventKind::routes_converge, link.value, k_converges_link);
    }
    for (const LocationId location : change.locations) {
        schedule(later(now_, network_.convergence(location)), EventKind::routes_converge, location.value,
                 k_converges_location);
    }
    if (change.network || !change.links.empty() || !change.locations.empty()) {
        wake_all_watches();
        check_databases();
        know_all_at_once();
        return;
    }
    for (const auto* changed : {&change.lost, &change.returned}) {
        for (const InstanceId instance : *changed) {
            check_database(instance);
            know_at_once(instance);
        }
    }
}

/// All that lost instances held is gone: silently where they are down, with a refusal to the caller where they crashed.
/// Whatever they were asking others for is not asked again.
void Requests::lose_attempts(const std::vector<InstanceId>& lost) {
    if (lost.empty()) {
        return;
    }
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
        const auto id = index_at<AttemptId>(i);
        Attempt& attempt = attempts_[id];
        if ((!attempt.is_inside() && attempt.pending == 0) || state_.is_up(attempt.instance) || moves_to_heir(id)) {
            continue;
        }
        attempt.lost = true;
        if (!attempt.is_inside()) {
            continue;
        }
        if (state_.away[attempt.instance].silent > 0) {
            drop(id);
            continue;
        }
        const InstanceId instance = attempt.instance;
        const bool held = leave(id);
        answer(id, Outcome::rejected);
        if (held) {
            release_worker(instance);
        }
    }
}

/// A queue of a group lives as long as one of its instances does: who waits there goes to one that is up.
bool Requests::moves_to_heir(AttemptId id) {
    const Attempt& attempt = attempts_[id];
    const GroupPlan& group = plan_.groups[plan_.group_of[attempt.instance]];
    if (attempt.stage != Stage::queued || plan_.services[group.service].queue_of != QueueOf::group) {
        return false;
    }
    for (std::uint32_t k = 0; k < group.instances.count; ++k) {
        if (state_.takes_requests(group.instances[k])) {
            move_to(id, group.instances[k]);
            return true;
        }
    }
    return false;
}

/// Routes have taken note of a cut or a return.
void Requests::routes_converge(const Event& event) {
    if (event.epoch == k_converges_link) {
        network_.converge(LinkId{event.subject});
    } else {
        network_.converge(LocationId{event.subject});
    }
    check_databases();
    know_all_at_once();
    if (run_.notes.empty() || run_.notes.back().kind != NoteKind::routes_changed || run_.notes.back().at != now_) {
        note(NoteKind::routes_changed, 0);  // once, however many links change together
    }
    wake_all_watches();
}

void Requests::conditions_changed(const std::vector<InstanceId>& instances) {
    for (const InstanceId instance : instances) {
        if (shares(instance)) {
            share_advance(instance);
            share_reschedule(instance);
        } else {
            worker_free_at(instance);
        }
    }
}

// --- databases ----------------------------------------------------------------------------------------------------

/// Tells the database of an instance whether it is up and can be reached from outside, where that has changed.
void Requests::check_database(InstanceId instance) {
    const ServiceId service = service_of(instance);
    if (!plan_.services[service].has_primary) {
        return;
    }
    const MessageEnd outside{};
    const MessageEnd here{plan_.groups[plan_.group_of[instance]].location, instance};
    const bool available = state_.is_up(instance) && network_.reachable(outside, here);
    if (available != failover_.is_available(instance)) {
        apply(available ? failover_.returned(instance, now_) : failover_.lost(instance, now_), service);
    }
}

void Requests::check_databases() {
    for (const ServicePlan& service : plan_.services) {
        for (std::uint32_t i = 0; service.has_primary && i < service.instances.count; ++i) {
            check_database(service.instances[i]);
        }
    }
}

void Requests::apply(const FailoverOutcome& outcome, ServiceId service) {
    for (const FailoverAppointment& one : outcome.appointments) {
        switch (one.kind) {
            case FailoverAppointment::Kind::failure_detected:
                schedule(one.at, EventKind::failure_detected, one.subject, one.epoch);
                break;
            case FailoverAppointment::Kind::promoted:
                schedule(one.at, EventKind::promoted, one.subject, one.epoch);
                break;
            case FailoverAppointment::Kind::copy_loss_detected:
                schedule(one.at, EventKind::copy_loss_detected, one.subject, one.epoch);
                break;
            case FailoverAppointment::Kind::rebuild:
                schedule(one.at, EventKind::rebuild, one.subject, one.epoch);
                break;
        }
    }
    for (const Note& one : outcome.notes) {
        note(one.kind, one.subject, one.detail, one.count);
    }
    if (measuring_) {
        run_.records_lost += outcome.records_lost;
        run_.rpo_s = std::max(run_.rpo_s, outcome.rpo_s);
    }
    renew_roles(service);
}

/// Who is paid for, and whose workers can serve.
void Requests::renew_roles(ServiceId service_id) {
    const ServicePlan& service = plan_.services[service_id];
    for (std::uint32_t i = 0; i < service.instances.count; ++i) {
        const InstanceId instance = service.instances[i];
        const Role role = failover_.role(instance);
        accountant_.set_existing(instance, seats_[instance].busy, role != Role::absent,
                                 role == Role::primary || (role == Role::copy && service.reads_any), now_);
    }
}

}  // namespace nines
