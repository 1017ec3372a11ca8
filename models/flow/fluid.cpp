// Backlogs as a fluid: what waits at an overloaded group grows, and drains once it can.

#include <algorithm>
#include <cmath>

#include "models/flow/backlog.hpp"
#include "models/flow/replication.hpp"

namespace nines {

double FlowReplication::first_level(GroupId id) const {
    const GroupPlan& group = plan_.groups[id];
    return static_cast<double>(group.begins_with) * plan_.services[group.service].workers;
}

/// As many as may wait.
double FlowReplication::room_of(GroupId id) const {
    const GroupPlan& group = plan_.groups[id];
    const ServicePlan& service = plan_.services[group.service];
    if (service.queue_limit == k_unlimited) {
        return std::numeric_limits<double>::infinity();
    }
    if (service.queue_of == QueueOf::group) {
        return service.queue_limit;
    }
    double queues = static_cast<double>(group.count - group.instances.count);
    for (std::uint32_t i = 0; i < group.instances.count; ++i) {
        queues += scene_.state.is_up(group.instances[i]) ? 1 : 0;
    }
    return queues * service.queue_limit;
}

/// Of what waits now; in a transition that of its middle.
double FlowReplication::drift_of(GroupId group) const {
    if (pinned_[group] != 0) {
        return 0;
    }
    return (drift_in(stretch_.from, group) + drift_in(stretch_.to, group)) / 2;
}

/// What is left of a balance by rounding is none: a full queue would grow by it for ever.
double FlowReplication::drift_in(NodeId node, GroupId group) const {
    constexpr double k_rounding = 1e-9;
    const GroupRates& rates = atlas_[node].groups[group];
    return std::abs(rates.drift) <= k_rounding * rates.capacity ? 0 : rates.drift;
}

/// What balanced may not any more.
void FlowReplication::unpin() {
    std::fill(pinned_.begin(), pinned_.end(), 0);
    for (std::size_t g = 0; g < waiting_.size(); ++g) {
        if (scene_.backlog[index_at<GroupId>(g)] == k_backlog_holds) {
            find_level(index_at<GroupId>(g));
        }
    }
}

/// Where as many leave as are too many, by the rates of now.
double FlowReplication::holds_at(GroupId group) const {
    return atlas_[stretch_.from].groups[group].holds_at;
}

/// Whether a backlog will hold before it is in another level.
bool FlowReplication::holds_within_level(GroupId group) const {
    const std::uint32_t level = scene_.backlog[group];
    return holds_at(group) >= BacklogGrid::low(level, first_level(group)) &&
           holds_at(group) < BacklogGrid::high(level, first_level(group));
}

/// A backlog holds from now on, if it does so by the rates that this leads to.
bool FlowReplication::hold(GroupId group) {
    const std::uint32_t level = scene_.backlog[group];
    scene_.backlog[group] = k_backlog_holds;
    const double waiting = atlas_[node_now()].groups[group].holds_at;
    if (waiting == std::numeric_limits<double>::infinity()) {
        scene_.backlog[group] = level;
        return false;
    }
    waiting_[group] = waiting;
    return true;
}

/// How soon it comes to another level, or to where it holds; infinite: never.
double FlowReplication::level_lasts_s(GroupId group) const {
    constexpr double k_for_ever = std::numeric_limits<double>::infinity();
    const std::uint32_t level = scene_.backlog[group];
    if (level == k_backlog_holds) {
        return holds_at(group) < k_for_ever ? k_for_ever : 0;
    }
    const double drift = drift_of(group);
    if (pinned_[group] == 0 && holds_within_level(group)) {
        const double missing = holds_at(group) - waiting_[group];
        return missing * drift > 0 ? missing / drift : 0;  // of the middle of a level the drift may point elsewhere
    }
    if (drift == 0 || (level == 0 && drift < 0)) {
        return k_for_ever;
    }
    // A queue is full when it is full, wherever that lies within a level.
    const double border = drift > 0 ? std::min(BacklogGrid::high(level, first_level(group)), room_of(group))
                                    : BacklogGrid::low(level, first_level(group));
    return std::max(0.0, (border - waiting_[group]) / drift);
}

void FlowReplication::backlog_grows(Microseconds to) {
    const double seconds = static_cast<double>(to - now_) / k_us_per_s;
    for (std::size_t g = 0; g < waiting_.size(); ++g) {
        const auto id = index_at<GroupId>(g);
        if (atlas_.solver().is_fluid(id)) {
            waiting_[id] = std::max(0.0, waiting_[id] + drift_of(id) * seconds);
        }
    }
}

/// When the first backlog passes into another level of its grid.
void FlowReplication::next_level() {
    ++passing_;
    double soonest_s = std::numeric_limits<double>::infinity();
    GroupId first = GroupId::none();
    for (std::size_t g = 0; g < waiting_.size(); ++g) {
        const auto id = index_at<GroupId>(g);
        if (!atlas_.solver().is_fluid(id)) {
            continue;
        }
        const double in_s = level_lasts_s(id);
        if (in_s < soonest_s) {
            soonest_s = in_s;
            first = id;
        }
    }
    if (first.exists()) {
        schedule(std::max(after(soonest_s), now_ + 1), Kind::backlog_passes, first.value, passing_);
    }
}

void FlowReplication::pass_level(GroupId group) {
    if (scene_.backlog[group] == k_backlog_holds) {
        return find_level(group);  // what held it is over
    }
    if (holds_within_level(group)) {
        pinned_[group] = hold(group) ? 0 : 1;
        return;
    }
    const bool grows = drift_of(group) > 0;
    std::uint32_t& level = scene_.backlog[group];
    const std::uint32_t next = grows ? level + 1 : level - 1;
    waiting_[group] =
        std::min(grows ? BacklogGrid::low(next, first_level(group)) : BacklogGrid::high(next, first_level(group)),
                 room_of(group));
    const std::uint32_t before = level;
    level = next;
    const double drift = drift_in(node_now(), group);
    if ((grows && drift < 0) || (!grows && drift > 0)) {
        // It neither grows nor drains at the border: by those who leave, or the lower level holds there.
        level = grows ? before : next;
        pinned_[group] = hold(group) ? 0 : 1;
    } else if (level == 0 && drift <= 0) {
        waiting_[group] = 0;
    }
}

/// What waited at instances that are lost is lost with them.
void FlowReplication::lose_backlog(const std::vector<InstanceId>& lost) {
    for (const InstanceId instance : lost) {
        const GroupId group = plan_.group_of[instance];
        if (waiting_[group] <= 0 || plan_.services[plan_.groups[group].service].queue_of == QueueOf::group) {
            continue;
        }
        double up = 1;  // this one
        const Range<InstanceId> all = plan_.groups[group].instances;
        for (std::uint32_t i = 0; i < all.count; ++i) {
            up += scene_.state.is_up(all[i]) ? 1 : 0;
        }
        waiting_[group] *= (up - 1) / up;
        find_level(group);
    }
}

void FlowReplication::find_level(GroupId group) {
    std::uint32_t level = 0;
    while (waiting_[group] >= BacklogGrid::high(level, first_level(group))) {
        ++level;
    }
    scene_.backlog[group] = level;
}

}  // namespace nines
