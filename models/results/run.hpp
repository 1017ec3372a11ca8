#pragma once
// Run: the tallies of one replication, by either fidelity; plain data, to be turned into measures.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/column.hpp"
#include "engine/stats/histogram.hpp"
#include "models/plan/plan.hpp"
#include "models/results/job_tally.hpp"
#include "models/results/operations_tally.hpp"
#include "models/results/profile.hpp"
#include "models/results/security_course.hpp"

namespace nines {

/// How an attempt or a request ended.
enum class Outcome : std::uint8_t { ok, degraded, error, timeout, rejected, abandoned };
inline constexpr std::size_t k_outcomes = 6;
constexpr bool is_ok(Outcome outcome) {
    return outcome == Outcome::ok || outcome == Outcome::degraded;
}

/// Requests of a demand, or attempts sent to a service or group. Counts are reals: `requests` counts whole ones (exact
/// up to 2^53), `flow` expects parts of one.
struct ScopeTally {
    double offered = 0;
    std::array<double, k_outcomes> ended{};
    double attempts = 0;   ///< of a demand: attempts by its clients
    Histogram ok_latency;  ///< of `flow`: in shares of a common whole, not in requests
    Histogram other_latency;

    double count(Outcome outcome) const { return ended[static_cast<std::size_t>(outcome)]; }
    double ok() const { return count(Outcome::ok) + count(Outcome::degraded); }
    double all_ended() const {
        double sum = 0;
        for (const double one : ended) {
            sum += one;
        }
        return sum;
    }
    double failed() const {  ///< by itself, so that no digits are lost in a difference
        return count(Outcome::error) + count(Outcome::timeout) + count(Outcome::rejected) + count(Outcome::abandoned);
    }
    double in_flight() const { return offered - all_ended(); }

