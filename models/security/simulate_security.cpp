#include "models/security/simulate_security.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/security/containment.hpp"
#include "models/security/destruction.hpp"
#include "models/security/exposure.hpp"
#include "models/security/floods.hpp"
#include "models/security/patching.hpp"

namespace nines {

namespace {

/// The part of [from, until) that lies in the measured time.
double overlap_s(double from_s, double until_s, double end_s) {
    return std::max(0.0, std::min(until_s, end_s) - std::max(from_s, 0.0));
}

/// One replication: threats one after the other, for none changes what another meets.
class Replication {
public:
    Replication(const SecurityPlan& plan, const AccessGraph& access, Luck luck, double begin_s, double end_s)
        : plan_(plan), access_(access), luck_(luck), begin_s_(begin_s), end_s_(end_s) {
        course_.threats.assign(plan.threats.size(), {});
        course_.exposed.assign(plan.targets.size(), 0);
        course_.destroyed.assign(plan.targets.size(), 0);
        for (const TargetPlan& target : plan.targets) {
            const auto& patch = target.guard.patch;
            PatchedHosts hosts{target.hosts, std::nullopt, patch ? patch->takes_s : 0};
            if (patch) {
                hosts.rounds = Rounds::of(patch->every_s, luck, "patch.round", target.name);
            }
            hosts_.push_back(hosts);
        }
    }

    SecurityCourse run() {
        for (std::size_t i = 0; i < plan_.threats.size(); ++i) {
            run(index_at<ThreatId>(i));
        }
        count_floods(plan_, end_s_, course_);
        return std::move(course_);
    }

private:
    void run(ThreatId id) {
        const Threat& threat = plan_.threats[id];
        ThreatLuck luck(threat, luck_);
        double at_s = threat.at_s ? *threat.at_s : begin_s_ + luck.draw_gap_s();
        for (std::uint64_t number = 0; at_s < end_s_; ++number) {
            const double over_s = happens(id, number, at_s, luck.draw_event());
            if (threat.at_s) {
                return;
            }
            at_s = (threat.overlap ? at_s : over_s) + luck.draw_gap_s();
        }
    }

    /// @returns when it is over
    double happens(ThreatId id, std::uint64_t number, double at_s, const EventTimes& times) {
        if (at_s >= 0) {
            course_.threats[id].events += 1;
        }
        switch (plan_.threats[id].kind) {
            case ThreatKind::leak:
                return leak(id, number, at_s, times);
            case ThreatKind::exploit:
                return disclosure(id, number, at_s, times);
            case ThreatKind::insider:
                return insider(id, number, at_s, times);
            case ThreatKind::ransomware:
            case ThreatKind::deletion:
                return destruction(id, number, at_s, times);
            case ThreatKind::theft:
                return theft(id, at_s);
            case ThreatKind::tap:
                return tap(id, at_s, times);
            case ThreatKind::flood:
                return flood(id, at_s, times);
        }
        return at_s;
    }

    /// A credential is good until it is rotated, or found and revoked; somebody may use it before that.
    double leak(ThreatId id, std::uint64_t number, double at_s, const EventTimes& times) {
        const Identity& identity = plan_.identities[plan_.threats[id].identity];
        const double contained_s = at_s + times.until_contained_s();
        double rotated_s = k_unreached;
        if (identity.rotate_s) {
            rotated_s = Rounds::of(*identity.rotate_s, luck_, "identity.rotation", identity.name).next_after(at_s);
        }
        const double good_until_s = std::min(contained_s, rotated_s);
        course_.threats[id].credential_s += overlap_s(at_s, good_until_s, end_s_);
        const double used_s = at_s + times.use_s;
        if (used_s >= good_until_s) {
            return good_until_s;
        }
        Foothold foothold;
        foothold.identity = plan_.threats[id].identity;
        foothold.credential_until_s = rotated_s - used_s;
        const Reach reach = access_.reach(foothold, {hops(id, number), {}});
        // Whoever controls a service by then does not need the credential any more.
        const double control_s = *std::min_element(reach.control_s.begin(), reach.control_s.end());
        const double over_s = used_s + control_s < good_until_s ? contained_s : good_until_s;
        breach(id, reach, used_s, detected(at_s, times, over_s), over_s);
        return over_s;
    }

