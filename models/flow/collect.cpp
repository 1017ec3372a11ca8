// What comes out of the iteration: rates by demand, service and group, as tallies want them.

#include <algorithm>
#include <cmath>

#include "engine/analytic/rounded_up.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/units.hpp"
#include "models/flow/solver.hpp"

namespace nines {

namespace {

constexpr double k_rounding = 1e-12;

/// Instances that are alike, `held` of all of whose workers are held.
struct Load {
    double instances = 0;
    std::uint32_t workers = 0;  ///< of an instance
    double held = 0;

    double utilization() const { return std::clamp(held / (instances * workers), 0.0, 1.0); }
};

/// How far an instance has gone beyond the begin of a line of its curve, in parts of a worker: the mean of
/// max(0, parts x B - from x workers), B binomial. Of many workers the mean stands for all of B.
double filled_beyond(const Load& load, const PowerSpec& power, const PowerSpec::Line& line) {
    const double rho = load.utilization();
    const double parts = power.parts();
    const double from = line.from;
    if (load.workers > 512 || rho == 0 || rho == 1) {
        return std::max(0.0, (parts * rho - from) * load.workers);
    }
    const double odds = rho / (1 - rho);
    double chance = portable::exp(load.workers * portable::log1p(-rho));
    double sum = 0;
    for (std::uint32_t busy = 0; busy <= load.workers; ++busy) {
        const double filled = parts * busy - from * load.workers;
        sum += filled > 0 ? chance * filled : 0;
        chance *= odds * (load.workers - busy) / (busy + 1.0);
    }
    return sum;
}

/// Watts above idle: how much of each line of the curve is filled on average, as the accountant of `requests` has it at
/// every moment.
double watts_above_idle(const Load& load, const PowerSpec& power) {
    const std::vector<PowerSpec::Line>& lines = power.lines();
    double sum = 0;
    double beyond_begin = power.parts() * load.held;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const double beyond_end = i + 1 < lines.size() ? load.instances * filled_beyond(load, power, lines[i + 1]) : 0;
        sum += lines[i].rise_w * (beyond_begin - beyond_end) / lines[i].length;
        beyond_begin = beyond_end;
    }
    return sum / load.workers;
}

void add_law(std::vector<LawRate>& laws, LawId law, double per_s) {
    if (per_s <= 0) {
        return;
    }
    for (LawRate& known : laws) {
        if (known.law == law) {
            known.per_s += per_s;
            return;
        }
    }
    laws.push_back({law, per_s});
}

}  // namespace

/// A law that rates refer to. In a draft the times of answers have none: none() stands for them.
LawId Solver::keep(const SharedLaw& law) {
    const auto [at, fresh] = law_of_.emplace(law.hash(), index_at<LawId>(laws_.size()));
    if (fresh) {
        laws_.push_back(law);
    }
    return at->second;
}

const LawValues& Solver::values_of(LawId id) const {
    if (id.value >= k_values_kept) {
        scratch_ = nines::values_of(laws_[id.value].law());
        return scratch_;
    }
    if (id.value >= values_.size()) {
        values_.resize(laws_.size());
    }
    auto& kept = values_[id.value];
    if (!kept) {
        kept = std::make_unique<LawValues>(nines::values_of(laws_[id.value].law()));
    }
    return *kept;
}

