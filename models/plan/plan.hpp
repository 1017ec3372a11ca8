#pragma once
// Plan: the compiled scenario, flat and immutable: columns by index, shared by all replications and threads.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/column.hpp"
#include "engine/base/time.hpp"
#include "models/architecture/architecture.hpp"
#include "models/plan/charges.hpp"
#include "models/plan/job_plan.hpp"
#include "models/plan/security_plan.hpp"

namespace nines {

using InstanceId = Index<struct InstanceTag>;  ///< one instance of a group
using StepId = Index<struct StepTag>;
using CallPlanId = Index<struct CallPlanTag>;  ///< a call step, or the call that a demand makes to one endpoint
using CallerId = Index<struct CallerTag>;      ///< a group, or a demand at one place
using OriginId = Index<struct OriginTag>;      ///< a demand at one place
using BalancerId = Index<struct BalancerTag>;  ///< one caller's view of one service
using TierId = Index<struct TierTag>;
using DnsId = Index<struct DnsTag>;      ///< where one demand's users are sent for one service
using WatchId = Index<struct WatchTag>;  ///< one health check: a balancer's of an instance, or a route's of a site

enum class StepKind : std::uint8_t { work, call, parallel, cache };

struct StepPlan {
    StepKind kind{};
    Distribution work_s;
    Range<CallPlanId> calls;  ///< call: one; parallel: its branches
    double hit = 0;           ///< cache
};

struct EndpointPlan {
    ServiceId service;
    Range<StepId> steps;
    double request_bytes = 0;
    double response_bytes = 0;
    std::uint32_t writes = 0;
};

/// A call, with what the event loop reads of its endpoint: the first cache line is read for each attempt, the rest for
/// each retry.
struct alignas(64) CallPlan {
    EndpointId endpoint;
    ServiceId service;
    Nanoseconds timeout = k_never;
    Nanoseconds deadline = k_never;
    double request_bytes = 0;
    double response_bytes = 0;
    Range<StepId> steps;  ///< of the endpoint
    std::uint32_t writes = 0;
    std::int32_t priority = -1;  ///< -1: the caller's
    std::uint16_t attempts = 1;  ///< the first one counts
    bool optional = false;
    bool cancel = false;
    bool has_budget = false;
    bool crosses_zones_free = false;  ///< a balancer's to its targets, and to managed services
    RetryPolicy retry;
    std::uint64_t name_hash = 0;
};
static_assert(offsetof(CallPlan, has_budget) < 64);

/// How an instance counts workers: UINT32_MAX is "unlimited".
inline constexpr std::uint32_t k_unlimited = UINT32_MAX;

struct ServicePlan {
    ServiceKind kind{};
    bool has_primary = false;
    bool async = false;
    bool reads_any = false;
    std::uint32_t workers = 1;  ///< of an instance
    std::uint32_t queue_limit = k_unlimited;
    Discipline discipline = Discipline::fifo;
    QueueOf queue_of = QueueOf::instance;
    std::optional<Distribution> patience_s;
    std::optional<LimitSpec> limit;
    FaultId quota_fault;  ///< that its quota refuses instances; none: it has no quota
    BalancePolicySpec balance;
    std::uint32_t needs = 0;
    Range<GroupId> groups;
    Range<InstanceId> instances;
    std::optional<ScaleSpec> scale;
    std::uint64_t count = 0;        ///< of instances, those of counted groups too; where it scales: as many at most
    std::uint64_t begins_with = 0;  ///< of them, those that are there at the start
    Range<StepId> steps;            ///< of all its endpoints
    std::vector<ReplicaSpec> replicas;
    FailoverSpec failover;
    GroupId primary_group;
    LayerOwners owners{};        ///< who owns each layer
    double committed_share = 0;  ///< of the instances that it begins with: paid for whether they run or not
    bool has_reclaims = false;   ///< some fault takes spot instances of it back
    Nanoseconds granule = 0;     ///< of a function: time that a request holds it is billed by each that has begun
    FloodGuard flood_guard;
};

/// What the event loop reads of a group and its service at every step: one cache line.
struct alignas(64) ServingPlan {
    ServiceId service;
    LocationId location;
    std::uint32_t workers = 1;  ///< of an instance
    std::uint32_t queue_limit = k_unlimited;
    std::uint32_t needs = 0;
    StepId first_step;  ///< of the service
    Discipline discipline{};
    QueueOf queue_of{};
    bool has_primary = false;
    bool reads_any = false;
    bool async = false;
    bool has_patience = false;
    bool is_counted = false;  ///< the group
    bool scales = false;
    bool may_be_limited = false;  ///< it has a limit, or some fault throttles it
};

/// The Arm machine that a group could stand on instead of its x86 one (Catalog::arm_twin).
struct ArmTwin {
    std::string type;
    PowerSpec power;
    double embodied_kg = 0;  ///< of one instance
    double usd_per_h = 0;    ///< of one instance, on demand
};

struct GroupPlan {
    ServiceId service;
    LocationId location;
    Range<InstanceId> instances;    ///< of a counted group: those that stand in for the others
    std::uint64_t count = 0;        ///< how many there are; where the service scales: as many at most
    std::uint64_t begins_with = 0;  ///< of them, the first so many are there at the start
    SpotSlots spot;                 ///< which of them are bought on spot

