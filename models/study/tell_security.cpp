#include "models/study/tell_security.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/language/quantity_text.hpp"
#include "models/pillars/attribution.hpp"

namespace nines {

namespace {

std::string names_of(const Plan& plan, const std::vector<ServiceId>& services) {
    std::vector<std::string> names;
    for (const ServiceId service : services) {
        names.push_back(plan.names.services[service]);
    }
    return names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", "));
}

double sum(const std::vector<double>& values) {
    double all = 0;
    for (const double value : values) {
        all += value;
    }
    return all;
}

void tell_breach(const Plan& plan, const Breach& breach, std::vector<TimelineEntry>& timeline) {
    const std::string& name = plan.security.threats[breach.threat].name;
    timeline.push_back(
        {breach.begin_s, fmt::format("{}: {} {}; {:.0f} records are exposed in all", name,
                                     breach.is_foothold ? "a foothold, from which somebody reaches" : "data is read of",
                                     names_of(plan, breach.reached), sum(breach.records))});
    if (breach.detect_s) {
        timeline.push_back({*breach.detect_s, fmt::format("{}: detected", name)});
    }
    if (!breach.open && breach.end_s > breach.begin_s) {
        timeline.push_back(
            {breach.end_s, fmt::format("{}: {}", name, breach.detect_s ? "contained" : "it ends unseen")});
    }
}

void tell_destruction(const Plan& plan, const Destruction& one, std::vector<TimelineEntry>& timeline) {
    const std::string& name = plan.security.threats[one.threat].name;
    const std::string& service = plan.names.services[one.service];
    timeline.push_back({one.at_s, fmt::format("{}: the data of {} is destroyed", name, service)});
    timeline.push_back(
        {one.noticed_s,
         one.backup_s
             ? fmt::format("{}: noticed; the last clean backup of {} is {} old, {:.0f} records are lost", name, service,
                           format_quantity(std::round(one.noticed_s - *one.backup_s), Dimension::time),
                           one.records_lost)
             : fmt::format("{}: noticed; there is no clean backup of {}, all {:.0f} records are lost", name, service,
                           one.records_lost)});
    timeline.push_back(
        {one.up_again_s, fmt::format("{}: {} is up again, {}", name, service,
                                     one.backup_s ? "with the data of its backup" : "without its data")});
}

void fill_rows(const Plan& plan, const SecurityCourse& course, SecurityRows& rows) {
    for (std::size_t i = 0; i < course.threats.size(); ++i) {
        const auto id = index_at<ThreatId>(i);
        const Threat& threat = plan.security.threats[id];
        const ThreatTally& tally = course.threats[id];
        rows.threats.push_back({threat.name, std::string(k_threat_kinds.of(threat.kind)),
                                std::string(k_layers.of(threat.layer)),
                                std::string(k_owners.of(owner_of(plan, threat))), tally.events, tally.breaches,
                                tally.records, tally.usd, tally.destroyed});
    }
    for (const Breach& one : course.breaches) {
        BreachRow row{plan.security.threats[one.threat].name,
                      one.begin_s,
                      one.end_s,
                      one.detect_s,
                      one.open,
                      {},
                      sum(one.records)};
        for (const ServiceId service : one.reached) {
            row.reached.push_back(plan.names.services[service]);
        }
        rows.breaches.push_back(std::move(row));
    }
    for (const Destruction& one : course.destructions) {
        rows.destructions.push_back({plan.security.threats[one.threat].name, plan.names.services[one.service], one.at_s,
                                     one.noticed_s, one.backup_s, one.up_again_s, one.records_lost});
    }
}

}  // namespace

void tell_security(const Plan& plan, const SecurityCourse& course, Results& results) {
    fill_rows(plan, course, results.security);
    for (const Breach& breach : course.breaches) {
        tell_breach(plan, breach, results.timeline);
    }
    for (const Destruction& destruction : course.destructions) {
        tell_destruction(plan, destruction, results.timeline);
    }
    std::erase_if(results.timeline, [&](const TimelineEntry& entry) { return entry.at_s > results.simulated_s; });
    std::stable_sort(results.timeline.begin(), results.timeline.end(),
                     [](const TimelineEntry& a, const TimelineEntry& b) { return a.at_s < b.at_s; });
}

}  // namespace nines
