// Cohorts: instances that are alike; and which of them each caller's attempts go to.

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/base/hash.hpp"
#include "models/flow/solver.hpp"

namespace nines {

namespace {

std::uint64_t bits_of(double value) {
    return std::bit_cast<std::uint64_t>(value);
}

}  // namespace

/// Workers left to an instance: a share of them, in the mean over those that a loss of capacity covers.
double Solver::workers_of(const Scene& scene, InstanceId instance) const {
    const std::uint32_t workers = plan_.serving[plan_.group_of[instance]].workers;
    return workers == k_unlimited ? 0 : scene.state.condition[instance].capacity * workers;
}

void Solver::add_instance(const Scene& scene, InstanceId instance, const Away& away, double count) {
    const GroupId group = plan_.group_of[instance];
    const ServingPlan& serving = plan_.serving[group];
    const ServiceId service = serving.service;
    Cohort cohort;
    cohort.group = group;
    cohort.service = service;
    cohort.sample = instance;
    cohort.silent = away.silent > 0;
    cohort.crashed = !cohort.silent && away.crashed > 0;
    cohort.refuses = scene.state.up_count[service] < serving.needs;
    cohort.condition = scene.state.condition[instance];
    cohort.workers = workers_of(scene, instance);
    if (serving.has_primary) {
        const Role role = scene.failover.role(instance);
        cohort.reads_only = role == Role::copy && serving.reads_any;
        cohort.refuses = cohort.refuses || (role != Role::primary && !cohort.reads_only);
    }
    std::uint64_t signature = combine(group.value, (cohort.silent ? 1U : 0U) + (cohort.crashed ? 2U : 0U) +
                                                       (cohort.refuses ? 4U : 0U) + (cohort.reads_only ? 8U : 0U) +
                                                       (serving.has_primary ? 16 * (instance.value + 1U) : 0U));
    if (!scene.state.work_effects.empty()) {
        const Condition& condition = cohort.condition;
        for (const double part : {condition.slow, condition.errors, condition.errors_after, cohort.workers}) {
            signature = combine(signature, bits_of(part));
        }
    }
    if (!scene.state.network_effects.empty()) {
        signature = combine(signature, instance.value);  // messages to it may be disturbed in their own way
    }
    for (const BalancerId balancer : plan_.balancers_of[service]) {
        signature = signature * 2 + (scene.believes_up(balancer, instance) ? 1U : 0U);
        signature = std::rotl(signature, 7) * 0x9E3779B97F4A7C15U;
    }
    cohort.signature = signature;
    Range<CohortId>& range = cohorts_of_[service];
    for (std::uint32_t i = range.count; i-- > 0;) {
        if (cohorts_[range[i]].signature == signature) {
            cohorts_[range[i]].count += count;
            return;
        }
    }
    cohort.count = count;
    cohorts_.push_back(cohort);
    ++range.count;
}

void Solver::find_cohorts(const Scene& scene) {
    cohorts_ = Column<CohortId, Cohort>();
    ops_ = Column<OpId, Op>();
    for (std::size_t s = 0; s < plan_.services.size(); ++s) {
        const auto id = index_at<ServiceId>(s);
        const ServicePlan& service = plan_.services[id];
        cohorts_of_[id] = {index_at<CohortId>(cohorts_.size()), 0};
        for (std::uint32_t g = 0; g < service.groups.count; ++g) {
            const GroupPlan& group = plan_.groups[service.groups[g]];
            for (std::uint32_t i = 0; i < group.instances.count; ++i) {
                if (scene.state.is_here(group.instances[i])) {
                    add_instance(scene, group.instances[i], scene.state.away[group.instances[i]], 1);
                }
            }
            if (group.is_counted()) {
                add_instance(scene, group.instances[0], scene.state.crowd_away[service.groups[g]],
                             static_cast<double>(group.count - group.instances.count));
            }
        }
    }
    for (Cohort& cohort : cohorts_) {
        cohort.first_op = static_cast<std::uint32_t>(ops_.size());
        for (std::size_t e = 0; e < endpoints_of_[cohort.service].size(); ++e) {
            ops_.push_back({});
        }
    }
}

// --- who is asked

/// The candidates of the first tier in which anybody is believed up (or of one tier alone).
Solver::Branch Solver::branch_of(const Scene& scene, BalancerId id, std::uint32_t only_tier) const {
    const BalancerPlan& balancer = plan_.balancers[id];
    const ServiceId service = balancer.service;
    Branch branch;
    const std::uint32_t first = only_tier == UINT32_MAX ? 0 : only_tier;
    const std::uint32_t end = only_tier == UINT32_MAX ? balancer.tiers.count : only_tier + 1;
    for (std::uint32_t t = first; t < end && branch.members == 0; ++t) {
        for (std::uint32_t c = 0; c < cohorts_of_[service].count; ++c) {
            const CohortId cohort = cohorts_of_[service][c];
            const InstanceId sample = cohorts_[cohort].sample;
            if (!scene.believes_up(id, sample)) {
                continue;
            }
            const auto& tier = plan_.tiers[balancer.tiers[t]];
            if (std::binary_search(tier.begin(), tier.end(), sample)) {
                branch.targets.push_back({cohort, cohorts_[cohort].count, 0, {}, 0});
                branch.members += cohorts_[cohort].count;
            }
        }
    }
    share_evenly(branch);
    return branch;
}

void Solver::share_evenly(Branch& branch) const {
    for (Target& target : branch.targets) {
        target.share = target.members / branch.members;
    }
}

/// A database is asked at its primary; under `reads: any` reads go round those believed up that are nearest.
Solver::Branch Solver::branch_of_database(const Scene& scene, const Pair& pair) const {
    const CallPlan& call = plan_.calls[pair.call];
    const ServicePlan& service = plan_.services[call.service];
    const bool any = service.reads_any && call.writes == 0;
    const LocationId from = plan_.location_of_caller[pair.caller];
    Branch branch;
    int best_rank = INT32_MAX;
    for (std::uint32_t c = 0; c < cohorts_of_[call.service].count; ++c) {
        const CohortId cohort = cohorts_of_[call.service][c];
        const InstanceId instance = cohorts_[cohort].sample;
        if (any && scene.failover.may_read(instance)) {
            const int rank = scene.failover.distance_rank(call.service, from, instance);
            if (rank < best_rank) {
                branch.targets.clear();
                best_rank = rank;
            }
            if (rank == best_rank) {
                branch.targets.push_back({cohort, cohorts_[cohort].count, 0, {}, 0});
            }
        } else if (!any && instance == scene.failover.primary(call.service)) {
            branch.targets.push_back({cohort, 1, 0, {}, 0});
        }
    }
    if (branch.targets.empty()) {  // nobody is believed up: the primary is asked
        for (std::uint32_t c = 0; c < cohorts_of_[call.service].count; ++c) {
            if (cohorts_[cohorts_of_[call.service][c]].sample == scene.failover.primary(call.service)) {
                branch.targets.push_back({cohorts_of_[call.service][c], 1, 0, {}, 0});
            }
        }
    }
    for (const Target& target : branch.targets) {
        branch.members += target.members;
    }
    share_evenly(branch);
    return branch;
}

namespace {

/// How the clients at an origin are spread over sites, under one answer.
std::vector<double> site_shares(const DnsPlan& dns, std::size_t origin, const std::vector<std::uint8_t>& up) {
    std::vector<double> shares(dns.sites.size(), 0);
    if (dns.policy.policy == RoutePolicy::weighted) {
        double sum = 0;
        for (std::size_t site = 0; site < dns.sites.size(); ++site) {
            sum += up[site] != 0 ? dns.sites[site].weight : 0;
        }
        if (sum > 0) {
            for (std::size_t site = 0; site < dns.sites.size(); ++site) {
                shares[site] = up[site] != 0 ? dns.sites[site].weight / sum : 0;
            }
            return shares;
        }
    }
    const auto& order = dns.order_of_origin[origin];
    for (const std::uint32_t site : order) {
        if (up[site] != 0) {
            shares[site] = 1;
            return shares;
        }
    }
    shares[order.front()] = 1;  // all unhealthy: answered as if all were healthy
    return shares;
}

}  // namespace

void Solver::targets_of_pair(const Scene& scene, Pair& pair) {
    const CallPlan& call = plan_.calls[pair.call];
    pair.branches.clear();
    if (plan_.services[call.service].has_primary) {
        pair.branches.push_back(branch_of_database(scene, pair));
        return;
    }
    const BalancerId balancer = plan_.balancer(pair.caller, call.service);
    DnsId dns_id = DnsId::none();
    std::size_t origin = 0;
    if (!plan_.group_of_caller[pair.caller].exists()) {
        const DemandPlan& demand = plan_.demands[plan_.demand_of(pair.caller)];
        dns_id = demand.dns_of_call[pair.call.value - demand.calls.first.value];
        origin = plan_.origin_of(pair.caller).value - demand.origins.first.value;
    }
    if (!dns_id.exists()) {
        pair.branches.push_back(branch_of(scene, balancer, UINT32_MAX));
        return;
    }
    const DnsPlan& dns = plan_.dns[dns_id];
    const Answers& answers = scene.answers[dns_id];
    std::vector<double> shares = site_shares(dns, origin, answers.now);
    if (answers.share_now < 1) {
        const std::vector<double> before = site_shares(dns, origin, answers.before);
        for (std::size_t site = 0; site < shares.size(); ++site) {
            shares[site] = answers.share_now * shares[site] + (1 - answers.share_now) * before[site];
        }
    }
    for (std::uint32_t site = 0; site < shares.size(); ++site) {
        if (shares[site] > 0) {
            pair.branches.push_back(branch_of(scene, balancer, site));
            pair.branches.back().weight = shares[site];
        }
    }
}

/// How many instances that serve are candidates together.
void Solver::find_pools() {
    for (const Pair& pair : pairs_) {
        for (const Branch& branch : pair.branches) {
            double serving = 0;
            for (const Target& target : branch.targets) {
                serving += cohorts_[target.cohort].serves() ? target.members : 0;
            }
            for (const Target& target : branch.targets) {
                cohorts_[target.cohort].pool = std::max(cohorts_[target.cohort].pool, serving);
            }
        }
    }
}

void Solver::find_targets(const Scene& scene) {
    for (Pair& pair : pairs_) {
        targets_of_pair(scene, pair);
    }
}

}  // namespace nines