    bool is_counted() const { return count > instances.count; }
    PowerSpec power;
    double held_w = 0;       ///< of a function, which is a share of somebody's machine: for each request that holds it
    double embodied_kg = 0;  ///< of one instance; of a function, of the share that a request holds
    double usd_per_h = 0;    ///< of one instance
    std::string price_source;
    std::optional<ArmTwin> arm_twin;  ///< where machine and price are the catalogue's

    bool draws_power() const { return power.draws() || held_w > 0; }
};

/// Under which price row bytes are counted, by where they are sent from and to. UINT32_MAX: free.
struct PriceRows {
    Column<LocationId, std::uint32_t> internet;                                    ///< by region of the sender
    Column<LocationId, std::uint32_t> between_zones;                               ///< by region; counted at both ends
    std::vector<std::uint32_t> between_regions;                                    ///< [from * locations + to]
    Column<LocationId, std::uint32_t> edge_egress, edge_to_origin, edge_requests;  ///< by edge
};
inline constexpr std::uint32_t k_free = UINT32_MAX;

/// Grid and building of a region.
struct CarbonPlan {
    Catalog::CarbonProfile grid;
    double pue = 1;
    double market_g_per_kwh = 0;  ///< after the provider's certificates
    double water_l_per_kwh = 0;   ///< of the machines' energy
    double mean_g_per_kwh = 0;    ///< of the grid, over the hours of the horizon
};

/// Disks that keep a service's data, in a region: they draw the same all the time, building not included.
struct StorageDraw {
    ServiceId service;
    LocationId region;
    double watts = 0;
};

/// What it takes to carry a unit that is counted under a price row, by the grid of a region.
struct NetworkDraw {
    std::uint32_t row = 0;
    LocationId region;
    double kwh_per_gb = 0;
};

/// A balancer's candidates in the order of preference: it takes the first tier with somebody healthy.
struct BalancerPlan {
    CallerId caller;
    ServiceId service;
    Range<TierId> tiers;
    Range<WatchId> watches;  ///< one for each instance of the service, in order; empty where health is instant
    bool blind = false;      ///< of a cdn's clients: health is the route's business
};

struct OriginPlan {
    DemandId demand;
    LocationId location = LocationId::none();  ///< none: where the called service stands
    CallerId caller;
    double share_until = 0;  ///< cumulative, for drawing
};

/// A place that users can be sent to: an edge, or all of a service's groups in a region.
struct SitePlan {
    LocationId location;
    std::vector<GroupId> groups;
    double weight = 0;
};

struct DnsPlan {
    DemandId demand;
    ServiceId service;
    RoutePolicySpec policy;
    std::vector<SitePlan> sites;
    std::vector<std::vector<std::uint32_t>> order_of_origin;  ///< per origin of the demand: sites, the best first
    Range<WatchId> watches;                                   ///< one a site; empty where health is instant
};

struct DemandPlan {
    RateCurve rate = RateCurve::constant(0);
    ArrivalLaw law = ArrivalLaw::poisson;
    Distribution between;
    std::vector<ModulatedState> modulated;
    std::uint32_t users = 0;
    Distribution think_s;
    Range<OriginId> origins;
    Range<CallPlanId> calls;
    std::vector<double> call_share_until;
    std::vector<DnsId> dns_of_call;  ///< none where there is one site, or no place
};

/// What a flood sends to one service in the place of the users of one demand: a demand of its own, which comes from
/// where those users do and asks what they ask, at a rate that is 0 but while the flood is in force.
struct AttackPlan {
    FaultId fault;    ///< that is in force with the flood
    ThreatId threat;  ///< none: a fault of the user's
    ServiceId service;
    DemandId like;     ///< whose users the attackers are like
    double per_s = 0;  ///< of one flood, before anything is absorbed
};

/// What an effect works on.
struct TargetAtom {
    /// A role is that of a database (0: primary, k: entry k - 1 of replication), whoever has it when the fault begins.
    /// A member is any instance of a counted group, drawn when the fault begins. A control is that of a region.
    enum class Kind : std::uint8_t {
        everything,
        location,
        link,
        control,
        service,
        group,
        instance,
        role,
        member
    } kind{};
    std::uint32_t index = 0;  ///< of a role: its service; of a member: its group
    std::uint32_t role = 0;
};

/// What comes in turns, of which luck decides the first alone, and whether one is: certificates that run out, windows
/// of maintenance.
struct TurnsPlan {
    double gap_s = 0;              ///< from the end of one, or from a turn that is none, to the next
    double chance = 1;             ///< that a turn is one
    double first_s = 0;            ///< since the warm-up began: the earliest first turn, of the first member ...
    double first_within_s = 0;     ///< ... which comes at random within so long
    double first_step_s = 0;       ///< ... in whole steps; 0: at any time
    double between_members_s = 0;  ///< each member so much after the one before
};

struct FaultPlan {
    std::vector<EffectSpec> effects;
    std::vector<std::vector<TargetAtom>> members;  ///< `any`: a process each; `share`: drawn from; else one
    bool draws_members = false;
    double share = 0;
    double at_s = 0;  ///< scheduled, where there is no `every`; since the warm-up began
    std::optional<Distribution> every_s;
    std::optional<Distribution> for_s;
    bool overlap = false;
    std::uint32_t crews = 0;
    Layer layer{};  ///< on which its cause stands
    std::optional<RepairSpec> repair;
    std::optional<double> notice_s;  ///< of a reclaim: from its beginning until what it hits is gone
    bool of_deployment = false;      ///< has no clock: what a bad deployment does to the instances that have it
    bool of_quota = false;           ///< has no clock: a scaler's orders are refused
    bool owned_by_provider = false;
    bool follows_threat = false;  ///< begins and ends as a threat has it (models/security/outages.hpp)
    std::optional<TurnsPlan> turns;

