// Machines: what EC2 instances and the nodes of managed databases and caches are made of.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "engine/base/check.hpp"
#include "models/catalog/catalog.hpp"
#include "models/catalog/csv_table.hpp"

namespace nines {

namespace {

constexpr std::string_view k_gap_rules = "instances.csv; SOURCES.md, Filling gaps";

struct Kin {
    std::string_view family;
    std::string_view older;
};

/// Families without watts and embodied carbon, and the nearest older one of the same maker that has them.
constexpr std::array k_kin{Kin{"c6i", "c5"},  Kin{"c7g", "c6g"}, Kin{"c7i", "c5"},  Kin{"c8g", "c6g"}, Kin{"i4i", "i3"},
                           Kin{"m6a", "t3a"}, Kin{"m7g", "m6g"}, Kin{"m7i", "m6i"}, Kin{"m8g", "m6g"}, Kin{"r6i", "r5"},
                           Kin{"r7g", "r6g"}, Kin{"r7i", "r5"},  Kin{"r8g", "r6g"}};

std::optional<CsvRow> instance_row(std::string_view type) {
    return CsvTable("instances").row(csv_line_start({type}));
}

std::vector<CsvRow> family_rows(std::string_view family) {
    return CsvTable("instances").rows(fmt::format("{}.", family));
}

/// The member of an older family that stands in for `row`: the same size, else the nearest in vCPUs (then in memory).
CsvRow kin_of(const CsvRow& row, std::string_view older) {
    const std::string& type = row.text("instance_type");
    if (auto same_size = instance_row(std::string(older) + type.substr(type.find('.')))) {
        return *same_size;
    }
    const auto distance = [&row](const CsvRow& other) {
        return std::pair(std::abs(other.required_number("vcpu") - row.required_number("vcpu")),
                         std::abs(other.required_number("memory_gib") - row.required_number("memory_gib")));
    };
    const std::vector<CsvRow> rows = family_rows(older);
    return *std::min_element(rows.begin(), rows.end(),
                             [&](const CsvRow& a, const CsvRow& b) { return distance(a) < distance(b); });
}

/// Watts, and the share of the server's embodied carbon, of a row that has them, times `scale`. The share is that of
/// the instance's vCPUs in all of the server's, which may be more than any size of the family has. Source: Cloud Carbon
/// Footprint, methodology, "Embodied emissions": instance vCPUs over the largest instance's.
void fill_energy(MachineRow& machine, const CsvRow& row, double scale) {
    machine.watts_idle = row.required_number("watts_idle") * scale;
    machine.watts_half = row.required_number("watts_50pct") * scale;
    machine.watts_full = row.required_number("watts_100pct") * scale;

    const std::string& family = row.text("family");
    const auto server = CsvTable("servers").row(csv_line_start({family}));
    check(server.has_value(), "families with embodied carbon have a server");
    const double share = row.required_number("vcpu") / server->required_number("vcpus");
    machine.embodied_kg = row.required_number("embodied_kgco2e_per_server") * share * scale;
    machine.assumptions.push_back(
        {.path = {},
         .value = fmt::format("{:.4g} kg embodied", machine.embodied_kg),
         .why = fmt::format("its share of the making of a server, by vCPUs: that of {} has {:g}", family,
                            server->required_number("vcpus")),
         .source = "instances.csv, servers.csv"});
}

MachineRow instance_machine(const CsvRow& row) {
    MachineRow machine;
    machine.type = row.text("instance_type");
    machine.vcpus = row.required_number("vcpu");
    machine.memory_gib = row.required_number("memory_gib");
    const auto kin = std::find_if(k_kin.begin(), k_kin.end(),
                                  [&row](const Kin& entry) { return entry.family == row.text("family"); });
    if (row.number("watts_idle") || kin == k_kin.end()) {
        fill_energy(machine, row, 1);
        return machine;
    }
    const CsvRow older = kin_of(row, kin->older);
    const double scale = machine.vcpus / older.required_number("vcpu");
    fill_energy(machine, older, scale);
    machine.assumptions.push_back(
        {.path = {},
         .value = fmt::format("{:.4g}/{:.4g}/{:.4g} W idle/half/full", machine.watts_idle, machine.watts_half,
                              machine.watts_full),
         .why = fmt::format("no watts or embodied carbon for {}: those of {}, the nearest older family of the same "
                            "maker, times {:g} by vCPUs",
                            machine.type, older.text("instance_type"), scale),
         .source = std::string(k_gap_rules)});
    return machine;
}

struct ManagedEngine {
    std::string_view service;
    std::string_view engine;
};

/// In the order in which a node type is looked for.
constexpr std::array k_managed_engines{ManagedEngine{"rds", "postgres"},
                                       ManagedEngine{"rds", "mysql"},
                                       ManagedEngine{"aurora", "aurora-postgresql"},
                                       ManagedEngine{"aurora", "aurora-mysql"},
                                       ManagedEngine{"elasticache", "redis"},
                                       ManagedEngine{"elasticache", "memcached"}};

/// The memory of a node type, where a row states it; nothing when the type has no row at all.
std::optional<std::optional<double>> managed_memory_gib(std::string_view type) {
    const CsvTable table("managed_instance_prices");
    for (const ManagedEngine& entry : k_managed_engines) {
        const std::vector<CsvRow> rows = table.rows(csv_line_start({entry.service, entry.engine, type}));
        for (const CsvRow& row : rows) {
            if (const auto memory = row.number("memory_gib")) {
                return std::optional(memory);
            }
        }
        if (!rows.empty()) {
            return std::optional<double>();
        }
    }
    return std::nullopt;
}

/// A db. or cache. node, from its EC2 namesake.
std::optional<MachineRow> managed_machine(std::string_view type) {
    const auto memory = managed_memory_gib(type);
    if (!memory) {
        return std::nullopt;
    }
    const std::string_view namesake = type.substr(type.find('.') + 1);
    const std::optional<CsvRow> row = instance_row(namesake);
    if (!row) {
        return std::nullopt;
    }
    MachineRow machine = instance_machine(*row);
    machine.type = type;
    machine.memory_gib = memory->value_or(machine.memory_gib);
    machine.assumptions.insert(machine.assumptions.begin(),
                               {.path = {},
                                .value = fmt::format("{:g} vCPUs", machine.vcpus),
                                .why = fmt::format("vCPUs{}, watts and embodied carbon of {} are those of its EC2 "
                                                   "namesake {}",
                                                   *memory ? "" : ", memory", type, namesake),
                                .source = std::string(k_gap_rules)});
    return machine;
}

bool is_managed(std::string_view type) {
    return type.starts_with("db.") || type.starts_with("cache.");
}

}  // namespace

std::optional<MachineRow> Catalog::machine(std::string_view type) const {
    if (is_managed(type)) {
        return managed_machine(type);
    }
    const std::optional<CsvRow> row = instance_row(type);
    return row ? std::optional(instance_machine(*row)) : std::nullopt;
}

std::optional<std::string> Catalog::arm_twin(std::string_view type) const {
    const std::string_view node = is_managed(type) ? type.substr(0, type.find('.') + 1) : "";
    const std::string_view namesake = type.substr(node.size());
    const std::optional<CsvRow> row = instance_row(namesake);
    if (!row || row->text("arch") != "x86_64" || namesake.size() < 2) {
        return std::nullopt;
    }
    // Families are named by a letter, the generation, and what processor it is: m7i, m7g.
    const std::string twin = fmt::format("{}g{}", namesake.substr(0, 2), namesake.substr(namesake.find('.')));
    const std::optional<CsvRow> other = instance_row(twin);
    return other && other->text("arch") == "arm64" ? std::optional(std::string(node) + twin) : std::nullopt;
}

std::optional<std::string> Catalog::half_size(std::string_view type) const {
    const std::optional<CsvRow> row = instance_row(type);
    if (!row) {
        return std::nullopt;
    }
    for (const CsvRow& member : family_rows(row->text("family"))) {
        if (2 * member.required_number("vcpu") == row->required_number("vcpu")) {
            return member.text("instance_type");
        }
    }
    return std::nullopt;
}

std::vector<std::string> Catalog::machine_types() const {
    std::vector<std::string> types;
    for (const CsvRow& row : CsvTable("instances").rows()) {
        types.push_back(row.text("instance_type"));
    }
    std::vector<std::string> managed;
    const CsvTable prices("managed_instance_prices");
    for (const ManagedEngine& entry : k_managed_engines) {
        // Every node type has a price in the first region of AWS but for a few of Aurora, which RDS has.
        for (const CsvRow& row : prices.rows(csv_line_start({entry.service, entry.engine}), ",us-east-1,")) {
            managed.push_back(row.text("instance_type"));
        }
    }
    std::sort(managed.begin(), managed.end());
    managed.erase(std::unique(managed.begin(), managed.end()), managed.end());
    types.insert(types.end(), managed.begin(), managed.end());
    return types;
}

}  // namespace nines