    /// A vulnerability becomes known. The first attack comes later, and finds what is not patched by then.
    double disclosure(ThreatId id, std::uint64_t number, double at_s, const EventTimes& times) {
        const Threat& threat = plan_.threats[id];
        const double attack_s = at_s + times.to_exploit_s;
        std::vector<double> vulnerable_until_s(plan_.targets.size(), 0);
        Foothold foothold;
        for (const ServiceId service : threat.of) {
            course_.threats[id].unpatched_s += hosts_[service].unpatched_s(at_s, 0, end_s_);
            vulnerable_until_s[service.value] = hosts_[service].all_patched_s(at_s) - attack_s;
            if (plan_.targets[service].from_internet && vulnerable_until_s[service.value] > 0) {
                foothold.controlled.push_back(service);
            }
        }
        if (foothold.controlled.empty()) {
            return attack_s;
        }
        const Reach reach = access_.reach(foothold, {hops(id, number), vulnerable_until_s});
        const double over_s = attack_s + times.until_contained_s();
        breach(id, reach, attack_s, detected(attack_s, times, over_s), over_s);
        return over_s;
    }

    /// Somebody who has the identity by right misuses it: rotation gives him the new credential too.
    double insider(ThreatId id, std::uint64_t number, double at_s, const EventTimes& times) {
        Foothold foothold;
        foothold.identity = plan_.threats[id].identity;
        foothold.is_inside = true;
        const double over_s = at_s + times.until_contained_s();
        breach(id, access_.reach(foothold, {hops(id, number), {}}), at_s, detected(at_s, times, over_s), over_s);
        return over_s;
    }

    /// Data is destroyed where the threat says, or wherever an identity may change it before it is stopped.
    double destruction(ThreatId id, std::uint64_t number, double at_s, const EventTimes& times) {
        const Threat& threat = plan_.threats[id];
        const double noticed_s = at_s + times.detect_s.value_or(0);
        if (!threat.identity.exists()) {
            for (const ServiceId service : threat.of) {
                destroyed(id, service, {at_s, noticed_s, times.contain_s});
            }
            return noticed_s + times.contain_s;
        }
        Foothold foothold;
        foothold.identity = threat.identity;
        foothold.is_inside = threat.kind == ThreatKind::deletion;  // a mistake of somebody who works here
        const Reach reach = access_.reach(foothold, {hops(id, number), {}});
        for (std::size_t i = 0; i < plan_.targets.size(); ++i) {
            const auto service = index_at<ServiceId>(i);
            // What lies at hand goes at the first moment, also where the destruction is noticed at once.
            const bool in_time = reach.write_s[service] == 0 || reach.write_s[service] < times.until_contained_s();
            if (plan_.targets[service].guard.data && in_time && reach.write_s[service] < k_unreached) {
                const double gone_s = at_s + reach.write_s[service];
                destroyed(id, service, {gone_s, std::max(gone_s, noticed_s), times.contain_s});
            }
        }
        return noticed_s + times.contain_s;
    }

    void destroyed(ThreatId id, ServiceId service, const DestructionTimes& times) {
        if (times.at_s < 0 || times.at_s >= end_s_) {
            return;
        }
        const TargetPlan& target = plan_.targets[service];
        std::optional<Rounds> backups;
        if (target.guard.backup) {
            backups = Rounds::of(target.guard.backup->every_s, luck_, "backup.time", target.name);
        }
        Destruction gone = destroy(target, plan_.threats[id], backups, times);
        gone.threat = id;
        gone.service = service;
        count_destruction(gone, course_);
    }

