// The loop of a replication in `flow`: events change the scene, and between them the scene's rates hold.

#include "models/flow/replication.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/check.hpp"
#include "models/security/outages.hpp"

namespace nines {

namespace {

constexpr double k_tick_s = 1 / k_us_per_s;
constexpr std::uint64_t k_events_between_looks = 4096;

}  // namespace

FlowReplication::FlowReplication(const Plan& plan, Luck luck, Atlas& atlas, Stays& stays,
                                 const std::vector<LoadCourse>& loads)
    : plan_(plan),
      luck_(luck),
      atlas_(atlas),
      loads_(loads),
      scene_(plan, luck),
      faults_(plan, luck, outages_of(plan, luck)),
      operations_(plan, luck),
      phases_(plan, luck),
      stays_(stays),
      book_(plan, atlas, stays),
      grams_(atlas.grid().regions(), 0),
      end_(to_us(plan.run.warmup_s + plan.run.horizon_s)),
      watches_of_(plan.group_of.size()),
      site_watches_of_(plan.groups.size()),
      switches_(plan.dns.size()),
      modulation_(plan.demands.size()),
      waiting_(plan.groups.size()),
      pinned_(plan.groups.size()),
      stood_(plan.groups.size()),
      beyond_s_(plan.groups.size()),
      member_luck_(luck, "fault.members", "counted groups"),
      write_luck_(luck, "flow.writes", ""),
      next_load_(plan.demands.size()),
      scaling_(plan, luck),
      quota_slots_(plan.services.size(), FaultProcesses::k_nothing),
      scaler_of_(plan.services.size()),
      scale_courses_(plan.scaled.size()) {
    start_watches();
    start_scaling();
    keep_appointments(faults_.start());
    start_operations();
    for (std::size_t d = 0; d < plan.users_demands(); ++d) {  // attackers ask when faults say
        const auto id = index_at<DemandId>(d);
        if (plan.demands[id].law == ArrivalLaw::modulated) {
            modulation_[id].luck = BlockStream(luck, "demand.arrivals", plan.names.demands[id]);
            modulation_[id].changes = first_state(plan.demands[id], modulation_[id]);
            schedule(0, Kind::state_changes, id.value);
        }
        schedule(0, Kind::load_changes, id.value);
    }
}

Microseconds FlowReplication::after(double seconds) const {
    return later(now_, to_us(seconds));
}

void FlowReplication::dispatch(const Event& event) {
    const ServiceId service{event.subject};
    switch (static_cast<Kind>(event.kind())) {
        case Kind::fault_begins:
            return fault_begins(event.subject);
        case Kind::fault_ends:
            return fault_ends(event.subject);
        case Kind::notice_over:
            return notice_over(event.subject);
        case Kind::failure_detected:
            --failover_pending_;
            return scene_.failover.epoch(service) == event.epoch
                       ? apply(scene_.failover.failure_detected(service, clock_of_databases()), service)
                       : void();
        case Kind::promoted:
            --failover_pending_;
            return scene_.failover.epoch(service) == event.epoch
                       ? apply(scene_.failover.promoted(service, clock_of_databases()), service)
                       : void();
        case Kind::copy_loss_detected: {
            --failover_pending_;
            const InstanceId copy{event.subject};
            return scene_.failover.copy_epoch(copy) == event.epoch
                       ? apply(scene_.failover.copy_loss_detected(copy, clock_of_databases()),
                               plan_.serving[plan_.group_of[copy]].service)
                       : void();
        }
        case Kind::rebuild:
            --failover_pending_;
            return apply(scene_.failover.rebuild(service, clock_of_databases()), service);
        case Kind::routes_converge_link:
            scene_.routes.converge(LinkId{event.subject});
            return routes_changed();
        case Kind::routes_converge_place:
            scene_.routes.converge(LocationId{event.subject});
            return routes_changed();
        case Kind::load_changes:
            return load_changes(DemandId{event.subject});
        case Kind::state_changes: {
            const DemandId demand{event.subject};
            const Nanoseconds stay = change_state(plan_.demands[demand], modulation_[demand]);
            schedule(after(to_seconds(stay)), Kind::state_changes, demand.value);
            return load_changes(demand);
        }
        case Kind::beliefs_change:
            return;  // catch_up() has done it
        case Kind::backlog_passes:
            return pass_level(GroupId{event.subject});
        case Kind::bucket_runs_dry:
            scene_.limits[event.subject].level = 0;
            return;
        case Kind::quota_raised:
            return quota_raised(service);
        case Kind::scaling_due:
            return scaling_due(event.subject);
        case Kind::scale_scheduled:
            return scale_scheduled(event.subject);
        case Kind::launch_over:
            return launch_over(InstanceId{event.subject});
        case Kind::alarm_looks:
            return apply(operations_.look(event.subject, now_s()), now_);
        case Kind::deployment_ready:
            return apply(operations_.deployment_ready(event.subject, now_s()), now_);
        case Kind::deployment_goes_on:
            return apply(operations_.deployment_goes_on(event.subject, event.epoch, now_s()), now_);
        case Kind::response_goes_on:
            return apply(operations_.response_goes_on(event.subject, event.epoch, now_s()), now_);
        case Kind::settles:
            break;  // not an event of the model
    }
    check(false, "every kind of event is handled");
}

/// An event whose subject has been told otherwise since.
bool FlowReplication::is_stale(const Event& event) const {
    switch (static_cast<Kind>(event.kind())) {
        case Kind::beliefs_change:
            return event.epoch != transition_;
        case Kind::backlog_passes:
            return event.epoch != passing_;
        case Kind::bucket_runs_dry:
            return event.epoch != drying_;
        case Kind::scaling_due:
            return event.epoch != scale_courses_[event.subject].epoch;
        case Kind::launch_over:
            return event.epoch != scaling_.turn(InstanceId{event.subject});
        case Kind::notice_over:
            return event.epoch != faults_.turn(event.subject);
        case Kind::alarm_looks:
            return event.epoch != windows_[event.subject].epoch;
        default:
            return false;
    }
}

/// The rate of now; and an event at the end of the stretch in which it holds.
void FlowReplication::load_changes(DemandId id) {
    const LoadCourse::Stretch stretch = loads_[id.value].at(now_s() + k_tick_s / 2);
    double rate = stretch.per_s;
    if (plan_.demands[id].law == ArrivalLaw::modulated) {
        const double mean_per_s = mean_rate(plan_.demands[id].modulated);
        rate *= mean_per_s > 0 ? modulation_[id].state(plan_.demands[id]).per_s / mean_per_s : 0;
    }
    if (scene_.per_s[id] != rate) {
        unpin();
    }
    scene_.per_s[id] = rate;
    const double left_s = stretch.until_s - now_s();
    if (left_s < plan_.run.horizon_s * 2 && next_load_[id] <= now_) {
        next_load_[id] = std::max(after(left_s), now_ + 1);
        schedule(next_load_[id], Kind::load_changes, id.value);
    }
}

void FlowReplication::advance(Microseconds to) {
    const auto warmup = to_us(plan_.run.warmup_s);
    const Microseconds from = std::max(now_, warmup);
    if (to > from) {
        const auto seconds = [&](Microseconds at) { return static_cast<double>(at - warmup) / k_us_per_s; };
        const double share_from = stretch_.share_of_to(from);
        const double share_to = stretch_.share_of_to(to);
        book_.pass(stretch_, seconds(from), seconds(to), share_from, share_to);
        const double share = (share_from + share_to) / 2;
        for (std::size_t region = 0; region < grams_.size(); ++region) {
            const double watts =
                atlas_[stretch_.from].watts[region] * (1 - share) + atlas_[stretch_.to].watts[region] * share;
            grams_[region] += watts * atlas_.grid().grams_per_watt(region, seconds(from), seconds(to));
        }
    }
    count_beyond(to);
    watch_until(to);
    backlog_grows(to);
    tokens_come_and_go(to);
    measure_for_scaling(to);
    now_ = to;
}

/// The rates from now on: those of the scene, or on the way to those of the scene that it is turning into.
void FlowReplication::settle() {
    const NodeId now = node_now();
    stretch_ = {now, now, now_, now_};
    const Flips flips = next_flips();
    const Microseconds switches_end = end_of_switches();
    const bool is_flipping = flips.begin <= now_ && flips.end > now_;
    Microseconds until = is_flipping ? flips.end : flips.begin;
    line_ends_ = is_flipping ? flips.end : -1;
    lines_left_ = flips.lines_left;
    if (is_flipping || switches_end > now_) {
        until = switches_end > now_ ? std::min(until, switches_end) : until;
        stretch_ = {now, node_at(until), now_, until};
    }
    ++transition_;
    schedule(until, Kind::beliefs_change, 0, transition_);
    next_level();
    next_dry();
    plan_evaluations();
    schedule_looks();
}

Run FlowReplication::run(const Watcher& watcher, const RunLimits& limits) {
    const double whole = static_cast<double>(end_);
    while (!events_.empty()) {
        const Event event = events_.pop();
        if (event.at >= end_) {
            break;
        }
        if (is_stale(event)) {
            continue;
        }
        if (event.at > now_) {
            advance(event.at);
            catch_up();
        }
        if (static_cast<Kind>(event.kind()) == Kind::settles) {
            is_settling_ = false;
            settle();
            if (atlas_.bytes() > limits.memory_bytes) {
                run_.stop = too_many_scenes();
                end_ = now_;
            }
            continue;
        }
        ++run_.events;
        fingerprint_.add(event);
        dispatch(event);
        if (!is_settling_) {
            is_settling_ = true;
            schedule(now_, Kind::settles, 0);
        }
        if (run_.events % k_events_between_looks == 0 && watcher &&
            !watcher(static_cast<double>(now_) / whole, run_.events)) {
            run_.stop.cause = StopCause::interrupted;
            end_ = now_;
        }
    }
    advance(end_);
    run_.measured_s = std::max(0.0, now_s());
    run_.course = book_.close(run_.measured_s);
    run_.scaling = scaling_.close(static_cast<double>(now_) / k_us_per_s);
    run_.operations = operations_.close(run_.measured_s);
    run_.fingerprint = fingerprint_.value();
    fill_tallies(plan_, atlas_, stays_, grams_, stretch_.to, run_);
    for (std::size_t g = 0; run_.attack && g < plan_.groups.size(); ++g) {
        run_.attack->groups[index_at<GroupId>(g)].instances_integral_s = beyond_s_[index_at<GroupId>(g)];
    }
    pay_second_fleets(plan_, run_);
    return std::move(run_);
}

}  // namespace nines
