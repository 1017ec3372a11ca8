#pragma once
// Architecture: the checked scenario. Units are in the types and names, references are indexes, defaults are filled in,
// and each part still knows its place in the user's file.

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/column.hpp"
#include "engine/base/index.hpp"
#include "engine/random/distribution.hpp"
#include "engine/random/rate_curve.hpp"
#include "models/architecture/effects.hpp"
#include "models/architecture/ids.hpp"
#include "models/architecture/jobs.hpp"
#include "models/architecture/money.hpp"
#include "models/architecture/operations.hpp"
#include "models/architecture/policies.hpp"
#include "models/architecture/power.hpp"
#include "models/architecture/security.hpp"
#include "models/kinds/kinds.hpp"
#include "models/kinds/layers.hpp"
#include "models/language/document.hpp"
#include "models/world/graph.hpp"

namespace nines {

// --- services -------------------------------------------------------------------------------------------------------

struct WorkStep {
    Distribution work_s;
};

struct CallStep {
    std::string target;  ///< "items.read", as written
    Place place;
    EndpointId endpoint;  ///< resolved by cross_check
    CallPolicy policy;
};

struct ParallelStep {
    std::vector<CallStep> branches;
};

struct CacheStep {
    double hit = 0;  ///< share of requests that end here
};

using Step = std::variant<WorkStep, CallStep, ParallelStep, CacheStep>;

struct Endpoint {
    std::string name;
    Place place;
    ServiceId service;
    std::vector<Step> steps;
    double request_bytes = 1e3;
    double response_bytes = 1e4;
    std::uint32_t writes = 0;  ///< records written by one request, of a database
};

/// The part of a service in one place.
struct GroupSpec {
    LocationId location;  ///< a zone or an edge
    std::uint32_t instances = 1;
};

/// A group of more instances than this is counted: its instances are a number, and this many stand in for those that
/// requests or faults single out.
inline constexpr std::uint32_t k_listed_max = 16'384;

enum class ReplicaMode { sync, async };

/// One entry of `replication`: one more instance of a database.
struct ReplicaSpec {
    std::string name;
    ReplicaMode mode = ReplicaMode::sync;
    bool standby = false;                    ///< is promoted when the primary is lost
    LocationId zone = LocationId::none();    ///< none: `other`, the first zone after the primary's that is up
    LocationId region = LocationId::none();  ///< where it stands
    Distribution lag_s;                      ///< async: a write is there this long after it was acknowledged
};

struct FailoverSpec {
    double detect_s = 30;
    Distribution promote_s;
    double rebuild_s = 0;
    bool to_replica = false;
};

struct Service {
    std::string name;
    Place place;
    ServiceKind kind{};
    std::string machine;  ///< `on:`; empty: nothing known, no price
    std::string engine = "postgres";
    std::vector<GroupSpec> groups;         ///< of a database: every zone in which an instance may come to stand
    std::uint32_t primary_group = 0;       ///< of a database: where the primary begins
    std::optional<std::uint32_t> workers;  ///< of an instance; none: unlimited
    QueuePolicy queue;
    std::optional<LimitSpec> limit;
    BalancePolicySpec balance;
    bool async = false;
    std::uint32_t needs = 0;  ///< instances that must be up for any to serve
    std::optional<ScaleSpec> scale;
    std::vector<ReplicaSpec> replicas;
    FailoverSpec failover;
    bool reads_any = false;
    std::optional<PowerSpec> power;
    std::optional<SizeSpec> size;  ///< `on:` of containers and functions
    std::uint32_t kept = 0;        ///< keys of KMS, secrets of Secrets Manager, in each region
    std::optional<FirewallSpec> firewall;
    PriceSpec price;
    PurchaseSpec purchase;
    LayerOwners owners{};  ///< who owns each layer
    std::vector<EndpointId> endpoints;
    ServiceSecurity security;
    std::optional<CertificateSpec> certificate;
    std::optional<MaintenanceSpec> maintenance;