void Solver::collect_pair(const Scene& scene, PairId pair_id, Solution& solution) {
    const Pair& pair = pairs_[pair_id];
    const double attackers = solution.attack ? attackers_calls_[pair_id] / pair.calls : 0;  // their share of it
    const CallPlan& call = plan_.calls[pair.call];
    const LocationId here = plan_.location_of_caller[pair.caller];
    if (!plan_.group_of_caller[pair.caller].exists()) {
        const DemandId id = plan_.demand_of(pair.caller);
        ScopeRates& demand = solution.demands[id];
        demand.offered += pair.calls;
        demand.attempts += pair.calls * pair.attempts;
        for (std::size_t i = 0; i < k_outcomes; ++i) {
            demand.ended[i] += pair.calls * pair.ends[i];
        }
        add_law(demand.ok, keep_ok(pair.ok_law), pair.calls * pair.ok());
        add_law(demand.other, keep(SharedLaw::constant(pair.failed_s)), pair.calls * pair.failed());
        solution.in_system[id] += pair.calls * (pair.ok() * pair.ok_law.mean() + pair.failed() * pair.failed_s);
        answered_under_way_ += pair.calls * pair.ok() * pair.ok_law.mean();
    }
    for (const Branch& branch : pair.branches) {
        ScopeRates& nobody = solution.nobody[call.service];
        nobody.offered += pair.calls * branch.nobody;
        nobody.ended[static_cast<std::size_t>(Outcome::rejected)] += pair.calls * branch.nobody;
        add_law(nobody.other, keep(SharedLaw()), pair.calls * branch.nobody);
        for (const Target& target : branch.targets) {
            const Cohort& cohort = cohorts_[target.cohort];
            const Attempt& attempt = target.attempt;
            const double sent = pair.calls * target.visits;
            if (sent <= 0) {
                continue;
            }
            ScopeRates& group = solution.attempts[cohort.group];
            group.offered += sent;
            solution.endpoints[call.endpoint].attempts += sent;
            solution.endpoints[call.endpoint].ok += sent * attempt.ok_share();
            if (attackers > 0) {
                solution.attack->endpoints[call.endpoint].attempts += attackers * sent;
                solution.attack->endpoints[call.endpoint].ok += attackers * sent * attempt.ok_share();
            }
            for (std::size_t i = 0; i < k_outcomes; ++i) {
                group.ended[i] += sent * attempt.ends[i];
            }
            add_law(group.ok, keep_ok(attempt.ok_law), sent * attempt.ok_share());
            add_law(group.other, keep(SharedLaw::constant(attempt.failed_s)),
                    sent * (attempt.failed_share() + attempt.ends[static_cast<std::size_t>(Outcome::abandoned)]));
            const Op& op = ops_[op_of(cohort, call.endpoint)];
            solution.groups[cohort.group].throttled += sent * attempt.pass * (1 - attempt.let_in);
            const double answered = cohort.serves() ? sent * attempt.reaches() * (1 - cohort.condition.errors) *
                                                          cohort.station.served_share() * op.ok * attempt.done
                                                    : 0;
            if (call.writes > 0 && !cohort.reads_only) {
                solution.writes[call.service] += answered * call.writes;
            }
            const LocationId there = plan_.groups[cohort.group].location;
            const auto count = [&](LocationId from, LocationId to, double bytes, double requests) {
                const WayPrice& price = ways_.between(scene, from, to).price;
                const bool is_free = price.row == k_free || (call.crosses_zones_free && price.is_between_zones());
                const auto add = [&](std::vector<double>& units, double share) {
                    if (!is_free) {
                        units[price.row] += share * (price.ends * bytes / k_bytes_per_gb);
                    }
                    if (price.request_row != k_free) {
                        units[price.request_row] += share * requests;
                    }
                };
                add(solution.units, 1);
                if (attackers > 0) {
                    add(solution.attack->units, attackers);
                }
            };
            count(here, there, sent * call.request_bytes, sent);
            count(there, here, answered * call.response_bytes, 0);
        }
    }
}

