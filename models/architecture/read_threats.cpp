// The `threats:` part: what may happen to the security of a scenario, and how often.

#include <fmt/format.h>

#include <algorithm>

#include "models/architecture/read_security.hpp"

namespace nines {

namespace {

using Kind = ThreatKind;

/// A field, and the kinds of threat that have it.
struct FieldUse {
    std::string_view key;
    std::vector<ThreatKind> kinds;
};

const std::vector<FieldUse>& field_uses() {
    static const std::vector<FieldUse> k_uses = {
        {"identity", {Kind::leak, Kind::insider, Kind::ransomware, Kind::deletion}},
        {"of", {Kind::exploit, Kind::ransomware, Kind::deletion, Kind::theft, Kind::tap, Kind::flood}},
        {"use", {Kind::leak}},
        {"to_exploit", {Kind::exploit}},
        {"detect", {Kind::leak, Kind::exploit, Kind::insider, Kind::ransomware, Kind::deletion, Kind::tap}},
        {"contain", {Kind::leak, Kind::exploit, Kind::insider, Kind::ransomware, Kind::deletion, Kind::tap}},
        {"hop", {Kind::leak, Kind::exploit, Kind::insider, Kind::ransomware, Kind::deletion}},
        {"reads", {Kind::leak, Kind::exploit, Kind::insider, Kind::tap}},
        {"overlap", {Kind::leak, Kind::insider, Kind::tap, Kind::flood}},
        {"rate", {Kind::flood}},
        {"for", {Kind::flood}},
    };
    return k_uses;
}

Layer default_layer(ThreatKind kind) {
    switch (kind) {
        case Kind::leak:
        case Kind::insider:
            return Layer::identity;
        case Kind::exploit:
            return Layer::application;
        case Kind::ransomware:
        case Kind::deletion:
        case Kind::theft:
        case Kind::tap:  // what a tap reads is data that nobody has encrypted on its way
            return Layer::data;
        case Kind::flood:
            return Layer::network;
    }
    return Layer::configuration;
}

/// `kind:`, or what the other fields can only mean.
std::optional<ThreatKind> read_kind(const ReadContext& context, MappingReader& reader) {
    const Node& node = reader.node();
    if (const Node* word = reader.optional("kind")) {
        return read_word(*word, reader.path_of("kind"), k_threat_kinds, "a kind of threat", context.problems);
    }
    if (node.find("to_exploit") != nullptr) {
        return Kind::exploit;
    }
    if (node.find("rate") != nullptr) {
        return Kind::flood;
    }
    if (node.find("identity") != nullptr) {
        return Kind::leak;
    }
    Problem& problem = context.problem(node, reader.path(), "a threat says its `kind`");
    problem.choices = k_threat_kinds.all();
    return std::nullopt;
}

/// Fields of other kinds say nothing here.
void refuse_fields_of_others(const ReadContext& context, MappingReader& reader, ThreatKind kind) {
    for (const FieldUse& use : field_uses()) {
        const Node* node = reader.optional(use.key);
        if (node != nullptr && std::find(use.kinds.begin(), use.kinds.end(), kind) == use.kinds.end()) {
            context.problem(
                *node, reader.path_of(use.key),
                fmt::format("`{}` says nothing of a threat of kind `{}`", use.key, k_threat_kinds.of(kind)));
        }
    }
}

std::optional<Distribution> read_time(const ReadContext& context, MappingReader& reader, std::string_view key) {
    const Node* node = reader.optional(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    if (node->is_scalar() && node->text == "0") {
        return Distribution::constant(0);
    }
    return read_distribution(*node, reader.path_of(key), Dimension::time, context.document, context.problems);
}

void read_schedule(const ReadContext& context, MappingReader& reader, Threat& threat) {
    const Node* at = reader.optional("at");
    const Node* every = reader.optional("every");
    if ((at == nullptr) == (every == nullptr)) {
        context.problem(reader.node(), reader.path(),
                        at == nullptr ? "a threat says when it comes: `at` or `every`; there is no rate to assume"
                                      : "a threat says once when it comes: keep one of `at` and `every`");
        return;
    }
    if (const Node* overlap = reader.optional("overlap")) {
        threat.overlap = read_bool(*overlap, reader.path_of("overlap"), context.problems).value_or(true);
    }
    if (at != nullptr) {
        threat.at_s =
            at->text == "0" ? std::optional<double>(0) : read_moment(*at, reader.path_of("at"), context.problems);
        return;
    }
    threat.every_s = read_time(context, reader, "every").value_or(Distribution::constant(k_seconds_per_day));
    if (threat.every_s.is_zero()) {
        context.problem(*every, reader.path_of("every"), "threats that follow each other at once never end");
        return;
    }
    const double most = destroys(threat.kind) || threat.kind == Kind::flood ? 1e5 : 1e7;  // each of these is kept
    const RunSpec& run = context.architecture.run;
    if ((run.horizon_s + run.warmup_s) / threat.every_s.mean() > most) {
        context.problem(*every, reader.path_of("every"),
                        fmt::format("more than {:g} of them would be simulated", most));
    }
}

void read_identity_of(const ReadContext& context, MappingReader& reader, Threat& threat) {
    const Node* node = reader.optional("identity");
    if (node == nullptr) {
        return;
    }
    const Architecture& architecture = context.architecture;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < architecture.identities.size(); ++i) {
        const Identity& identity = architecture.identities[index_at<IdentityId>(i)];
        names.push_back(identity.name);
        if (node->is_scalar() && identity.name == node->text) {
            threat.identity = index_at<IdentityId>(i);
        }
    }
    if (!threat.identity.exists()) {
        Problem& problem = add_expected(*node, reader.path_of("identity"), "an identity", context.problems);
        problem.choices = names;
        problem.found = node->text;
    }
}

/// `web.page` in the place of a service: an endpoint that a flood asks. None where it is no such thing.
EndpointId endpoint_named(const Architecture& architecture, const Node& node) {
    for (std::size_t i = 0; node.is_scalar() && i < architecture.endpoints.size(); ++i) {
        if (architecture.endpoint_name(index_at<EndpointId>(i)) == node.text) {
            return index_at<EndpointId>(i);
        }
    }
    return EndpointId::none();
}

template <class T>
void sort_unique(std::vector<T>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// One service or a list of them; of a flood endpoints too.
void read_services_of(const ReadContext& context, MappingReader& reader, Threat& threat) {
    const Node* node = reader.optional("of");
    if (node == nullptr) {
        return;
    }
    const auto add = [&](const Node& one) {
        const EndpointId endpoint =
            threat.kind == Kind::flood ? endpoint_named(context.architecture, one) : EndpointId::none();
        if (endpoint.exists()) {
            threat.of.push_back(context.architecture.endpoints[endpoint].service);
            threat.of_endpoints.push_back(endpoint);
        } else if (threat.kind == Kind::flood && one.is_scalar() && one.text.find('.') != std::string::npos) {
            add_expected(one, reader.path_of("of"), "a service, or an endpoint such as `web.page`", context.problems);
        } else if (const ServiceId service = find_service(context, one, reader.path_of("of")); service.exists()) {
            threat.of.push_back(service);
        }
    };
    if (node->is_sequence()) {
        std::for_each(node->items.begin(), node->items.end(), add);
    } else {
        add(*node);
    }
    sort_unique(threat.of);
    sort_unique(threat.of_endpoints);
}

/// What the kind cannot do without.
void require_fields(const ReadContext& context, MappingReader& reader, const Threat& threat) {
    const auto require = [&](std::string_view key) { reader.required(key); };
    switch (threat.kind) {
        case Kind::leak:
        case Kind::insider:
            return require("identity");
        case Kind::exploit:
            require("layer");
            return require("to_exploit");
        case Kind::theft:
            return require("of");
        case Kind::tap:
            require("of");
            return require("reads");
        case Kind::flood:
            require("rate");
            return require("for");
        case Kind::ransomware:
        case Kind::deletion:
            if ((reader.optional("of") == nullptr) == (reader.optional("identity") == nullptr)) {
                context.problem(reader.node(), reader.path(),
                                "it hits services, `of`, or whatever one `identity` may change: write one of the two");
            }
            return;
    }
}

/// Data that is destroyed, copied or read in passing must be there.
void check_data(const ReadContext& context, MappingReader& reader, const Threat& threat) {
    const bool needs_data = destroys(threat.kind) || threat.kind == Kind::theft || threat.kind == Kind::tap;
    for (const ServiceId service : threat.of) {
        if (needs_data && !context.architecture.services[service].security.data) {
            context.problem(*reader.optional("of"), reader.path_of("of"),
                            fmt::format("`{}` has no `data`", context.architecture.services[service].name));
        }
    }
}

/// Each request of a flood is simulated one by one in `requests`.
void check_load(const ReadContext& context, const Node& node, const std::string& path, const Threat& threat) {
    const double share = threat.at_s ? 1 / (context.architecture.run.horizon_s + context.architecture.run.warmup_s)
                                     : 1 / std::max(threat.every_s.mean(), 1e-9);
    const double in_force = threat.overlap ? threat.for_s.mean() * share : std::min(1.0, threat.for_s.mean() * share);
    check_event_count(context, node, path, threat.rate_per_s * in_force, "requests of the flood");
}

void read_course(const ReadContext& context, MappingReader& reader, Threat& threat) {
    threat.detect_s = read_time(context, reader, "detect");
    threat.contain_s = read_time(context, reader, "contain").value_or(Distribution::constant(0));
    threat.use_s = read_time(context, reader, "use").value_or(Distribution::constant(0));
    threat.to_exploit_s = read_time(context, reader, "to_exploit").value_or(Distribution::constant(0));
    threat.hop_s = read_time(context, reader, "hop").value_or(Distribution::constant(0));
    threat.for_s = read_time(context, reader, "for").value_or(Distribution::constant(0));
    if (const Node* contain = reader.optional("contain");
        contain != nullptr && !threat.detect_s && !destroys(threat.kind)) {
        context.problem(*contain, reader.path_of("contain"), "only what is detected is contained: `detect` says when");
    }
    if (destroys(threat.kind) && !threat.detect_s) {
        threat.detect_s = Distribution::constant(0);  // who asks for the data finds it gone
    }
    if (const Node* reads = reader.optional("reads")) {
        threat.reads_per_s = read_quantity(*reads, reader.path_of("reads"), Dimension::rate, context.problems);
    }
    if (const Node* rate = reader.optional("rate")) {
        threat.rate_per_s = read_quantity(*rate, reader.path_of("rate"), Dimension::rate, context.problems).value_or(0);
        check_load(context, *rate, reader.path_of("rate"), threat);
    }
}

void read_threat(const ReadContext& context, const Entry& entry) {
    Threat threat;
    threat.name = entry.key;
    threat.place = entry.key_place;
    const std::string path = "threats." + entry.key;
    if (!is_name(entry.key)) {
        context.problems.add(entry.key_place, path,
                             fmt::format("`{}` is no name: letters, digits, - and _", entry.key));
    }
    MappingReader reader(entry.value, path, context.problems, "a threat");
    if (!reader.is_mapping() && !entry.value.is_null()) {
        return;
    }
    const auto kind = read_kind(context, reader);
    if (kind) {
        threat.kind = *kind;
        threat.layer = default_layer(*kind);
        refuse_fields_of_others(context, reader, *kind);
        require_fields(context, reader, threat);
    }
    if (const Node* word = reader.optional("layer")) {
        threat.layer =
            read_word(*word, reader.path_of("layer"), k_layers, "a layer", context.problems).value_or(threat.layer);
    }
    read_identity_of(context, reader, threat);
    read_services_of(context, reader, threat);
    read_schedule(context, reader, threat);
    read_course(context, reader, threat);
    if (kind) {
        check_data(context, reader, threat);
        reader.finish();
    }
    context.architecture.threats.push_back(std::move(threat));
}

}  // namespace

void read_threats(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    if (!node->is_mapping()) {
        add_expected(*node, "threats", "threats by name", context.problems);
        return;
    }
    for (const Entry& entry : node->entries) {
        read_threat(context, entry);
    }
}

}  // namespace nines
