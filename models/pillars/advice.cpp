// Advice: what an architect would look at first against a cause, by what is known of it.

#include <algorithm>

#include "models/pillars/findings.hpp"

namespace nines {

namespace {

constexpr const char* k_advice_against_reclaims =
    "more pools (zones, types) to buy from, a floor on demand: a smaller `purchase.spot`, and a scaler with room";

constexpr const char* k_advice_against_quotas =
    "ask for a higher quota before it is needed (`scale.quota`), and have it granted sooner (`scale.raise`)";

bool takes_back(const FaultPlan& fault) {
    return std::any_of(fault.effects.begin(), fault.effects.end(),
                       [](const EffectSpec& effect) { return effect.kind == EffectKind::reclaim; });
}

constexpr const char* k_advice_against_load =
    "more capacity, shedding, or a retry budget: try `instances`, `queue.limit`, `retry.budget` as variants";
constexpr const char* k_advice_to_know_before =
    "where the time of the peak is known, capacity before it comes: `scale.schedule`; else a higher `scale.min`, a "
    "lower `scale.target`, or shedding (`queue.limit`)";

constexpr const char* k_advice_against_others =
    "an optional call around the part (`optional`), answers kept from before (`cache`), or a second source: its owner "
    "repairs it, not you";
constexpr const char* k_advice_against_changes =
    "smaller steps of change (`deploy.strategy`), a longer bake, rollback by alarm";

/// What an architect would look at first, by the layer on which the cause stands.
std::string advice_by_layer(Layer layer) {
    switch (layer) {
        case Layer::facility:
            return "stand in more zones or regions with room for the loss of one, and shorten what detects it: "
                   "`balance.health`, `route.ttl`, `failover.detect`";
        case Layer::hardware:
        case Layer::virtualisation:
            return "more instances than are needed (`needs`, `each`), and quicker checks: `balance.health`";
        case Layer::network:
            return "timeouts and retries on another instance; a second path or place";
        case Layer::operating_system:
        case Layer::runtime:
        case Layer::application:
            return "an optional call around the part (`optional`), more instances apart from each other, repair by a "
                   "runbook (`repair`)";
        case Layer::identity:
        case Layer::data:
            return "fewer permissions, shorter lives of credentials, backups with credentials of their own";
        case Layer::configuration:
            return "checks of settings before they go out, and quotas watched by alarms";
    }
    return "";
}

/// Whether every backup that the threat could take is out of its reach already.
bool has_own_credentials(const Plan& plan, const Threat& threat) {
    return std::all_of(plan.security.targets.begin(), plan.security.targets.end(), [&](const TargetPlan& target) {
        const auto& backup = target.guard.backup;
        const bool is_hit = threat.of.empty() || std::any_of(threat.of.begin(), threat.of.end(), [&](ServiceId id) {
                                return plan.security.targets[id].name == target.name;
                            });
        return !is_hit || !target.guard.data || (backup && backup->own_credentials);
    });
}

/// What is hit says more than the layer where it is no part of a service and no place that instances stand in.
std::string advice_by_place(LocationKind kind) {
    switch (kind) {
        case LocationKind::provider:
            return "nothing of the same provider helps: answers that users keep, a second provider for what may not "
                   "fail, credits for the rest";
        case LocationKind::edge:
            return "another edge near its users, and a quicker way to it: a shorter `route.ttl`, a `route.health` that "
                   "fails sooner";
        case LocationKind::region:
        case LocationKind::zone:
        case LocationKind::client:
            break;
    }
    return "";
}

std::string advice_by_target(const Plan& plan, const FaultPlan& fault) {
    if (fault.members.empty() || fault.members.front().empty()) {
        return "";
    }
    const TargetAtom& atom = fault.members.front().front();
    switch (atom.kind) {
        case TargetAtom::Kind::everything:
            return advice_by_place(LocationKind::provider);
        case TargetAtom::Kind::location:
            return advice_by_place(plan.world.locations[index_at<LocationId>(atom.index)].kind);
        case TargetAtom::Kind::control:
            return "what runs must be enough while nothing can be launched: instances kept for the loss of a zone "
                   "(`needs`, `scale.min`), no recovery that begins with a launch";
        case TargetAtom::Kind::link:
            return "a second way around the link (users and callers that may go to another region), timeouts shorter "
                   "than the users', and answers from the near side (`cache`, `reads: any`)";
        case TargetAtom::Kind::service:
        case TargetAtom::Kind::group:
        case TargetAtom::Kind::instance:
        case TargetAtom::Kind::role:
        case TargetAtom::Kind::member:
            break;
    }
    return "";
}

}  // namespace

const FaultPlan* fault_named(const Plan& plan, const std::string& cause) {
    for (std::size_t i = 0; i < plan.faults.size(); ++i) {
        if (plan.names.faults[index_at<FaultId>(i)] == cause) {
            return &plan.faults[index_at<FaultId>(i)];
        }
    }
    return nullptr;
}

std::string advice_against_threat(const Plan& plan, const std::string& name) {
    const auto found = std::find_if(plan.security.threats.begin(), plan.security.threats.end(),
                                    [&](const Threat& threat) { return threat.name == name; });
    if (found == plan.security.threats.end()) {
        return "";
    }
    switch (found->kind) {
        case ThreatKind::leak:
            return "shorter lives of credentials (`rotate`), fewer permissions (`may`), quicker detection";
        case ThreatKind::exploit:
            return "patches more often (`patch.every`), a boundary (`network`), or a kind whose provider patches";
        case ThreatKind::insider:
            return "fewer permissions (`may`), quicker detection";
        case ThreatKind::ransomware:
        case ThreatKind::deletion:
            return has_own_credentials(plan, *found) ? "backups more often (`backup.every`), a quicker restore"
                                                     : "backups often enough, with credentials of their own";
        case ThreatKind::theft:
            return "encryption at rest: `data.encrypted`";
        case ThreatKind::tap:
            return "encryption in transit: `data.encrypted`";
        case ThreatKind::flood:
            return k_advice_against_floods;
    }
    return "";
}

/// Whether something scales by what it sees alone, with launches that take a while, under a load with peaks.
bool only_reacts(const Plan& plan) {
    constexpr double k_slow_launch_s = 60;
    constexpr double k_peak = 1.5;
    return std::any_of(plan.scaled.begin(), plan.scaled.end(), [&](ServiceId id) {
        const ScaleSpec& scale = *plan.services[id].scale;
        return scale.schedule.empty() && scale.launch_s.mean() >= k_slow_launch_s && peak_to_mean(plan, id) >= k_peak;
    });
}

/// What ends the losses of a cause soonest: of what is known of its fault, else by its layer and owner.
std::string advice_against(const Plan& plan, const Finding& finding, const std::string& cause) {
    const FaultPlan* fault = fault_named(plan, cause);
    if (fault == nullptr) {
        return only_reacts(plan) ? k_advice_to_know_before : k_advice_against_load;
    }
    if (takes_back(*fault)) {
        return k_advice_against_reclaims;
    }
    if (is_flood(fault->effects)) {
        return k_advice_against_floods;
    }
    if (fault->of_quota) {
        return k_advice_against_quotas;
    }
    if (fault->follows_threat) {
        return advice_against_threat(plan, cause.substr(0, cause.find('>')));
    }
    if (fault->of_deployment) {
        return k_advice_against_changes;
    }
    if (fault->repair) {
        const auto& runbook = fault->repair->runbook;
        const bool is_automatic = runbook && plan.operations.runbooks[*runbook].automatic;
        return is_automatic ? "alarms that tell sooner (`of`, `points`), and what makes it fail at all"
                            : "a runbook that runs by itself (`runbooks.R.automatic`), and alarms that tell sooner";
    }
    if (const std::string known = advice_by_target(plan, *fault); !known.empty()) {
        return known;
    }
    const bool is_near_code = finding.layer == Layer::operating_system || finding.layer == Layer::runtime ||
                              finding.layer == Layer::application;
    return finding.owner == Owner::provider && is_near_code ? k_advice_against_others : advice_by_layer(finding.layer);
}

}  // namespace nines
