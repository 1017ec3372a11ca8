#include "models/operations/failover.hpp"

#include <algorithm>

#include "engine/random/renewed.hpp"

namespace nines {

using Kind = FailoverAppointment::Kind;

Failover::Failover(const Plan& plan, Luck luck)
    : plan_(plan), databases_(plan.services.size()), roles_(plan.group_of.size()) {
    FailoverOutcome quiet;
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const ServicePlan& service = plan.services[id];
        if (!service.has_primary) {
            continue;
        }
        Database& database = databases_[id];
        database.primary = plan.groups[service.primary_group].instances[0];
        roles_[database.primary].role = Role::primary;
        database.promote = Stream(luck, "failover.promote", plan.names.services[id]);
        database.holder.assign(service.replicas.size(), InstanceId::none());
        database.writes.resize(service.replicas.size());
        for (const ReplicaSpec& replica : service.replicas) {
            database.lag.emplace_back(luck, "replication.lag", plan.names.services[id] + "/" + replica.name);
        }
        fill_gaps(id, 0, quiet, false);
    }
}

void Failover::renew_luck(std::uint64_t key) {
    for (Database& database : databases_) {
        database.promote = renewed(database.promote, key);
        for (Stream& lag : database.lag) {
            lag = renewed(lag, key);
        }
    }
}

InstanceId Failover::holder(ServiceId service, std::uint32_t role) const {
    return role == 0 ? databases_[service].primary : databases_[service].holder[role - 1];
}

// --- places -------------------------------------------------------------------------------------------------------

std::vector<InstanceId> Failover::slots_after_primary(ServiceId service_id) const {
    const ServicePlan& service = plan_.services[service_id];
    const GroupId home = plan_.group_of[databases_[service_id].primary];
    std::vector<InstanceId> slots;
    for (std::uint32_t i = 0; i < service.groups.count; ++i) {
        const GroupId group = service.groups[(home.value - service.groups.first.value + 1 + i) % service.groups.count];
        for (std::uint32_t k = 0; k < plan_.groups[group].instances.count; ++k) {
            slots.push_back(plan_.groups[group].instances[k]);
        }
    }
    return slots;
}

/// Where a copy of this entry can stand now: the first free slot that is up, zones by id after the primary's and
/// cyclically; never the primary's own zone while there is a choice of zones.
InstanceId Failover::place_for(ServiceId service_id, std::uint32_t entry) const {
    const ReplicaSpec& spec = plan_.services[service_id].replicas[entry];
    const LocationId primary_zone = plan_.groups[plan_.group_of[databases_[service_id].primary]].location;
    const bool fixed = spec.zone.exists() && spec.zone != primary_zone;
    for (const InstanceId slot : slots_after_primary(service_id)) {
        const LocationId zone = plan_.groups[plan_.group_of[slot]].location;
        if (roles_[slot].role != Role::absent || !roles_[slot].available) {
            continue;
        }
        if (!plan_.has_world) {
            return slot;
        }
        const bool right_place =
            fixed ? zone == spec.zone : zone != primary_zone && plan_.world.locations[zone].region == spec.region;
        if (right_place) {
            return slot;
        }
    }
    return InstanceId::none();
}

void Failover::fill(ServiceId service_id, std::uint32_t entry, InstanceId instance, Nanoseconds now,
                    FailoverOutcome& outcome, bool tell) {
    Database& database = databases_[service_id];
    InstanceRole& role = roles_[instance];
    role.role = Role::copy;
    role.entry = entry;
    role.believed_up = true;
    role.was_here = false;
    role.lost_until = k_never;
    ++role.epoch;
    database.holder[entry] = instance;
    database.writes[entry].clear();  // it is a copy of all there was
    database.sync_count += is_sync(service_id, entry) ? 1 : 0;
    if (tell) {
        outcome.notes.push_back({now, NoteKind::copy_placed, service_id.value, instance.value, 0});
    }
}

bool Failover::has_gap(ServiceId service) const {
    const auto& holders = databases_[service].holder;
    return std::any_of(holders.begin(), holders.end(), [](InstanceId holder) { return !holder.exists(); });
}

