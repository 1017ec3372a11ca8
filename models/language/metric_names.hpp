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
/// `@service@zone`); all services and each (`@service` alone); all batch jobs and each (`@job`).
enum class MetricScope : std::uint8_t { whole, clients, attempts, clients_and_attempts, services, jobs };

/// What a scenario must have for an objective on the metric to make sense.
enum class MetricNeeds : std::uint8_t {
    nothing,
    store,
    value,
    scaler,
    alarm,
    oncall,
    repair,
    deployment,
    people,
    threat,
    leak,
    exploit,
    destruction,
    flood,
    attack,
    job,
    window
};

/// Which way a difference of two variants is an improvement.
enum class Better : std::uint8_t { higher, lower, neither };

struct MetricInfo {
    std::string_view name;
    std::string_view unit;
    Dimension dimension;
    Pillar pillar;
    MetricScope scope;
    MetricNeeds needs;
    Better better;
    std::string_view what;
};

constexpr bool has_plain(MetricScope scope) {
    return scope != MetricScope::attempts;
}
constexpr bool has_demand(MetricScope scope) {
    return scope == MetricScope::clients || scope == MetricScope::clients_and_attempts;
}
/// At a service and in each of its zones.
constexpr bool has_place(MetricScope scope) {
    return scope == MetricScope::attempts || scope == MetricScope::clients_and_attempts;
}
constexpr bool has_service(MetricScope scope) {
    return has_place(scope) || scope == MetricScope::services;
}
constexpr bool has_job(MetricScope scope) {
    return scope == MetricScope::jobs;
}

