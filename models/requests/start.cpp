// The start: streams by name, queues and workers of every instance, who watches whom, and the first events.

#include <fmt/format.h>

#include "engine/base/hash.hpp"
#include "models/requests/requests.hpp"
#include "models/security/outages.hpp"

namespace nines {

Requests::Requests(const Plan& plan, Luck luck, Books books)
    : plan_(plan),
      luck_(luck),
      state_(plan),
      books_(books),
      accountant_(plan, run_),
      network_(plan, state_, luck, events_),
      crowds_(crowds_of(plan)),
      member_luck_(luck, "fault.members", "counted groups"),
      balancers_(plan, luck, crowds_),
      watches_(plan, luck),
      failover_(plan, luck),
      faults_(plan, luck, outages_of(plan, luck)),
      scaling_(plan, luck),
      quota_slots_(plan.services.size(), FaultProcesses::k_nothing),
      limits_(plan),
      operations_(plan, luck),
      demands_(plan.demands.size()),
      dns_(plan.dns.size()),
      watch_targets_(plan.watches),
      site_watches_of_(plan.groups.size()),
      timeout_lane_(plan.calls.size()),
      jitter_(plan.calls.size()),
      budgets_(plan.balancer_of.size(), k_budget_burst),
      seats_(plan.group_of.size()),
      first_work_stream_(plan.groups.size()),
      error_streams_(plan.groups.size()),
      patience_streams_(plan.groups.size()) {
    run_.demands = Column<DemandId, ScopeTally>(plan.demands.size());
    run_.services = Column<ServiceId, ScopeTally>(plan.services.size());
    run_.group_attempts = Column<GroupId, ScopeTally>(plan.groups.size());
    run_.groups = Column<GroupId, GroupTally>(plan.groups.size());
    run_.endpoints = Column<EndpointId, EndpointTally>(plan.endpoints.size());
    run_.queue_max = Column<ServiceId, std::uint32_t>(plan.services.size());
    if (!plan.attacks.empty()) {
        is_any_attack_ = true;
        run_.attack.emplace();
        run_.attack->groups = Column<GroupId, GroupTally>(plan.groups.size());
        run_.attack->endpoints = Column<EndpointId, EndpointTally>(plan.endpoints.size());
    }
    is_any_metered_ = std::any_of(plan.services.begin(), plan.services.end(),
                                  [](const ServicePlan& service) { return service.granule > 0; });
    start_streams();
    start_instances();
    start_watches();
    for (std::size_t i = 0; i < plan_.services.size(); ++i) {
        if (plan_.services[index_at<ServiceId>(i)].has_primary) {
            renew_roles(index_at<ServiceId>(i));
        }
    }
    start_scaling();
    // Faults first: at equal times a fault is there before the requests that meet it.
    keep_appointments(faults_.start());
    schedule(plan_.warmup, EventKind::measuring_begins, 0);
    start_operations();
    start_demands();
}

void Requests::start_streams() {
    for (std::size_t i = 0; i < plan_.demands.size(); ++i) {
        const auto id = index_at<DemandId>(i);
        const std::string& name = plan_.names.demands[id];
        demands_[id].arrivals.luck = BlockStream(luck_, "demand.arrivals", name);
        demands_[id].places = BlockStream(luck_, "demand.places", name);
        demands_[id].endpoints = BlockStream(luck_, "demand.endpoints", name);
        demands_[id].phases = BlockStream(luck_, "demand.dns", name);
        demands_[id].think = BlockStream(luck_, "demand.think", name);
    }
    for (std::size_t i = 0; i < plan_.calls.size(); ++i) {
        const auto id = index_at<CallPlanId>(i);
        jitter_[id] = Stream(mix(plan_.calls[id].name_hash ^ Stream(luck_, "call.jitter", "").key()));
        timeout_lane_[id] =
            events_.timer_lane_for(plan_.calls[id].timeout, static_cast<std::uint16_t>(EventKind::times_out));
    }
    for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
        const auto id = index_at<GroupId>(i);
        const ServicePlan& service = plan_.services[plan_.groups[id].service];
        const std::string& name = plan_.names.callers[plan_.caller_of(id)];
        error_streams_[id] = Stream(luck_, "fault.errors", name);
        patience_streams_[id] = Stream(luck_, "queue.patience", name);
        first_work_stream_[id] = static_cast<std::uint32_t>(work_streams_.size());
        for (std::uint32_t s = 0; s < service.steps.count; ++s) {
            work_streams_.emplace_back(luck_, "work", fmt::format("{}#{}", name, s));
        }
    }
}

/// A queue for each instance, or for each group; and what the discipline needs beside.
void Requests::start_instances() {
    for (const ServicePlan& service : plan_.services) {
        const bool of_group = service.queue_of == QueueOf::group;
        const auto first = static_cast<std::uint32_t>(queues_.size());
        const std::uint32_t ranks = ranks_of(service.discipline);
        queues_.resize(first + std::size_t{ranks} * (of_group ? service.groups.count : service.instances.count));
        for (std::uint32_t i = 0; i < service.instances.count; ++i) {
            const InstanceId instance = service.instances[i];
            Seat& seat = seats_[instance];
            seat.queue = first + ranks * (of_group ? plan_.group_of[instance].value - service.groups.first.value : i);
            if (service.discipline == Discipline::sharing) {
                seat.side = static_cast<std::uint32_t>(sharings_.size());
                sharings_.emplace_back();
            } else if (service.discipline == Discipline::preemptive) {
                seat.side = static_cast<std::uint32_t>(working_.size());
                working_.emplace_back();
            }
        }
    }
}

void Requests::start_watches() {
    for (std::size_t i = 0; i < plan_.balancers.size(); ++i) {
        const auto id = index_at<BalancerId>(i);
        const BalancerPlan& balancer = plan_.balancers[id];
        for (std::uint32_t k = 0; k < balancer.watches.count; ++k) {
            const InstanceId instance = plan_.services[balancer.service].instances[k];
            watch_targets_[balancer.watches[k]] = {id, instance, DnsId::none(), 0};
        }
    }
    for (std::size_t i = 0; i < plan_.dns.size(); ++i) {
        const auto id = index_at<DnsId>(i);
        const DnsPlan& dns = plan_.dns[id];
        dns_[id].history.push_back({-k_never / 2, std::vector<std::uint8_t>(dns.sites.size(), 1)});
        for (std::uint32_t k = 0; k < dns.watches.count; ++k) {
            watch_targets_[dns.watches[k]] = {BalancerId::none(), InstanceId::none(), id, k};
            for (const GroupId group : dns.sites[k].groups) {
                site_watches_of_[group].push_back(dns.watches[k]);
            }
        }
    }
}

void Requests::start_demands() {
    for (std::size_t i = 0; i < plan_.demands.size(); ++i) {
        const auto id = index_at<DemandId>(i);
        for (std::uint32_t user = 0; user < plan_.demands[id].users; ++user) {
            user_thinks(id, user, 0);
        }
        if (plan_.demands[id].users > 0) {
            continue;
        }
        if (plan_.demands[id].law == ArrivalLaw::modulated) {
            demands_[id].arrivals.changes = first_state(plan_.demands[id], demands_[id].arrivals);
            state_changes(id);
        } else {
            schedule_arrival(id);
        }
    }
}

}  // namespace nines