/// Places a copy for each entry that nobody holds, where there is a place.
void Failover::fill_gaps(ServiceId service, Nanoseconds now, FailoverOutcome& outcome, bool tell) {
    Database& database = databases_[service];
    for (std::uint32_t entry = 0; entry < database.holder.size(); ++entry) {
        if (!database.holder[entry].exists()) {
            if (const InstanceId slot = place_for(service, entry); slot.exists()) {
                fill(service, entry, slot, now, outcome, tell);
            }
        }
    }
}

/// An instance that had a role comes back: it becomes the standby when there is none, else it is dropped.
bool Failover::take_back(ServiceId service, InstanceId instance, Nanoseconds now, FailoverOutcome& outcome) {
    Database& database = databases_[service];
    for (std::uint32_t entry = 0; entry < database.holder.size(); ++entry) {
        if (!database.holder[entry].exists()) {
            fill(service, entry, instance, now, outcome, true);
            return true;
        }
    }
    roles_[instance].was_here = false;
    return false;
}

void Failover::plan_rebuild(ServiceId service, Nanoseconds now, FailoverOutcome& outcome) {
    if (!databases_[service].rebuilding) {
        databases_[service].rebuilding = true;
        outcome.appointments.push_back(
            {Kind::rebuild, service.value, 0, later(now, to_ns(plan_.services[service].failover.rebuild_s))});
    }
}

void Failover::drop(InstanceId instance) {
    InstanceRole& role = roles_[instance];
    if (role.role == Role::copy) {
        const ServiceId service = service_of(instance);
        databases_[service].holder[role.entry] = InstanceId::none();
        databases_[service].sync_count -= is_sync(service, role.entry) ? 1 : 0;
    }
    role.role = Role::absent;
    role.was_here = true;
    role.lost_until = k_never;
    ++role.epoch;
}

// --- reads --------------------------------------------------------------------------------------------------------

int Failover::distance_rank(ServiceId service, LocationId caller, InstanceId instance) const {
    const Prefer prefer = plan_.services[service].balance.prefer;
    if (!plan_.has_world || !caller.exists() || prefer == Prefer::any) {
        return 0;
    }
    const LocationId zone = plan_.groups[plan_.group_of[instance]].location;
    if (prefer == Prefer::same_zone && zone == caller) {
        return 0;
    }
    return plan_.world.locations[zone].region == plan_.world.locations[caller].region ? 1 : 2;
}

InstanceId Failover::next_reader(ServiceId service_id, LocationId caller, InstanceId previous) {
    Database& database = databases_[service_id];
    const Range<InstanceId> all = plan_.services[service_id].instances;
    InstanceId best = InstanceId::none();
    int best_rank = INT32_MAX;
    for (std::uint32_t i = 0; i < all.count; ++i) {
        const InstanceId instance = all[(database.reader + i) % all.count];
        if (!may_read(instance)) {
            continue;
        }
        const int rank = distance_rank(service_id, caller, instance) + (instance == previous ? 100 : 0);
        if (rank < best_rank) {
            best = instance;
            best_rank = rank;
        }
    }
    if (!best.exists()) {
        return database.primary;
    }
    database.reader = (best.value - all.first.value + 1) % all.count;
    return best;
}

// --- losses -------------------------------------------------------------------------------------------------------

FailoverOutcome Failover::lost(InstanceId instance, Nanoseconds now) {
    FailoverOutcome outcome;
    InstanceRole& role = roles_[instance];
    role.available = false;
    if (role.role == Role::absent) {
        return outcome;
    }
    const ServiceId service = service_of(instance);
    Database& database = databases_[service];
    const Nanoseconds detect_at = later(now, to_ns(plan_.services[service].failover.detect_s));
    if (role.role == Role::copy) {
        role.lost_until = detect_at;
        ++role.epoch;
        outcome.appointments.push_back({Kind::copy_loss_detected, instance.value, role.epoch, detect_at});
        return outcome;
    }
    database.lost_at = now;
    database.detected = false;
    ++database.epoch;
    outcome.notes.push_back({now, NoteKind::primary_lost, service.value, instance.value, 0});
    if (!plan_.services[service].replicas.empty()) {
        outcome.appointments.push_back({Kind::failure_detected, service.value, database.epoch, detect_at});
    }
    return outcome;
}