    /// As if what `other` counts had been counted here too.
    void merge(const ScopeTally& other) {
        offered += other.offered;
        attempts += other.attempts;
        for (std::size_t i = 0; i < k_outcomes; ++i) {
            ended[i] += other.ended[i];
        }
        ok_latency.merge(other.ok_latency);
        other_latency.merge(other.other_latency);
    }
};

/// What instances of a group did over the measured time.
struct GroupTally {
    double admitted = 0;
    double throttled = 0;         ///< attempts that found no token
    double wait_s = 0;            ///< over attempts admitted
    double queue_integral_s = 0;  ///< attempts waiting x time
    std::uint32_t queue_max = 0;
    double busy_integral_s = 0;         ///< workers held x time
    double workers_integral_s = 0;      ///< workers existing x time; 0 where unlimited
    double present_integral_s = 0;      ///< attempts inside x time
    double sojourn_s = 0;               ///< time inside, over all attempts, those still inside up to the end
    double instances_integral_s = 0;    ///< instances paid x time
    double uncommitted_integral_s = 0;  ///< of them, beyond those committed to
    double spot_integral_s = 0;         ///< of them, those bought on spot
    double granules = 0;                ///< of a function: begun, over attempts (ServicePlan::granule)
    double energy_j = 0;                ///< of the machines, without PUE
    double carbon_g = 0;                ///< operational, PUE included
};

/// One slice of time; requests belong to the moment at which they were wanted.
struct SliceTally {
    std::uint32_t at = 0;  ///< its number from time zero; empty slices are left out
    std::uint32_t offered = 0;
    std::array<std::uint32_t, k_outcomes> ended{};
    double latency_sum_s = 0;
    Nanoseconds latency_max = 0;
    Nanoseconds last_failure = 0;  ///< when the last of its requests that failed ended
};

/// A stretch of bad availability. Times are seconds from time zero.
struct IncidentSpan {
    double begin_s = 0;
    double end_s = 0;
    bool open = false;                ///< not over at the horizon
    FaultId cause = FaultId::none();  ///< none: load
    double cause_begin_s = 0;         ///< when that fault began
    double lost_requests = 0;
};

/// What `flow` knows of the course of a replication, where `requests` has slices.
struct Course {
    std::vector<IncidentSpan> incidents;
    std::optional<double> blast_radius;   ///< largest share of requests not ok in any slice
    Column<FaultId, double> lost_beside;  ///< outside incidents, while the fault was the latest of those in force
};

/// Attempts sent to instances, by what they asked for.
struct EndpointTally {
    double attempts = 0;
    double ok = 0;
};

struct FaultRecord {
    FaultId fault;
    std::uint32_t member = UINT32_MAX;  ///< which of the fault's members; none: drawn anew each time
    Nanoseconds begin = 0;
    Nanoseconds end = k_never;
};

/// What the timeline tells. Health marks come one for each balancer and instance; they are put together later.
enum class NoteKind : std::uint8_t {
    fault_begins,
    fault_ends,
    marked_out,
    marked_in,
    site_out,
    site_in,
    primary_lost,
    primary_returned,
    failure_detected,
    promotion_waits,
    promoted,
    copy_lost,
    copy_placed,
    routes_changed,
    launch_ordered,  ///< detail: instance
    launched,
    retired,
    deployment_begins,
    deployment_is_bad,
    deployment_done,
    deployment_replaced,
    rollback_begins,
    rolled_back,
    alarm_fires,
    alarm_clears,
    acknowledged,
    diagnosed,
    diagnosis_wrong,
    runbook_begins,
    runbook_fails,
    taken_back,   ///< detail: the first instance
    quota_asked,  ///< service
    quota_raised  ///< service
};

struct Note {
    Nanoseconds at = 0;
    NoteKind kind{};
    std::uint32_t subject = 0;  ///< fault, service or route; deployment or alarm
    std::uint32_t detail = 0;   ///< instance, site; of what people do: 1 for an alarm with nothing to end behind it
    std::uint64_t count = 0;    ///< records lost, instances
};

/// What attackers' requests took, of what is told of everybody's: the parts of it that are metered.
struct AttackTally {
    Column<GroupId, GroupTally> groups;  ///< admitted and granules; instances beyond those that stood when the
                                         ///< flood began, while it lasted, as instances_integral_s
    Column<EndpointId, EndpointTally> endpoints;
    std::vector<double> units_by_price;
    double users_lost = 0;  ///< users' requests that were not ok, of those wanted while attackers came through
};

/// Times in which a service that scales had less than it needed: from then until as many serve as it needs.
struct ScalingTally {
    double episodes = 0;
    double lag_s = 0;  ///< of all of them together
};

struct Run {
    Column<DemandId, ScopeTally> demands;  ///< attackers' too: see Plan::of_users
    Column<ServiceId, ScopeTally> services;
    Column<GroupId, ScopeTally> group_attempts;
    Column<GroupId, GroupTally> groups;
    Column<EndpointId, EndpointTally> endpoints;
    Column<ServiceId, std::uint32_t> queue_max;
    ScalingTally scaling;
    std::vector<SliceTally> slices;                  ///< of `requests`
    std::optional<Course> course;                    ///< of `flow`
    bool has_two_fixed_points = false;               ///< `flow`: a storm of retries could have kept itself going
    double unsettled_s = 0;                          ///< `flow`: time in scenes whose iteration did not settle
    std::vector<double> units_by_price;              ///< GB or requests under each price row, of the measured time
    std::vector<std::vector<double>> pool_levels_s;  ///< by pool and level: instances paid and not on spot, x time
    std::vector<FaultRecord> faults;
    std::uint64_t faults_dropped = 0;  ///< more that happened, and have no record
    std::vector<Note> notes;
    std::uint64_t notes_dropped = 0;
    std::vector<GroupId> crowded;  ///< counted groups with more instances engaged at once than stand in
    OperationsTally operations;
    std::uint64_t records_lost = 0;
    double rpo_s = 0;
    std::uint64_t events = 0;
    std::uint64_t fingerprint = 0;
    std::optional<SecurityCourse> security;  ///< where something threatens
    std::optional<AttackTally> attack;       ///< where something floods
    Column<JobId, JobTally> jobs;            ///< empty where only requests were simulated
    double measured_s = 0;                   ///< less than the horizon when stopped
    Stop stop;
    Profile profile;
};

}  // namespace nines
