#pragma once
// The readers of the parts of a scenario, in the order in which read_architecture calls them.

#include <string>

#include "models/architecture/architecture.hpp"
#include "models/catalog/catalog.hpp"
#include "models/language/distribution_text.hpp"
#include "models/language/document.hpp"
#include "models/language/expression_text.hpp"
#include "models/language/keys.hpp"
#include "models/language/metric_names.hpp"
#include "models/language/problem.hpp"

namespace nines {

/// What all readers share.
struct ReadContext {
    const Document& document;
    const Catalog& catalog;
    Problems& problems;
    Architecture& architecture;

    /// Adds a problem at a node.
    Problem& problem(const Node& node, const std::string& path, std::string message) const {
        return problems.add(node.place, path, std::move(message));
    }
    /// Loads data files from the folder of the file that `node` stands in.
    FileLoader loader_of(const Node& node) const;
    void assume(std::string path, std::string value, std::string why, std::string source) const {
        architecture.assumptions.push_back({std::move(path), std::move(value), std::move(why), std::move(source)});
    }
    const HealthPolicy& default_health() const;
    /// What `make` lists, where a problem about to be added wants choices.
    template <class Make>
    std::vector<std::string> choices(Make make) const {
        return problems.wants_choices() ? make() : std::vector<std::string>{};
    }
};

/// The words of an expression such as `exponential(20 ms cap 1 s)`; a problem at `node` where it is none.
std::optional<std::vector<Token>> read_tokens(const ReadContext& context, const Node& node, const std::string& path);

inline constexpr std::string_view k_language_page = "language reference, section 2";

void read_run(const ReadContext& context, const Node* node);
/// A problem at `node` where what happens `per_s` times a second would be simulated one by one without end.
void check_event_count(const ReadContext& context, const Node& node, const std::string& path, double per_s,
                       std::string_view what);

/// The world, and where each demand stands (`demand.*.from`), since the graph holds the clients too.
void read_world(const ReadContext& context, const Node& root);
/// The location of a demand's place, made by read_world; none() for a wrong one.
LocationId client_location(const Architecture& architecture, const std::string& place);

void read_services(const ReadContext& context, const Node* node);
std::vector<Step> read_steps(const ReadContext& context, const Node& node, const std::string& path);
CallPolicy read_call_policy(const ReadContext& context, MappingReader& reader);
RetryPolicy read_retry(const ReadContext& context, const Node& node, const std::string& path);
HealthPolicy read_health(const ReadContext& context, const Node& node, const std::string& path);
std::vector<GroupSpec> read_placement(const ReadContext& context, MappingReader& service, ServiceKind kind);
/// `limit:` of a service.
void read_limit(const ReadContext& context, MappingReader& reader, Service& service);
/// A rate above 0 at which a limit or a throttle lets attempts in.
std::optional<double> read_limit_rate(const ReadContext& context, const Node& node, const std::string& path);
void read_scale(const ReadContext& context, MappingReader& reader, Service& service);
/// `schedule` of it.
void read_schedule(const ReadContext& context, MappingReader& scale_reader, ScaleSpec& scale);
void read_database(const ReadContext& context, MappingReader& reader, Service& service);

/// `on:`: an instance type or a size.
void read_machine(const ReadContext& context, MappingReader& reader, Service& service);
void read_price(const ReadContext& context, MappingReader& reader, Service& service);
void read_power(const ReadContext& context, MappingReader& reader, Service& service);
/// `price`, `purchase` and `power` of a service.
void read_service_money(const ReadContext& context, MappingReader& reader, Service& service);
/// "fargate(0.5 vCPU 1 GiB)"; a problem at `node` where it is none.
std::optional<SizeSpec> read_size(const Node& node, const std::string& path, Problems& problems);
/// Who owns the layers of a service: its kind's, and what `layers` says else.
void read_layers(const ReadContext& context, MappingReader& reader, Service& service);
void read_bill(const ReadContext& context, const Node* node);
void read_footprint(const ReadContext& context, const Node* node);
void read_value(const ReadContext& context, const Node* node);
/// Deployments of a service; read_operations checks them against who is on call.
void read_deploys(const ReadContext& context, MappingReader& service_reader, ServiceId service);
/// Alarms, people on call and runbooks.
void read_operations(const ReadContext& context, MappingReader& reader);
/// `22:00` to seconds of the day (UTC); 0, with a problem, where it is none or nothing.
double read_clock(const ReadContext& context, MappingReader& reader, std::string_view key);
/// `repair:` of a fault.
std::optional<RepairSpec> read_repair(const ReadContext& context, const Node& node, const std::string& path);
/// `certificate` and `maintenance` of services; after read_operations, for who repairs.
void read_upkeep(const ReadContext& context, const Node* services);
/// A share, at most 100 %.
std::optional<double> read_share(const ReadContext& context, const Node& node, const std::string& path);
/// `down`, or `{errors: 5 %, slow: 2}`.
std::vector<EffectSpec> read_effects(const ReadContext& context, const Node& node, const std::string& path);

void read_demands(const ReadContext& context, const Node* node);
void read_jobs(const ReadContext& context, const Node* node);

void read_domains(const ReadContext& context, const Node* node);
void read_faults(const ReadContext& context, const Node* node);
/// `every: catalog` and `for: catalog` of a fault: the catalogue's figure for what its target and effects are, listed
/// as assumed; a problem at `node` where there is none.
std::optional<Distribution> catalog_every(const ReadContext& context, const Node& node, const Fault& fault);
std::optional<Distribution> catalog_for(const ReadContext& context, const Node& node, const Fault& fault);
/// "zone/use1-az1" to its parts; problems at `node`.
std::optional<TargetSpec> read_target(const ReadContext& context, const Node& node, const std::string& path);

/// A metric as a user names it.
struct MetricName {
    std::string metric;              ///< "downtime.per_year", "latency.p99@web": without the quantile
    std::optional<double> quantile;  ///< over replications: 0.95 of "downtime.per_year.p95"
    const MetricInfo* info = nullptr;
};
/// Problems at `place` for a metric that is not known, not built, or not measured in this scenario.
std::optional<MetricName> read_metric_name(const ReadContext& context, const std::string& text, Place place,
                                           const std::string& path);
void read_objectives(const ReadContext& context, const Node* node);
void read_study(const ReadContext& context, const Node* node);
/// One of `study.rare`.
void read_rare_event(const ReadContext& context, const Node& node, const std::string& path);

/// Calls resolve to endpoints, endpoints call without a cycle, targets of faults exist, things add up.
void cross_check(const ReadContext& context);
/// A fault that takes spot instances back finds some.
void check_reclaim(const ReadContext& context, const Fault& fault);

/// Names a place of the scenario must not share: services, demands, faults and places are one namespace.
std::vector<std::string> service_names(const Architecture& architecture);

}  // namespace nines
