// What happens to a scene: faults that begin and end, databases that fail over.

#include <algorithm>

#include "models/flow/replication.hpp"
#include "models/jobs/outages.hpp"

namespace nines {

namespace {

constexpr std::size_t k_notes_most = 1000;  // as many as the timeline lists
constexpr std::size_t k_writes_most = 10'000;
constexpr std::uint32_t k_hit_nobody = UINT32_MAX - 1;       // in the place of a record
constexpr Nanoseconds k_clock_zero = 1'000'000'000'000'000;  // of databases: writes of eleven days before have a time
constexpr Microseconds k_clock_most_us = 3'000'000'000'000'000;  // 95 years: in ns within the range of a clock

}  // namespace

/// Databases count in nanoseconds, from a base that moves on while none of them waits for anything.
Nanoseconds FlowReplication::clock_of_databases() {
    if (failover_pending_ == 0 && now_ - database_base_ > k_clock_most_us) {
        database_base_ = now_;
    }
    return k_clock_zero + (now_ - database_base_) * 1000;
}

/// A service that scales has something to tell every day: half of the room is left to what is rare.
bool FlowReplication::is_common(NoteKind kind, std::uint32_t subject) const {
    switch (kind) {
        case NoteKind::launch_ordered:
        case NoteKind::launched:
        case NoteKind::retired:
            return true;
        case NoteKind::marked_in:
        case NoteKind::marked_out:
            return plan_.services[ServiceId{subject}].scale.has_value();
        default:
            return false;
    }
}

void FlowReplication::note(NoteKind kind, std::uint32_t subject, std::uint32_t detail, std::uint64_t count) {
    if (now_ > k_never / 1000) {
        return;  // beyond the clock of notes
    }
    if (run_.notes.size() < (is_common(kind, subject) ? k_notes_most / 2 : k_notes_most)) {
        run_.notes.push_back({now_ * 1000, kind, subject, detail, count});
    } else {
        ++run_.notes_dropped;
    }
}

void FlowReplication::keep_appointments(const std::vector<FaultAppointment>& appointments) {
    for (const FaultAppointment& one : appointments) {
        schedule(after(one.after_s), one.begins ? Kind::fault_begins : Kind::fault_ends, one.subject);
    }
}

void FlowReplication::fault_begins(std::uint32_t process) {
    std::vector<FaultAppointment> next;
    const std::uint32_t slot = faults_.begin(process, next);
    keep_appointments(next);
    if (slot == FaultProcesses::k_nothing) {
        return;
    }
    Occurrence& occurrence = faults_.occurrence(slot);
    resolve_roles(scene_.failover, occurrence.atoms);
    choose_members(occurrence);
    if (const auto& notice_s = plan_.faults[occurrence.fault].notice_s) {
        schedule(after(*notice_s), Kind::notice_over, slot, faults_.turn(slot));
    }
    if (hits_nobody(scene_.state, occurrence.atoms)) {
        occurrence.record = k_hit_nobody;
        apply(begin_effects(plan_, scene_.state, slot, plan_.faults[occurrence.fault].effects, occurrence.atoms));
        return;
    }
    if (!operations_.is_idle()) {
        operations_.fault_began(occurrence.fault, slot, now_s());
    }
    put_in_force(slot);
}

/// An occurrence begins on what its atoms name.
void FlowReplication::put_in_force(std::uint32_t slot) {
    Occurrence& occurrence = faults_.occurrence(slot);
    occurrence.record = UINT32_MAX;
    if (run_.faults.size() < faults_recorded(plan_) && now_ < k_never / 1000) {
        occurrence.record = static_cast<std::uint32_t>(run_.faults.size());
        run_.faults.push_back({occurrence.fault, faults_.member_of(occurrence.process), now_ * 1000, k_never});
    } else {
        ++run_.faults_dropped;
    }
    book_.fault_begins(occurrence.fault, slot, now_s());
    note(NoteKind::fault_begins, occurrence.fault.value, occurrence.record);
    flood_shifts(occurrence.fault, true);
    apply(begin_effects(plan_, scene_.state, slot, plan_.faults[occurrence.fault].effects, occurrence.atoms));
}

/// Any listed instance of a counted group that this fault has not hit yet: they stand in for one another.
void FlowReplication::choose_members(Occurrence& occurrence) {
    for (TargetAtom& atom : occurrence.atoms) {
        if (atom.kind != TargetAtom::Kind::member) {
            continue;
        }
        const Range<InstanceId> listed = plan_.groups[GroupId{atom.index}].instances;
        TargetAtom chosen;
        constexpr int k_tries = 64;  // few are hit at a time; with nearly all hit, some stand in for two
        for (int i = 0; i < k_tries; ++i) {
            chosen = {TargetAtom::Kind::instance,
                      listed[static_cast<std::uint32_t>(member_luck_.below(listed.count))].value, 0};
            if (!faults_.has_hit(occurrence.process, chosen)) {
                break;
            }
        }
        atom = chosen;
    }
}

void FlowReplication::fault_ends(std::uint32_t slot) {
    const Occurrence occurrence = faults_.occurrence(slot);
    if (occurrence.record != k_hit_nobody) {
        if (occurrence.record != UINT32_MAX && now_ < k_never / 1000) {
            run_.faults[occurrence.record].end = now_ * 1000;
        }
        book_.fault_ends(slot, now_s());
        note(NoteKind::fault_ends, occurrence.fault.value, occurrence.record);
    }
    flood_shifts(occurrence.fault, false);
    apply(end_effects(plan_, scene_.state, slot, plan_.faults[occurrence.fault].effects, occurrence.atoms));
    std::vector<FaultAppointment> next;
    faults_.end(slot, next);
    keep_appointments(next);
    if (!operations_.is_idle()) {
        operations_.fault_ended(slot, now_s());
    }
}

/// A flood begins or ends: attackers ask as often as all floods in force make them.
void FlowReplication::flood_shifts(FaultId fault, bool begins) {
    const bool was_attacked = scene_.state.is_attacked;
    if (!shift_flood(plan_, scene_.state, fault, begins)) {
        return;
    }
    scene_.ask_for_attackers();
    for (std::size_t g = 0; scene_.state.is_attacked && !was_attacked && g < plan_.groups.size(); ++g) {
        stood_[index_at<GroupId>(g)] = paid_in(index_at<GroupId>(g));
    }
}

/// Instances of a group that are paid for, where its service scales; elsewhere no flood calls any.
double FlowReplication::paid_in(GroupId id) const {
    const GroupPlan& group = plan_.groups[id];
    double paid = 0;
    for (std::uint32_t i = 0; plan_.services[group.service].scale && i < group.instances.count; ++i) {
        paid += scene_.state.presence[group.instances[i]] != Presence::absent ? 1 : 0;
    }
    return paid;
}

/// While attackers come through, instances beyond those that stood when that began are counted apart.
void FlowReplication::count_beyond(Microseconds to) {
    const Microseconds from = std::max(now_, to_us(plan_.run.warmup_s));
    for (std::size_t g = 0; scene_.state.is_attacked && to > from && g < plan_.groups.size(); ++g) {
        const auto id = index_at<GroupId>(g);
        beyond_s_[id] += std::max(0.0, paid_in(id) - stood_[id]) * static_cast<double>(to - from) / k_us_per_s;
    }
}

/// What a provider takes back is gone.
void FlowReplication::notice_over(std::uint32_t slot) {
    const Occurrence& occurrence = faults_.occurrence(slot);
    const EffectChange change = strike(plan_, scene_.state, slot, occurrence.atoms);
    if (!change.lost.empty()) {
        note(NoteKind::taken_back, occurrence.fault.value, change.lost.front().value, change.lost.size());
    }
    // Where its service scales its place is free, and for the scaler to fill.
    for (const InstanceId instance : change.gone) {
        if (plan_.serving[plan_.group_of[instance]].scales && scene_.state.presence[instance] != Presence::absent) {
            scaling_.retired(scene_.state, instance);
            forget(instance);
        }
    }
    apply(change);
}

void FlowReplication::apply(const EffectChange& change) {
    things_changed_ = true;
    for (std::uint32_t i = 0; i < plan_.scaled.size(); ++i) {
        look_if_due(i);
    }
    unpin();
    if (change.limits) {
        ++drying_;  // what runs dry is told by its place among the buckets
        scene_.limits.renew(scene_.state, 0);
    }
    for (const InstanceId instance : change.noticed) {
        forget(instance);
    }
    lose_backlog(change.lost);
    for (const LinkId link : change.links) {
        schedule(after(scene_.routes.convergence_s(link)), Kind::routes_converge_link, link.value);
    }
    for (const LocationId location : change.locations) {
        schedule(after(scene_.routes.convergence_s(location)), Kind::routes_converge_place, location.value);
    }
    if (change.network || !change.links.empty() || !change.locations.empty()) {
        check_databases();
        return look_at_all();
    }
    for (const auto* changed : {&change.lost, &change.returned}) {
        for (const InstanceId instance : *changed) {
            check_database(instance);
        }
        look_at(*changed);
    }
}

/// Routes have taken note of a cut or a return.
void FlowReplication::routes_changed() {
    things_changed_ = true;
    check_databases();
    look_at_all();
    if (run_.notes.empty() || run_.notes.back().kind != NoteKind::routes_changed ||
        run_.notes.back().at != now_ * 1000) {
        note(NoteKind::routes_changed, 0);  // once, however many links change together
    }
}

// --- databases

/// Tells the database of an instance whether it is up and can be reached from outside, where that has changed.
void FlowReplication::check_database(InstanceId instance) {
    const ServiceId service = plan_.serving[plan_.group_of[instance]].service;
    if (!plan_.services[service].has_primary) {
        return;
    }
    const bool available = scene_.can_be_asked(atlas_.solver().ways(), {}, instance);
    if (available == scene_.failover.is_available(instance)) {
        return;
    }
    if (available) {
        return apply(scene_.failover.returned(instance, clock_of_databases()), service);
    }
    if (instance == scene_.failover.primary(service)) {
        remember_writes(service);
    }
    apply(scene_.failover.lost(instance, clock_of_databases()), service);
}

void FlowReplication::check_databases() {
    for (const ServicePlan& service : plan_.services) {
        for (std::uint32_t i = 0; service.has_primary && i < service.instances.count; ++i) {
            check_database(service.instances[i]);
        }
    }
}

/// Which writes an asynchronous copy has got when its primary is lost follows from the writes just before: these are
/// drawn now, as a Poisson process at the rate of now, as far back as a lag reaches.
void FlowReplication::remember_writes(ServiceId id) {
    const ServicePlan& service = plan_.services[id];
    double longest_s = 0;
    for (const ReplicaSpec& replica : service.replicas) {
        if (replica.mode == ReplicaMode::async) {
            longest_s = std::max(longest_s, analytic::LatencyLaw::of(replica.lag_s).quantile(1 - 1e-7));
        }
    }
    longest_s = std::min(longest_s, to_seconds(k_clock_zero));
    if (longest_s <= 0 || !stretch_.to.exists()) {
        return;
    }
    std::uint32_t records = 1;
    for (const CallPlan& call : plan_.calls) {
        records = call.service == id && call.writes > 0 ? call.writes : records;
    }
    const double per_s = atlas_[stretch_.to].writes[id] / records;
    std::vector<double> ages;
    for (double age = 0; per_s > 0 && ages.size() < k_writes_most;) {
        age += write_luck_.exponential() / per_s;
        if (age > longest_s) {
            break;
        }
        ages.push_back(age);
    }
    const Nanoseconds now = clock_of_databases();
    for (std::size_t i = ages.size(); i-- > 0;) {
        scene_.failover.acknowledged(id, records, now - to_ns(ages[i]));
    }
}

void FlowReplication::apply(const FailoverOutcome& outcome, ServiceId) {
    things_changed_ = true;
    for (const FailoverAppointment& one : outcome.appointments) {
        const Microseconds at = one.at == k_never ? k_never : database_base_ + (one.at - k_clock_zero) / 1000;
        if (at >= end_) {
            continue;
        }
        ++failover_pending_;
        switch (one.kind) {
            case FailoverAppointment::Kind::failure_detected:
                schedule(at, Kind::failure_detected, one.subject, one.epoch);
                break;
            case FailoverAppointment::Kind::promoted:
                schedule(at, Kind::promoted, one.subject, one.epoch);
                break;
            case FailoverAppointment::Kind::copy_loss_detected:
                schedule(at, Kind::copy_loss_detected, one.subject, one.epoch);
                break;
            case FailoverAppointment::Kind::rebuild:
                schedule(at, Kind::rebuild, one.subject, one.epoch);
                break;
        }
    }
    for (const Note& one : outcome.notes) {
        note(one.kind, one.subject, one.detail, one.count);
    }
    if (now_s() >= 0) {
        run_.records_lost += outcome.records_lost;
        run_.rpo_s = std::max(run_.rpo_s, outcome.rpo_s);
    }
}

}  // namespace nines
