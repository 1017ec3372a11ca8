// What no part can check alone: calls find endpoints, endpoints call without a cycle, faults find their targets.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/architecture/calls.hpp"
#include "models/architecture/readers.hpp"
#include "models/language/show.hpp"

namespace nines {

namespace {

constexpr std::size_t k_call_depth_max = 256;
constexpr std::uint64_t k_all_listed_max = 2'000'000;

std::vector<std::string> endpoint_names(const Architecture& architecture) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < architecture.endpoints.size(); ++i) {
        names.push_back(architecture.endpoint_name(index_at<EndpointId>(i)));
    }
    return names;
}

/// Endpoints by their whole name; a service that has none by its own, with none().
using EndpointsByName = std::map<std::string, EndpointId>;

EndpointsByName endpoints_by_name(const Architecture& architecture) {
    EndpointsByName by_name;
    for (std::size_t i = 0; i < architecture.endpoints.size(); ++i) {
        by_name.emplace(architecture.endpoint_name(index_at<EndpointId>(i)), index_at<EndpointId>(i));
    }
    for (const Service& service : architecture.services) {
        if (service.endpoints.empty()) {
            by_name.emplace(service.name, EndpointId::none());
        }
    }
    return by_name;
}

EndpointId resolve(const ReadContext& context, const EndpointsByName& by_name, const std::string& text, Place place,
                   const std::string& path) {
    const auto found = by_name.find(text);
    if (found != by_name.end()) {
        return found->second;
    }
    const auto service = by_name.find(text.substr(0, text.find('.')));
    if (service != by_name.end() && text.find('.') != std::string::npos) {
        return EndpointId::none();  // a service without endpoints: that is reported there
    }
    Problem& problem = context.problems.add(
        place, path, fmt::format("expected an endpoint (service.endpoint), found {}", quote(text)));
    problem.choices = context.choices([&] { return endpoint_names(context.architecture); });
    problem.found = text;
    return EndpointId::none();
}

void resolve_calls(const ReadContext& context) {
    Architecture& architecture = context.architecture;
    const EndpointsByName by_name = endpoints_by_name(architecture);
    for (Endpoint& endpoint : architecture.endpoints) {
        const std::string path =
            "services." + architecture.services[endpoint.service].name + ".endpoints." + endpoint.name + ".steps";
        for_each_call(endpoint.steps, [&](CallStep& call) {
            if (!call.target.empty()) {
                call.endpoint = resolve(context, by_name, call.target, call.place, path);
            }
        });
    }
    for (Demand& demand : architecture.demands) {
        for (DemandTarget& target : demand.targets) {
            target.endpoint = resolve(context, by_name, target.text, target.place, "demand." + demand.name + ".calls");
        }
    }
}

/// Users come to edges; the regional caches behind them are asked by edges only.
void check_users_reach(const ReadContext& context) {
    const Architecture& architecture = context.architecture;
    for_each_users_call(architecture, [&](const Demand& demand, const DemandTarget& target, ServiceId id) {
        const Service& service = architecture.services[id];
        for (const GroupSpec& group : service.groups) {
            const Location& place = architecture.world.locations[group.location];
            if (place.outpost == Outpost::edge_cache) {
                context.problems.add(target.place, "demand." + demand.name + ".calls",
                                     fmt::format("users never reach a regional edge cache, and `{}` stands at {}",
                                                 service.name, place.id));
                break;
            }
        }
    });
}

/// Depth-first search for a cycle of endpoints, or a chain too long to be meant.
class CycleSearch {
public:
    explicit CycleSearch(const ReadContext& context)
        : context_(context), state_(context.architecture.endpoints.size(), State::unseen) {}

    void run() {
        for (std::size_t i = 0; i < state_.size(); ++i) {
            visit(index_at<EndpointId>(i));
        }
    }

private:
    enum class State : std::uint8_t { unseen, open, done };

    std::string path_of(EndpointId id) const {
        const Endpoint& endpoint = context_.architecture.endpoints[id];
        return "services." + context_.architecture.services[endpoint.service].name + ".endpoints." + endpoint.name;
    }

    void visit(EndpointId id) {
        if (state_[id] != State::unseen) {
            return;
        }
        state_[id] = State::open;
        chain_.push_back(id);
        const Endpoint& endpoint = context_.architecture.endpoints[id];
        if (chain_.size() > k_call_depth_max) {
            if (!reported_) {
                context_.problems.add(endpoint.place, path_of(id),
                                      fmt::format("calls more than {} deep are not simulated", k_call_depth_max));
                reported_ = true;
            }
        } else {
            for_each_call(endpoint.steps, [&](const CallStep& call) { follow(call); });
        }
        chain_.pop_back();
        state_[id] = State::done;
    }

    void follow(const CallStep& call) {
        if (!call.endpoint.exists()) {
            return;
        }
        if (state_[call.endpoint] == State::open) {
            std::string cycle;
            auto at = std::find(chain_.begin(), chain_.end(), call.endpoint);
            for (; at != chain_.end(); ++at) {
                cycle += context_.architecture.endpoint_name(*at) + " -> ";
            }
            cycle += context_.architecture.endpoint_name(call.endpoint);
            context_.problems.add(call.place, path_of(chain_.back()),
                                  fmt::format("endpoints call each other in a cycle: {}", cycle));
            return;
        }
        visit(call.endpoint);
    }

