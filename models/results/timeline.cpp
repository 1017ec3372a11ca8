#include "models/results/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace nines {

namespace {

constexpr double k_marks_apart_s = 30;

/// Marks of one service in one direction that follow each other closely.
struct MarkGroup {
    Nanoseconds first = 0;
    Nanoseconds last = 0;
    Nanoseconds last_new = 0;
    std::set<std::uint32_t> instances;
    std::set<std::string> zones;
};

class Teller {
public:
    Teller(const Plan& plan, const Run& run) : plan_(plan), run_(run) {}

    std::vector<TimelineEntry> tell() {
        for (const Note& note : run_.notes) {
            close_old(note.at);
            add(note);
        }
        close_old(k_never);
        std::stable_sort(entries_.begin(), entries_.end(),
                         [](const TimelineEntry& a, const TimelineEntry& b) { return a.at_s < b.at_s; });
        return std::move(entries_);
    }

private:
    void say(Nanoseconds at, std::string text) {
        launches_ = 0;
        entries_.push_back({to_seconds(at - plan_.warmup), std::move(text)});
    }

    std::string place_of(std::uint32_t instance) const {
        const std::string& place = plan_.names.places[plan_.group_of[InstanceId{instance}]];
        return place.empty() ? fmt::format("instance {}", instance_number(instance)) : place;
    }

    std::uint32_t instance_number(std::uint32_t instance) const { return plan_.number_in_group(InstanceId{instance}); }

    /// How many instances those are. Where most that stand in for a counted group are marked, it is as a whole: all of
    /// it but those that the others mean.
    std::uint64_t count_of(const std::set<std::uint32_t>& instances) const {
        std::map<GroupId, std::uint64_t> marked;
        for (const std::uint32_t instance : instances) {
            ++marked[plan_.group_of[InstanceId{instance}]];
        }
        std::uint64_t sum = 0;
        for (const auto& [id, count] : marked) {
            const GroupPlan& group = plan_.groups[id];
            sum += 2 * count > group.instances.count ? group.count - (group.instances.count - count) : count;
        }
        return sum;
    }

    std::string site_of(const Note& note) const {
        return plan_.world.locations[plan_.dns[DnsId{note.subject}].sites[note.detail].location].id;
    }

    void mark(const Note& note, bool out) {
        MarkGroup& group = marks_[{note.subject, out}];
        if (group.instances.empty()) {
            group.first = note.at;
        }
        if (group.instances.insert(note.detail).second) {
            group.last_new = note.at;
            group.zones.insert(plan_.names.places[plan_.group_of[InstanceId{note.detail}]]);
        }
        group.last = note.at;
    }

    /// Marks that nothing has followed for a while are told.
    void close_old(Nanoseconds now) {
        for (auto at = marks_.begin(); at != marks_.end();) {
            if (now != k_never && to_seconds(now - at->second.last) < k_marks_apart_s) {
                ++at;
                continue;
            }
            const auto& [key, group] = *at;
            const ServiceId service{key.first};
            std::string where;
            if (group.zones.size() == 1 && !group.zones.begin()->empty()) {
                where = fmt::format(" (all in {})", *group.zones.begin());
            }
            const double spread_s = to_seconds(group.last - group.first);
            const std::string spread =
                spread_s >= 0.5 ? fmt::format("; the balancers agree {:.0f} s after the first", spread_s) : "";
            // Of a service that scales it is not known here how many there are.
            const std::string all =
                plan_.services[service].scale ? std::string() : fmt::format("of {} ", plan_.services[service].count);
            say(group.last_new,
                fmt::format("health checks have {} {} {}{} instances{}{}{}", key.second ? "marked" : "brought",
                            count_of(group.instances), all, plan_.names.services[service],
                            key.second                      ? " out"
                            : plan_.services[service].scale ? " in"
                                                            : " back",
                            where, spread));
            at = marks_.erase(at);
        }
    }