    /// A copy of the data itself is taken: a disk, a snapshot, a backup. Encryption at rest makes it worthless.
    double theft(ThreatId id, double at_s) {
        Breach taken;
        for (const ServiceId service : plan_.threats[id].of) {
            const DataSpec& data = *plan_.targets[service].guard.data;
            add_data(taken, service, data.encrypted_at_rest || data.is_public() ? 0 : records_at(data, at_s));
        }
        count(taken, id, at_s, at_s);
        return at_s;
    }

    /// Somebody reads what goes by on the wire. Encryption in transit makes it worthless.
    double tap(ThreatId id, double at_s, const EventTimes& times) {
        const double over_s = at_s + times.until_contained_s();
        Breach heard;
        for (const ServiceId service : plan_.threats[id].of) {
            const DataSpec& data = *plan_.targets[service].guard.data;
            const double records = records_read(data, plan_.threats[id], at_s, std::min(over_s, end_s_));
            add_data(heard, service, data.encrypted_in_transit ? 0 : records);
        }
        heard.detect_s = detected(at_s, times, over_s);
        count(heard, id, at_s, over_s);
        return over_s;
    }

    static void add_data(Breach& breach, ServiceId service, double records) {
        breach.reached.push_back(service);
        breach.records.push_back(records);
    }

    /// Requests that nobody wants. How many of them are absorbed depends on what else comes then (count_floods).
    double flood(ThreatId id, double at_s, const EventTimes& times) {
        course_.floods.push_back({id, at_s, at_s + times.for_s});
        return at_s + times.for_s;
    }

    /// When it is noticed, if that is before it is over by itself and before the end.
    std::optional<double> detected(double at_s, const EventTimes& times, double over_s) const {
        if (!times.detect_s || at_s + *times.detect_s > std::min(over_s, end_s_)) {
            return std::nullopt;
        }
        return at_s + *times.detect_s;
    }

    void breach(ThreatId id, const Reach& reach, double begin_s, std::optional<double> detect_s, double over_s) {
        Breach one;
        one.threat = id;
        one.begin_s = begin_s;
        one.end_s = std::min(over_s, end_s_);
        one.is_foothold = true;
        one.detect_s = detect_s ? std::optional(std::max(*detect_s, begin_s)) : std::nullopt;
        if (begin_s >= 0 && begin_s < end_s_) {
            fill_exposure(plan_, reach, one);
        }
        count(one, id, begin_s, over_s);
    }

    void count(Breach& one, ThreatId id, double begin_s, double over_s) {
        one.threat = id;
        one.begin_s = begin_s;
        one.end_s = std::min(over_s, end_s_);
        one.open = over_s > end_s_;
        if (begin_s >= 0 && begin_s < end_s_) {
            count_breach(plan_, one, course_);
        }
    }

    /// Time to get into each service, each with luck of its own: what else an attacker may does not change it. Empty
    /// where it takes none.
    std::vector<double> hops(ThreatId id, std::uint64_t number) const {
        const Threat& threat = plan_.threats[id];
        std::vector<double> hops_s;
        if (threat.hop_s.is_zero()) {
            return hops_s;
        }
        for (const TargetPlan& target : plan_.targets) {
            Stream stream(luck_, "threat.hop", fmt::format("{}#{}>{}", threat.name, number, target.name));
            hops_s.push_back(threat.hop_s.sample(stream));
        }
        return hops_s;
    }

    const SecurityPlan& plan_;
    const AccessGraph& access_;
    Luck luck_;
    double begin_s_, end_s_;
    Column<ServiceId, PatchedHosts> hosts_;
    SecurityCourse course_;
};

}  // namespace

SecurityCourse SecuritySimulation::run(Luck luck, double until_s) const {
    return Replication(plan_.security, access_, luck, -plan_.run.warmup_s, until_s).run();
}

}  // namespace nines
