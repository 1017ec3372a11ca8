// Steps: how an attempt walks through its endpoint at a cohort: how long it stays, holds a worker, and how it ends.

#include <algorithm>
#include <limits>

#include "engine/base/hash.hpp"
#include "models/flow/solver.hpp"

namespace nines {

/// Where a walk has come to.
struct Solver::Walk {
    double alive = 1;   // share of attempts that have come so far
    double intact = 1;  // of them, not degraded
    SharedLaw law;      // time since arrival, of those
    double mean_s = 0;
    double variance_s2 = 0;  // in light rounds
    double least_s = 0;      // backlogs alone take so long
    double finished_least_s = std::numeric_limits<double>::infinity();
    bool holds = true;                           // a worker
    double held_s = 0, held_variance_s2 = 0;     // for how long, of those alive
    double hold_mean_s = 0, hold_second_s2 = 0;  // of those that have ended, summed
    double visits = 1;
    double done = 0;  // finished early, by a hit in a cache
    double done_intact = 0;
    std::vector<WeightedShare> finished;
    double error = 0;
    double error_time_s = 0;  // summed over those that failed
    std::vector<std::pair<PairId, double>> calls;

    void add(Solver& solver, const SharedLaw& part) {
        law = solver.plus(law, part);
        mean_s += part.mean();
    }
    void vary(double part_variance_s2) { variance_s2 += part_variance_s2; }
    void hold(double part_mean_s, double part_variance_s2) {
        if (holds) {
            held_s += part_mean_s;
            held_variance_s2 += part_variance_s2;
        }
    }
    void hold(const SharedLaw& part) {
        if (holds) {
            hold(part.mean(), part.variance());
        }
    }
    void wait_at(Solver& solver, const Cohort& cohort) {
        add(solver, cohort.wait);
        vary(cohort.wait_variance_s2);
        least_s += cohort.wait_least_s;
    }
    /// A share of all attempts ends, so much later than now.
    void leave(double share, double later_s) {
        const double whole_s = held_s + (holds ? later_s : 0);
        hold_mean_s += share * whole_s;
        hold_second_s2 += share * (whole_s * whole_s + held_variance_s2);
    }
};

/// The sum of two independent times; of their means alone in light rounds. Sums made before are remembered.
SharedLaw Solver::plus(const SharedLaw& a, const SharedLaw& b) {
    if (is_light_) {
        return SharedLaw::constant(a.mean() + b.mean());
    }
    if (a.is_constant() || b.is_constant()) {
        return sum(a, b);
    }
    Sum& known = sums_[combine(a.hash(), b.hash()) % k_sums];
    if (known.a != a.hash() || known.b != b.hash()) {
        known = {a.hash(), b.hash(), sum(a, b)};
    }
    return known.law;
}

SharedLaw Solver::scaled(const SharedLaw& law, double factor) const {
    return is_light_ ? SharedLaw::constant(law.mean() * factor) : law.scaled(factor);
}

SharedLaw Solver::one_of(std::span<const WeightedShare> parts) const {
    if (!is_light_) {
        return mixture(parts);
    }
    double weight = 0;
    double mean = 0;
    for (const WeightedShare& part : parts) {
        weight += part.weight;
        mean += part.weight * part.law.mean();
    }
    return SharedLaw::constant(weight > 0 ? mean / weight : 0);
}

/// One call after the other steps: its failure ends the endpoint, unless it is optional.
void Solver::do_call(const Pair& pair, const CallPlan& call, Walk& walk) {
    const double ok = pair.ok();
    const double failed = pair.failed();
    if (call.optional) {
        const WeightedShare parts[] = {{ok, pair.ok_law}, {failed, SharedLaw::constant(pair.failed_s)}};
        const SharedLaw law = failed > 0 ? one_of(parts) : pair.ok_law;
        walk.hold(law);
        walk.add(*this, law);
        walk.vary(pair.ok_variance_s2);
        walk.intact *= ok > 0 ? pair.ends[0] : 0;
        return;
    }
    walk.error += walk.alive * failed;
    walk.error_time_s += walk.alive * failed * (walk.mean_s + pair.failed_s);
    walk.leave(walk.alive * failed, pair.failed_s);
    walk.alive *= ok;
    walk.intact *= ok > 0 ? pair.ends[0] / ok : 0;
    walk.hold(pair.ok_law);
    walk.add(*this, pair.ok_law);
    walk.vary(pair.ok_variance_s2);
    walk.least_s += pair.ok_least_s;
}

/// Branches at once: it ends with the last, or as soon as a required one has failed.
void Solver::do_parallel(const Cohort& cohort, const StepPlan& step, Walk& walk) {
    SharedLaw longest;
    double variance_s2 = 0;
    double least_s = 0;
    double all_ok = 1;
    double intact = 1;
    double failed_s = 0;
    double failed = 0;
    for (std::uint32_t c = 0; c < step.calls.count; ++c) {
        const CallPlan& call = plan_.calls[step.calls[c]];
        const Pair& pair = pairs_[pair_of(plan_.caller_of(cohort.group), step.calls[c])];
        if (call.optional) {
            const WeightedShare parts[] = {{pair.ok(), pair.ok_law},
                                           {pair.failed(), SharedLaw::constant(pair.failed_s)}};
            longest = maximum(longest, pair.failed() > 0 ? one_of(parts) : pair.ok_law);
            intact *= pair.ends[0];
            continue;
        }
        longest = maximum(longest, pair.ok_law);
        variance_s2 = std::max(variance_s2, pair.ok_variance_s2);
        least_s = std::max(least_s, pair.ok_least_s);
        all_ok *= pair.ok();
        intact *= pair.ok() > 0 ? pair.ends[0] / pair.ok() : 0;
        failed += pair.failed();
        failed_s += pair.failed() * pair.failed_s;
    }
    const double ends_badly = 1 - all_ok;
    if (ends_badly > 0 && failed > 0) {
        walk.error += walk.alive * ends_badly;
        walk.error_time_s += walk.alive * ends_badly * (walk.mean_s + failed_s / failed);
        walk.leave(walk.alive * ends_badly, failed_s / failed);
    }
    walk.alive *= all_ok;
    walk.intact *= intact;
    walk.hold(longest);
    walk.add(*this, longest);
    walk.vary(variance_s2);
    walk.least_s += least_s;
}

/// A sync write waits for a round trip to each copy. While the loss of a copy is not noticed, writes wait for that:
/// what is left of the time to detect, taken as spread evenly.
SharedLaw Solver::commit_law(const Scene& scene, const Cohort& cohort) {
    SharedLaw longest;
    const MessageEnd here{plan_.groups[cohort.group].location, cohort.sample};
    scene.failover.for_each_sync_copy(cohort.service, [&](const Failover::SyncCopy& copy) {
        if (scene.is_waited_for(copy)) {
            longest = maximum(longest, unnoticed_loss_[cohort.service]);
            return;
        }
        if (copy.lost_until != k_never) {
            return;  // known to be lost: nobody waits for it
        }
        const MessageEnd there{plan_.groups[plan_.group_of[copy.instance]].location, copy.instance};
        const SharedLaw trip = ways_.passage(scene, here, there).round_trip;
        longest = longest.mean() == 0 ? trip : maximum(longest, trip);
    });
    return longest;
}

void Solver::walk(const Scene& scene, Cohort& cohort, EndpointId endpoint) {
    const ServicePlan& service = plan_.services[cohort.service];
    const Range<StepId> steps = plan_.endpoints[endpoint].steps;
    const bool shares = service.discipline == Discipline::sharing;
    const bool unlimited = service.workers == k_unlimited;
    Op& op = ops_[op_of(cohort, endpoint)];
    Walk walk;
    walk.calls = std::move(op.calls);
    walk.calls.clear();
    if (cohort.has_wait) {
        walk.wait_at(*this, cohort);
    }
    for (std::uint32_t s = 0; s < steps.count && walk.alive > 0; ++s) {
        const StepPlan& step = plan_.steps[steps[s]];
        switch (step.kind) {
            case StepKind::work: {
                const Work& work = work_[steps[s].value];
                const double slow = cohort.condition.slow;
                if (!walk.holds && !unlimited && !shares) {
                    walk.holds = true;
                    walk.visits += walk.alive;
                    if (cohort.has_wait) {
                        walk.wait_at(*this, cohort);
                    }
                }
                walk.hold(work.mean_s * slow, work.variance_s2 * slow * slow);
                walk.add(*this, scaled(work.law, shares ? slow * cohort.station.slowdown : slow));
                walk.vary(work.variance_s2 * slow * slow);
                break;
            }
            case StepKind::call: {
                walk.holds = !service.async;
                const CallPlanId call = step.calls[0];
                const PairId pair = pair_of(plan_.caller_of(cohort.group), call);
                walk.calls.emplace_back(pair, walk.alive);
                do_call(pairs_[pair], plan_.calls[call], walk);
                break;
            }
            case StepKind::parallel:
                walk.holds = !service.async;
                for (std::uint32_t c = 0; c < step.calls.count; ++c) {
                    walk.calls.emplace_back(pair_of(plan_.caller_of(cohort.group), step.calls[c]), walk.alive);
                }
                do_parallel(cohort, step, walk);
                break;
            case StepKind::cache:
                walk.finished.push_back({walk.alive * step.hit, walk.law});
                walk.leave(walk.alive * step.hit, 0);
                walk.finished_least_s = std::min(walk.finished_least_s, walk.least_s);
                walk.done += walk.alive * step.hit;
                walk.done_intact += walk.alive * step.hit * walk.intact;
                walk.alive *= 1 - step.hit;
                break;
        }
    }
    if (plan_.endpoints[endpoint].writes > 0 && scene.failover.has_sync_copies(cohort.service)) {
        walk.hold(cohort.commit);
        walk.add(*this, cohort.commit);
    }
    const double ended_ok = walk.alive + walk.done;
    const double spoiled = cohort.condition.errors_after;
    if (walk.finished.empty()) {
        op.ok_law = walk.law;
    } else {
        walk.finished.push_back({walk.alive, walk.law});
        op.ok_law = one_of(walk.finished);
    }
    const double error = walk.error + spoiled * ended_ok;
    op.error_mean_s = error > 0 ? (walk.error_time_s + spoiled * ended_ok * op.ok_law.mean()) / error : 0;
    op.ok = ended_ok * (1 - spoiled);
    op.degraded = ended_ok > 0 ? 1 - (walk.alive * walk.intact + walk.done_intact) / ended_ok : 0;
    // Ends early or late: as different as their times.
    op.ok_variance_s2 = walk.variance_s2 + (walk.finished.empty() ? 0 : walk.mean_s * walk.mean_s);
    op.ok_least_s = std::min(walk.alive > 0 ? walk.least_s : walk.finished_least_s, walk.finished_least_s);
    walk.leave(walk.alive, 0);
    op.hold_mean_s = walk.hold_mean_s;
    op.hold_variance_s2 = std::max(0.0, walk.hold_second_s2 - walk.hold_mean_s * walk.hold_mean_s);
    op.visits = walk.visits;
    op.stay_mean_s = op.ok * op.ok_law.mean() + (1 - op.ok) * op.error_mean_s;
    op.calls = std::move(walk.calls);
}

/// Where priorities make a difference: once for each of them, and then for all together.
void Solver::walk_classes(const Scene& scene, Cohort& cohort, EndpointId endpoint) {
    Op& op = ops_[op_of(cohort, endpoint)];
    op.class_law.clear();
    for (SharedLaw& wait : cohort.class_wait) {
        std::swap(cohort.wait, wait);
        walk(scene, cohort, endpoint);
        std::swap(cohort.wait, wait);
        op.class_law.push_back(op.ok_law);
    }
    walk(scene, cohort, endpoint);
}

}  // namespace nines