    /// What has none begins when something else happens.
    bool has_clock() const { return !of_deployment && !of_quota; }
};

/// Instances of a group that are committed to, in thousandths: both fidelities count with the same.
inline std::uint64_t committed_thousandths(const ServicePlan& service, const GroupPlan& group) {
    return static_cast<std::uint64_t>(
        std::llround(service.committed_share * static_cast<double>(group.begins_with) * 1000));
}
/// A moment of a deployment at which more instances get it.
struct DeployStage {
    double after_s = 0;       ///< since the stage before
    std::uint32_t until = 0;  ///< how many of `order` have it then
    double share = 0;         ///< of the instances that the service begins with
};

struct DeployPlan {
    DeploySpec spec;
    FaultId fault;  ///< its bad version's effects
    std::vector<InstanceId> order;
    std::vector<DeployStage> stages;
};

struct OperationsPlan {
    std::vector<AlarmSpec> alarms;
    std::optional<OncallSpec> oncall;
    std::vector<RunbookSpec> runbooks;
    std::vector<DeployPlan> deploys;
    double renewal_toil = 0;  ///< work of people for renewals by hand: share of the time, in the mean

    /// Whether there is anything that happens while a run goes on.
    bool any() const { return !alarms.empty() || !deploys.empty(); }
};

/// Names are for results only; nothing reads them while a run goes on.
struct PlanNames {
    std::string scenario;
    Column<ServiceId, std::string> services;
    Column<GroupId, std::string> places;  ///< zone or edge of a group; empty without a world
    Column<EndpointId, std::string> endpoints;
    Column<DemandId, std::string> demands;
    Column<FaultId, std::string> faults;
    Column<FaultId, std::vector<std::string>> fault_members;  ///< "web@use1-az2/0": names of streams too
    Column<FaultId, std::string> fault_targets;
    Column<FaultId, std::string> fault_effects;
    Column<ServiceId, std::string> machines;
    Column<CallerId, std::string> callers;  ///< "web@use1-az1", "shoppers@IAD": names of streams too
};

struct Plan {
    PlanNames names;
    World world;
    bool has_world = false;
    RunSpec run;
    StudySpec study;
    Nanoseconds warmup = 0;
    Nanoseconds end = 0;  ///< warm-up and horizon
    Nanoseconds slice = 0;

