// The resolved scenario: what is about security.

#include <cmath>

#include "tools/commands/resolved_fields.hpp"

namespace nines::resolved {

namespace {

void write_data(Emitter& out, const DataSpec& data) {
    begin_line(out, "data");
    quantity(out, "records", data.records, Dimension::number);
    if (!data.sensitivity.empty()) {
        field(out, "class", data.sensitivity);
    }
    if (data.bytes > 0) {
        quantity(out, "size", data.bytes, Dimension::bytes);
        quantity(out, "growth", data.growth_per_s, Dimension::bytes_per_time);
    }
    quantity(out, "usd_per_record", data.usd_per_record, Dimension::money);
    if (data.rebuild_s) {
        time(out, "rebuild", *data.rebuild_s);
    }
    begin_line(out, "encrypted");
    field(out, "rest", data.encrypted_at_rest);
    field(out, "transit", data.encrypted_in_transit);
    out << YAML::EndMap;
    if (!data.residency.empty()) {
        list(out, "residency", data.residency);
    }
    out << YAML::EndMap;
}

void write_backup(Emitter& out, const BackupSpec& backup) {
    begin_line(out, "backup");
    time(out, "every", backup.every_s);
    if (std::isfinite(backup.keep_s)) {
        time(out, "keep", backup.keep_s);
    }
    quantity(out, "restore", backup.restore_bytes_per_s, Dimension::bytes_per_time);
    field(out, "own-credentials", backup.own_credentials);
    out << YAML::EndMap;
}

std::vector<std::string> names_of(const Architecture& architecture, const std::vector<ServiceId>& services) {
    std::vector<std::string> names;
    for (const ServiceId service : services) {
        names.push_back(architecture.services[service].name);
    }
    return names;
}

/// Services, and of a flood the endpoints alone where it asks only some.
std::vector<std::string> flooded_or_hit(const Architecture& architecture, const Threat& threat) {
    std::vector<std::string> names;
    for (const ServiceId service : threat.of) {
        const std::size_t before = names.size();
        for (const EndpointId endpoint : threat.of_endpoints) {
            if (architecture.endpoints[endpoint].service == service) {
                names.push_back(architecture.endpoint_name(endpoint));
            }
        }
        if (names.size() == before) {
            names.push_back(architecture.services[service].name);
        }
    }
    return names;
}

/// Who or what is hit, and when; then the times of its course.
void write_threat(Emitter& out, const Architecture& architecture, const Threat& threat) {
    begin_line(out, threat.name);
    field(out, "kind", k_threat_kinds.of(threat.kind));
    field(out, "layer", k_layers.of(threat.layer));
    if (threat.identity.exists()) {
        field(out, "identity", architecture.identities[threat.identity].name);
    }
    if (!threat.of.empty()) {
        list(out, "of", flooded_or_hit(architecture, threat));
    }
    if (threat.at_s) {
        time(out, "at", *threat.at_s);
    } else {
        time(out, "every", threat.every_s);
    }
    const ThreatKind kind = threat.kind;
    if (kind == ThreatKind::flood) {
        quantity(out, "rate", threat.rate_per_s, Dimension::rate);
        time(out, "for", threat.for_s);
    }
    if (kind == ThreatKind::leak) {
        time(out, "use", threat.use_s);
    }
    if (kind == ThreatKind::exploit) {
        time(out, "to_exploit", threat.to_exploit_s);
    }
    if (threat.detect_s) {
        time(out, "detect", *threat.detect_s);
        time(out, "contain", threat.contain_s);
    }
    if (kind != ThreatKind::theft && kind != ThreatKind::tap && kind != ThreatKind::flood) {
        time(out, "hop", threat.hop_s);
    }
    if (threat.reads_per_s) {
        quantity(out, "reads", *threat.reads_per_s, Dimension::rate);
    }
    if (kind == ThreatKind::leak || kind == ThreatKind::insider || kind == ThreatKind::tap ||
        kind == ThreatKind::flood) {
        field(out, "overlap", threat.overlap);
    }
    out << YAML::EndMap;
}

}  // namespace

void write_service_security(Emitter& out, const Architecture& architecture, const Service& service) {
    const ServiceSecurity& security = service.security;
    if (security.data) {
        write_data(out, *security.data);
    }
    if (security.backup) {
        write_backup(out, *security.backup);
    }
    if (security.patch) {
        begin_line(out, "patch");
        time(out, "every", security.patch->every_s);
        time(out, "takes", security.patch->takes_s);
        out << YAML::EndMap;
    }
    if (security.network) {
        begin_line(out, "network");
        std::vector<std::string> from = names_of(architecture, security.network->from);
        if (security.network->from_any) {
            from.insert(from.begin(), "any");
        }
        if (security.network->from_internet) {
            from.insert(from.begin(), "internet");
        }
        list(out, "from", from);
        out << YAML::EndMap;
    }
    if (security.flood.absorb_per_s > 0) {
        quantity(out, "absorb", security.flood.absorb_per_s, Dimension::rate);
        share(out, "filter", security.flood.filter);
    }
}

void write_identities(Emitter& out, const Architecture& architecture) {
    if (architecture.identities.empty()) {
        return;
    }
    begin_block(out, "identities");
    for (const Identity& identity : architecture.identities) {
        begin_line(out, identity.name);
        if (identity.of.exists()) {
            field(out, "of", architecture.services[identity.of].name);
        }
        std::vector<std::string> may;
        for (const Permission& permission : identity.may) {
            may.push_back(permission.text);
        }
        list(out, "may", may);
        if (identity.rotate_s) {
            time(out, "rotate", *identity.rotate_s);
        }
        out << YAML::EndMap;
    }
    out << YAML::EndMap;
}

void write_threats(Emitter& out, const Architecture& architecture) {
    if (architecture.threats.empty()) {
        return;
    }
    begin_block(out, "threats");
    for (const Threat& threat : architecture.threats) {
        write_threat(out, architecture, threat);
    }
    out << YAML::EndMap;
}

}  // namespace nines::resolved
