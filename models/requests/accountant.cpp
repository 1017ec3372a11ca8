#include "models/requests/accountant.hpp"

#include <algorithm>
#include <chrono>

#include "engine/base/check.hpp"
#include "engine/base/units.hpp"

namespace nines {

Accountant::Accountant(const Plan& plan, Run& run)
    : plan_(plan),
      run_(&run),
      meters_(plan.groups.size()),
      existing_(plan.groups.size()),
      pools_(plan.pools.size()),
      pool_of_(plan.groups.size(), k_no_pool),
      waiting_at_service_(plan.services.size()),
      energy_counted_j_(plan.groups.size()) {
    for (std::size_t i = 0; i < plan.groups.size(); ++i) {
        const auto id = index_at<GroupId>(i);
        const GroupPlan& group = plan.groups[id];
        const ServicePlan& service = plan.services[group.service];
        Meter& meter = meters_[id];
        meter.workers = service.workers;
        meter.paid = group.begins_with;
        meter.spot = group.spot.at_start;
        meter.committed = committed_thousandths(service, group);
        meter.serving = service.workers == k_unlimited ? 0 : group.begins_with * service.workers;
        if (service.workers != k_unlimited && group.power.draws()) {
            meter.parts = group.power.parts();
            for (std::size_t line = 1; line < group.power.lines().size(); ++line) {
                meter.bends.push_back({.from = std::uint64_t{group.power.lines()[line].from} * service.workers});
            }
        }
        if (service.has_primary || service.scale || service.has_reclaims) {
            existing_[id].resize(group.instances.count);
            for (std::size_t k = group.begins_with; k < existing_[id].size(); ++k) {
                existing_[id][k] = {false, false};
            }
        }
    }
    for (std::size_t i = 0; i < plan.pools.size(); ++i) {
        run.pool_levels_s.emplace_back(plan.pools[i].levels);
        for (const GroupId group : plan.pools[i].groups) {
            pool_of_[group] = static_cast<std::uint32_t>(i);
            pools_[i].count += plan.groups[group].begins_with - plan.groups[group].spot.at_start;
        }
    }
}

void Accountant::flush_pool(std::size_t pool, Nanoseconds now) {
    PoolMeter& meter = pools_[pool];
    plan_.pools[pool].add(static_cast<double>(meter.count), to_seconds(now - meter.since), run_->pool_levels_s[pool]);
    meter.since = now;
}

void Accountant::set_existing(InstanceId instance, std::uint32_t busy, bool paid, bool serves, Nanoseconds now) {
    const GroupId group = plan_.group_of[instance];
    Meter& meter = meters_[group];
    flush(meter, now);
    flush_existing(meter, now);
    Existing& existing = existing_[group][plan_.number_in_group(instance)];
    const std::uint64_t workers = meter.workers == k_unlimited ? 0 : meter.workers;
    if (existing.paid != paid) {
        meter.paid += paid ? 1U : UINT64_MAX;
        if (plan_.is_spot(instance)) {
            meter.spot += paid ? 1U : UINT64_MAX;
        } else if (const std::uint32_t pool = pool_of_[group]; pool != k_no_pool) {
            flush_pool(pool, now);
            pools_[pool].count += paid ? 1U : UINT64_MAX;
        }
        meter.drawing += paid ? std::uint64_t{busy} : -std::uint64_t{busy};
        for (Bend& bend : meter.bends) {
            const std::uint64_t filled = meter.filled_beyond(bend, busy);
            bend.filled += paid ? filled : -filled;
        }
    }
    if (existing.serves != serves) {
        meter.serving += serves ? workers : -workers;
    }
    existing = {paid, serves};
}

/// Instances come for a flood where their service scales; what comes back elsewhere would have come without it.
void Accountant::attack_begins(Nanoseconds now) {
    for (std::size_t g = 0; g < meters_.size(); ++g) {
        Meter& meter = meters_[index_at<GroupId>(g)];
        flush_existing(meter, now);
        meter.stood = plan_.serving[index_at<GroupId>(g)].scales ? meter.paid : UINT64_MAX;
    }
}

void Accountant::attack_ends(Nanoseconds now) {
    for (Meter& meter : meters_) {
        flush_existing(meter, now);
        meter.stood = UINT64_MAX;
    }
}

double Accountant::take_signal(GroupId group, ScaleSignal signal, Nanoseconds now) {
    Meter& meter = meters_[group];
    flush(meter, now);
    const auto upto = static_cast<SignedWide>(signal_of(meter, signal));
    const SignedWide passed = upto - meter.looked_at;
    meter.looked_at = upto;
    return static_cast<double>(passed) / k_ns_per_s;
}

void Accountant::raise_maxima(GroupId group, Meter& meter, std::uint32_t at_service) {
    meter.waiting_max = std::max(meter.waiting_max, static_cast<std::uint32_t>(meter.waiting));
    std::uint32_t& most = run_->queue_max[plan_.groups[group].service];
    most = std::max(most, at_service);
}

Accountant::WorkerTime Accountant::worker_time(GroupId group, Nanoseconds now) {
    Meter& meter = meters_[group];
    flush(meter, now);
    flush_existing(meter, now);
    return {static_cast<double>(meter.busy_time) / k_ns_per_s, static_cast<double>(meter.serving_time) / k_ns_per_s,
            static_cast<double>(meter.waiting_time) / k_ns_per_s};
}

void Accountant::write_paid_time(Nanoseconds now) {
    for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
        const auto group = index_at<GroupId>(i);
        flush_existing(meters_[group], now);
        write_paid(meters_[group], run_->groups[group]);
    }
}

