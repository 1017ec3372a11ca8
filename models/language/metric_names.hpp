#pragma once
// Metric names: the one table of what is measured, with units; objectives, JSON and the reference come from it.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "models/language/quantity_text.hpp"

namespace nines {

enum class Pillar : std::uint8_t { reliability, performance, cost, sustainability, security, operations };

/// Who a metric is about: all demands and each (`@demand`), and the attempts sent to services (`@service`,
/// `@service@zone`).
enum class MetricScope : std::uint8_t { whole, clients, attempts, clients_and_attempts };

/// What a scenario must have for an objective on the metric to make sense.
enum class MetricNeeds : std::uint8_t { nothing, store, later };

struct MetricInfo {
    std::string_view name;
    std::string_view unit;
    Dimension dimension;
    Pillar pillar;
    MetricScope scope;
    MetricNeeds needs;
    std::string_view what;
};

constexpr bool has_plain(MetricScope scope) {
    return scope != MetricScope::attempts;
}
constexpr bool has_demand(MetricScope scope) {
    return scope == MetricScope::clients || scope == MetricScope::clients_and_attempts;
}
constexpr bool has_service(MetricScope scope) {
    return scope == MetricScope::attempts || scope == MetricScope::clients_and_attempts;
}

// clang-format off
inline constexpr MetricInfo k_metrics[] = {
    {"availability", "fraction", Dimension::fraction, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, "ok / (offered - in flight)"},
    {"nines", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, "-log10(1 - availability); null without a failure"},
    {"requests.offered", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, "requests wanted in the measured time (attempts sent, for a service)"},
    {"requests.ok", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, "those that ended ok, degraded ones included"},
    {"requests.degraded", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, "ok, but an optional call failed on the way"},
    {"requests.error", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, "answered with failure"},
    {"requests.timeout", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, "given up by the caller's clock"},
    {"requests.rejected", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, "refused: queue full, nobody healthy, crashed target"},
    {"requests.abandoned", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, "left the queue when patience ended"},
    {"requests.in_flight", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, "not over at the horizon"},
    {"uptime", "fraction", Dimension::fraction, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, "1 - share of time in incidents"},
    {"downtime.per_year", "s", Dimension::time, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, "time in incidents, scaled to 8,760 h"},
    {"incidents.per_year", "1/yr", Dimension::number, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, "incidents begun, scaled to 8,760 h"},
    {"mttr", "s", Dimension::time, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, "mean length of an incident"},
    {"mtbf", "s", Dimension::time, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, "measured time / incidents"},
    {"rto", "s", Dimension::time, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, "longest, over faults, from a fault's beginning to the end of the last incident it caused"},
    {"records.lost", "1", Dimension::number, Pillar::reliability, MetricScope::whole, MetricNeeds::store, "acknowledged writes that no survivor holds"},
    {"rpo", "s", Dimension::time, Pillar::reliability, MetricScope::whole, MetricNeeds::store, "from the acknowledgement of the oldest lost write to the loss"},
    {"blast_radius", "fraction", Dimension::fraction, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, "largest share of requests not ok in any slice"},
    {"latency.mean", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "of requests that ended ok, from the moment they were wanted"},
    {"latency.p50", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "median of the same"},
    {"latency.p90", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "90th percentile of the same"},
    {"latency.p95", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "95th percentile of the same"},
    {"latency.p99", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "99th percentile of the same"},
    {"latency.p999", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "99.9th percentile of the same"},
    {"latency.max", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "largest of the same"},
    {"latency.seen.mean", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "of all that ended, a timed-out one at its timeout"},
    {"latency.seen.p50", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "median of the same"},
    {"latency.seen.p90", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "90th percentile of the same"},
    {"latency.seen.p95", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "95th percentile of the same"},
    {"latency.seen.p99", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "99th percentile of the same"},
    {"latency.seen.p999", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "99.9th percentile of the same"},
    {"latency.seen.max", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "largest of the same"},
    {"throughput", "1/s", Dimension::rate, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "ended per second of measured time"},
    {"goodput", "1/s", Dimension::rate, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "ended ok per second of measured time"},
    {"attempts.per_request", "1", Dimension::number, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, "attempts by clients / requests; for a service: attempts sent to it / requests of clients"},
    {"utilization", "fraction", Dimension::fraction, Pillar::performance, MetricScope::attempts, MetricNeeds::nothing, "time-mean of workers held over workers existing; null where workers are unlimited"},
    {"wait.mean", "s", Dimension::time, Pillar::performance, MetricScope::attempts, MetricNeeds::nothing, "time in the queue, over attempts admitted"},
    {"queue.mean", "1", Dimension::number, Pillar::performance, MetricScope::attempts, MetricNeeds::nothing, "time-mean of attempts waiting"},
    {"queue.max", "1", Dimension::number, Pillar::performance, MetricScope::attempts, MetricNeeds::nothing, "most attempts waiting at once"},
    {"scaling.lag", "s", Dimension::time, Pillar::performance, MetricScope::whole, MetricNeeds::later, "from demand over target to capacity there"},
    {"cost.per_month", "USD/month", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::nothing, "the whole bill, scaled to 730 h"},
    {"cost.per_million_requests", "USD", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::nothing, "the bill of a million requests offered"},
    {"cost.compute", "USD/month", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::nothing, "instances by the second"},
    {"cost.transfer", "USD/month", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::nothing, "bytes by path and tier"},
    {"cost.storage", "USD/month", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::later, "data kept"},
    {"cost.managed", "USD/month", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::nothing, "requests of managed services and of the edge"},
    {"cost.idle", "USD/month", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::nothing, "paid and unused: compute times the idle share of its workers"},
    {"cost.downtime", "USD", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::later, "value lost with requests and minutes"},
    {"cost.sla_credits", "USD", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::later, "what the provider pays back"},
    {"energy.kwh", "kWh", Dimension::energy, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, "energy of the measured time, PUE included"},
    {"energy.kwh_per_month", "kWh/month", Dimension::energy, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, "the same, scaled to 730 h"},
    {"carbon.kg", "kg", Dimension::mass, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, "operational and embodied, of the measured time"},
    {"carbon.kg_per_month", "kg/month", Dimension::mass, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, "the same, scaled to 730 h"},
    {"carbon.operational", "kg", Dimension::mass, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, "energy times the grid's intensity, hour by hour"},
    {"carbon.embodied", "kg", Dimension::mass, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, "share of the machines' making, over four years"},
    {"carbon.per_million_requests", "kg", Dimension::mass, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, "carbon of a million requests offered"},
    {"exposure.records", "1", Dimension::number, Pillar::security, MetricScope::whole, MetricNeeds::later, "records exposed"},
    {"exposure.services", "1", Dimension::number, Pillar::security, MetricScope::whole, MetricNeeds::later, "services reachable from footholds"},
    {"compromise.contain", "s", Dimension::time, Pillar::security, MetricScope::whole, MetricNeeds::later, "time to contain"},
    {"ddos.absorbed", "fraction", Dimension::fraction, Pillar::security, MetricScope::whole, MetricNeeds::later, "share of a flood absorbed"},
    {"patch.exposure", "host-days", Dimension::number, Pillar::security, MetricScope::whole, MetricNeeds::later, "days that hosts stood unpatched"},
    {"detect", "s", Dimension::time, Pillar::operations, MetricScope::whole, MetricNeeds::later, "mean time to detect an incident"},
    {"acknowledge", "s", Dimension::time, Pillar::operations, MetricScope::whole, MetricNeeds::later, "mean time to acknowledge"},
    {"repair", "s", Dimension::time, Pillar::operations, MetricScope::whole, MetricNeeds::later, "mean time to repair"},
    {"deploy.failure_rate", "fraction", Dimension::fraction, Pillar::operations, MetricScope::whole, MetricNeeds::later, "share of deployments that fail"},
    {"deploy.blast_radius", "fraction", Dimension::fraction, Pillar::operations, MetricScope::whole, MetricNeeds::later, "share of requests that a bad deployment hit"},
    {"toil.hours_per_month", "h/month", Dimension::number, Pillar::operations, MetricScope::whole, MetricNeeds::later, "hours of manual work"},
    {"automation", "fraction", Dimension::fraction, Pillar::operations, MetricScope::whole, MetricNeeds::later, "share of recoveries without a human"},
};
// clang-format on

constexpr const MetricInfo* find_metric(std::string_view name) {
    for (const MetricInfo& metric : k_metrics) {
        if (metric.name == name) {
            return &metric;
        }
    }
    return nullptr;
}

}  // namespace nines
