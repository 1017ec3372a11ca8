// Security: what threats exposed and destroyed, and how long it took to end them.

#include <algorithm>
#include <array>

#include "models/pillars/measures.hpp"

namespace nines {

namespace {

enum Figure : std::size_t {
    records,
    cost,
    services,
    credential_days,
    breaches_per_year,
    detect,
    contain,
    destroyed,
    restore_time,
    restore_point,
    absorbed,
    lost,
    attack_cost,
    patch_exposure,
    k_figures
};
constexpr std::array<std::string_view, k_figures> k_names{
    "exposure.records",  "exposure.cost",     "exposure.services",  "exposure.credential_days",
    "breaches.per_year", "compromise.detect", "compromise.contain", "records.destroyed",
    "restore.time",      "restore.point",     "ddos.absorbed",      "ddos.lost",
    "ddos.cost",         "patch.exposure"};

/// Whether the plan has a threat that fits.
template <class Fits>
bool has_threat(const Plan& plan, Fits fits) {
    return std::any_of(plan.security.threats.begin(), plan.security.threats.end(),
                       [&](const Threat& threat) { return fits(threat.kind); });
}

ThreatTally sum_of(const SecurityCourse& course) {
    ThreatTally sum;
    for (const ThreatTally& one : course.threats) {
        sum.breaches += one.breaches;
        sum.footholds += one.footholds;
        sum.reached += one.reached;
        sum.detected += one.detected;
        sum.detect_s += one.detect_s;
        sum.contain_s += one.contain_s;
        sum.records += one.records;
        sum.usd += one.usd;
        sum.credential_s += one.credential_s;
        sum.unpatched_s += one.unpatched_s;
        sum.destroyed += one.destroyed;
        sum.restores += one.restores;
        sum.restore_s += one.restore_s;
        sum.restore_point_s = std::max(sum.restore_point_s, one.restore_point_s);
        sum.flood_requests += one.flood_requests;
        sum.absorbed_requests += one.absorbed_requests;
    }
    return sum;
}

double share(double part, double whole) {
    return whole > 0 ? part / whole : k_nothing;
}

/// What floods cost: users' requests, and a part of the bill. Faults may flood where nothing threatens.
void measure_attack(const Evidence& evidence, std::span<double> figures) {
    if (!evidence.run.attack || evidence.measured_s <= 0) {
        return;
    }
    figures[lost] = evidence.run.attack->users_lost;
    if (!evidence.charges.empty()) {
        figures[attack_cost] = 0;
        for (const ChargeFigures& charge : evidence.charges) {
            figures[attack_cost] += charge.attack_usd;
        }
    }
}

}  // namespace

FigureNames security_names() {
    return k_names;
}

void measure_security(const Evidence& evidence, std::span<double> figures) {
    std::fill(figures.begin(), figures.end(), k_nothing);
    measure_attack(evidence, figures);
    const auto& course = evidence.run.security;
    if (!course || evidence.measured_s <= 0) {
        return;
    }
    const Plan& plan = evidence.plan;
    const ThreatTally sum = sum_of(*course);
    figures[records] = sum.records;
    figures[cost] = sum.usd;
    figures[services] = share(sum.reached, sum.footholds);
    figures[breaches_per_year] = sum.breaches * k_hours_per_year * k_seconds_per_hour / evidence.measured_s;
    figures[detect] = share(sum.detect_s, sum.detected);
    figures[contain] = share(sum.contain_s, sum.footholds);
    if (has_threat(plan, [](ThreatKind kind) { return kind == ThreatKind::leak; })) {
        figures[credential_days] = sum.credential_s / k_seconds_per_day;
    }
    if (has_threat(plan, destroys)) {
        figures[destroyed] = sum.destroyed;
        figures[restore_time] = share(sum.restore_s, sum.restores);
        figures[restore_point] = sum.restore_point_s >= 0 ? sum.restore_point_s : k_nothing;
    }
    figures[absorbed] = share(sum.absorbed_requests, sum.flood_requests);
    if (has_threat(plan, [](ThreatKind kind) { return kind == ThreatKind::exploit; })) {
        figures[patch_exposure] = sum.unpatched_s / k_seconds_per_day;
    }
}

}  // namespace nines