void Accountant::start_measuring(Nanoseconds now) {
    start_ = now;
    hour_began_ = now;
    for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
        const auto group = index_at<GroupId>(i);
        Meter& meter = meters_[group];
        flush(meter, now);
        flush_existing(meter, now);
        if (const auto& scale = plan_.services[plan_.groups[group].service].scale) {
            meter.looked_at -= static_cast<SignedWide>(signal_of(meter, scale->on));  // what went before counts on
        }
        meter.present_time = meter.waiting_time = meter.busy_time = meter.drawing_time = 0;
        for (Bend& bend : meter.bends) {
            bend.filled_time = 0;
        }
        meter.paid_time = meter.uncommitted_time = meter.spot_time = meter.serving_time = meter.waited = 0;
        meter.beyond_time = 0;
        meter.inside = -SignedWide{meter.present} * now;  // those inside count from here on
        meter.waiting_max = static_cast<std::uint32_t>(meter.waiting);
        run_->groups[group] = GroupTally{};
        energy_counted_j_[group] = 0;
    }
    for (std::size_t i = 0; i < pools_.size(); ++i) {
        pools_[i].since = now;
        std::fill(run_->pool_levels_s[i].begin(), run_->pool_levels_s[i].end(), 0);
    }
    for (std::size_t i = 0; i < run_->queue_max.size(); ++i) {
        run_->queue_max[index_at<ServiceId>(i)] = waiting_at_service_[index_at<ServiceId>(i)];
    }
}

/// Watts go straight from point to point of the curve. So the energy follows from the time that instances spend on each
/// line, which is what they filled beyond its begin less what they filled beyond its end.
double Accountant::energy_j(GroupId id) const {
    const Meter& meter = meters_[id];
    const GroupPlan& group = plan_.groups[id];
    const auto seconds = [](Wide time) { return static_cast<double>(time) / k_ns_per_s; };
    double energy_j = group.power.idle_w() * seconds(meter.paid_time) + group.held_w * seconds(meter.drawing_time);
    if (meter.workers == k_unlimited || !group.power.draws()) {
        return energy_j;
    }
    Wide beyond_begin = meter.parts * meter.drawing_time;
    for (std::size_t i = 0; i < group.power.lines().size(); ++i) {
        const PowerSpec::Line& line = group.power.lines()[i];
        const Wide beyond_end = i < meter.bends.size() ? meter.bends[i].filled_time : 0;
        energy_j +=
            line.rise_w * seconds(beyond_begin - beyond_end) / (static_cast<double>(line.length) * meter.workers);
        beyond_begin = beyond_end;
    }
    return energy_j;
}

void Accountant::end_hour(Nanoseconds now) {
    const auto clock_s = plan_.run.start_clock_s + (hour_began_ - plan_.warmup) / 1'000'000'000;
    const auto day = std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds{std::chrono::seconds{clock_s}});
    const std::chrono::year_month_day date{day};
    const auto month = static_cast<unsigned>(date.month()) - 1;
    const auto hour = static_cast<std::size_t>(clock_s / 3600 % 24);
    for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
        const auto group = index_at<GroupId>(i);
        flush(meters_[group], now);
        flush_existing(meters_[group], now);
        const double so_far_j = energy_j(group);
        const double used_j = so_far_j - energy_counted_j_[group];
        energy_counted_j_[group] = so_far_j;
        const LocationId region = plan_.world.locations[plan_.groups[group].location].region;
        if (used_j > 0 && region.exists() && plan_.has_world) {
            const CarbonPlan& carbon = plan_.carbon[region];
            run_->groups[group].carbon_g += used_j / k_joules_per_kwh * carbon.pue * carbon.grid.g_per_kwh[month][hour];
        }
    }
    hour_began_ = now;
}

void Accountant::write_paid(const Meter& meter, GroupTally& tally) {
    const auto seconds = [](Wide time) { return static_cast<double>(time) / k_ns_per_s; };
    tally.instances_integral_s = seconds(meter.paid_time);
    tally.uncommitted_integral_s = seconds(meter.uncommitted_time) / 1000;
    tally.spot_integral_s = seconds(meter.spot_time);
}

void Accountant::write(GroupId id) {
    const Meter& meter = meters_[id];
    const auto seconds = [](Wide time) { return static_cast<double>(time) / k_ns_per_s; };
    GroupTally& tally = run_->groups[id];
    tally.wait_s = seconds(meter.waited);
    tally.queue_integral_s = seconds(meter.waiting_time);
    tally.queue_max = meter.waiting_max;
    tally.busy_integral_s = seconds(meter.busy_time);
    tally.workers_integral_s = seconds(meter.serving_time);
    tally.present_integral_s = seconds(meter.present_time);
    check(meter.inside >= 0 && static_cast<Wide>(meter.inside) == meter.present_time,
          "Little's law: time inside, summed over attempts, is the integral of attempts inside");
    tally.sojourn_s = seconds(static_cast<Wide>(meter.inside));
    write_paid(meter, tally);
    tally.energy_j = energy_j(id);
    if (run_->attack) {
        run_->attack->groups[id].instances_integral_s = seconds(meter.beyond_time);
    }
}

void Accountant::close(Nanoseconds now) {
    end_hour(now);
    for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
        write(index_at<GroupId>(i));
    }
    for (std::size_t i = 0; i < pools_.size(); ++i) {
        flush_pool(i, now);
    }
}

}  // namespace nines
