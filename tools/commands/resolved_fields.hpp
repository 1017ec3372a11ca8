#pragma once
// Fields of the resolved scenario: one key and its value each, in the units that a reader would take; and the parts
// that stand in files of their own.

#include <fmt/format.h>
#include <yaml-cpp/emitter.h>

#include <string>
#include <string_view>
#include <vector>

#include "models/architecture/architecture.hpp"
#include "models/language/distribution_text.hpp"

namespace nines::resolved {

using YAML::Emitter;

template <class Value>
void field(Emitter& out, const std::string& key, const Value& value) {
    out << YAML::Key << key << YAML::Value << value;
}

inline void field(Emitter& out, const std::string& key, std::string_view value) {
    field(out, key, std::string(value));
}

inline void quantity(Emitter& out, const std::string& key, double value, Dimension dimension) {
    field(out, key, exact_text(value, dimension));
}

inline void time(Emitter& out, const std::string& key, double value_s) {
    quantity(out, key, value_s, Dimension::time);
}

inline void time(Emitter& out, const std::string& key, const Distribution& value_s) {
    field(out, key, format_distribution(value_s, Dimension::time));
}

inline void share(Emitter& out, const std::string& key, double value) {
    quantity(out, key, value, Dimension::fraction);
}

/// `key: {...}` in one line.
inline void begin_line(Emitter& out, const std::string& key) {
    out << YAML::Key << key << YAML::Value << YAML::Flow << YAML::BeginMap;
}

/// `key:` with a field a line below.
inline void begin_block(Emitter& out, const std::string& key) {
    out << YAML::Key << key << YAML::Value << YAML::BeginMap;
}

inline void list(Emitter& out, const std::string& key, const std::vector<std::string>& items) {
    out << YAML::Key << key << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const std::string& item : items) {
        out << item;
    }
    out << YAML::EndSeq;
}

void write_effects(Emitter& out, const std::vector<EffectSpec>& effects);
/// Alarms, people on call and runbooks.
void write_operations(Emitter& out, const Architecture& architecture);
/// `deploy` of a service.
void write_deploys(Emitter& out, const Architecture& architecture, const Service& service);
/// `certificate` and `maintenance` of a service, in resolved_upkeep.cpp.
void write_upkeep(Emitter& out, const Architecture& architecture, const Service& service);
/// "22:00" of seconds of the day.
std::string time_of_day_text(double clock_s);
/// What stands behind `repair:`.
std::string repair_text(const Architecture& architecture, const RepairSpec& repair);

// The parts that are about money, in resolved_money.cpp.
void write_power(Emitter& out, const PowerSpec& power);
void write_price(Emitter& out, const PriceSpec& price);
void write_power_and_price(Emitter& out, const Service& service);
void write_bill(Emitter& out, const Architecture& architecture);
void write_footprint(Emitter& out, const Architecture& architecture);
void write_value(Emitter& out, const Architecture& architecture);

// The parts that are about security, in resolved_security.cpp.
void write_service_security(Emitter& out, const Architecture& architecture, const Service& service);
void write_identities(Emitter& out, const Architecture& architecture);
void write_threats(Emitter& out, const Architecture& architecture);

/// Batch jobs, in resolved_jobs.cpp.
void write_jobs(Emitter& out, const Architecture& architecture);

}  // namespace nines::resolved
