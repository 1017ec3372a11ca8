// Faults as they begin and end: what is lost, who notices, and how databases fail over.

#include <algorithm>

#include "models/requests/requests.hpp"

namespace nines {

void Requests::keep_appointments(const std::vector<FaultAppointment>& appointments) {
    for (const FaultAppointment& one : appointments) {
        if (one.at < plan_.end) {
            schedule(one.at, one.begins ? EventKind::fault_begins : EventKind::fault_ends, one.subject);
        }
    }
}

void Requests::fault_begins(std::uint32_t process) {
    std::vector<FaultAppointment> next;
    const std::uint32_t slot = faults_.begin(process, now_, next);
    Occurrence& occurrence = faults_.occurrence(slot);
    resolve_roles(occurrence.atoms);
    occurrence.record = static_cast<std::uint32_t>(run_.faults.size());
    run_.faults.push_back({occurrence.fault, now_, k_never});
    note(NoteKind::fault_begins, occurrence.fault.value, occurrence.record);
    keep_appointments(next);
    apply(begin_effects(plan_, state_, slot, plan_.faults[occurrence.fault].effects, occurrence.atoms));
}

/// A role of a database is whoever has it now; the fault stays with that instance until it ends.
void Requests::resolve_roles(std::vector<TargetAtom>& atoms) const {
    for (TargetAtom& atom : atoms) {
        if (atom.kind == TargetAtom::Kind::role) {
            const InstanceId holder = failover_.holder(ServiceId{atom.index}, atom.role);
            atom = {TargetAtom::Kind::instance, holder.value, 0};
        }
    }
    std::erase_if(atoms, [](const TargetAtom& atom) {
        return atom.kind == TargetAtom::Kind::instance && !InstanceId{atom.index}.exists();
    });
}

void Requests::fault_ends(std::uint32_t slot) {
    const Occurrence occurrence = faults_.occurrence(slot);
    run_.faults[occurrence.record].end = now_;
    note(NoteKind::fault_ends, occurrence.fault.value, occurrence.record);
    apply(end_effects(plan_, state_, slot, plan_.faults[occurrence.fault].effects, occurrence.atoms));
    std::vector<FaultAppointment> next;
    faults_.end(slot, now_, next);
    keep_appointments(next);
}

void Requests::apply(const EffectChange& change) {
    lose_tasks(change.lost);
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
void Requests::lose_tasks(const std::vector<InstanceId>& lost) {
    if (lost.empty()) {
        return;
    }
    for (const InstanceId instance : lost) {
        ++life_[instance];
    }
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
        const auto id = index_at<TaskId>(i);
        Task& task = tasks_[id];
        if (task.state == TaskState::free || task.state == TaskState::travelling || state_.is_up(task.instance)) {
            continue;
        }
        const GroupPlan& group = plan_.groups[plan_.group_of[task.instance]];
        const ServicePlan& service = plan_.services[group.service];
        if (task.state == TaskState::queued && service.queue_of == QueueOf::group) {
            // The queue is the group's: it lives as long as one of its instances does.
            InstanceId heir = InstanceId::none();
            for (std::uint32_t k = 0; k < group.instances.count && !heir.exists(); ++k) {
                heir = state_.is_up(group.instances[k]) ? group.instances[k] : InstanceId::none();
            }
            if (heir.exists()) {
                task.instance = heir;
                continue;
            }
        }
        if (state_.silent[task.instance] == 0) {
            send_answer(id, Outcome::rejected);
        }
        drop_task(id);
    }
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
        accountant_.set_existing(instance, role != Role::absent,
                                 role == Role::primary || (role == Role::copy && service.reads_any), now_);
    }
}

}  // namespace nines