    /// Which instances of a group are bought on spot. How many of those that it begins with: rounded over the groups in
    /// their order, so that the whole comes out right.
    SpotSlots spot_in(std::size_t group) const {
        std::uint64_t before = 0;
        for (std::size_t g = 0; g < group; ++g) {
            before += groups[g].instances;
        }
        SpotSlots slots;
        slots.begins_with = groups[group].instances;
        slots.at_start =
            spot_among(purchase.spot.share, before + groups[group].instances) - spot_among(purchase.spot.share, before);
        slots.committed = purchase.committed();
        slots.share_beyond = purchase.spot_share_beyond();
        slots.phase = (static_cast<double>(group) + 0.5) / static_cast<double>(groups.size());
        return slots;
    }
    /// Whether some group is a number of instances (k_listed_max).
    bool is_counted() const {
        return std::any_of(groups.begin(), groups.end(),
                           [](const GroupSpec& group) { return group.instances > k_listed_max; });
    }
    /// How many instances of a group there may ever be: of a service that scales, all may come to stand in one place.
    std::uint32_t slots_in(const GroupSpec& group) const {
        return scale ? std::max(group.instances, scale->most()) : group.instances;
    }
};

// --- demand ---------------------------------------------------------------------------------------------------------

enum class ArrivalLaw : std::uint8_t { poisson, constant, renewal, modulated };

struct DemandOrigin {
    std::string place;  ///< as written; empty: where the called service stands
    LocationId location = LocationId::none();
    double share = 1;
};

struct DemandTarget {
    EndpointId endpoint;
    std::string text;
    Place place;
    double share = 1;
};

struct ClosedLoop {
    std::uint32_t users = 0;
    Distribution think_s;
};

struct Demand {
    std::string name;
    Place place;
    std::vector<DemandOrigin> origins;
    std::vector<DemandTarget> targets;
    RateCurve rate = RateCurve::constant(0);
    std::string rate_text;  ///< `rate:` as written: the knots of a curve do not tell it
    std::optional<ClosedLoop> users;
    ArrivalLaw arrivals = ArrivalLaw::poisson;
    Distribution between;  ///< renewal: of mean 1 in units of expected arrivals
    std::vector<ModulatedState> modulated;
    std::string arrivals_text;  ///< `arrivals:` as written; empty for a closed loop
    CallPolicy policy;
    RoutePolicySpec route;
};

// --- faults, objectives, run ----------------------------------------------------------------------------------------

struct Fault {
    std::string name;
    Place place;
    TargetSpec target;
    std::vector<EffectSpec> effects;
    std::optional<double> at_s;
    std::optional<Distribution> every_s;
    std::optional<double> availability;  ///< in the place of `every`
    std::optional<Distribution> for_s;   ///< none: for ever
    std::optional<RepairSpec> repair;    ///< in the place of `for`
    bool overlap = false;
    std::uint32_t crews = 0;     ///< 0: as many as needed
    std::optional<Layer> layer;  ///< on which the cause stands; none: as target and effect tell
};

enum class Comparison : std::uint8_t { at_least, at_most, more_than, less_than };

struct Objective {
    std::string metric;              ///< as written: "downtime.per_year.p95"
    std::string figure;              ///< the metric of each replication: "downtime.per_year"
    std::optional<double> quantile;  ///< over replications; none: of the figure itself
    Place place;
    std::string wanted;  ///< as written
    Comparison comparison{};
    double bound = 0;  ///< in the metric's unit
};

struct RunSpec {
    std::string fidelity = "requests";
    double warmup_s = 0;
    double horizon_s = 3600;
    std::uint64_t seed = 1;
    double slice_s = 10;
    double good = 0.99;
    double clear_s = 60;
    std::int64_t start_clock_s = 1767571200;  ///< 2026-01-05 00:00 UTC, seconds since 1970
};

/// A rule that ends a study: one metric known well enough. Both widths must hold where both are given.
struct StopRule {
    std::string metric;
    std::optional<double> half_width;           ///< in the metric's unit
    std::optional<double> relative_half_width;  ///< share of the mean; of availability and its kin: of 1 - mean
};

/// The chance that a replication's figure is above the threshold is wanted.
struct Exceedance {
    std::string metric;
    std::string text;  ///< the threshold as written
    double threshold = 0;
};

/// A rare event of load, of which a study gives the chance by splitting.
struct RareEventSpec {
    enum class Kind : std::uint8_t {
        queue,      ///< more than `above` attempts wait at the service
        in_flight,  ///< more than `above` are inside it, at work or waiting; without a service: requests of clients
        failure     ///< a request ends in another way than ok
    } kind{};
    ServiceId service;    ///< none: of all
    std::string event;    ///< as written: "queue@web"
    double above = 0;     ///< of the first two
    double for_s = 0;     ///< it must hold for so long without a break
    double within_s = 0;  ///< of measured time
};

/// What is run beside the replications of a study in `requests`, to know means better.
enum class StudyControl : std::uint8_t { none, flow };

struct StudySpec {
    std::uint64_t replications = 100;  ///< as many; with `until` or `budget`: at most
    std::uint64_t at_least = 30;
    double confidence = 0.95;
    std::vector<StopRule> until;     ///< all of them must hold; empty: a fixed number of replications
    std::optional<double> budget_s;  ///< wall-clock time
    std::vector<Exceedance> over;
    std::vector<RareEventSpec> rare;
    StudyControl control = StudyControl::none;
};

struct Architecture {
    std::string name;
    bool has_world = false;
    bool world_is_a_guess = false;  ///< the world was wrong; what stands in it cannot be judged
    World world;
    Column<ServiceId, Service> services;
    Column<EndpointId, Endpoint> endpoints;
    Column<DemandId, Demand> demands;
    Column<FaultId, Fault> faults;
    Column<IdentityId, Identity> identities;
    Column<ThreatId, Threat> threats;
    Column<JobId, Job> jobs;
    OperationsSpec operations;
    std::vector<std::pair<std::string, std::vector<TargetSpec>>> domains;
    std::vector<Objective> objectives;
    std::optional<ValueSpec> value;
    BillSpec bill;
    FootprintSpec footprint;
    RunSpec run;
    StudySpec study;
    std::vector<std::string> variant_names;
    std::vector<Assumption> assumptions;
    std::vector<std::string> warnings;

    std::string endpoint_name(EndpointId endpoint) const {
        return services[endpoints[endpoint].service].name + "." + endpoints[endpoint].name;
    }
};

}  // namespace nines