FailoverOutcome Failover::returned(InstanceId instance, Nanoseconds now) {
    FailoverOutcome outcome;
    const ServiceId service = service_of(instance);
    Database& database = databases_[service];
    InstanceRole& role = roles_[instance];
    role.available = true;
    if (role.role == Role::primary) {
        // Back before anybody was promoted: it goes on, and looks after its copies.
        ++database.epoch;
        database.detected = false;
        database.promoting = false;
        role.believed_up = true;
        outcome.notes.push_back({now, NoteKind::primary_returned, service.value, instance.value, 0});
        const Nanoseconds detect_at = later(now, to_ns(plan_.services[service].failover.detect_s));
        for (const InstanceId holder : database.holder) {
            if (holder.exists() && !roles_[holder].available) {
                roles_[holder].lost_until = detect_at;
                ++roles_[holder].epoch;
                outcome.appointments.push_back(
                    {Kind::copy_loss_detected, holder.value, roles_[holder].epoch, detect_at});
            }
        }
        if (has_gap(service)) {
            plan_rebuild(service, now, outcome);
        }
        return outcome;
    }
    if (role.role == Role::copy) {
        ++role.epoch;
        role.lost_until = k_never;
        role.believed_up = true;
        if (database.detected && !database.promoting) {
            promote_somebody(service, now, outcome);
        }
        return outcome;
    }
    if (!roles_[database.primary].available) {
        return outcome;  // there is nothing to copy from
    }
    if (role.was_here && take_back(service, instance, now, outcome)) {
        return outcome;
    }
    if (has_gap(service)) {
        plan_rebuild(service, now, outcome);  // a place to stand is there again
    }
    return outcome;
}

/// A standby that is available, in the order of `replication`; with `to: replica` a replica where no standby is.
InstanceId Failover::find_candidate(ServiceId service_id) const {
    const ServicePlan& service = plan_.services[service_id];
    const Database& database = databases_[service_id];
    for (const bool standbys : {true, false}) {
        if (!standbys && !service.failover.to_replica) {
            break;
        }
        for (std::size_t entry = 0; entry < database.holder.size(); ++entry) {
            const InstanceId holder = database.holder[entry];
            if (service.replicas[entry].standby == standbys && holder.exists() && roles_[holder].available) {
                return holder;
            }
        }
    }
    return InstanceId::none();
}

void Failover::promote_somebody(ServiceId service, Nanoseconds now, FailoverOutcome& outcome) {
    Database& database = databases_[service];
    database.candidate = find_candidate(service);
    database.promoting = database.candidate.exists();
    if (!database.promoting) {
        outcome.notes.push_back({now, NoteKind::promotion_waits, service.value, 0, 0});
        return;
    }
    ++database.epoch;
    const double promote_s = plan_.services[service].failover.promote_s.sample(database.promote);
    outcome.appointments.push_back({Kind::promoted, service.value, database.epoch, later(now, to_ns(promote_s))});
}

FailoverOutcome Failover::failure_detected(ServiceId service, Nanoseconds now) {
    FailoverOutcome outcome;
    databases_[service].detected = true;
    roles_[databases_[service].primary].believed_up = false;
    outcome.notes.push_back({now, NoteKind::failure_detected, service.value, 0, 0});
    promote_somebody(service, now, outcome);
    return outcome;
}

/// Whether a copy that lives, other than the one promoted, has the write.
bool Failover::another_survivor_has(ServiceId service, std::uint32_t promoted, const Write& write) const {
    const Database& database = databases_[service];
    for (std::uint32_t entry = 0; entry < database.holder.size(); ++entry) {
        const InstanceId holder = database.holder[entry];
        if (entry == promoted || !holder.exists() || !roles_[holder].available) {
            continue;
        }
        bool missing = false;
        for (std::size_t i = 0; i < database.writes[entry].size(); ++i) {
            const Write& pending = database.writes[entry][i];
            missing = missing || (pending.number == write.number && pending.there > database.lost_at);
        }
        if (!missing) {
            return true;
        }
    }
    return false;
}

