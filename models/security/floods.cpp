#include "models/security/floods.hpp"

#include <algorithm>
#include <tuple>

namespace nines {

namespace {

/// A flood begins or ends.
struct Turn {
    double at_s = 0;
    int by = 0;
    ThreatId threat;
};

std::vector<Turn> turns_at(const SecurityPlan& plan, const SecurityCourse& course, ServiceId service, double end_s) {
    std::vector<Turn> turns;
    for (const FloodSpan& flood : course.floods) {
        const std::vector<ServiceId>& of = plan.threats[flood.threat].of;
        const double begin_s = std::max(flood.begin_s, 0.0);
        const double over_s = std::min(flood.end_s, end_s);
        if (begin_s < over_s && std::binary_search(of.begin(), of.end(), service)) {
            turns.push_back({begin_s, 1, flood.threat});
            turns.push_back({over_s, -1, flood.threat});
        }
    }
    std::sort(turns.begin(), turns.end(), [](const Turn& a, const Turn& b) {
        return std::tie(a.at_s, a.by, a.threat) < std::tie(b.at_s, b.by, b.threat);
    });
    return turns;
}

double rate_at(const Threat& threat) {
    return threat.rate_per_s / static_cast<double>(threat.of.size());
}

}  // namespace

void count_floods(const SecurityPlan& plan, double end_s, SecurityCourse& course) {
    for (std::size_t s = 0; s < plan.targets.size() && !course.floods.empty(); ++s) {
        const auto service = index_at<ServiceId>(s);
        const std::vector<Turn> turns = turns_at(plan, course, service, end_s);
        Column<ThreatId, int> in_force(plan.threats.size());
        for (std::size_t i = 0; i + 1 < turns.size(); ++i) {
            in_force[turns[i].threat] += turns[i].by;
            const double lasts_s = turns[i + 1].at_s - turns[i].at_s;
            double all_per_s = 0;
            for (std::size_t t = 0; t < in_force.size(); ++t) {
                const auto id = index_at<ThreatId>(t);
                all_per_s += in_force[id] > 0 ? in_force[id] * rate_at(plan.threats[id]) : 0;
            }
            const double absorbed_per_s = plan.targets[service].guard.flood.absorbed_per_s(all_per_s);
            for (std::size_t t = 0; t < in_force.size() && all_per_s > 0; ++t) {
                const auto id = index_at<ThreatId>(t);
                const double part_per_s = in_force[id] > 0 ? in_force[id] * rate_at(plan.threats[id]) : 0;
                course.threats[id].flood_requests += part_per_s * lasts_s;
                course.threats[id].absorbed_requests += absorbed_per_s * (part_per_s / all_per_s) * lasts_s;
            }
        }
    }
}

}  // namespace nines
