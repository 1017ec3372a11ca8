#pragma once
// Failover: which instance of a database has which role; how a loss is detected, a standby promoted, a copy replaced.

#include <vector>

#include "engine/base/ring.hpp"
#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"
#include "models/results/run.hpp"

namespace nines {

enum class Role : std::uint8_t { absent, primary, copy };

/// Something to be scheduled for a database. A stale epoch means that it was called off.
struct FailoverAppointment {
    enum class Kind : std::uint8_t { failure_detected, promoted, copy_loss_detected, rebuild } kind{};
    std::uint32_t subject = 0;  ///< service; for a copy's loss its instance
    std::uint32_t epoch = 0;
    Nanoseconds at = 0;
};

/// What a change of roles leads to.
struct FailoverOutcome {
    std::vector<FailoverAppointment> appointments;
    std::vector<Note> notes;
    std::uint64_t records_lost = 0;
    double rpo_s = 0;
};

/// An instance is available while it is up and can be reached from outside; lost() and returned() say when that
/// changes. Invariants: 1. a database has exactly one primary, available or not. 2. each entry of `replication` is held
/// by at most one instance.
class Failover {
public:
    Failover(const Plan& plan, Luck luck);

    InstanceId primary(ServiceId service) const { return databases_[service].primary; }
    /// Who has a role: 0 is the primary, k the holder of entry k - 1 of `replication` (maybe nobody).
    InstanceId holder(ServiceId service, std::uint32_t role) const;
    Role role(InstanceId instance) const { return roles_[instance].role; }
    bool is_available(InstanceId instance) const { return roles_[instance].available; }
    /// The instance for a read under `reads: any`: believed up, the nearest to the caller by the balancer's preference,
    /// in turn among equals, and another than `previous` where there is one.
    InstanceId next_reader(ServiceId service, LocationId caller, InstanceId previous);
    bool is_believed_up(InstanceId instance) const { return roles_[instance].believed_up; }
    /// Whether reads may be sent there, and how far it is for them: 0 for what the balancer prefers, more for places
    /// that are asked only when none nearer is left.
    bool may_read(InstanceId instance) const {
        return roles_[instance].role != Role::absent && roles_[instance].believed_up;
    }
    int distance_rank(ServiceId service, LocationId caller, InstanceId instance) const;
    std::uint32_t epoch(ServiceId service) const { return databases_[service].epoch; }
    std::uint32_t copy_epoch(InstanceId instance) const { return roles_[instance].epoch; }

    FailoverOutcome lost(InstanceId instance, Nanoseconds now);
    FailoverOutcome returned(InstanceId instance, Nanoseconds now);
    FailoverOutcome failure_detected(ServiceId service, Nanoseconds now);
    FailoverOutcome promoted(ServiceId service, Nanoseconds now);
    FailoverOutcome copy_loss_detected(InstanceId instance, Nanoseconds now);
    FailoverOutcome rebuild(ServiceId service, Nanoseconds now);

    /// A copy that a sync write waits for.
    struct SyncCopy {
        InstanceId instance;
        Nanoseconds lost_until = k_never;  ///< a lost one is waited for until then; k_never: it is available
    };
    /// Calls visit(copy) for each, in the order of `replication`.
    template <class Visit>
    void for_each_sync_copy(ServiceId service, Visit visit) const {
        const Database& database = databases_[service];
        for (std::size_t entry = 0; entry < database.holder.size(); ++entry) {
            const InstanceId holder = database.holder[entry];
            if (holder.exists() && is_sync(service, entry)) {
                visit(SyncCopy{holder, roles_[holder].lost_until});
            }
        }
    }
    bool has_sync_copies(ServiceId service) const { return databases_[service].sync_count > 0; }

    /// An acknowledged write of `records` records: draws when each async copy has it.
    void acknowledged(ServiceId service, std::uint32_t records, Nanoseconds now);

    void renew_luck(std::uint64_t key);  ///< of promotions and lags, from now on

    /// Random words drawn for promotions and for the lag of copies.
    std::uint64_t words_drawn() const {
        std::uint64_t sum = 0;
        for (const Database& database : databases_) {
            sum += database.promote.position();
            for (const Stream& lag : database.lag) {
                sum += lag.position();
            }
        }
        return sum;
    }

private:
    struct InstanceRole {
        Role role = Role::absent;
        std::uint32_t entry = 0;  // of replication, of a copy
        std::uint32_t epoch = 0;
        bool available = true;
        bool believed_up = true;
        bool was_here = false;  // had a role when it was lost: takes one again when there is a need
        Nanoseconds lost_until = k_never;
    };
    struct Write {
        std::uint64_t number = 0;
        Nanoseconds acknowledged = 0;
        Nanoseconds there = 0;  // when the copy has it
        std::uint32_t records = 0;
    };
    struct Database {
        InstanceId primary;
        InstanceId candidate;
        std::vector<InstanceId> holder;   // by entry of replication; none: nobody
        std::vector<Ring<Write>> writes;  // by entry: acknowledged, and not known to be on that async copy
        std::vector<Stream> lag;          // by entry
        bool detected = false;
        bool promoting = false;
        bool rebuilding = false;
        std::uint32_t epoch = 0;
        std::uint32_t sync_count = 0;
        std::uint32_t reader = 0;
        std::uint64_t writes_count = 0;
        Nanoseconds lost_at = 0;
        Stream promote;
    };

    bool is_sync(ServiceId service, std::size_t entry) const {
        return plan_.services[service].replicas[entry].mode == ReplicaMode::sync;
    }
    InstanceId place_for(ServiceId service, std::uint32_t entry) const;
    std::vector<InstanceId> slots_after_primary(ServiceId service) const;
    void fill(ServiceId service, std::uint32_t entry, InstanceId instance, Nanoseconds now, FailoverOutcome& outcome,
              bool tell);
    void fill_gaps(ServiceId service, Nanoseconds now, FailoverOutcome& outcome, bool tell);
    bool take_back(ServiceId service, InstanceId instance, Nanoseconds now, FailoverOutcome& outcome);
    void plan_rebuild(ServiceId service, Nanoseconds now, FailoverOutcome& outcome);
    bool has_gap(ServiceId service) const;
    void drop(InstanceId instance);
    InstanceId find_candidate(ServiceId service) const;
    void promote_somebody(ServiceId service, Nanoseconds now, FailoverOutcome& outcome);
    void count_losses(ServiceId service, std::uint32_t entry, FailoverOutcome& outcome);
    bool another_survivor_has(ServiceId service, std::uint32_t promoted, const Write& write) const;
    ServiceId service_of(InstanceId instance) const { return plan_.groups[plan_.group_of[instance]].service; }

    const Plan& plan_;
    Column<ServiceId, Database> databases_;
    Column<InstanceId, InstanceRole> roles_;
};

/// A role of a database is whoever has it now: what a fault hits stays hit until it ends, whatever role it has then.
/// Roles that nobody has are left out.
void resolve_roles(const Failover& failover, std::vector<TargetAtom>& atoms);

}  // namespace nines