/// Writes acknowledged before the loss that the promoted copy had not got by then, and no other survivor has.
void Failover::count_losses(ServiceId service, std::uint32_t entry, FailoverOutcome& outcome) {
    Database& database = databases_[service];
    Nanoseconds oldest = k_never;
    Ring<Write>& pending = database.writes[entry];
    for (std::size_t i = 0; i < pending.size(); ++i) {
        const Write& write = pending[i];
        if (write.there > database.lost_at && !another_survivor_has(service, entry, write)) {
            outcome.records_lost += write.records;
            oldest = std::min(oldest, write.acknowledged);
        }
    }
    for (Ring<Write>& writes : database.writes) {
        writes.clear();
    }
    if (outcome.records_lost > 0) {
        outcome.rpo_s = to_seconds(database.lost_at - oldest);
    }
}

FailoverOutcome Failover::promoted(ServiceId service, Nanoseconds now) {
    FailoverOutcome outcome;
    Database& database = databases_[service];
    database.promoting = false;
    if (!roles_[database.candidate].available) {
        promote_somebody(service, now, outcome);
        return outcome;
    }
    count_losses(service, roles_[database.candidate].entry, outcome);
    const InstanceId old = database.primary;
    drop(database.candidate);
    roles_[old].role = Role::absent;
    roles_[old].was_here = true;
    database.primary = database.candidate;
    roles_[database.primary].role = Role::primary;
    roles_[database.primary].was_here = false;
    roles_[database.primary].believed_up = true;
    database.detected = false;
    ++database.epoch;
    outcome.notes.push_back({now, NoteKind::promoted, service.value, database.primary.value, outcome.records_lost});
    plan_rebuild(service, now, outcome);
    return outcome;
}

FailoverOutcome Failover::copy_loss_detected(InstanceId instance, Nanoseconds now) {
    FailoverOutcome outcome;
    const ServiceId service = service_of(instance);
    roles_[instance].believed_up = false;
    if (!roles_[databases_[service].primary].available) {
        return outcome;  // there is no primary to go on without it: should it return first, it is promoted
    }
    drop(instance);
    outcome.notes.push_back({now, NoteKind::copy_lost, service.value, instance.value, 0});
    plan_rebuild(service, now, outcome);
    return outcome;
}

FailoverOutcome Failover::rebuild(ServiceId service, Nanoseconds now) {
    FailoverOutcome outcome;
    databases_[service].rebuilding = false;
    if (roles_[databases_[service].primary].available) {
        fill_gaps(service, now, outcome, true);
    }
    return outcome;
}

void Failover::acknowledged(ServiceId service_id, std::uint32_t records, Nanoseconds now) {
    const ServicePlan& service = plan_.services[service_id];
    Database& database = databases_[service_id];
    ++database.writes_count;
    for (std::size_t entry = 0; entry < service.replicas.size(); ++entry) {
        if (is_sync(service_id, entry)) {
            continue;
        }
        const Nanoseconds lag = to_ns(service.replicas[entry].lag_s.sample(database.lag[entry]));
        Ring<Write>& pending = database.writes[entry];
        while (!pending.empty() && pending.front().there <= now) {
            pending.pop_front();
        }
        if (database.holder[entry].exists()) {
            pending.push_back({database.writes_count, now, later(now, lag), records});
        }
    }
}

void resolve_roles(const Failover& failover, std::vector<TargetAtom>& atoms) {
    for (TargetAtom& atom : atoms) {
        if (atom.kind == TargetAtom::Kind::role) {
            const InstanceId holder = failover.holder(ServiceId{atom.index}, atom.role);
            atom = {TargetAtom::Kind::instance, holder.value, 0};
        }
    }
    std::erase_if(atoms, [](const TargetAtom& atom) {
        return atom.kind == TargetAtom::Kind::instance && !InstanceId{atom.index}.exists();
    });
}

}  // namespace nines