void Solver::collect_groups(const Scene& scene, Solution& solution) {
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
        const auto id = index_at<GroupId>(g);
        const GroupPlan& group = plan_.groups[id];
        const ServicePlan& service = plan_.services[group.service];
        GroupRates& rates = solution.groups[id];
        rates.instances = static_cast<double>(group.count);
        double serving = rates.instances;
        rates.spot = static_cast<double>(group.spot.at_start);
        if (service.scale) {
            rates.instances = serving = rates.spot = 0;
            for (std::uint32_t i = 0; i < group.instances.count; ++i) {
                const bool paid = scene.state.presence[group.instances[i]] != Presence::absent;
                rates.instances += paid ? 1 : 0;
                rates.spot += paid && plan_.is_spot(group.instances[i]) ? 1 : 0;
                serving += scene.state.is_here(group.instances[i]) ? 1 : 0;
            }
        } else if (service.has_primary) {
            rates.instances = serving = 0;
            for (std::uint32_t i = 0; i < group.instances.count; ++i) {
                const Role role = scene.failover.role(group.instances[i]);
                rates.instances += role != Role::absent ? 1 : 0;
                serving += role == Role::primary || (role == Role::copy && service.reads_any) ? 1 : 0;
            }
        }
        if (service.has_reclaims && !service.scale) {
            for (std::uint32_t i = 0; i < group.instances.count; ++i) {
                const double gone = scene.state.away[group.instances[i]].gone > 0 ? 1 : 0;
                rates.instances -= gone;
                rates.spot -= gone;
                serving -= gone;
            }
        }
        rates.uncommitted =
            std::max(0.0, rates.instances - static_cast<double>(committed_thousandths(service, group)) / 1000);
        rates.workers = service.workers == k_unlimited ? 0 : serving * service.workers;
        rates.watts = rates.instances * group.power.idle_w();
    }
    for (const Cohort& cohort : cohorts_) {
        if (!cohort.serves()) {
            continue;
        }
        const ServicePlan& service = plan_.services[cohort.service];
        const GroupPlan& group = plan_.groups[cohort.group];
        GroupRates& rates = solution.groups[cohort.group];
        const bool limited = service.workers != k_unlimited;
        const double served = 1 - cohort.station.rejected;
        double busy = 0;
        double admitted = 0;
        double present = 0;
        for (const EndpointId endpoint : endpoints_of_[cohort.service]) {
            const Op& op = ops_[op_of(cohort, endpoint)];
            const double entered = op.arrivals * (1 - cohort.condition.errors) * served;
            admitted += entered;
            busy += entered * (1 - cohort.station.abandoned) * op.hold_mean_s;
            const double granules = service.granule > 0 ? entered * (1 - cohort.station.abandoned) * op.begun *
                                                              granules_of(cohort, endpoint, op)
                                                        : 0;
            rates.granules += granules;
            if (solution.attack) {
                const double attackers = attackers_share_[op_of(cohort, endpoint)];
                solution.attack->groups[cohort.group].admitted += attackers * entered;
                solution.attack->groups[cohort.group].granules += attackers * granules;
            }
            present += entered * op.stay_mean_s;
        }
        const double workers = cohort.count * cohort.workers;
        // Behind a backlog every worker is held, whatever arrives meanwhile; but who is sent nothing has no part in it.
        const bool works_off = fluid_[cohort.group] != 0 && scene.backlog[cohort.group] > 0 && cohort.visits > 0;
        busy = limited ? (works_off ? workers : std::min(busy, workers)) : busy;
        rates.admitted += admitted;
        rates.waiting += service.discipline == Discipline::sharing ? 0 : cohort.station.queue_mean;
        rates.busy += busy;
        rates.present += present;
        rates.capacity += limited ? cohort.station.capacity_per_s : 0;
        if (limited && group.power.draws()) {
            rates.watts += watts_above_idle({cohort.count, service.workers, busy}, group.power);
        }
        rates.watts += group.held_w * busy;
        if (fluid_[cohort.group] != 0 && (scene.backlog[cohort.group] > 0 || cohort.station.utilization >= 1)) {
            rates.drift += fluid_drift(scene, cohort);
            rates.holds_at = std::min(rates.holds_at, cohort.holds_at);
        }
    }
}

