#pragma once
// Solution: what happens per second while a scene lasts. All of it is linear in time: a replication's tallies are the
// sum over scenes of rates times how long each lasted.

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "engine/base/column.hpp"
#include "models/plan/plan.hpp"
#include "models/results/run.hpp"

namespace nines {

using LawId = Index<struct LawTag>;  ///< a latency law that the solver keeps

struct LawRate {
    LawId law;
    double per_s = 0;
};

/// Requests of a demand, or attempts sent to a service or group, per second.
struct ScopeRates {
    double offered = 0;
    std::array<double, k_outcomes> ended{};
    double attempts = 0;
    std::vector<LawRate> ok, other;

    /// By itself, so that no digits are lost in a difference.
    double failed_per_s() const { return ended[2] + ended[3] + ended[4] + ended[5]; }
    double ok_per_s() const {
        return ended[static_cast<std::size_t>(Outcome::ok)] + ended[static_cast<std::size_t>(Outcome::degraded)];
    }
};

/// What the instances of a group do.
struct GroupRates {
    double admitted = 0;     ///< attempts per second
    double throttled = 0;    ///< attempts per second that find no token
    double waiting = 0;      ///< attempts
    double busy = 0;         ///< workers held
    double workers = 0;      ///< workers existing; 0 where unlimited
    double present = 0;      ///< attempts inside
    double instances = 0;    ///< paid for
    double uncommitted = 0;  ///< of them, beyond those committed to
    double spot = 0;         ///< of them, those bought on spot
    double granules = 0;     ///< of time billed, begun per second
    double watts = 0;
    double capacity = 0;  ///< attempts per second that workers could serve; 0 where unlimited
    double drift = 0;     ///< of the backlog, attempts per second; 0 where nothing is treated as a fluid
    /// The backlog, of those who will be served, at which as many leave as are too many; infinite where none is that.
    double holds_at = std::numeric_limits<double>::infinity();
};

/// Attempts sent to instances, and answered ok, per second.
struct EndpointRates {
    double attempts = 0;
    double ok = 0;
};

/// What attackers' requests take of it, per second (AttackTally).
struct AttackRates {
    struct OfGroup {
        double admitted = 0, granules = 0;
    };
    Column<GroupId, OfGroup> groups;
    Column<EndpointId, EndpointRates> endpoints;
    std::vector<double> units;
    double offered = 0;  ///< 0: none come through
};

struct Solution {
    Column<DemandId, ScopeRates> demands;
    Column<ServiceId, ScopeRates> nobody;  ///< attempts that found nobody to go to
    Column<GroupId, ScopeRates> attempts;
    Column<GroupId, GroupRates> groups;
    Column<EndpointId, EndpointRates> endpoints;
    Column<ServiceId, double> writes;        ///< acknowledged requests that write, per second
    Column<DemandId, double> in_system;      ///< requests under way
    std::vector<double> token_drift;         ///< of each bucket of the scene, tokens per second
    std::vector<double> units;               ///< GB or requests per second under each price row
    double offered = 0, ok = 0, failed = 0;  ///< of all users' demands, per second
    std::optional<AttackRates> attack;       ///< where attackers come through
    std::vector<double> watts;               ///< by region of GridCourse
    std::vector<double> asked;               ///< what iteration began from: attempts by call and caller, per second
    std::uint32_t rounds = 0;                ///< of the iteration
    bool converged = true;
    bool is_draft = false;  ///< latencies by their means alone: laws are missing
    bool drifts = false;    ///< some backlog grows or drains, or some bucket of tokens runs dry
    bool has_two = false;   ///< another fixed point exists for the same scene
};

}  // namespace nines
