#include "models/requests/accountant.hpp"

#include <algorithm>
#include <chrono>

namespace nines {

namespace {

constexpr double k_joules_per_kwh = 3.6e6;

}  // namespace

Accountant::Accountant(const Plan& plan, Run& run)
    : plan_(plan),
      run_(run),
      meters_(plan.group_of.size()),
      queues_(plan.groups.size()),
      waiting_at_service_(plan.services.size()),
      energy_counted_j_(plan.groups.size()) {
}

void Accountant::flush(InstanceId instance, Nanoseconds now) {
    Meter& meter = meters_[instance];
    const double span_s = to_seconds(now - meter.since);
    meter.since = now;
    if (span_s == 0) {
        return;
    }
    const GroupId group = plan_.group_of[instance];
    const std::uint32_t workers = plan_.services[plan_.groups[group].service].workers;
    GroupTally& tally = run_.groups[group];
    tally.busy_integral_s += span_s * meter.busy;
    if (workers != k_unlimited && meter.serves) {
        tally.workers_integral_s += span_s * workers;
    }
    if (meter.paid) {
        tally.instances_integral_s += span_s;
        const double share = workers == k_unlimited ? 0 : std::min(1.0, static_cast<double>(meter.busy) / workers);
        tally.energy_j += span_s * watts_at(plan_.groups[group].power, share);
    }
}

void Accountant::flush(GroupId group, Nanoseconds now) {
    QueueMeter& meter = queues_[group];
    const double span_s = to_seconds(now - meter.since);
    meter.since = now;
    run_.groups[group].queue_integral_s += span_s * meter.waiting;
    run_.groups[group].present_integral_s += span_s * meter.present;
}

void Accountant::flush_all(Nanoseconds now) {
    for (std::size_t i = 0; i < meters_.size(); ++i) {
        flush(index_at<InstanceId>(i), now);
    }
    for (std::size_t i = 0; i < queues_.size(); ++i) {
        flush(index_at<GroupId>(i), now);
    }
}

void Accountant::set_busy(InstanceId instance, std::uint32_t busy, Nanoseconds now) {
    flush(instance, now);
    meters_[instance].busy = busy;
}

void Accountant::set_existing(InstanceId instance, bool paid, bool serves, Nanoseconds now) {
    flush(instance, now);
    meters_[instance].paid = paid;
    meters_[instance].serves = serves;
}

void Accountant::waiting_changed(GroupId group, int by, Nanoseconds now) {
    flush(group, now);
    const ServiceId service = plan_.groups[group].service;
    queues_[group].waiting += static_cast<std::uint32_t>(by);
    waiting_at_service_[service] += static_cast<std::uint32_t>(by);
    run_.groups[group].queue_max = std::max(run_.groups[group].queue_max, queues_[group].waiting);
    run_.queue_max[service] = std::max(run_.queue_max[service], waiting_at_service_[service]);
}

void Accountant::entered(GroupId group, Nanoseconds now) {
    flush(group, now);
    ++queues_[group].present;
}

void Accountant::left(GroupId group, Nanoseconds arrived, Nanoseconds now) {
    flush(group, now);
    --queues_[group].present;
    run_.groups[group].sojourn_s += counted_s(arrived, now);
}

void Accountant::start_measuring(Nanoseconds now) {
    flush_all(now);
    start_ = now;
    hour_began_ = now;
    for (std::size_t i = 0; i < run_.groups.size(); ++i) {
        const auto group = index_at<GroupId>(i);
        run_.groups[group] = GroupTally{};
        run_.groups[group].queue_max = queues_[group].waiting;
        energy_counted_j_[group] = 0;
    }
    for (std::size_t i = 0; i < run_.queue_max.size(); ++i) {
        run_.queue_max[index_at<ServiceId>(i)] = waiting_at_service_[index_at<ServiceId>(i)];
    }
}

void Accountant::end_hour(Nanoseconds now) {
    flush_all(now);
    const auto clock_s = plan_.run.start_clock_s + (hour_began_ - plan_.warmup) / 1'000'000'000;
    const auto day = std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds{std::chrono::seconds{clock_s}});
    const std::chrono::year_month_day date{day};
    const auto month = static_cast<unsigned>(date.month()) - 1;
    const auto hour = static_cast<std::size_t>(clock_s / 3600 % 24);
    for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
        const auto group = index_at<GroupId>(i);
        const double energy_j = run_.groups[group].energy_j - energy_counted_j_[group];
        energy_counted_j_[group] = run_.groups[group].energy_j;
        const LocationId region = plan_.world.locations[plan_.groups[group].location].region;
        if (energy_j > 0 && region.exists() && plan_.has_world) {
            const CarbonPlan& carbon = plan_.carbon[region];
            run_.groups[group].carbon_g +=
                energy_j / k_joules_per_kwh * carbon.pue * carbon.grid.g_per_kwh[month][hour];
        }
    }
    hour_began_ = now;
}

void Accountant::close(Nanoseconds now) {
    end_hour(now);
}

}  // namespace nines