    Column<ServiceId, ServicePlan> services;
    Column<GroupId, GroupPlan> groups;
    Column<GroupId, ServingPlan> serving;
    Column<InstanceId, GroupId> group_of;
    Column<EndpointId, EndpointPlan> endpoints;
    Column<StepId, StepPlan> steps;
    Column<CallPlanId, CallPlan> calls;
    Column<DemandId, DemandPlan> demands;  ///< of users first, then of attackers
    std::vector<AttackPlan> attacks;       ///< a demand of attackers each, in order
    Column<OriginId, OriginPlan> origins;
    Column<BalancerId, BalancerPlan> balancers;
    Column<TierId, std::vector<InstanceId>> tiers;
    Column<DnsId, DnsPlan> dns;
    Column<FaultId, FaultPlan> faults;
    std::vector<ServiceId> scaled;  ///< services that scale
    OperationsPlan operations;
    std::vector<BalancerId> balancer_of;  ///< [caller * services + service]
    Column<CallerId, LocationId> location_of_caller;
    Column<CallerId, GroupId> group_of_caller;  ///< none: a demand at a place
    Column<ServiceId, std::vector<BalancerId>> balancers_of;
    std::uint32_t watches = 0;
    std::uint32_t priorities = 1;  ///< ranks in use, from 0

    std::vector<Objective> objectives;
    std::vector<Assumption> assumptions;
    std::vector<std::string> warnings;
    std::vector<TieredPrice> prices;  ///< price rows that bytes and requests are counted under
    PriceRows price_rows;
    std::vector<ChargePlan> charges;    ///< lines that the bill may have
    std::vector<Allowance> allowances;  ///< that charges share, where the account has them
    std::vector<PoolPlan> pools;
    std::vector<AgreementPlan> agreements;
    std::optional<ValuePlan> value;
    FootprintSpec footprint;
    Column<LocationId, CarbonPlan> carbon;  ///< of regions
    std::vector<StorageDraw> storage;
    std::vector<NetworkDraw> network;
    SecurityPlan security;
    Column<JobId, JobPlan> jobs;

    /// Whether an instance is there when a run begins; the others a service may scale to.
    bool stands_at_start(InstanceId instance) const {
        return number_in_group(instance) < groups[group_of[instance]].begins_with;
    }
    /// Whether an instance is bought on spot. Of counted groups nobody asks.
    bool is_spot(InstanceId instance) const {
        return groups[group_of[instance]].spot.is_spot(number_in_group(instance));
    }
    CallerId caller_of(GroupId group) const { return CallerId{group.value}; }
    /// Whether one step of work is all that an endpoint does.
    bool is_one_work(EndpointId endpoint) const {
        const Range<StepId> its = endpoints[endpoint].steps;
        return its.count == 1 && steps[its[0]].kind == StepKind::work;
    }
    /// The position of an instance in its group, from 0.
    std::uint32_t number_in_group(InstanceId instance) const {
        return instance.value - groups[group_of[instance]].instances.first.value;
    }
    /// Of a caller that is a demand at a place.
    OriginId origin_of(CallerId caller) const {
        return OriginId{caller.value - static_cast<std::uint32_t>(groups.size())};
    }
    std::size_t users_demands() const { return demands.size() - attacks.size(); }
    bool is_attack(DemandId demand) const { return demand.value >= users_demands(); }
    DemandId demand_of_attack(std::size_t attack) const { return index_at<DemandId>(users_demands() + attack); }
    /// Of what is told of each demand, what is told of users'.
    template <class T>
    std::span<const T> of_users(const Column<DemandId, T>& all) const {
        return all.values().first(users_demands());
    }
    DemandId demand_of(CallerId caller) const { return origins[origin_of(caller)].demand; }
    BalancerId balancer(CallerId caller, ServiceId service) const {
        return balancer_of[caller.value * services.size() + service.value];
    }
};

}  // namespace nines