/// How many granules a request that holds a function is billed for, on average: by the law of its work where that is
/// all it does; else half a granule beyond what it holds (doubts.cpp).
double Solver::granules_of(const Cohort& cohort, EndpointId endpoint, const Op& op) {
    const double granule_s = to_seconds(plan_.services[cohort.service].granule);
    const Range<StepId> steps = plan_.endpoints[endpoint].steps;
    if (!plan_.is_one_work(endpoint)) {
        return op.hold_mean_s > 0 ? op.hold_mean_s / granule_s + 0.5 : 0;
    }
    const StepId step = steps[0];
    const double slow = cohort.condition.slow;
    const auto [known, fresh] = granules_.try_emplace({step.value, slow}, 0);
    if (fresh) {
        known->second = analytic::mean_granules(plan_.steps[step].work_s, granule_s / slow);
    }
    return known->second;
}

/// Who is under way: by Little's law, but for backlogs that grow or drain. There an arrival will wait longer (or less)
/// than those wait who are there: these are the backlog.
void Solver::count_under_way(Solution& solution) const {
    double all = 0;
    for (const double one : solution.in_system) {
        all += one;
    }
    double by_little = 0;
    double there = 0;
    for (const Cohort& cohort : cohorts_) {
        if (fluid_[cohort.group] != 0 && cohort.serves() && cohort.station.utilization >= 1) {
            by_little += cohort.visits * (1 - cohort.station.rejected) * cohort.station.wait_mean_s;
            there += cohort.station.queue_mean;
        }
    }
    for (double& one : solution.in_system) {
        // Who gives up leaves the backlog to itself.
        one *= all > 0 ? std::max(0.0, 1 - (by_little - there) / all * (answered_under_way_ / all)) : 1;
    }
}

Solution Solver::collect(const Scene& scene) {
    Solution solution;
    solution.demands = Column<DemandId, ScopeRates>(plan_.demands.size());
    solution.nobody = Column<ServiceId, ScopeRates>(plan_.services.size());
    solution.attempts = Column<GroupId, ScopeRates>(plan_.groups.size());
    solution.groups = Column<GroupId, GroupRates>(plan_.groups.size());
    solution.endpoints = Column<EndpointId, EndpointRates>(plan_.endpoints.size());
    solution.writes = Column<ServiceId, double>(plan_.services.size());
    solution.in_system = Column<DemandId, double>(plan_.demands.size());
    solution.units.assign(plan_.prices.size(), 0);
    answered_under_way_ = 0;
    if (scene.state.is_attacked) {
        find_attackers();
        solution.attack = no_attack();
    }
    for (std::size_t p = 0; p < pairs_.size(); ++p) {
        const Pair& pair = pairs_[index_at<PairId>(p)];
        solution.asked.push_back(pair.calls > 0 ? pair.attempts : 1);
        if (pair.calls > 0) {
            collect_pair(scene, index_at<PairId>(p), solution);
        }
    }
    for (std::size_t a = 0; solution.attack && a < plan_.attacks.size(); ++a) {
        solution.attack->offered += solution.demands[plan_.demand_of_attack(a)].offered;
    }
    for (const ScopeRates& demand : plan_.of_users(solution.demands)) {
        solution.offered += demand.offered;
        solution.ok += demand.ok_per_s();
        // Requests that never end are lost too.
        const double stuck = demand.offered - demand.ok_per_s() - demand.failed_per_s();
        solution.failed += demand.failed_per_s() + (stuck > k_rounding * demand.offered ? stuck : 0);
    }
    collect_groups(scene, solution);
    for (const Bucket& bucket : buckets_) {
        solution.token_drift.push_back(token_drift(bucket));
        solution.drifts = solution.drifts || solution.token_drift.back() < 0;
    }
    count_under_way(solution);
    solution.watts.assign(grid_.regions(), 0);
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
        const auto id = index_at<GroupId>(g);
        solution.drifts = solution.drifts || solution.groups[id].drift != 0;
        if (grid_.region_of(id) < grid_.regions()) {
            solution.watts[grid_.region_of(id)] += solution.groups[id].watts;
        }
    }
    return solution;
}

}  // namespace nines