    const ReadContext& context_;
    Column<EndpointId, State> state_;
    std::vector<EndpointId> chain_;
    bool reported_ = false;
};

/// One namespace over services, demands, jobs, faults and places, so that `metric@NAME` is never ambiguous.
void check_names(const ReadContext& context) {
    const Architecture& architecture = context.architecture;
    std::map<std::string, std::string> taken;
    for (const Location& location : architecture.world.locations) {
        taken.emplace(location.id, "a place");
    }
    const auto take = [&](const std::string& name, Place place, const std::string& kind) {
        const auto [at, fresh] = taken.emplace(name, kind);
        if (!fresh) {
            context.problems.add(place, name, fmt::format("the name `{}` is taken by {}", name, at->second));
        }
    };
    for (const Service& service : architecture.services) {
        take(service.name, service.place, "a service");
    }
    for (const Demand& demand : architecture.demands) {
        take(demand.name, demand.place, "a demand");
    }
    for (const Job& job : architecture.jobs) {
        take(job.name, job.place, "a job");
    }
    for (const Fault& fault : architecture.faults) {
        take(fault.name, fault.place, "a fault");
    }
    for (const Threat& threat : architecture.threats) {
        take(threat.name, threat.place, "a threat");
    }
}

// --- targets --------------------------------------------------------------------------------------------------------

class TargetCheck {
public:
    explicit TargetCheck(const ReadContext& context) : context_(context), world_(context.architecture.world) {
        for (const Service& service : context.architecture.services) {
            services_.emplace(service.name, &service);
        }
    }

    void check(const TargetSpec& target, const std::string& path) {
        path_ = path;
        switch (target.kind) {
            case TargetKind::provider:
                needs_world(target);
                return;
            case TargetKind::region:
            case TargetKind::control:
                return location(target, LocationKind::region, "a region of the world");
            case TargetKind::zone:
                return location(target, LocationKind::zone, "a zone of the world");
            case TargetKind::edge:
                return location(target, LocationKind::edge, "an edge of the world");
            case TargetKind::link:
                return link(target);
            case TargetKind::service:
            case TargetKind::group:
            case TargetKind::instance:
                return part_of_service(target);
            case TargetKind::domain:
                return domain(target);
            case TargetKind::any:
            case TargetKind::share:
                return members(target);
        }
    }

private:
    void wrong(const TargetSpec& target, const std::string& what, const std::string& found,
               std::vector<std::string> choices) {
        Problem& problem =
            context_.problems.add(target.place, path_, fmt::format("expected {}, found `{}`", what, found));
        problem.choices = std::move(choices);
        problem.found = found;
    }

    bool needs_world(const TargetSpec& target) {
        if (!context_.architecture.has_world) {
            context_.problems.add(target.place, path_, fmt::format("`{}` needs a `world`", target.text));
        }
        return context_.architecture.has_world;
    }

    void location(const TargetSpec& target, LocationKind kind, const std::string& what) {
        if (!needs_world(target) || context_.architecture.world_is_a_guess) {
            return;
        }
        const auto found = world_.find(target.name);
        if (found && world_.locations[*found].kind == kind) {
            return;
        }
        std::vector<std::string> choices;
        for (const LocationId id : world_.of_kind(kind)) {
            choices.push_back(world_.locations[id].id);
        }
        wrong(target, what, target.name, choices);
        const auto row = context_.catalog.zone(world_.provider, target.name);
        if (kind == LocationKind::zone && row && row->kind != "availability-zone" && world_.find(row->region)) {
            context_.problems.list.back().hint = fmt::format("write `local_zones: [{}]` in the world", target.name);
        }
    }

    void link(const TargetSpec& target) {
        if (!needs_world(target) || context_.architecture.world_is_a_guess || world_.find_link(target.name)) {
            return;
        }
        std::vector<std::string> choices;
        for (const Link& link : world_.links) {
            choices.push_back(link.name);
        }
        wrong(target, "a link of the world (A--B)", target.name, choices);
    }

    const Service* service(const TargetSpec& target, const std::string& name) {
        if (const auto found = services_.find(name); found != services_.end()) {
            return found->second;
        }
        wrong(target, "a service", name, context_.choices([&] { return service_names(context_.architecture); }));
        return nullptr;
    }

