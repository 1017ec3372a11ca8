#include "models/pillars/credits.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "engine/base/time.hpp"
#include "models/plan/state.hpp"

namespace nines {

namespace {

/// Instances of a group that are taken one by one at most, to tell which of them were away.
constexpr std::uint32_t k_instances_followed = 4096;

struct Change {
    double at_s = 0;
    std::uint32_t slot = 0;
    int by = 0;
};

/// What must all be away at once for the agreement to count it: groups of a region, or one instance.
struct Unit {
    std::vector<GroupId> groups;
    InstanceId instance;  ///< of a single one
    double share = 0;     ///< of the service's bill
};

bool takes_away(const FaultPlan& fault) {
    return fault.owned_by_provider && std::any_of(fault.effects.begin(), fault.effects.end(), [](const EffectSpec& e) {
               return e.kind == EffectKind::down || e.kind == EffectKind::crash;
           });
}

bool covers_group(const Plan& plan, const std::vector<TargetAtom>& atoms, GroupId group) {
    return std::any_of(atoms.begin(), atoms.end(),
                       [&](const TargetAtom& atom) { return covers_all_of(plan, atom, group); });
}

bool covers_instance(const Plan& plan, const std::vector<TargetAtom>& atoms, InstanceId instance) {
    return covers_group(plan, atoms, plan.group_of[instance]) ||
           std::any_of(atoms.begin(), atoms.end(), [&](const TargetAtom& atom) {
               return atom.kind == TargetAtom::Kind::instance && atom.index == instance.value;
           });
}

/// Stretches of time in which a unit was away.
std::vector<std::pair<double, double>> away_of(const Evidence& evidence, const Unit& unit) {
    const Plan& plan = evidence.plan;
    const std::size_t slots = unit.instance.exists() ? 1 : unit.groups.size();
    std::vector<Change> changes;
    for (const FaultRecord& record : evidence.run.faults) {
        const FaultPlan& fault = plan.faults[record.fault];
        if (!takes_away(fault) || record.member >= fault.members.size()) {
            continue;
        }
        const std::vector<TargetAtom>& atoms = fault.members[record.member];
        const double begin_s = std::max(0.0, to_seconds(record.begin - plan.warmup));
        const double end_s = record.end == k_never
                                 ? evidence.measured_s
                                 : std::min(evidence.measured_s, to_seconds(record.end - plan.warmup));
        for (std::uint32_t slot = 0; slot < slots && begin_s < end_s; ++slot) {
            if (unit.instance.exists() ? covers_instance(plan, atoms, unit.instance)
                                       : covers_group(plan, atoms, unit.groups[slot])) {
                changes.push_back({begin_s, slot, 1});
                changes.push_back({end_s, slot, -1});
            }
        }
    }
    // A loss before a return at the same instant: an outage that another follows at once is one.
    std::sort(changes.begin(), changes.end(),
              [](const Change& a, const Change& b) { return a.at_s != b.at_s ? a.at_s < b.at_s : a.by > b.by; });
    std::vector<int> depth(slots);
    std::size_t away = 0;
    std::vector<std::pair<double, double>> stretches;
    for (const Change& change : changes) {
        const bool was_away = away == slots;
        int& here = depth[change.slot];
        away -= here > 0 ? 1U : 0U;
        here += change.by;
        away += here > 0 ? 1U : 0U;
        if (!was_away && away == slots) {
            stretches.emplace_back(change.at_s, change.at_s);
        } else if (was_away && away < slots) {
            stretches.back().second = change.at_s;
        }
    }
    return stretches;
}

std::vector<Unit> units_of(const Plan& plan, const AgreementPlan& agreement) {
    const ServicePlan& service = plan.services[agreement.service];
    std::vector<Unit> units;
    const auto count = static_cast<double>(service.count);
    if (agreement.of_each_instance && service.count <= k_instances_followed) {
        for (std::uint32_t i = 0; i < service.instances.count; ++i) {
            units.push_back({{}, service.instances[i], 1 / count});
        }
        return units;
    }
    std::vector<LocationId> regions;
    for (std::uint32_t g = 0; g < service.groups.count; ++g) {
        const GroupId id = service.groups[g];
        const LocationId region = plan.world.locations[plan.groups[id].location].region;
        const bool at_edges = plan.world.locations[plan.groups[id].location].kind == LocationKind::edge;
        const LocationId where = at_edges ? LocationId::none() : region;
        const auto at = static_cast<std::size_t>(std::find(regions.begin(), regions.end(), where) - regions.begin());
        if (at == regions.size()) {
            regions.push_back(where);
            units.emplace_back();
        }
        Unit& unit = units[at];
        unit.groups.push_back(id);
        unit.share += static_cast<double>(plan.groups[id].count) / count;
    }
    return units;
}

/// Calendar months that the measured time touches: where each begins and ends, in seconds from time zero.
std::vector<std::pair<double, double>> months_of(const Evidence& evidence) {
    using namespace std::chrono;
    const sys_seconds start{seconds{evidence.plan.run.start_clock_s}};
    year_month month{year_month_day{floor<days>(start)}.year(), year_month_day{floor<days>(start)}.month()};
    std::vector<std::pair<double, double>> list;
    const auto since_start = [&](year_month which) {
        return static_cast<double>((sys_seconds{sys_days{which / day{1}}} - start).count());
    };
    while (list.empty() || list.back().second < evidence.measured_s) {
        list.emplace_back(since_start(month), since_start(month + months{1}));
        month += months{1};
    }
    return list;
}

/// Of 730 h.
double monthly_bill(const Evidence& evidence, ServiceId service) {
    double usd = 0;
    for (std::size_t i = 0; i < evidence.charges.size(); ++i) {
        usd += evidence.plan.charges[i].service == service ? evidence.charges[i].bill.usd : 0;
    }
    return usd;
}

double credit_of(const Evidence& evidence, const AgreementPlan& agreement,
                 const std::vector<std::pair<double, double>>& months) {
    constexpr double k_bill_s = k_hours_per_month * k_seconds_per_hour;
    double bills = 0;  // of the service, in months of 730 h
    for (const Unit& unit : units_of(evidence.plan, agreement)) {
        const auto away = away_of(evidence, unit);
        for (const auto& [month_begin_s, month_end_s] : months) {
            double away_s = 0;
            for (const auto& [begin_s, end_s] : away) {
                away_s += std::max(0.0, std::min(end_s, month_end_s) - std::max(begin_s, month_begin_s));
            }
            const double month_s = month_end_s - month_begin_s;
            bills += unit.share * credit_share(agreement.steps, 1 - away_s / month_s) * month_s / k_bill_s;
        }
    }
    return bills > 0 ? bills * monthly_bill(evidence, agreement.service) : 0;
}

}  // namespace

double credit_share(std::span<const CreditStep> steps, double uptime) {
    double share = 0;
    for (const CreditStep& step : steps) {
        share = uptime < step.below ? std::max(share, step.share) : share;
    }
    return share;
}

std::vector<double> measure_credits(const Evidence& evidence) {
    std::vector<double> usd_by_agreement(evidence.plan.agreements.size());
    const bool any =
        std::any_of(evidence.run.faults.begin(), evidence.run.faults.end(),
                    [&](const FaultRecord& record) { return takes_away(evidence.plan.faults[record.fault]); });
    if (!any || evidence.measured_s <= 0) {
        return usd_by_agreement;
    }
    const auto months = months_of(evidence);
    for (std::size_t i = 0; i < usd_by_agreement.size(); ++i) {
        usd_by_agreement[i] = credit_of(evidence, evidence.plan.agreements[i], months);
    }
    return usd_by_agreement;
}

}  // namespace nines