    void add(const Note& note) {
        switch (note.kind) {
            case NoteKind::fault_begins:
                return say(note.at, fault_begins_text(plan_, FaultId{note.subject}));
            case NoteKind::fault_ends:
                if (plan_.faults[FaultId{note.subject}].of_deployment) {
                    return;  // the pipeline tells of it
                }
                if (plan_.faults[FaultId{note.subject}].of_quota) {
                    return say(note.at, fmt::format("{}: nothing is refused any more",
                                                    plan_.names.faults[FaultId{note.subject}]));
                }
                return say(note.at, fmt::format("{} is over ({})", plan_.names.faults[FaultId{note.subject}],
                                                plan_.names.fault_targets[FaultId{note.subject}]));
            case NoteKind::taken_back:
                return say(note.at, fmt::format("{}: the notice is over, {} taken back",
                                                plan_.names.faults[FaultId{note.subject}], instances_text(note.count)));
            case NoteKind::marked_out:
                return mark(note, true);
            case NoteKind::marked_in:
                return mark(note, false);
            case NoteKind::site_out:
                return say(note.at, fmt::format("DNS stops sending {} to {} for {}; clients follow as their TTL ends",
                                                demand_of(note), site_of(note), service_of(note)));
            case NoteKind::site_in:
                return say(note.at, fmt::format("DNS sends {} to {} again for {}", demand_of(note), site_of(note),
                                                service_of(note)));
            case NoteKind::primary_lost:
                return say(note.at, fmt::format("{} loses its primary in {}", database(note), place_of(note.detail)));
            case NoteKind::primary_returned:
                return say(note.at, fmt::format("{}: the primary in {} is back and goes on", database(note),
                                                place_of(note.detail)));
            case NoteKind::failure_detected:
                return say(note.at, fmt::format("{}: the loss of the primary is detected", database(note)));
            case NoteKind::promotion_waits:
                return say(note.at, fmt::format("{}: no standby is up, so nobody can be promoted", database(note)));
            case NoteKind::promoted:
                return say(
                    note.at,
                    fmt::format("{}: the copy in {} is promoted and serves{}", database(note), place_of(note.detail),
                                note.count > 0 ? fmt::format("; {} acknowledged records are lost", note.count)
                                               : std::string()));
            case NoteKind::copy_lost:
                return say(note.at,
                           fmt::format("{}: the copy in {} is given up", database(note), place_of(note.detail)));
            case NoteKind::copy_placed:
                return say(note.at,
                           fmt::format("{}: a fresh copy stands in {}", database(note), place_of(note.detail)));
            case NoteKind::routes_changed:
                return say(note.at, "network routes have converged");
            case NoteKind::launch_ordered:
                return say(note.at, fmt::format("{}: {} ordered", database(note), instances_text(note.count)));
            case NoteKind::launched:
                return add_launch(note);
            case NoteKind::retired:
                return say(note.at, fmt::format("{}: {} taken away; what it has is finished first", database(note),
                                                instances_text(note.count)));
            case NoteKind::quota_asked:
                return say(note.at, fmt::format("{}: a higher quota is asked for", database(note)));
            case NoteKind::quota_raised:
                return say(note.at, fmt::format("{}: the quota is raised to {} instances", database(note),
                                                plan_.services[ServiceId{note.subject}].scale->most()));
            default:
                return say(note.at, operations_text(note));
        }
    }

