// The iteration: attempts flow down the call graph, stations wait, answers come up, until nothing changes.

#include <algorithm>
#include <cmath>

#include "models/flow/solver.hpp"

namespace nines {

namespace {

constexpr std::uint32_t k_rounds_most = 200;
constexpr double k_settled = 1e-10;  // relative change of all attempts in a round
constexpr std::uint32_t k_rounds_undamped = 12;
constexpr std::uint32_t k_rounds_of_buckets = 60;  // after which rounds wait for limits alone

}  // namespace

/// The state in which iteration begins: nothing is tried again; or everything as often as it may be; or as before.
void Solver::begin(const Scene& scene, Start start, const Solution* before) {
    find_cohorts(scene);
    for (Cohort& cohort : cohorts_) {
        if (cohort.serves() && scene.failover.has_sync_copies(cohort.service)) {
            cohort.commit = commit_law(scene, cohort);
        }
    }
    find_targets(scene);
    find_buckets(scene);
    last_.clear();
    blend_ = 1;
    for (std::size_t p = 0; p < pairs_.size(); ++p) {
        Pair& pair = pairs_[index_at<PairId>(p)];
        double factor = 1;
        if (start == Start::storm) {
            factor = plan_.calls[pair.call].attempts;
        } else if (start == Start::history) {
            factor = before->asked[p];
        }
        pair.attempts = factor;
        pair.ends = {1, 0, 0, 0, 0, 0};
        pair.ok_law = SharedLaw();
        pair.ok_least_s = 0;
        pair.failed_s = 0;
        for (Branch& branch : pair.branches) {
            branch.nobody = branch.targets.empty() ? branch.weight * factor : 0;
            for (Target& target : branch.targets) {
                target.visits = branch.weight * target.share * factor;
                target.attempt = {};
            }
        }
    }
    find_pools();
    for (std::size_t d = 0; d < plan_.demands.size(); ++d) {
        const DemandPlan& demand = plan_.demands[index_at<DemandId>(d)];
        closed_per_s_[index_at<DemandId>(d)] = demand.users > 0 ? demand.users / (demand.think_s.mean() + 1e-3) : 0;
        closed_stay_s_[index_at<DemandId>(d)] = 0;
        closed_rest_s_[index_at<DemandId>(d)] = demand.users > 0 ? demand.think_s.mean() : 0;
    }
    for (Cohort& cohort : cohorts_) {
        for (const EndpointId endpoint : endpoints_of_[cohort.service]) {
            walk(scene, cohort, endpoint);  // nothing waits yet
        }
    }
}

/// Attempts arrive where callers send them; those admitted make calls of their own.
void Solver::flow_down(const Scene& scene) {
    for (Op& op : ops_) {
        op.arrivals = 0;
    }
    for (Pair& pair : pairs_) {
        pair.calls = 0;
    }
    streams_.clear();
    for (Bucket& bucket : buckets_) {
        bucket.streams.clear();
    }
    for (std::size_t d = 0; d < plan_.demands.size(); ++d) {
        const auto id = index_at<DemandId>(d);
        const DemandPlan& demand = plan_.demands[id];
        const double rate = demand.users > 0 ? closed_per_s_[id] : scene.per_s[id];
        double origin_before = 0;
        for (std::uint32_t o = 0; o < demand.origins.count; ++o) {
            const OriginPlan& origin = plan_.origins[demand.origins[o]];
            double call_before = 0;
            for (std::uint32_t c = 0; c < demand.calls.count; ++c) {
                pairs_[pair_of(origin.caller, demand.calls[c])].calls =
                    rate * (origin.share_until - origin_before) * (demand.call_share_until[c] - call_before);
                call_before = demand.call_share_until[c];
            }
            origin_before = origin.share_until;
        }
    }
    for (const EndpointId endpoint : callers_first_) {
        for (const PairId id : pairs_to_[endpoint]) {
            const Pair& pair = pairs_[id];
            for (const Branch& branch : pair.branches) {
                for (const Target& target : branch.targets) {
                    ops_[op_of(cohorts_[target.cohort], endpoint)].arrivals +=
                        pair.calls * target.visits * target.attempt.reaches();
                    if (!buckets_.empty()) {
                        need_tokens(scene, pair, target);
                    }
                }
            }
        }
        const ServiceId service = plan_.endpoints[endpoint].service;
        for (std::uint32_t c = 0; c < cohorts_of_[service].count; ++c) {
            const Cohort& cohort = cohorts_[cohorts_of_[service][c]];
            if (!cohort.serves()) {
                continue;
            }
            const Op& op = ops_[op_of(cohort, endpoint)];
            const double admitted =
                op.arrivals * (1 - cohort.condition.errors) * cohort.station.served_share() * op.begun;
            for (const auto& [called, times] : op.calls) {
                pairs_[called].calls += admitted * times;
            }
        }
    }
}

/// From the leaves up: how endpoints end, and then the calls to them.
void Solver::come_up(const Scene& scene) {
    for (std::size_t e = callers_first_.size(); e-- > 0;) {
        const EndpointId endpoint = callers_first_[e];
        const ServiceId service = plan_.endpoints[endpoint].service;
        for (std::uint32_t c = 0; c < cohorts_of_[service].count; ++c) {
            if (cohorts_[cohorts_of_[service][c]].serves()) {
                walk_classes(scene, cohorts_[cohorts_of_[service][c]], endpoint);
            }
        }
        for (const PairId id : pairs_to_[endpoint]) {
            if (pairs_[id].calls > 0) {
                try_call(scene, pairs_[id]);
            }
        }
    }
}

/// Users who wait do not ask: the rate of a closed loop follows from how long answers take.
void Solver::close_loops() {
    for (std::size_t d = 0; d < plan_.demands.size(); ++d) {
        const auto id = index_at<DemandId>(d);
        const DemandPlan& demand = plan_.demands[id];
        if (demand.users == 0) {
            continue;
        }
        double all = 0;
        double time = 0;
        for (std::uint32_t o = 0; o < demand.origins.count; ++o) {
            for (std::uint32_t c = 0; c < demand.calls.count; ++c) {
                const Pair& pair = pairs_[pair_of(plan_.origins[demand.origins[o]].caller, demand.calls[c])];
                all += pair.calls;
                time += pair.calls * (pair.ok() * pair.ok_law.mean() + pair.failed() * pair.failed_s);
            }
        }
        const double cycle_s = demand.think_s.mean() + (all > 0 ? time / all : 0);
        const double next = demand.users / std::max(cycle_s, 1e-3);
        closed_per_s_[id] = std::sqrt(closed_per_s_[id] * next);
        closed_rest_s_[id] = std::max(demand.think_s.mean(), cycle_s - closed_stay_s_[id]);
    }
}

/// The largest relative change of what is sent anywhere, since the round before.
double Solver::change_since_last() {
    std::vector<double>& now = now_;
    now.clear();
    for (const Pair& pair : pairs_) {
        now.push_back(pair.calls * pair.attempts);
    }
    for (const Op& op : ops_) {
        now.push_back(op.arrivals * op.hold_mean_s);
        now.push_back(op.arrivals);
    }
    double change = last_.size() == now.size() ? 0 : 1;
    double scale = 0;
    for (const double value : now) {
        scale = std::max(scale, std::abs(value));
    }
    for (std::size_t i = 0; i < std::min(now.size(), last_.size()); ++i) {
        const double size = std::max({std::abs(now[i]), std::abs(last_[i]), 1e-9 * scale});
        change = size > 0 ? std::max(change, std::abs(now[i] - last_[i]) / size) : change;
    }
    std::swap(last_, now_);
    return change;
}

bool Solver::may_storm(const Scene& scene) {
    constexpr double k_near = 0.8;
    if (!has_retries_) {
        return false;
    }
    for (Pair& pair : pairs_) {
        for (Branch& branch : pair.branches) {
            for (Target& target : branch.targets) {
                target.visits = branch.weight * target.share * plan_.calls[pair.call].attempts;
            }
        }
    }
    flow_down(scene);
    for (const Cohort& cohort : cohorts_) {
        double held = 0;
        int asked = 0;
        for (const EndpointId endpoint : endpoints_of_[cohort.service]) {
            const Op& op = ops_[op_of(cohort, endpoint)];
            held += cohort.serves() ? op.arrivals * op.hold_mean_s : 0;
            asked += op.arrivals > 0 ? 1 : 0;
        }
        // Behind a backlog who asks waits for that, however often others ask: the memory is in the backlog.
        const bool has_memory =
            scene.backlog[cohort.group] > 0 && asked == 1 && plan_.services[cohort.service].queue_limit == k_unlimited;
        if (cohort.workers > 0 && !has_memory && held > k_near * cohort.count * cohort.workers) {
            return true;
        }
    }
    return false;
}

/// Rounds until nothing changes. @returns how many; more than `rounds_most` where it did not settle
std::uint32_t Solver::iterate(const Scene& scene, std::uint32_t rounds_most) {
    for (std::uint32_t round = 1; round <= rounds_most; ++round) {
        blend_ = round <= k_rounds_undamped ? 1 : 0.5;
        flow_down(scene);
        share_tokens();
        if (!buckets_.empty() && round > k_rounds_of_buckets) {
            hasten_buckets(round);
        }
        serve(scene);
        come_up(scene);
        close_loops();
        if (change_since_last() < k_settled && round > 1) {
            return round;
        }
    }
    return rounds_most + 1;
}

/// Whether some timeout may have a say, or something else needs more than means: then a draft will not do.
bool Solver::needs_laws() const {
    constexpr double k_deviations = 12;
    constexpr double k_means = 6;
    for (const DemandPlan& demand : plan_.demands) {
        if (demand.users > 0) {
            return true;
        }
    }
    for (const Cohort& cohort : cohorts_) {
        const bool is_full = cohort.workers > 0 && cohort.station.utilization >= 1;
        if (is_full && fluid_[cohort.group] == 0) {
            return true;
        }
    }
    for (const Pair& pair : pairs_) {
        const CallPlan& call = plan_.calls[pair.call];
        const double limit_s = to_seconds(std::min(call.timeout, call.deadline));
        for (const Branch& branch : pair.branches) {
            for (const Target& target : branch.targets) {
                const Attempt& attempt = target.attempt;
                const double mean_s = attempt.ok_law.mean();
                const double far_s = mean_s + k_deviations * std::sqrt(attempt.ok_variance_s2);
                const bool is_never_in_time = attempt.least_s > limit_s;
                if (pair.calls > 0 && !is_never_in_time && limit_s < std::max(far_s, k_means * mean_s)) {
                    return true;
                }
            }
        }
    }
    return false;
}

/// Light rounds first: as long as no timeout has a say, means of times are all that attempts depend on. Then the laws;
/// and where these change what is sent, rounds with laws until it settles.
Solution Solver::solve(const Scene& scene, Start start, Detail detail, const Solution* before) {
    is_light_ = start == Start::quiet;
    begin(scene, start, before);
    std::uint32_t rounds = iterate(scene, k_rounds_most);
    const bool is_draft = is_light_ && detail == Detail::draft && rounds <= k_rounds_most && !needs_laws();
    if (!is_draft) {
        rounds += refine(scene);
    }
    flow_down(scene);  // what arrives is what was sent in the last round, also where rounds did not settle
    Solution solution = collect(scene);
    solution.is_draft = is_draft;
    solution.rounds = rounds;
    solution.converged = rounds <= 2 * k_rounds_most;
    is_light_ = false;
    return solution;
}

/// The laws. @returns how many rounds it took until they changed nothing more
std::uint32_t Solver::refine(const Scene& scene) {
    constexpr double k_same = 1e-7;
    is_light_ = false;
    refines_ = true;
    for (int pass = 0; pass < (holds_calls_ ? 2 : 1); ++pass) {
        come_up(scene);
        serve(scene);
    }
    come_up(scene);
    flow_down(scene);
    const std::uint32_t rounds = change_since_last() > k_same ? iterate(scene, k_rounds_most) : 0;
    refines_ = false;
    return rounds;
}

}  // namespace nines
