#include "models/security/exposure.hpp"

#include <algorithm>

namespace nines {

namespace {

constexpr std::size_t k_breaches_listed = 1000;

/// What a size of now will be: it grows from time zero on.
double growth_factor(const DataSpec& data, double at_s) {
    return data.bytes > 0 ? 1 + data.growth_per_s * std::max(0.0, at_s) / data.bytes : 1;
}

}  // namespace

double records_at(const DataSpec& data, double at_s) {
    return data.records * growth_factor(data, at_s);
}

double bytes_at(const DataSpec& data, double at_s) {
    return data.bytes * growth_factor(data, at_s);
}

double records_read(const DataSpec& data, const Threat& threat, double from_s, double until_s) {
    if (data.is_public()) {
        return 0;
    }
    const double there = records_at(data, until_s);
    return threat.reads_per_s ? std::min(there, *threat.reads_per_s * std::max(0.0, until_s - from_s)) : there;
}

void fill_exposure(const SecurityPlan& plan, const Reach& reach, Breach& breach) {
    const Threat& threat = plan.threats[breach.threat];
    const double lasts_s = breach.end_s - breach.begin_s;
    for (std::size_t i = 0; i < plan.targets.size(); ++i) {
        const auto service = index_at<ServiceId>(i);
        if (reach.any_s(service) >= lasts_s) {
            continue;
        }
        const auto& data = plan.targets[service].guard.data;
        const double read_s = reach.read_s[service];
        breach.reached.push_back(service);
        breach.records.push_back(
            data && read_s < lasts_s ? records_read(*data, threat, breach.begin_s + read_s, breach.end_s) : 0);
    }
}

void count_breach(const SecurityPlan& plan, const Breach& breach, SecurityCourse& course) {
    ThreatTally& tally = course.threats[breach.threat];
    tally.breaches += 1;
    if (breach.is_foothold) {
        tally.footholds += 1;
        tally.reached += static_cast<double>(breach.reached.size());
        tally.contain_s += breach.end_s - breach.begin_s;
        if (breach.detect_s) {
            tally.detected += 1;
            tally.detect_s += *breach.detect_s - breach.begin_s;
        }
    }
    for (std::size_t i = 0; i < breach.reached.size(); ++i) {
        const ServiceId service = breach.reached[i];
        const auto& data = plan.targets[service].guard.data;
        tally.records += breach.records[i];
        tally.usd += breach.records[i] * (data ? data->usd_per_record : 0);
        course.exposed[service] += breach.records[i];
    }
    if (course.breaches.size() < k_breaches_listed) {
        course.breaches.push_back(breach);
    }
}

}  // namespace nines