    /// Deployments, alarms, and what people do.
    std::string operations_text(const Note& note) const {
        const auto deploy = [&]() -> const DeploySpec& { return plan_.operations.deploys[note.subject].spec; };
        switch (note.kind) {
            case NoteKind::deployment_begins:
                return fmt::format("a deployment of {} begins ({})", deploy().name, deploy().strategy_text);
            case NoteKind::deployment_is_bad:
                return fmt::format("... and what it brings is bad: {}",
                                   plan_.names.fault_effects[plan_.operations.deploys[note.subject].fault]);
            case NoteKind::deployment_done:
                return fmt::format("the deployment of {} is done", deploy().name);
            case NoteKind::deployment_replaced:
                return fmt::format("a deployment of {} replaces the bad one that nobody had ended", deploy().name);
            case NoteKind::rollback_begins:
                return fmt::format("{} is being rolled back", deploy().name);
            case NoteKind::rolled_back:
                return fmt::format("{} is rolled back", deploy().name);
            case NoteKind::alarm_fires:
                return fmt::format("the alarm {} fires", plan_.operations.alarms[note.subject].name);
            case NoteKind::alarm_clears:
                return fmt::format("the alarm {} clears", plan_.operations.alarms[note.subject].name);
            case NoteKind::acknowledged:
                return fmt::format("on-call has acknowledged {}", matter(note));
            case NoteKind::diagnosed:
                return fmt::format("on-call knows what {} is", matter(note));
            case NoteKind::diagnosis_wrong:
                return fmt::format("on-call was wrong about {}, and looks again", matter(note));
            case NoteKind::runbook_begins:
                return fmt::format("the runbook {} for {} begins", runbook(note), matter(note));
            case NoteKind::runbook_fails:
                return fmt::format("the runbook {} for {} has not helped", runbook(note), matter(note));
            default:
                return {};
        }
    }

    /// What a response is about: a fault, or an alarm behind which there is nothing to end.
    std::string matter(const Note& note) const {
        return note.detail == 0 ? plan_.names.faults[FaultId{note.subject}]
                                : "the alarm " + plan_.operations.alarms[note.subject].name;
    }
    std::string runbook(const Note& note) const {
        return plan_.operations.runbooks[*plan_.faults[FaultId{note.subject}].repair->runbook].name;
    }

    /// Launches of one service that end at one instant are told together.
    void add_launch(const Note& note) {
        const bool is_another = launches_ > 0 && launches_at_ == note.at && launches_of_ == note.subject;
        const std::uint64_t launches = is_another ? launches_ + 1 : 1;
        if (is_another) {
            entries_.pop_back();
        }
        say(note.at, fmt::format("{}: {} there", database(note), instances_text(launches)));
        launches_ = launches;
        launches_at_ = note.at;
        launches_of_ = note.subject;
    }

    static std::string instances_text(std::uint64_t count) {
        return count == 1 ? "an instance is" : fmt::format("{} instances are", count);
    }
    std::string database(const Note& note) const { return plan_.names.services[ServiceId{note.subject}]; }
    std::string demand_of(const Note& note) const { return plan_.names.demands[plan_.dns[DnsId{note.subject}].demand]; }
    std::string service_of(const Note& note) const {
        return plan_.names.services[plan_.dns[DnsId{note.subject}].service];
    }

    const Plan& plan_;
    const Run& run_;
    std::map<std::pair<std::uint32_t, bool>, MarkGroup> marks_;
    std::vector<TimelineEntry> entries_;
    std::uint64_t launches_ = 0;  // that the last entry tells of
    Nanoseconds launches_at_ = 0;
    std::uint32_t launches_of_ = 0;
};

}  // namespace

std::string fault_begins_text(const Plan& plan, FaultId fault) {
    const std::string& target = plan.names.fault_targets[fault];
    const std::string& effect = plan.names.fault_effects[fault];
    if (plan.faults[fault].of_deployment) {
        return fmt::format("{}: instances get a bad version, {}", target, effect);
    }
    if (plan.faults[fault].of_quota) {
        return fmt::format("{}: its {} refuses what scaling orders", target, effect);
    }
    if (effect == "down") {
        return fmt::format("{} goes down", target);
    }
    if (effect == "crash") {
        return fmt::format("{} crashes", target);
    }
    if (effect == "partition") {
        return fmt::format("{} is cut off", target);
    }
    return fmt::format("{}: {} begins", target, effect);
}

std::vector<TimelineEntry> tell(const Plan& plan, const Run& run) {
    return Teller(plan, run).tell();
}

}  // namespace nines
