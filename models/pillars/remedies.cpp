#include "models/pillars/remedies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "engine/base/time.hpp"
#include "models/architecture/calls.hpp"
#include "models/pillars/findings.hpp"

namespace nines {

namespace {

/// A service of which no more of the workers would be busy with one instance fewer in each zone may do without.
constexpr double k_busy_enough = 0.6;
/// Answers of DNS that are kept for longer send users to what is gone.
constexpr double k_short_ttl_s = 10;
constexpr double k_often_rotated_s = 30 * k_seconds_per_day;

bool asks_once_within_a_time(const CallPolicy& policy) {
    return policy.retry.attempts == 1 && (policy.timeout_s || policy.deadline_s);
}

/// Instances that a service begins with.
double planned(const Service& service) {
    double instances = 0;
    for (const GroupSpec& group : service.groups) {
        instances += group.instances;
    }
    return instances;
}

/// Collects remedies: those of the whole architecture first, then those of single services.
class Finder {
public:
    Finder(const Document& document, const Architecture& architecture, const Results& results)
        : document_(document), architecture_(architecture), results_(results) {}

    void find();
    std::vector<Remedy> take() { return std::move(remedies_); }

private:
    using Sets = std::vector<std::string>;

    void add(Pillar pillar, std::string name, Sets sets) {
        if (!sets.empty()) {
            remedies_.push_back({std::move(name), pillar, std::move(sets)});
        }
    }
    std::optional<double> mean(const std::string& metric) const {
        const Metric* found = results_.find(metric);
        return found == nullptr ? std::nullopt : found->mean;
    }
    bool is_lossy(const std::string& scope) const { return mean("availability" + scope).value_or(1) < 1; }
    bool has_threat(std::initializer_list<ThreatKind> kinds) const {
        return std::any_of(architecture_.threats.begin(), architecture_.threats.end(), [&](const Threat& threat) {
            return std::find(kinds.begin(), kinds.end(), threat.kind) != kinds.end();
        });
    }
    /// A call, who makes it, and the path of its step.
    struct CallSite {
        const Service& service;
        const Endpoint& endpoint;
        const CallStep& call;
        std::string path;
    };
    void each_call(const std::function<void(const CallSite&)>& does) const;

    void find_health();
    void find_routes();
    void find_attempts();
    void find_optional_calls();
    void find_replicas(const Service& service);
    void find_room(const Service& service);
    Sets placed(const Service& service, const std::vector<GroupSpec>& groups) const;
    void find_operations();
    void find_guards();
    void find_absorption();
    void find_identities();
    Sets narrowed(const Identity& identity) const;
    void find_purchases();
    void find_spot(const Service& service);
    void find_nearness();
    void find_arm_twins();
    void find_job_changes();

