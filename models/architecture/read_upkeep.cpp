// `certificate:` and `maintenance:` of services: what goes wrong, or is taken away, by the calendar.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "engine/base/time.hpp"
#include "models/architecture/readers.hpp"

namespace nines {

namespace {

/// A time above 0; `otherwise`, with a problem, where it is none.
double read_stretch(const ReadContext& context, MappingReader& reader, std::string_view key, double otherwise) {
    const Node* node = reader.required(key);
    const auto seconds =
        node == nullptr ? std::nullopt : read_quantity(*node, reader.path_of(key), Dimension::time, context.problems);
    if (seconds && *seconds < 1) {
        context.problem(*node, reader.path_of(key),
                        fmt::format("expected a time of 1 s or more, found `{}`", node->text));
        return otherwise;
    }
    return seconds.value_or(otherwise);
}

/// `human` or a runbook, who act once an alarm tells; or a time.
void read_end_of_expiry(const ReadContext& context, const Node& node, const std::string& path,
                        CertificateSpec& certificate) {
    const bool is_name_of_somebody =
        node.is_scalar() && is_name(node.text) && std::isdigit(static_cast<unsigned char>(node.text.front())) == 0;
    if (is_name_of_somebody) {
        certificate.repair = read_repair(context, node, path);
    } else {
        certificate.for_s = read_distribution(node, path, Dimension::time, context.document, context.problems);
    }
}

void read_certificate(const ReadContext& context, const Node& node, const std::string& path, Service& service) {
    CertificateSpec certificate;
    certificate.place = node.place;
    MappingReader reader(node, path, context.problems,
                         "a certificate such as `{valid: 90 d, missed: 2 %, repair: human}`");
    if (!reader.is_mapping()) {
        return;
    }
    certificate.valid_s = read_stretch(context, reader, "valid", k_seconds_per_day);
    if (const Node* renew = reader.optional("renew")) {
        certificate.renew =
            read_word(*renew, reader.path_of("renew"), k_renewals, "how it is renewed", context.problems)
                .value_or(certificate.renew);
    }
    if (const Node* takes = reader.optional("takes")) {
        certificate.takes_s =
            read_quantity(*takes, reader.path_of("takes"), Dimension::time, context.problems).value_or(0);
        if (certificate.renew == Renewal::automatic) {
            context.problem(*takes, reader.path_of("takes"),
                            "nobody works for a renewal that is automatic: `takes` belongs to `renew: by-hand`");
        }
    }
    if (const Node* missed = reader.required("missed")) {
        certificate.missed = read_share(context, *missed, reader.path_of("missed")).value_or(0);
    }
    if (const Node* repair = reader.required("repair")) {
        read_end_of_expiry(context, *repair, reader.path_of("repair"), certificate);
    }
    reader.finish();
    service.certificate = std::move(certificate);
}

/// A window of each place in its turn is over before the first place's next one.
void check_windows(const ReadContext& context, MappingReader& reader, const MaintenanceSpec& maintenance,
                   const Service& service) {
    const bool in_turn = maintenance.places == MaintenanceOrder::one_at_a_time;
    const std::size_t places =
        traits_of(service.kind).has_primary ? service.replicas.size() + 1 : service.groups.size();
    const double each_s =
        maintenance.takes_s + (traits_of(service.kind).has_primary ? service.failover.rebuild_s + 1 : 0);
    const double all_s = in_turn ? each_s * static_cast<double>(places) : maintenance.takes_s;
    if (std::fmod(maintenance.every_s, k_seconds_per_day) != 0) {
        context.problem(*reader.optional("every"), reader.path_of("every"),
                        fmt::format("windows begin at a time of day: expected whole days, found `{}`",
                                    reader.optional("every")->text));
    } else if (all_s > maintenance.every_s) {
        context.problem(*reader.optional("takes"), reader.path_of("takes"),
                        in_turn ? fmt::format("the {} places of `{}`, one after the other, are not done before the "
                                              "next window begins",
                                              places, service.name)
                                : std::string("a window is over before the next one begins"));
    }
}

void read_maintenance(const ReadContext& context, const Node& node, const std::string& path, Service& service) {
    MaintenanceSpec maintenance;
    maintenance.place = node.place;
    MappingReader reader(node, path, context.problems,
                         "windows of maintenance such as `{every: 30 d, at: 02:00, takes: 2 h}`");
    if (!reader.is_mapping()) {
        return;
    }
    const std::size_t before = context.problems.list.size();
    maintenance.every_s = read_stretch(context, reader, "every", k_seconds_per_day);
    maintenance.at_s = read_clock(context, reader, "at");
    maintenance.takes_s = read_stretch(context, reader, "takes", 1);
    if (const Node* leaves = reader.optional("leaves")) {
        maintenance.leaves = read_share(context, *leaves, reader.path_of("leaves")).value_or(0);
        if (maintenance.leaves >= 1) {
            context.problem(*leaves, reader.path_of("leaves"), "a window that leaves all workers changes nothing");
        } else if (maintenance.leaves > 0 && !service.workers) {
            context.problem(
                *leaves, reader.path_of("leaves"),
                fmt::format("the workers of `{}` are unlimited, and so is a share of them: a place of it is "
                            "up or, with `leaves: 0 %`, down",
                            service.name));
        }
    }
    if (const Node* places = reader.optional("places")) {
        maintenance.places = read_word(*places, reader.path_of("places"), k_maintenance_orders,
                                       "which places at a time", context.problems)
                                 .value_or(maintenance.places);
    }
    if (context.problems.list.size() == before) {
        check_windows(context, reader, maintenance, service);
    }
    reader.finish();
    service.maintenance = maintenance;
}

}  // namespace

void read_upkeep(const ReadContext& context, const Node* services) {
    if (services == nullptr || !services->is_mapping()) {
        return;
    }
    for (const Entry& entry : services->entries) {
        const auto found = std::find_if(context.architecture.services.begin(), context.architecture.services.end(),
                                        [&](const Service& one) { return one.name == entry.key; });
        if (found == context.architecture.services.end() || !entry.value.is_mapping()) {
            continue;
        }
        const std::string path = "services." + entry.key;
        if (const Node* node = entry.value.find("certificate"); node != nullptr && !node->is_null()) {
            read_certificate(context, *node, path + ".certificate", *found);
        }
        if (const Node* node = entry.value.find("maintenance"); node != nullptr && !node->is_null()) {
            read_maintenance(context, *node, path + ".maintenance", *found);
        }
    }
}

}  // namespace nines
