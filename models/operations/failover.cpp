#include "models/operations/failover.hpp"

#include <algorithm>

namespace nines {

using Kind = FailoverAppointment::Kind;

Failover::Failover(const Plan& plan, const State& state, Luck luck)
    : plan_(plan), state_(state), databases_(plan.services.size()), roles_(plan.group_of.size()) {
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
        for (const ReplicaSpec& replica : service.replicas) {
            database.lag.emplace_back(luck, "replication.lag", plan.names.services[id] + "/" + replica.name);
        }
        fill_gaps(id, 0, quiet);
    }
}

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
        if (roles_[slot].role != Role::absent || !state_.is_up(slot)) {
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
    if (plan_.services[service_id].replicas[entry].mode == ReplicaMode::sync) {
        ++database.sync_count;
    }
    if (tell) {
        outcome.notes.push_back({now, NoteKind::copy_placed, service_id.value, instance.value, 0});
    }
}

void Failover::fill_gaps(ServiceId service, Nanoseconds now, FailoverOutcome& outcome) {
    Database& database = databases_[service];
    for (std::uint32_t entry = 0; entry < database.holder.size(); ++entry) {
        if (!database.holder[entry].exists()) {
            if (const InstanceId slot = place_for(service, entry); slot.exists()) {
                fill(service, entry, slot, now, outcome, now > 0);
            }
        }
    }
}

void Failover::drop(InstanceId instance) {
    InstanceRole& role = roles_[instance];
    if (role.role == Role::copy) {
        const ServiceId service = service_of(instance);
        databases_[service].holder[role.entry] = InstanceId::none();
        if (plan_.services[service].replicas[role.entry].mode == ReplicaMode::sync) {
            --databases_[service].sync_count;
        }
    }
    role.role = Role::absent;
    role.was_here = true;
    role.lost_until = k_never;
    ++role.epoch;
}

InstanceId Failover::next_reader(ServiceId service_id) {
    Database& database = databases_[service_id];
    const Range<InstanceId> all = plan_.services[service_id].instances;
    for (std::uint32_t i = 0; i < all.count; ++i) {
        const InstanceId instance = all[(database.reader + i) % all.count];
        if (roles_[instance].role != Role::absent && roles_[instance].believed_up) {
            database.reader = (database.reader + i + 1) % all.count;
            return instance;
        }
    }
    return database.primary;
}

FailoverOutcome Failover::lost(InstanceId instance, Nanoseconds now) {
    FailoverOutcome outcome;
    InstanceRole& role = roles_[instance];
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
    if (role.role == Role::primary) {
        // Back before anybody was promoted: it goes on.
        ++database.epoch;
        database.detected = false;
        database.promoting = false;
        role.believed_up = true;
        outcome.notes.push_back({now, NoteKind::primary_returned, service.value, instance.value, 0});
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
    // A slot is free again: whoever is missing can stand here now, were it the old primary or a fresh machine.
    if (database.primary.exists() && state_.is_up(database.primary)) {
        fill_gaps(service, now, outcome);
    }
    role.was_here = false;
    return outcome;
}

/// A standby that is up, in the order of `replication`; with `to: replica` a replica where no standby is up.
InstanceId Failover::find_candidate(ServiceId service_id) const {
    const ServicePlan& service = plan_.services[service_id];
    const Database& database = databases_[service_id];
    for (const bool standbys : {true, false}) {
        if (!standbys && !service.failover.to_replica) {
            break;
        }
        for (std::size_t entry = 0; entry < database.holder.size(); ++entry) {
            const InstanceId holder = database.holder[entry];
            if (service.replicas[entry].standby == standbys && holder.exists() && state_.is_up(holder)) {
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

/// Writes acknowledged before the loss that the promoted async copy had not got by then.
void Failover::count_losses(ServiceId service, bool from_sync, FailoverOutcome& outcome) {
    Database& database = databases_[service];
    Nanoseconds oldest = k_never;
    while (!database.writes.empty()) {
        const Write& write = database.writes.front();
        if (!from_sync && write.there > database.lost_at) {
            outcome.records_lost += write.records;
            oldest = std::min(oldest, write.acknowledged);
        }
        database.writes.pop_front();
    }
    if (outcome.records_lost > 0) {
        outcome.rpo_s = to_seconds(database.lost_at - oldest);
    }
}

FailoverOutcome Failover::promoted(ServiceId service, Nanoseconds now) {
    FailoverOutcome outcome;
    Database& database = databases_[service];
    database.promoting = false;
    if (!state_.is_up(database.candidate)) {
        promote_somebody(service, now, outcome);
        return outcome;
    }
    const std::uint32_t entry = roles_[database.candidate].entry;
    const bool from_sync = plan_.services[service].replicas[entry].mode == ReplicaMode::sync;
    count_losses(service, from_sync, outcome);
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
    outcome.appointments.push_back(
        {Kind::rebuild, service.value, 0, later(now, to_ns(plan_.services[service].failover.rebuild_s))});
    return outcome;
}

FailoverOutcome Failover::copy_loss_detected(InstanceId instance, Nanoseconds now) {
    FailoverOutcome outcome;
    const ServiceId service = service_of(instance);
    drop(instance);
    outcome.notes.push_back({now, NoteKind::copy_lost, service.value, instance.value, 0});
    outcome.appointments.push_back(
        {Kind::rebuild, service.value, 0, later(now, to_ns(plan_.services[service].failover.rebuild_s))});
    return outcome;
}

FailoverOutcome Failover::rebuild(ServiceId service, Nanoseconds now) {
    FailoverOutcome outcome;
    if (!state_.is_up(databases_[service].primary)) {
        return outcome;  // there is nothing to copy from; the next promotion or return brings it on
    }
    fill_gaps(service, now, outcome);
    return outcome;
}

void Failover::acknowledged(ServiceId service_id, std::uint32_t records, Nanoseconds now) {
    const ServicePlan& service = plan_.services[service_id];
    Database& database = databases_[service_id];
    Nanoseconds there = k_never;
    bool any_async = false;
    for (std::size_t entry = 0; entry < service.replicas.size(); ++entry) {
        if (service.replicas[entry].mode == ReplicaMode::async) {
            any_async = true;
            const Nanoseconds lag = to_ns(service.replicas[entry].lag_s.sample(database.lag[entry]));
            if (database.holder[entry].exists()) {
                there = std::min(there, later(now, lag));
            }
        }
    }
    if (!any_async) {
        return;
    }
    while (!database.writes.empty() && database.writes.front().there <= now) {
        database.writes.pop_front();
    }
    database.writes.push_back({now, records, there});
}

}  // namespace nines