    const Document& document_;
    const Architecture& architecture_;
    const Results& results_;
    std::vector<Remedy> remedies_;
};

void Finder::each_call(const std::function<void(const CallSite&)>& does) const {
    for (const Endpoint& endpoint : architecture_.endpoints) {
        const Service& service = architecture_.services[endpoint.service];
        for_each_call(endpoint.steps, [&](const CallStep& call) {
            does({service, endpoint, call,
                  fmt::format("services.{}.endpoints.{}[call {}]", service.name, endpoint.name, call.target)});
        });
    }
}

// --- reliability ----------------------------------------------------------------------------------------------------

void Finder::find_health() {
    Sets sets;
    for (const Service& service : architecture_.services) {
        const HealthPolicy& health = service.balance.health;
        if (!health.instant && service.kind != ServiceKind::database && service.kind != ServiceKind::cdn) {
            sets.push_back(fmt::format("services.{}.balance.health={{every: {}, timeout: {}, fail: {}, pass: {}}}",
                                       service.name, format_quantity(health.every_s / 2, Dimension::time),
                                       format_quantity(std::min(health.timeout_s, health.every_s / 2), Dimension::time),
                                       health.fail, health.pass));
        }
    }
    add(Pillar::reliability, "health checks twice as often", std::move(sets));
}

void Finder::find_routes() {
    Sets sets;
    for (const Demand& demand : architecture_.demands) {
        const bool has_choice =
            std::any_of(demand.targets.begin(), demand.targets.end(), [&](const DemandTarget& target) {
                return architecture_.services[architecture_.endpoints[target.endpoint].service].groups.size() > 1;
            });
        if (architecture_.has_world && has_choice && demand.route.ttl_s > k_short_ttl_s) {
            sets.push_back(
                fmt::format("demand.{}.route.ttl={}", demand.name, format_quantity(k_short_ttl_s, Dimension::time)));
        }
    }
    add(Pillar::reliability, "answers of DNS kept for 10 s", std::move(sets));
}

void Finder::find_attempts() {
    constexpr const char* k_second = "{attempts: 2, budget: 10 %}";
    Sets of_clients;
    for (const Demand& demand : architecture_.demands) {
        if (asks_once_within_a_time(demand.policy)) {
            of_clients.push_back(fmt::format("demand.{}.retry={}", demand.name, k_second));
        }
    }
    add(Pillar::reliability, "clients ask a second time", std::move(of_clients));
    Sets of_calls;
    Sets budgets;
    each_call([&](const CallSite& site) {
        const RetryPolicy& retry = site.call.policy.retry;
        if (retry.attempts == 1) {
            of_calls.push_back(fmt::format("{}.retry={}", site.path, k_second));
        } else if (!retry.budget) {
            budgets.push_back(site.path + ".retry.budget=10 %");
        }
    });
    for (const Demand& demand : architecture_.demands) {
        if (demand.policy.retry.attempts > 1 && !demand.policy.retry.budget) {
            budgets.push_back(fmt::format("demand.{}.retry.budget=10 %", demand.name));
        }
    }
    add(Pillar::reliability, "services ask a second time", std::move(of_calls));
    add(Pillar::reliability, "retries within a budget of 10 %", std::move(budgets));
}

void Finder::find_optional_calls() {
    std::vector<std::pair<std::string, Sets>> by_endpoint;
    each_call([&](const CallSite& site) {
        const Endpoint& asked = architecture_.endpoints[site.call.endpoint];
        const bool is_all_there_is = site.endpoint.steps.size() == 1;  // what is left is no answer
        if (is_all_there_is || site.call.policy.optional || site.call.policy.is_needed || asked.writes > 0 ||
            !is_lossy("@" + architecture_.services[asked.service].name)) {
            return;
        }
        const std::string name = architecture_.endpoint_name(site.call.endpoint);
        const auto known =
            std::find_if(by_endpoint.begin(), by_endpoint.end(), [&](const auto& one) { return one.first == name; });
        Sets& sets = known == by_endpoint.end() ? by_endpoint.emplace_back(name, Sets{}).second : known->second;
        sets.push_back(site.path + ".optional=true");
    });
    for (auto& [name, sets] : by_endpoint) {
        add(Pillar::reliability, fmt::format("answers without {} where it fails, if they may", name), std::move(sets));
    }
}

void Finder::find_replicas(const Service& service) {
    const std::string path = "services." + service.name;
    const bool has_standby = std::any_of(service.replicas.begin(), service.replicas.end(),
                                         [](const ReplicaSpec& replica) { return replica.standby; });
    if (!has_standby && architecture_.has_world) {
        add(Pillar::reliability, fmt::format("a standby of {} in another zone", service.name),
            {path + ".replication.standby={mode: sync, zone: other}"});
    }
    if (service.replicas.empty()) {
        return;
    }
    if (!service.reads_any) {
        add(Pillar::performance, fmt::format("{} is read from any copy", service.name), {path + ".reads=any"});
    }
    const bool has_replica = std::any_of(service.replicas.begin(), service.replicas.end(),
                                         [](const ReplicaSpec& replica) { return !replica.standby; });
    if (has_replica && !service.failover.to_replica) {
        add(Pillar::reliability, fmt::format("a replica of {} is promoted too", service.name),
            {path + ".failover.to=replica"});
    }
}

/// The place of each group said anew, whatever the user's way of saying it was.
Finder::Sets Finder::placed(const Service& service, const std::vector<GroupSpec>& groups) const {
    const std::string path = "services." + service.name;
    Sets sets;
    const Node* services = document_.root.find("services");
    const Node* written = services == nullptr ? nullptr : services->find(service.name);
    if (written != nullptr && written->find("instances") != nullptr) {
        sets.push_back(path + ".instances=null");
    }
    std::vector<std::string> places;
    for (const GroupSpec& group : groups) {
        const Location& zone = architecture_.world.locations[group.location];
        places.push_back(fmt::format("{{region: {}, zones: [{}], each: {}}}",
                                     architecture_.world.locations[zone.region].id, zone.id, group.instances));
    }
    sets.push_back(fmt::format("{}.in=[{}]", path, fmt::join(places, ", ")));
    return sets;
}

/// More zones, more instances, or fewer.
void Finder::find_room(const Service& service) {
    const auto changed = [&](std::string name, Pillar pillar, const std::vector<GroupSpec>& groups,
                             std::uint32_t least) {
        Sets sets = placed(service, groups);
        if (service.scale) {
            const auto begins =
                std::accumulate(groups.begin(), groups.end(), 0U,
                                [](std::uint32_t sum, const GroupSpec& g) { return sum + g.instances; });
            sets.push_back(fmt::format("services.{}.scale.min={}", service.name, least));
            sets.push_back(fmt::format("services.{}.scale.max={}", service.name, std::max(begins, service.scale->max)));
        }
        add(pillar, std::move(name), std::move(sets));
    };
    const World& world = architecture_.world;
    const auto zones = static_cast<std::uint32_t>(service.groups.size());
    const std::uint32_t least = service.scale ? service.scale->min : 0;
    std::vector<GroupSpec> more = service.groups;
    for (const LocationId zone : world.zones_of(world.locations[more.front().location].region)) {
        const bool taken = std::any_of(service.groups.begin(), service.groups.end(),
                                       [&](const GroupSpec& group) { return group.location == zone; });
        if (!taken) {
            more.push_back({zone, more.front().instances});
            changed(fmt::format("one zone more for {}", service.name), Pillar::reliability, more, least);
            break;
        }
    }
    if (service.machine.empty() && !service.size) {
        return;  // instances of it are not the user's to count
    }
    std::vector<GroupSpec> larger = service.groups;
    std::vector<GroupSpec> smaller = service.groups;
    double instances = 0;
    for (std::size_t i = 0; i < larger.size(); ++i) {
        instances += larger[i].instances;
        larger[i].instances += 1;
        smaller[i].instances -= smaller[i].instances > 1 ? 1 : 0;
    }
    changed(fmt::format("one instance more of {} in each zone", service.name), Pillar::reliability, larger,
            least + zones);
    const double busy = mean("utilization@" + service.name).value_or(1);
    const bool may_shrink = std::all_of(service.groups.begin(), service.groups.end(),
                                        [](const GroupSpec& group) { return group.instances > 1; });
    if (may_shrink && busy * instances / (instances - zones) < k_busy_enough) {
        changed(fmt::format("one instance fewer of {} in each zone", service.name), Pillar::cost, smaller,
                least > zones ? least - zones : std::min(least, 1U));
    }
}

// --- operations -----------------------------------------------------------------------------------------------------

void Finder::find_operations() {
    for (const RunbookSpec& runbook : architecture_.operations.runbooks) {
        if (!runbook.automatic) {
            add(Pillar::operations, fmt::format("the runbook {} runs by itself", runbook.name),
                {fmt::format("runbooks.{}.automatic=true", runbook.name)});
        }
    }
    Sets renewed;
    for (const Service& service : architecture_.services) {
        if (service.certificate && service.certificate->missed > 0) {
            renewed.push_back(fmt::format("services.{}.certificate.missed=0 %", service.name));
        }
    }
    add(Pillar::operations, "certificates that renew themselves", std::move(renewed));
    Sets heard;
    for (const AlarmSpec& alarm : architecture_.operations.alarms) {
        if (alarm.missing != MissingData::bad) {
            heard.push_back(fmt::format("alarms.{}.missing=bad", alarm.name));
        }
    }
    add(Pillar::operations, "alarms that take silence for bad news", std::move(heard));
    for (const DeploySpec& deploy : architecture_.operations.deploys) {
        if (deploy.bad <= 0) {
            continue;
        }
        if (deploy.strategy != DeployStrategy::canary) {
            add(Pillar::operations, fmt::format("{} is deployed to a canary first", deploy.name),
                {deploy.path + ".strategy=canary(10 % 10 min)"});
        }
        if (deploy.rollback != Rollback::automatic) {
            add(Pillar::operations, fmt::format("{} is rolled back by its alarms", deploy.name),
                {deploy.path + ".rollback=automatic"});
        }
    }
}

// --- security -------------------------------------------------------------------------------------------------------

void Finder::find_guards() {
    Sets encrypted, apart, patched, kept;
    for (const Service& service : architecture_.services) {
        const std::string path = "services." + service.name;
        const ServiceSecurity& guards = service.security;
        if (guards.data && !(guards.data->encrypted_at_rest && guards.data->encrypted_in_transit)) {
            encrypted.push_back(path + ".data.encrypted={rest: true, transit: true}");
        }
        if (guards.data && guards.data->bytes > 0 && !guards.backup) {
            kept.push_back(path + ".backup={every: 1 d, keep: 35 d, restore: 100 MB/s, own-credentials: true}");
        }
        if (guards.backup && !guards.backup->own_credentials) {
            apart.push_back(path + ".backup.own-credentials=true");
        }
        if (guards.patch) {
            const double every_s = guards.patch->every_s / 2;
            patched.push_back(fmt::format("{}.patch={{every: {}, takes: {}}}", path,
                                          format_quantity(every_s, Dimension::time),
                                          format_quantity(std::min(every_s, guards.patch->takes_s), Dimension::time)));
        }
    }
    if (has_threat({ThreatKind::theft, ThreatKind::tap})) {
        add(Pillar::security, "data encrypted at rest and in transit", std::move(encrypted));
    }
    if (has_threat({ThreatKind::ransomware, ThreatKind::deletion})) {
        add(Pillar::security, "backups with credentials of their own", std::move(apart));
        add(Pillar::security, "a backup a day of what has none", std::move(kept));
    }
    if (has_threat({ThreatKind::exploit})) {
        add(Pillar::security, "patches twice as often", std::move(patched));
    }
    find_absorption();
}

/// As much absorbed as any one flood sends to a service, where that is more than it absorbs.
void Finder::find_absorption() {
    Sets sets;
    for (std::size_t i = 0; i < architecture_.services.size(); ++i) {
        const Service& service = architecture_.services[index_at<ServiceId>(i)];
        double sent_per_s = 0;
        for (const Threat& threat : architecture_.threats) {
            if (threat.kind == ThreatKind::flood &&
                std::binary_search(threat.of.begin(), threat.of.end(), index_at<ServiceId>(i))) {
                sent_per_s = std::max(sent_per_s, threat.rate_per_s / static_cast<double>(threat.of.size()));
            }
        }
        if (sent_per_s > service.security.flood.absorb_per_s) {
            sets.push_back(
                fmt::format("services.{}.absorb={}", service.name, format_quantity(sent_per_s, Dimension::rate)));
        }
    }
    add(Pillar::security, "as much absorbed as a flood sends", std::move(sets));
}

/// What an identity may beyond the calls of its service, taken away; nothing where that is all it may, or it is
/// nobody's.
Finder::Sets Finder::narrowed(const Identity& identity) const {
    if (!identity.of.exists()) {
        return {};
    }
    std::set<std::string> needed;
    each_call([&](const CallSite& site) {
        if (site.endpoint.service == identity.of) {
            needed.insert(architecture_.endpoint_name(site.call.endpoint));
        }
    });
    const bool is_wider = std::any_of(identity.may.begin(), identity.may.end(),
                                      [&](const Permission& one) { return needed.count(one.text) == 0; });
    return is_wider ? Sets{fmt::format("identities.{}.may=[{}]", identity.name, fmt::join(needed, ", "))} : Sets{};
}

void Finder::find_identities() {
    Sets rotated, least;
    for (const Identity& identity : architecture_.identities) {
        if (!identity.rotate_s || *identity.rotate_s > k_often_rotated_s) {
            rotated.push_back(fmt::format("identities.{}.rotate={}", identity.name,
                                          format_quantity(k_often_rotated_s, Dimension::time)));
        }
        for (std::string& set : narrowed(identity)) {
            least.push_back(std::move(set));
        }
    }
    if (has_threat({ThreatKind::leak})) {
        add(Pillar::security, "credentials renewed every 30 days", std::move(rotated));
    }
    if (!architecture_.threats.empty()) {
        add(Pillar::security, "identities may only what their services call", std::move(least));
    }
}

// --- cost -----------------------------------------------------------------------------------------------------------

/// A savings plan for the instances of one family in one region takes off what a reservation of them does; nodes of
/// databases and caches have none of that kind.
/// Source: docs.aws.amazon.com/savingsplans, "What are Savings Plans?": "up to 72 %", as standard reservations.
void Finder::find_purchases() {
    Sets sets;
    Sets plans;
    for (const Service& service : architecture_.services) {
        if (service.machine.empty() || service.size || !service.purchase.is_all_on_demand()) {
            continue;
        }
        const double discount = Catalog().reserved_discount(service.machine).value_or(0);
        const double always =
            service.scale
                ? std::min(1.0, instances_beyond(results_.usage, service.name, 1 - discount) / planned(service))
                : 1;
        if (always <= 0) {
            continue;
        }
        sets.push_back(fmt::format("services.{}.purchase={{reserved: {}}}", service.name,
                                   format_quantity(always, Dimension::fraction)));
        if (service.kind == ServiceKind::fleet && discount > 0) {
            plans.push_back(fmt::format("services.{}.purchase={{savings: {{share: {}, discount: {}}}}}", service.name,
                                        format_quantity(always, Dimension::fraction),
                                        format_quantity(discount, Dimension::fraction)));
        }
    }
    add(Pillar::cost, "reserved instances for what runs most of the time", std::move(sets));
    add(Pillar::cost, "savings plans for them, at the discounts of reservations", std::move(plans));
}

/// Half of a fleet whose others hold its load when one of them is gone: with the provider's reclaims, each instance as
/// often as the catalogue says, for as long as it is said here.
void Finder::find_spot(const Service& service) {
    const bool is_sold_on_spot = service.kind == ServiceKind::fleet && !service.machine.empty() && !service.size &&
                                 !service.price.usd_per_h && service.purchase.is_all_on_demand() &&
                                 !service.is_counted() && architecture_.has_world;
    if (!is_sold_on_spot) {
        return;
    }
    const World& world = architecture_.world;
    const std::string& region = world.locations[world.locations[service.groups.front().location].region].id;
    const double instances = planned(service);
    const double busy = mean("utilization@" + service.name).value_or(1);
    const bool stands_a_loss = instances >= service.needs + 2.0 && busy * instances / (instances - 1) < k_busy_wanted;
    if (!stands_a_loss || !Catalog().spot_discount(service.machine, region)) {
        return;
    }
    add(Pillar::cost, fmt::format("half of {} on spot, taken back as the catalogue says for 30 min", service.name),
        {fmt::format("services.{}.purchase={{spot: 50 %}}", service.name),
         fmt::format("faults.spot-of-{0}={{target: any instance of {0}, effect: reclaim, every: catalog, for: 30 min}}",
                     service.name)});
}

void Finder::find_nearness() {
    Sets sets;
    for (const Service& service : architecture_.services) {
        if (service.groups.size() > 1 && service.kind != ServiceKind::database && service.kind != ServiceKind::cdn &&
            service.balance.prefer != Prefer::same_zone) {
            sets.push_back(fmt::format("services.{}.balance.prefer=same-zone", service.name));
        }
    }
    if (mean("cost.transfer").value_or(0) > 0) {
        add(Pillar::cost, "calls stay in their zone", std::move(sets));
    }
}

/// Where the work is as fast there as it was: measured times are the user's to write.
void Finder::find_arm_twins() {
    const Catalog catalog;
    for (const Service& service : architecture_.services) {
        const bool is_listed = !service.machine.empty() && !service.size && !service.price.usd_per_h && !service.power;
        const auto twin = is_listed ? catalog.arm_twin(service.machine) : std::nullopt;
        if (twin) {
            add(Pillar::sustainability, fmt::format("{} on {}, as fast as on {}", service.name, *twin, service.machine),
                {fmt::format("services.{}.on={}", service.name, *twin)});
        }
    }
}

void Finder::find_job_changes() {
    for (const Job& job : architecture_.jobs) {
        if (job.within_s && job.start == JobStart::at_once && architecture_.has_world) {
            add(Pillar::sustainability, fmt::format("{} waits for its greenest hours", job.name),
                {fmt::format("jobs.{}.start=greenest", job.name)});
        }
        if (!job.spot && !job.machine.empty() && !job.size) {
            add(Pillar::cost, fmt::format("{} runs on spot", job.name),
                {fmt::format("jobs.{}.spot={{reclaim: catalog}}", job.name)});
        }
    }
}

void Finder::find() {
    const bool loses = is_lossy("");
    if (loses) {
        find_health();
        find_routes();
        find_attempts();
    }
    find_operations();
    find_guards();
    find_identities();
    find_purchases();
    find_nearness();
    find_arm_twins();
    find_job_changes();
    for (const Service& service : architecture_.services) {
        find_spot(service);
        if (service.kind == ServiceKind::database) {
            find_replicas(service);
        } else if (architecture_.has_world && service.kind != ServiceKind::cdn) {
            find_room(service);
        }
    }
    if (loses) {
        find_optional_calls();
    }
}

}  // namespace

std::vector<Remedy> remedies_of(const Document& document, const Architecture& architecture, const Results& results) {
    Finder finder(document, architecture, results);
    finder.find();
    return finder.take();
}

}  // namespace nines
