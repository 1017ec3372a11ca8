// nines check FILE: read, resolve, warn, and say what was understood; nothing is simulated.

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "models/language/distribution_text.hpp"
#include "models/language/metric_names.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/load.hpp"
#include "tools/commands/resolved.hpp"
#include "tools/console/humanize.hpp"
#include "tools/console/table.hpp"
#include "tools/console/terminal.hpp"

namespace nines {

namespace {

constexpr std::string_view k_help =
    "nines check FILE: reads a scenario and says what it understood; nothing is simulated\n\n"
    "  nines check shop.yaml\n"
    "  nines check shop.yaml --resolved     the whole scenario with every default filled in\n\n";
constexpr CommandFace k_face{"check", k_help, k_a_scenario};

std::string place_text(const Architecture& architecture, const Service& service) {
    std::vector<std::string> places;
    for (const GroupSpec& group : service.groups) {
        const std::string zone = architecture.has_world ? architecture.world.locations[group.location].id + " " : "";
        places.push_back(fmt::format("{}x{}", zone, group.instances));
    }
    return fmt::format("{}", fmt::join(places, ", "));
}

/// Where the primary begins, and its copies; the zones in which a fresh copy may come to stand are not told.
std::string database_place_text(const Architecture& architecture, const Service& service) {
    std::string text = "primary";
    if (architecture.has_world && !service.groups.empty()) {
        text += " " + architecture.world.locations[service.groups[service.primary_group].location].id;
    }
    for (const ReplicaSpec& replica : service.replicas) {
        const bool fixed = replica.zone.exists();
        const bool elsewhere = !fixed && replica.region.exists();
        text += fmt::format(", {} {}", replica.name,
                            fixed       ? architecture.world.locations[replica.zone].id
                            : elsewhere ? "another zone of " + architecture.world.locations[replica.region].id
                                        : std::string("beside it"));
    }
    return text;
}

void print_services(const Architecture& architecture, const TableLook& look) {
    Table table({{"service", Align::left, 0},
                 {"kind", Align::left, 0},
                 {"on", Align::left, 0},
                 {"stands in", Align::left, 0},
                 {"workers", Align::right, 0},
                 {"endpoints", Align::left, 0}});
    for (const Service& service : architecture.services) {
        const std::string where = traits_of(service.kind).has_primary ? database_place_text(architecture, service)
                                                                      : place_text(architecture, service);
        std::string endpoints;
        for (const EndpointId endpoint : service.endpoints) {
            endpoints += (endpoints.empty() ? "" : ", ") + architecture.endpoints[endpoint].name;
        }
        table.add({service.name, std::string(k_service_kinds.of(service.kind)), service.machine, where,
                   service.workers ? std::to_string(*service.workers) : "unlimited", endpoints});
    }
    std::cout << table.format(look) << "\n";
}

void print_demands(const Architecture& architecture, const TableLook& look) {
    Table table({{"demand", Align::left, 0},
                 {"calls", Align::left, 0},
                 {"from", Align::left, 0},
                 {"at most", Align::right, 0}});
    for (const Demand& demand : architecture.demands) {
        std::string calls;
        for (const DemandTarget& target : demand.targets) {
            calls += fmt::format("{}{} {}", calls.empty() ? "" : ", ", target.text,
                                 format_quantity(target.share, Dimension::fraction));
        }
        std::string from;
        for (const DemandOrigin& origin : demand.origins) {
            if (!origin.place.empty()) {
                from += fmt::format("{}{} {}", from.empty() ? "" : ", ", origin.place,
                                    format_quantity(origin.share, Dimension::fraction));
            }
        }
        const std::string rate = demand.users ? fmt::format("{} users", demand.users->users)
                                              : format_quantity(demand.rate.highest(), Dimension::rate);
        table.add({demand.name, calls, from.empty() ? "where the service stands" : from, rate});
    }
    std::cout << table.format(look) << "\n";
}

std::string ready_text(const Job& job) {
    std::vector<std::string> parts;
    if (job.at_s) {
        parts.push_back("at " + format_quantity(*job.at_s, Dimension::time));
    }
    if (job.every_s) {
        parts.push_back("every " + format_distribution(*job.every_s, Dimension::time));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

void print_jobs(const Plan& plan, const TableLook& look) {
    if (plan.jobs.empty()) {
        return;
    }
    Table table({{"job", Align::left, 0},
                 {"on", Align::left, 0},
                 {"in", Align::left, 0},
                 {"work", Align::left, 0},
                 {"ready", Align::left, 0},
                 {"within", Align::right, 0},
                 {"start", Align::left, 0},
                 {"expected to run", Align::right, 0}});
    for (const JobPlan& job : plan.jobs) {
        const Job& spec = job.spec;
        table.add({spec.name,
                   fmt::format("{}{}", spec.instances > 1 ? fmt::format("{} x ", spec.instances) : "", spec.machine),
                   plan.has_world ? plan.world.locations[spec.zone].id : "",
                   format_distribution(spec.work_s, Dimension::time), ready_text(spec),
                   spec.within_s ? format_quantity(*spec.within_s, Dimension::time) : "",
                   std::string(k_job_starts.of(spec.start)), human_quantity(job.expected_run_s, "s")});
    }
    std::cout << table.format(look) << "\n";
}

void print_faults(const Plan& plan, const TableLook& look) {
    if (std::none_of(plan.faults.begin(), plan.faults.end(),
                     [](const FaultPlan& fault) { return fault.has_clock(); })) {
        std::cout << "  no faults: nothing fails\n\n";
        return;
    }
    Table table({{"fault", Align::left, 0},
                 {"target", Align::left, 0},
                 {"effect", Align::left, 0},
                 {"independent clocks", Align::right, 0}});
    for (std::size_t i = 0; i < plan.faults.size(); ++i) {
        const auto id = index_at<FaultId>(i);
        const FaultPlan& fault = plan.faults[id];
        if (!fault.has_clock()) {
            continue;
        }
        const std::size_t clocks = fault.draws_members || fault.turns ? 1 : fault.members.size();
        table.add({plan.names.faults[id], plan.names.fault_targets[id], plan.names.fault_effects[id],
                   std::to_string(clocks)});
    }
    std::cout << table.format(look) << "\n";
}

void print_deployments(const Plan& plan, const TableLook& look) {
    if (plan.operations.deploys.empty()) {
        return;
    }
    Table table({{"deployment", Align::left, 0},
                 {"every", Align::right, 0},
                 {"instances, stage by stage", Align::left, 0},
                 {"bad", Align::right, 0},
                 {"effect", Align::left, 0},
                 {"rolled back by", Align::left, 0}});
    for (const DeployPlan& deploy : plan.operations.deploys) {
        std::string stages;
        for (const DeployStage& stage : deploy.stages) {
            stages += fmt::format("{}{}", stages.empty() ? "" : ", ", stage.until);
        }
        table.add({deploy.spec.name, format_quantity(deploy.spec.every_s.mean(), Dimension::time), stages,
                   format_quantity(deploy.spec.bad, Dimension::fraction), plan.names.fault_effects[deploy.fault],
                   deploy.spec.rollback == Rollback::automatic ? "the pipeline" : "people"});
    }
    std::cout << table.format(look) << "\n";
}

void print_threats(const Architecture& architecture, const TableLook& look) {
    if (architecture.threats.empty()) {
        return;
    }
    Table table({{"threat", Align::left, 0},
                 {"kind", Align::left, 0},
                 {"layer", Align::left, 0},
                 {"of", Align::left, 0},
                 {"every", Align::left, 0},
                 {"detected after", Align::left, 0}});
    for (const Threat& threat : architecture.threats) {
        std::string of = threat.identity.exists() ? architecture.identities[threat.identity].name : "";
        for (const ServiceId service : threat.of) {
            of += (of.empty() ? "" : ", ") + architecture.services[service].name;
        }
        const bool has_detection = threat.kind != ThreatKind::theft && threat.kind != ThreatKind::flood;
        table.add({threat.name, std::string(k_threat_kinds.of(threat.kind)), std::string(k_layers.of(threat.layer)), of,
                   threat.at_s ? "once, at " + format_quantity(*threat.at_s, Dimension::time)
                               : format_distribution(threat.every_s, Dimension::time),
                   !has_detection    ? ""
                   : threat.detect_s ? format_distribution(*threat.detect_s, Dimension::time)
                                     : "never"});
    }
    std::cout << table.format(look) << "\n";
}

void print_assumptions(const Plan& plan) {
    for (const Assumption& one : plan.assumptions) {
        std::cout << fmt::format("  assumed {} = {}: {} [{}]\n", one.path, one.value, one.why, one.source);
    }
    for (const std::string& warning : plan.warnings) {
        std::cout << "  warning: " << warning << "\n";
    }
}

}  // namespace

ExitCode check_command(const Words& words) {
    namespace po = boost::program_options;
    po::options_description description("Options");
    add_common_options(description);
    description.add_options()("resolved", "print the whole scenario with every default filled in");
    const auto line = read_words(k_face, words, description);
    if (!line) {
        return line.error();
    }
    const auto loaded = load_scenario(line->common);
    if (!loaded) {
        return ExitCode::bad_input;
    }
    if (line->options.count("resolved") > 0) {
        std::cout << resolved_text(loaded->architecture);
        return ExitCode::done;
    }
    const Terminal terminal = look_at_terminal(1, line->common.color);
    TableLook look;
    look.width = terminal.width;
    look.unicode = terminal.unicode;
    std::cout << loaded->architecture.name << "\n\n";
    if (loaded->architecture.has_world) {
        std::cout << draw_world(loaded->architecture.world) << "\n";
    }
    print_services(loaded->architecture, look);
    print_demands(loaded->architecture, look);
    print_jobs(loaded->plan, look);
    print_faults(loaded->plan, look);
    print_deployments(loaded->plan, look);
    print_threats(loaded->architecture, look);
    print_assumptions(loaded->plan);
    std::cout << fmt::format("\n  understood: {} services, {} demands, {} faults, {} objectives, {} variants\n",
                             loaded->architecture.services.size(), loaded->architecture.demands.size(),
                             loaded->architecture.faults.size(), loaded->plan.objectives.size(),
                             loaded->architecture.variant_names.size());
    return ExitCode::done;
}

}  // namespace nines