// clang-format off
inline constexpr MetricInfo k_metrics[] = {
    {"availability", "fraction", Dimension::fraction, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::higher, "ok / (offered - in flight)"},
    {"nines", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::higher, "-log10(1 - availability); null without a failure"},
    {"requests.offered", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::neither, "requests wanted in the measured time (attempts sent, for a service)"},
    {"requests.ok", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::higher, "those that ended ok, degraded ones included"},
    {"requests.degraded", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "ok, but an optional call failed on the way"},
    {"requests.error", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "answered with failure"},
    {"requests.timeout", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "given up by the caller's clock"},
    {"requests.rejected", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "refused: queue full, over a limit, nobody healthy, crashed target"},
    {"requests.abandoned", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "left the queue when patience ended"},
    {"requests.in_flight", "1", Dimension::number, Pillar::reliability, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::neither, "not over at the horizon"},
    {"uptime", "fraction", Dimension::fraction, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, Better::higher, "1 - share of time in incidents"},
    {"downtime.per_year", "s", Dimension::time, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "time in incidents, scaled to 8,760 h"},
    {"incidents.per_year", "1/yr", Dimension::number, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "incidents begun, scaled to 8,760 h"},
    {"mttr", "s", Dimension::time, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "mean length of an incident"},
    {"mtbf", "s", Dimension::time, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, Better::higher, "measured time / incidents"},
    {"rto", "s", Dimension::time, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "longest, over faults, from a fault's beginning to the end of the last incident it caused"},
    {"records.lost", "1", Dimension::number, Pillar::reliability, MetricScope::whole, MetricNeeds::store, Better::lower, "acknowledged writes that no survivor holds"},
    {"rpo", "s", Dimension::time, Pillar::reliability, MetricScope::whole, MetricNeeds::store, Better::lower, "from the acknowledgement of the oldest lost write to the loss"},
    {"blast_radius", "fraction", Dimension::fraction, Pillar::reliability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "largest share of requests not ok in any slice"},
    {"latency.mean", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "of requests that ended ok, from the moment they were wanted"},
    {"latency.p50", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "median of the same"},
    {"latency.p90", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "90th percentile of the same"},
    {"latency.p95", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "95th percentile of the same"},
    {"latency.p99", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "99th percentile of the same"},
    {"latency.p999", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "99.9th percentile of the same"},
    {"latency.max", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "largest of the same"},
    {"latency.seen.mean", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "of all that ended, a timed-out one at its timeout"},
    {"latency.seen.p50", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "median of the same"},
    {"latency.seen.p90", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "90th percentile of the same"},
    {"latency.seen.p95", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "95th percentile of the same"},
    {"latency.seen.p99", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "99th percentile of the same"},
    {"latency.seen.p999", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "99.9th percentile of the same"},
    {"latency.seen.max", "s", Dimension::time, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::lower, "largest of the same"},
    {"throughput", "1/s", Dimension::rate, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::neither, "ended per second of measured time"},
    {"goodput", "1/s", Dimension::rate, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::higher, "ended ok per second of measured time"},
    {"attempts.per_request", "1", Dimension::number, Pillar::performance, MetricScope::clients_and_attempts, MetricNeeds::nothing, Better::neither, "attempts by clients / requests; for a service: attempts sent to it / requests of clients"},
    {"utilization", "fraction", Dimension::fraction, Pillar::performance, MetricScope::attempts, MetricNeeds::nothing, Better::neither, "time-mean of workers held over workers existing; null where workers are unlimited"},
    {"wait.mean", "s", Dimension::time, Pillar::performance, MetricScope::attempts, MetricNeeds::nothing, Better::lower, "time in the queue, over attempts admitted"},
    {"queue.mean", "1", Dimension::number, Pillar::performance, MetricScope::attempts, MetricNeeds::nothing, Better::lower, "time-mean of attempts waiting"},
    {"queue.max", "1", Dimension::number, Pillar::performance, MetricScope::attempts, MetricNeeds::nothing, Better::lower, "most attempts waiting at once"},
    {"throttled", "fraction", Dimension::fraction, Pillar::performance, MetricScope::attempts, MetricNeeds::nothing, Better::lower, "share of attempts that its limit or a throttle rejects; null where nothing limits it"},
    {"scaling.lag", "s", Dimension::time, Pillar::performance, MetricScope::whole, MetricNeeds::scaler, Better::lower, "from the beginning of the first period that is found over its target until as many instances serve as were found needed, or until need falls back; mean over such episodes, an open one up to the horizon"},
    {"cost.per_month", "USD/month", Dimension::money, Pillar::cost, MetricScope::services, MetricNeeds::nothing, Better::lower, "the whole bill, scaled to 730 h; of a service the lines that are its own"},
    {"cost.per_million_requests", "USD", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::nothing, Better::lower, "the bill of a million requests offered"},
    {"cost.per_transaction", "USD", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::value, Better::lower, "the bill of one business transaction (value.transaction) that ended ok"},
    {"cost.compute", "USD/month", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::nothing, Better::lower, "instances by the second"},
    {"cost.transfer", "USD/month", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::nothing, Better::lower, "bytes by path and tier"},
    {"cost.storage", "USD/month", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::nothing, Better::lower, "data kept"},
    {"cost.managed", "USD/month", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::nothing, Better::lower, "requests of managed services and of the edge"},
    {"cost.idle", "USD/month", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::nothing, Better::lower, "paid and unused: compute times the idle share of its workers"},
    {"cost.downtime", "USD", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::value, Better::lower, "value lost with requests and minutes"},
    {"cost.sla_credits", "USD", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::value, Better::neither, "what the provider pays back"},
    {"cost.with_losses", "USD/month", Dimension::money, Pillar::cost, MetricScope::whole, MetricNeeds::value, Better::lower, "the bill, and what downtime, exposed records and toil cost, less credits; scaled to 730 h"},
    {"energy.kwh", "kWh", Dimension::energy, Pillar::sustainability, MetricScope::services, MetricNeeds::nothing, Better::lower, "energy of the measured time, PUE included; of a service its machines and the disks that keep its data"},
    {"energy.kwh_per_month", "kWh/month", Dimension::energy, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "the same, scaled to 730 h"},
    {"energy.idle", "kWh/month", Dimension::energy, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "of it, drawn by capacity that held nothing"},
    {"carbon.kg", "kg", Dimension::mass, Pillar::sustainability, MetricScope::services, MetricNeeds::nothing, Better::lower, "operational and embodied, of the measured time; of a service its machines and the disks that keep its data"},
    {"carbon.kg_per_month", "kg/month", Dimension::mass, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "the same, scaled to 730 h"},
    {"carbon.operational", "kg", Dimension::mass, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "energy times the grid's intensity, hour by hour"},
    {"carbon.embodied", "kg", Dimension::mass, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "share of the machines' making, over `footprint.lifetime`"},
    {"carbon.idle", "kg/month", Dimension::mass, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "emitted by capacity that held nothing: the price of what is kept for failover and peaks"},
    {"carbon.market", "kg", Dimension::mass, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "as carbon.kg, with the provider's market-based figure in the place of the grid's, less `footprint.renewable`"},
    {"water.l", "1", Dimension::number, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "litres for cooling, of the measured time"},
    {"carbon.per_million_requests", "kg", Dimension::mass, Pillar::sustainability, MetricScope::whole, MetricNeeds::nothing, Better::lower, "carbon of a million requests offered"},
    {"exposure.records", "1", Dimension::number, Pillar::security, MetricScope::whole, MetricNeeds::threat, Better::lower, "records that somebody could read who should not, over all breaches"},
    {"exposure.cost", "USD", Dimension::money, Pillar::security, MetricScope::whole, MetricNeeds::threat, Better::lower, "what they cost, at each service's `usd_per_record`"},
    {"exposure.services", "1", Dimension::number, Pillar::security, MetricScope::whole, MetricNeeds::threat, Better::lower, "services reached from a foothold before it was contained, mean over footholds"},
    {"exposure.credential_days", "days", Dimension::number, Pillar::security, MetricScope::whole, MetricNeeds::leak, Better::lower, "days that leaked credentials were good for anything"},
    {"breaches.per_year", "1/yr", Dimension::number, Pillar::security, MetricScope::whole, MetricNeeds::threat, Better::lower, "footholds, thefts and taps begun, scaled to 8,760 h"},
    {"compromise.detect", "s", Dimension::time, Pillar::security, MetricScope::whole, MetricNeeds::threat, Better::lower, "from a foothold's beginning to its detection, mean over those detected"},
    {"compromise.contain", "s", Dimension::time, Pillar::security, MetricScope::whole, MetricNeeds::threat, Better::lower, "from a foothold's beginning to its end, mean over footholds"},
    {"records.destroyed", "1", Dimension::number, Pillar::security, MetricScope::whole, MetricNeeds::destruction, Better::lower, "records that no clean backup gave back"},
    {"restore.time", "s", Dimension::time, Pillar::security, MetricScope::whole, MetricNeeds::destruction, Better::lower, "from noticing a destruction until the data was back, mean over restores"},
    {"restore.point", "s", Dimension::time, Pillar::security, MetricScope::whole, MetricNeeds::destruction, Better::lower, "from the clean backup to noticing the destruction, the longest"},
    {"ddos.absorbed", "fraction", Dimension::fraction, Pillar::security, MetricScope::whole, MetricNeeds::flood, Better::higher, "share of a flood absorbed"},
    {"ddos.lost", "1", Dimension::number, Pillar::security, MetricScope::whole, MetricNeeds::attack, Better::lower, "users' requests that were not ok, of those wanted while a flood got through"},
    {"ddos.cost", "USD/month", Dimension::money, Pillar::security, MetricScope::whole, MetricNeeds::attack, Better::lower, "the part of the bill that floods made: what attackers' requests were metered for, and instances beyond those that stood when a flood began"},
    {"patch.exposure", "host-days", Dimension::number, Pillar::security, MetricScope::whole, MetricNeeds::exploit, Better::lower, "days that hosts stood unpatched after a disclosure"},
    {"detect", "s", Dimension::time, Pillar::operations, MetricScope::whole, MetricNeeds::alarm, Better::lower, "from the beginning of a fault or bad deployment to the first alarm; mean over those that an alarm told of"},
    {"acknowledge", "s", Dimension::time, Pillar::operations, MetricScope::whole, MetricNeeds::oncall, Better::lower, "from the page to somebody on call; mean over pages"},
    {"repair", "s", Dimension::time, Pillar::operations, MetricScope::whole, MetricNeeds::repair, Better::lower, "from the alarm to the end; mean over what people, runbooks and rollbacks ended"},
    {"automation", "fraction", Dimension::fraction, Pillar::operations, MetricScope::whole, MetricNeeds::repair, Better::higher, "share of those that ended without a human"},
    {"alarms.precision", "fraction", Dimension::fraction, Pillar::operations, MetricScope::whole, MetricNeeds::alarm, Better::higher, "share of alarms that were on during an incident, or within their windows after it"},
    {"alarms.recall", "fraction", Dimension::fraction, Pillar::operations, MetricScope::whole, MetricNeeds::alarm, Better::higher, "share of incidents during which, or within the alarm's windows after which, an alarm was on"},
    {"alarms.noise", "fraction", Dimension::fraction, Pillar::operations, MetricScope::whole, MetricNeeds::alarm, Better::lower, "share of the time that alarms are on in which nothing was wrong: no incident, fault or bad version then or within their windows before"},
    {"deploy.frequency", "1/month", Dimension::number, Pillar::operations, MetricScope::whole, MetricNeeds::deployment, Better::higher, "deployments begun, scaled to 730 h"},
    {"deploy.lead_time", "s", Dimension::time, Pillar::operations, MetricScope::whole, MetricNeeds::deployment, Better::lower, "from a change being ready to its being everywhere; mean over deployments that got there"},
    {"deploy.failure_rate", "fraction", Dimension::fraction, Pillar::operations, MetricScope::whole, MetricNeeds::deployment, Better::lower, "share of deployments that were bad or were rolled back"},
    {"deploy.restore", "s", Dimension::time, Pillar::operations, MetricScope::whole, MetricNeeds::deployment, Better::lower, "from the first instance with a bad version to the last; mean over those that ended"},
    {"deploy.blast_radius", "fraction", Dimension::fraction, Pillar::operations, MetricScope::whole, MetricNeeds::deployment, Better::lower, "largest share of a service's instances that had a bad version; mean over bad deployments"},
    {"deploy.exposure", "fraction", Dimension::fraction, Pillar::operations, MetricScope::whole, MetricNeeds::deployment, Better::lower, "share of instances with a bad version, mean over the measured time; summed over deployments"},
    {"toil.hours_per_month", "h/month", Dimension::number, Pillar::operations, MetricScope::whole, MetricNeeds::people, Better::lower, "work of people: responses, deployments by hand, game days"},
    {"jobs.ready", "1", Dimension::number, Pillar::reliability, MetricScope::jobs, MetricNeeds::job, Better::neither, "batch jobs that became ready in the measured time"},
    {"jobs.finished", "1", Dimension::number, Pillar::reliability, MetricScope::jobs, MetricNeeds::job, Better::higher, "those of them that finished in it"},
    {"jobs.late", "fraction", Dimension::fraction, Pillar::reliability, MetricScope::jobs, MetricNeeds::window, Better::lower, "share that finished after their window, or had not though it was over; over jobs that finished or whose window was over"},
    {"jobs.uninterrupted", "fraction", Dimension::fraction, Pillar::reliability, MetricScope::jobs, MetricNeeds::job, Better::higher, "share of the finished that ran through, without a reclaim or a fault"},
    {"job.duration", "s", Dimension::time, Pillar::performance, MetricScope::jobs, MetricNeeds::job, Better::lower, "from ready to finished, mean over the finished"},
    {"job.run_hours", "h", Dimension::number, Pillar::performance, MetricScope::jobs, MetricNeeds::job, Better::lower, "hours of machines that a finished job took, what was done again and restarts included; mean"},
    {"job.reclaims", "1", Dimension::number, Pillar::performance, MetricScope::jobs, MetricNeeds::job, Better::lower, "times that a finished job's machines were taken back; mean"},
    {"job.cost", "USD", Dimension::money, Pillar::cost, MetricScope::jobs, MetricNeeds::job, Better::lower, "what the machines of a finished job cost; mean"},
    {"job.carbon", "kg", Dimension::mass, Pillar::sustainability, MetricScope::jobs, MetricNeeds::job, Better::lower, "what the electricity of a finished job emitted, by the hours in which it ran; mean"},
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

/// Of the attempts sent to a service fewer may be better or worse: their counts tell how work is spread, not how good
/// it is.
constexpr Better better_at_service(const MetricInfo& metric) {
    const bool counts_attempts = metric.name.substr(0, 9) == "requests." || metric.name == "goodput";
    return counts_attempts ? Better::neither : metric.better;
}

}  // namespace nines