    void part_of_service(const TargetSpec& target) {
        const Service* found = service(target, target.name);
        if (found == nullptr || target.kind == TargetKind::service || found->groups.empty()) {
            return;
        }
        const GroupSpec* group = nullptr;
        std::vector<std::string> zones;
        for (const GroupSpec& one : found->groups) {
            zones.push_back(world_.locations[one.location].id);
            if (zones.back() == target.zone || (target.zone.empty() && found->groups.size() == 1)) {
                group = &one;
            }
        }
        if (group == nullptr && target.zone.empty()) {
            context_.problems.add(target.place, path_,
                                  fmt::format("`{}` stands in several zones: write `instance/{}@{}/{}`", found->name,
                                              found->name, zones.front(), target.number));
        } else if (group == nullptr && !context_.architecture.has_world) {
            context_.problems.add(target.place, path_, fmt::format("the zone of `{}` needs a `world`", target.text));
        } else if (group == nullptr) {
            wrong(target, fmt::format("a zone in which `{}` stands", found->name), target.zone, zones);
        } else if (target.kind == TargetKind::instance && target.number >= group->instances) {
            context_.problems.add(target.place, path_,
                                  fmt::format("there is no instance {}: `{}` has {} there, numbered from 0",
                                              target.number, found->name, group->instances));
        }
    }

    void domain(const TargetSpec& target) {
        const auto& domains = context_.architecture.domains;
        if (std::none_of(domains.begin(), domains.end(), [&](const auto& one) { return one.first == target.name; })) {
            wrong(target, "a domain", target.name, context_.choices([&] {
                std::vector<std::string> names;
                for (const auto& [name, members] : domains) {
                    names.push_back(name);
                }
                return names;
            }));
        }
    }

    void members(const TargetSpec& target) {
        if (!target.of_service.empty()) {
            service(target, target.of_service);
        } else if (target.member != MemberKind::service && target.member != MemberKind::instance) {
            needs_world(target);
        }
    }

    const ReadContext& context_;
    const World& world_;
    std::map<std::string, const Service*> services_;
    std::string path_;
};

/// Instances are kept in memory, those of all services together, as far as they are listed.
void check_services(const ReadContext& context) {
    std::uint64_t listed = 0;
    for (const Service& service : context.architecture.services) {
        const std::string path = "services." + service.name;
        for (const GroupSpec& group : service.groups) {
            listed += std::min(service.slots_in(group), k_listed_max);
        }
        if (listed > k_all_listed_max) {
            context.problems.add(
                service.place, path,
                "more than 2 million instances kept in memory (16384 of a larger group) are known, not built yet");
            return;
        }
        if (service.scale && service.is_counted()) {
            context.problems.add(service.place, path,
                                 "scaling of a service with more than 16384 instances in one place is known, not built "
                                 "yet");
        }
        if (service.is_counted() && service.queue.of == QueueOf::group) {
            context.problems.add(service.place, path,
                                 "one queue for a group of more than 16384 instances is known, not built yet");
        }
    }
}

/// Instances of a group of more than 16,384 are a number: a fault singles some out where it can be drawn which and when
/// without a clock for each.
void check_faults_on_counted(const ReadContext& context, const Fault& fault) {
    const TargetSpec& target = fault.target;
    const bool picks = target.kind == TargetKind::any || target.kind == TargetKind::share;
    if (!picks || target.member != MemberKind::instance) {
        return;
    }
    for (const Service& service : context.architecture.services) {
        if (!service.is_counted() || (!target.of_service.empty() && target.of_service != service.name)) {
            continue;
        }
        if (target.kind == TargetKind::share) {
            context.problems.add(
                target.place, "faults." + fault.name + ".target",
                fmt::format("a share of the instances of `{}`, which has more than 16384 in one place, "
                            "is known, not built yet",
                            service.name));
        } else if (!fault.every_s || fault.every_s->law != Law::exponential) {
            context.problems.add(
                target.place, "faults." + fault.name + ".every",
                fmt::format("`{}` has more than 16384 instances in one place: faults of any of them come "
                            "at exponential times, `every: exponential(...)`",
                            service.name));
        }
    }
}

/// Of a service that scales, who is there when the fault begins is not known before.
void check_shares_of_scaled(const ReadContext& context, const Fault& fault) {
    const TargetSpec& target = fault.target;
    if (target.kind != TargetKind::share || target.member != MemberKind::instance) {
        return;
    }
    for (const Service& service : context.architecture.services) {
        if (service.scale && (target.of_service.empty() || target.of_service == service.name)) {
            context.problems.add(
                target.place, "faults." + fault.name + ".target",
                fmt::format("a share of the instances of `{}`, which scales, is known, not built yet", service.name));
        }
    }
}

void check_faults(const ReadContext& context) {
    TargetCheck check(context);
    for (const auto& [name, members] : context.architecture.domains) {
        for (const TargetSpec& member : members) {
            check.check(member, "domains." + name);
        }
    }
    for (const Fault& fault : context.architecture.faults) {
        check.check(fault.target, "faults." + fault.name + ".target");
        check_faults_on_counted(context, fault);
        check_shares_of_scaled(context, fault);
        if (is_reclaim(fault.effects)) {
            check_reclaim(context, fault);
        }
        if (fault.at_s && *fault.at_s > context.architecture.run.horizon_s) {
            context.architecture.warnings.push_back(
                fmt::format("the fault `{}` begins after the horizon and does nothing", fault.name));
        }
    }
}

}  // namespace

void cross_check(const ReadContext& context) {
    check_names(context);
    resolve_calls(context);
    check_users_reach(context);
    CycleSearch(context).run();
    check_services(context);
    check_faults(context);
}

}  // namespace nines
