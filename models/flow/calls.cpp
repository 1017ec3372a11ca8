// Calls: an attempt as its caller sees it, and what comes of trying again.

#include <algorithm>
#include <cmath>

#include "models/flow/solver.hpp"

namespace nines {

using analytic::LatencyLaw;

namespace {

constexpr auto k_error = static_cast<std::size_t>(Outcome::error);
constexpr auto k_timeout = static_cast<std::size_t>(Outcome::timeout);
constexpr auto k_rejected = static_cast<std::size_t>(Outcome::rejected);
constexpr auto k_abandoned = static_cast<std::size_t>(Outcome::abandoned);
constexpr auto k_ok = static_cast<std::size_t>(Outcome::ok);
constexpr auto k_degraded = static_cast<std::size_t>(Outcome::degraded);

double limit_s(const CallPlan& call) {
    const Nanoseconds limit = std::min(call.timeout, call.deadline);
    return limit == k_never ? std::numeric_limits<double>::infinity() : to_seconds(limit);
}

/// The wait before attempt `next` (2 is the first retry) without jitter, in the mean.
double backoff_plain_s(const RetryPolicy& retry, std::uint32_t next) {
    if (retry.backoff == BackoffLaw::fixed) {
        return retry.fixed_s.mean();
    }
    if (retry.backoff == BackoffLaw::none) {
        return 0;
    }
    double wait_s = retry.base_s;
    for (std::uint32_t i = 2; i < next && wait_s < retry.cap_s; ++i) {
        wait_s *= 2;
    }
    return std::min(wait_s, retry.cap_s);
}

SharedLaw uniform(double from_s, double to_s) {
    return SharedLaw(LatencyLaw::of(Distribution::uniform(from_s, to_s)));
}

/// The law of that wait, jitter included. Of decorrelated jitter, and of jitter on waits drawn by a law, the mean
/// alone.
SharedLaw backoff_law(const RetryPolicy& retry, std::uint32_t next) {
    const double wait_s = backoff_plain_s(retry, next);
    const bool is_drawn = retry.backoff == BackoffLaw::fixed && retry.fixed_s.variance() > 0;
    switch (retry.jitter) {
        case Jitter::none:
            return is_drawn ? SharedLaw(LatencyLaw::of(retry.fixed_s)) : SharedLaw::constant(wait_s);
        case Jitter::full:
            return is_drawn || wait_s == 0 ? SharedLaw::constant(wait_s / 2) : uniform(0, wait_s);
        case Jitter::equal:
            return is_drawn || wait_s == 0 ? SharedLaw::constant(wait_s * 3 / 4) : uniform(wait_s / 2, wait_s);
        case Jitter::decorrelated: {
            const double base_s = retry.backoff == BackoffLaw::exponential ? retry.base_s : wait_s;
            const double cap_s = retry.backoff == BackoffLaw::exponential ? retry.cap_s : 3 * wait_s;
            double last_s = base_s;
            for (std::uint32_t i = 2; i <= next; ++i) {
                last_s = std::min(cap_s, (base_s + 3 * last_s) / 2);
            }
            return SharedLaw::constant(last_s);
        }
    }
    return SharedLaw::constant(wait_s);
}

/// The mean of 1 / (k + B), B binomial (n, p): the share of one among those that tie with it.
double share_among_ties(double k, double n, double p) {
    // E 1 / (k + B) = integral over x in [0, 1] of x^(k-1) (1 - p + p x)^n; by Simpson's rule on 32 pieces.
    constexpr int k_pieces = 32;
    double sum = 0;
    for (int i = 0; i <= k_pieces; ++i) {
        const double x = static_cast<double>(i) / k_pieces;
        double power = k <= 1 ? 1 : portable::pow(std::max(x, 1e-300), k - 1);
        power *= portable::pow(std::max(1 - p + p * x, 1e-300), n);
        sum += power * (i == 0 || i == k_pieces ? 1 : i % 2 == 1 ? 4 : 2);
    }
    return sum / (3 * k_pieces);
}

}  // namespace

/// How an attempt at a cohort ends, for a caller who waits no longer than its limit.
Solver::Attempt Solver::attempt_at(const Scene& scene, const Pair& pair, const Cohort& cohort) {
    const CallPlan& call = plan_.calls[pair.call];
    const GroupId caller_group = plan_.group_of_caller[pair.caller];
    const MessageEnd from{plan_.location_of_caller[pair.caller],
                          caller_group.exists() ? plan_.groups[caller_group].instances[0] : InstanceId::none()};
    const Passage passage = ways_.passage(scene, from, {plan_.groups[cohort.group].location, cohort.sample});
    const double limit = limit_s(call);
    const bool has_limit = limit < std::numeric_limits<double>::infinity();
    const double trip_s = passage.round_trip.mean();
    const double there_and_back = (1 - passage.lost) * (1 - passage.lost);
    Attempt attempt;
    attempt.pass = 1 - passage.lost;
    attempt.timeout_s = has_limit ? limit : 0;
    attempt.taken_out_s = call.cancel ? std::max(0.0, limit - trip_s / 2) : attempt.taken_out_s;
    const auto refuse = [&](double share, std::size_t outcome, double after_s) {
        const bool in_time = after_s <= limit;
        attempt.ends[in_time ? outcome : k_timeout] += share * there_and_back;
        attempt.failed_s += share * there_and_back * std::min(after_s, limit);
    };
    if (cohort.silent) {
        attempt.ends[k_timeout] = has_limit ? 1 : 0;
        attempt.failed_s = attempt.timeout_s;
        return attempt;
    }
    if (!cohort.serves()) {
        refuse(1, k_rejected, trip_s);
    } else {
        const Op& op = ops_[op_of(cohort, call.endpoint)];
        const bool writes_to_copy = cohort.reads_only && call.writes > 0;
        attempt.let_in = writes_to_copy ? 1 : let_in(scene, pair.caller, cohort.group);
        const double errors = attempt.let_in * cohort.condition.errors;
        const double queuing = attempt.let_in * (1 - cohort.condition.errors);
        const double rejected = writes_to_copy ? 1 : queuing * cohort.station.rejected;
        const double abandoned = writes_to_copy ? 0 : queuing * cohort.station.abandoned;
        const double joining = writes_to_copy ? 0 : queuing * cohort.station.served_share();
        const double served = joining * (1 - cohort.starved);
        refuse(1 - attempt.let_in, k_rejected, trip_s);
        refuse(writes_to_copy ? 0 : errors, k_error, trip_s);
        refuse(rejected, k_rejected, trip_s);
        refuse(abandoned, k_abandoned, trip_s + cohort.station.wait_mean_s);
        if (cohort.starved > 0) {
            refuse(joining * cohort.starved, k_timeout, limit);
        }
        refuse(served * (1 - op.ok), k_error, trip_s + op.error_mean_s);
        const bool by_class = pair.rank < op.class_law.size();
        SharedLaw law = plus(by_class ? op.class_law[pair.rank] : op.ok_law, passage.round_trip);
        attempt.ok_variance_s2 = op.ok_variance_s2 + passage.round_trip.variance();
        attempt.least_s = op.ok_least_s;
        double in_time = 1;
        if (has_limit && law.quantile(0.999999) > limit / 4) {
            const auto cut = law.truncated_below(limit);
            in_time = cut.probability;
            law = cut.law;
        }
        const double ok = served * op.ok * there_and_back;
        attempt.ends[k_ok] = ok * in_time * (1 - op.degraded);
        attempt.ends[k_degraded] = ok * in_time * op.degraded;
        attempt.ends[k_timeout] += ok * (1 - in_time);
        attempt.done = (1 - cohort.starved) * (call.cancel ? in_time : 1);
        attempt.failed_s += ok * (1 - in_time) * attempt.timeout_s;
        attempt.ok_law = law;
    }
    if (has_limit) {
        attempt.ends[k_timeout] += 1 - there_and_back;
        attempt.failed_s += (1 - there_and_back) * limit;
    }
    const double failed = attempt.failed_share() + attempt.ends[k_abandoned];
    attempt.failed_s = failed > 0 ? attempt.failed_s / failed : 0;
    return attempt;
}

/// A balancer that looks at what is outstanding prefers who refuses at once (nothing is ever outstanding there), and
/// shuns who says nothing (what was sent there stays outstanding until its limit).
void Solver::prefer_the_idle(const Pair& pair, Branch& branch) const {
    const BalancePolicy policy = plan_.services[plan_.calls[pair.call].service].balance.policy;
    if (policy != BalancePolicy::least_outstanding && policy != BalancePolicy::power_of_two) {
        return;
    }
    double refusing = 0;
    double silent = 0;
    double serving = 0;
    double stay = 0;
    double limit = 0;
    for (const Target& target : branch.targets) {
        const Cohort& cohort = cohorts_[target.cohort];
        if (cohort.silent || target.attempt.pass == 0) {
            silent += target.members;
            limit = target.attempt.timeout_s;
        } else if (!cohort.serves()) {
            refusing += target.members;
        } else {
            serving += target.members;
            const Attempt& attempt = target.attempt;
            stay += target.members * (attempt.ok_share() * attempt.ok_law.mean() +
                                      (attempt.failed_share() + attempt.ends[k_abandoned]) * attempt.failed_s);
        }
    }
    if (serving == 0 || refusing + silent == 0) {
        return;
    }
    stay /= serving;
    // Every instance of the calling group asks through the same balancer.
    const double sent = pair.calls * pair.attempts * branch.weight;
    const double outstanding = sent * stay / serving;
    const double idle = std::max(0.0, 1 - outstanding);
    double to_refusing = 0;
    if (refusing > 0) {
        to_refusing = policy == BalancePolicy::least_outstanding
                          ? std::min(1.0, refusing * share_among_ties(refusing, serving, idle))
                          : refusing / branch.members * (2 - idle) / (1 + (1 - idle) * refusing / branch.members);
    }
    double to_silent = 0;
    if (silent > 0 && sent > 0) {
        const double when_idle = (1 - to_refusing) * share_among_ties(1, serving, idle);
        const double levels = std::max(1.0, outstanding);
        const double each = limit > 0 ? levels / (limit + levels / (sent * std::max(when_idle, 1e-12))) : 0;
        to_silent = std::min(silent / branch.members, silent * each / sent);
    }
    for (Target& target : branch.targets) {
        const Cohort& cohort = cohorts_[target.cohort];
        const bool is_silent = cohort.silent || target.attempt.pass == 0;
        target.share = is_silent          ? to_silent * target.members / silent
                       : !cohort.serves() ? to_refusing * target.members / refusing
                                          : (1 - to_silent - to_refusing) * target.members / serving;
    }
}

/// All attempts of a call on one branch.
struct Solver::Chain {
    double attempts = 0;
    std::array<double, k_outcomes> ends{};
    std::vector<WeightedShare> ok;
    double failed_time_s = 0;  // summed over calls that failed
};

/// One attempt after the other, added to `chain`. A retry goes to another instance than the last one where there is
/// another.
void Solver::try_branch(const Pair& pair, Branch& branch, double retry_share, Chain& chain) {
    const CallPlan& call = plan_.calls[pair.call];
    const double deadline =
        call.deadline == k_never ? std::numeric_limits<double>::infinity() : to_seconds(call.deadline);
    branch.nobody = 0;
    for (Target& target : branch.targets) {
        target.visits = 0;
    }
    if (branch.targets.empty()) {
        double trying = branch.weight;
        for (std::uint32_t n = 1; n <= call.attempts; ++n) {
            branch.nobody += trying;
            chain.attempts += trying;
            trying *= retry_share;
        }
        chain.ends[k_rejected] += branch.weight;
        return;
    }
    std::vector<double>& at = sent_;
    std::vector<double>& next = resent_;
    at.resize(branch.targets.size());
    for (std::size_t t = 0; t < at.size(); ++t) {
        at[t] = branch.weight * branch.targets[t].share;
    }
    double elapsed_s = 0;  // mean time that those who try again have spent
    SharedLaw waited;      // of it, the part that back-off draws
    for (std::uint32_t n = 1;; ++n) {
        double failing = 0;
        double failing_time = 0;
        next.assign(at.size(), 0);
        const bool may_go_on = n < call.attempts;
        const SharedLaw wait = may_go_on ? backoff_law(call.retry, n + 1) : SharedLaw();
        for (std::size_t t = 0; t < at.size(); ++t) {
            Target& target = branch.targets[t];
            const Attempt& attempt = target.attempt;
            target.visits += at[t];
            chain.attempts += at[t];
            chain.ends[k_ok] += at[t] * attempt.ends[k_ok];
            chain.ends[k_degraded] += at[t] * attempt.ends[k_degraded];
            if (attempt.ok_share() > 0 && at[t] > 0) {
                chain.ok.push_back(
                    {at[t] * attempt.ok_share(), plus(attempt.ok_law, waited).shifted(elapsed_s - waited.mean())});
            }
            const double failed = at[t] * attempt.failed_share();
            const bool again = may_go_on && elapsed_s + attempt.failed_s + wait.mean() < deadline;
            const double retried = again ? failed * retry_share : 0;
            const double share_ended = failed > 0 ? 1 - retried / failed : 1;
            for (const std::size_t outcome : {k_error, k_timeout, k_rejected}) {
                chain.ends[outcome] += at[t] * attempt.ends[outcome] * share_ended;
            }
            chain.ends[k_abandoned] += at[t] * attempt.ends[k_abandoned];
            chain.failed_time_s +=
                (failed - retried + at[t] * attempt.ends[k_abandoned]) * (elapsed_s + attempt.failed_s);
            failing += retried;
            failing_time += retried * attempt.failed_s;
            // Where the retry goes: anywhere but the instance that failed.
            const double own = target.share / std::max(target.members, 1.0);
            const double others = 1 - own;
            for (std::size_t u = 0; u < at.size() && retried > 0; ++u) {
                const double share = branch.targets[u].share - (u == t && others > 1e-12 ? own : 0);
                next[u] += retried * share / (others > 1e-12 ? others : 1);
            }
        }
        if (failing <= 0) {
            return;
        }
        elapsed_s += failing_time / failing + wait.mean();
        waited = plus(waited, wait);
        std::swap(at, next);
    }
}

/// Of the time of a call that ended ok, in light rounds: the largest of any target, and how far targets and attempts
/// lie apart.
double Solver::variance_of(const Pair& pair) const {
    const double mean_s = pair.ok_law.mean();
    double within = 0;
    double apart = 0;
    for (const Branch& branch : pair.branches) {
        for (const Target& target : branch.targets) {
            const Attempt& attempt = target.attempt;
            const double off_s = attempt.ok_law.mean() - mean_s;
            within = attempt.ok_share() > 0 ? std::max(within, attempt.ok_variance_s2) : within;
            apart += attempt.ok_share() > 0 ? target.visits * off_s * off_s : 0;
        }
    }
    return within + apart;
}

/// Answers of a call come no sooner than this.
double Solver::least_of(const Pair& pair) const {
    double least_s = std::numeric_limits<double>::infinity();
    for (const Branch& branch : pair.branches) {
        for (const Target& target : branch.targets) {
            least_s = target.attempt.ok_share() > 0 ? std::min(least_s, target.attempt.least_s) : least_s;
        }
    }
    return pair.ok() > 0 ? least_s : 0;
}

/// The call as a whole, over all its branches; with a budget, as many retries as it allows.
void Solver::try_call(const Scene& scene, Pair& pair) {
    const CallPlan& call = plan_.calls[pair.call];
    for (Branch& branch : pair.branches) {
        for (Target& target : branch.targets) {
            target.attempt = attempt_at(scene, pair, cohorts_[target.cohort]);
        }
        share_evenly(branch);
        prefer_the_idle(pair, branch);
    }
    const double before = pair.attempts;
    const auto try_all = [&](double retry_share) {
        Chain all;
        for (Branch& branch : pair.branches) {
            try_branch(pair, branch, retry_share, all);
        }
        return all;
    };
    Chain all = try_all(1);
    if (call.has_budget && all.attempts - 1 > *call.retry.budget) {
        double low = 0;
        double high = 1;
        constexpr int k_halvings = 30;
        for (int i = 0; i < k_halvings; ++i) {
            const double middle = (low + high) / 2;
            (try_all(middle).attempts - 1 > *call.retry.budget ? high : low) = middle;
        }
        all = try_all(low);
    }
    pair.ends = all.ends;
    const double failed = pair.failed();
    pair.failed_s = failed > 0 ? all.failed_time_s / failed : 0;
    pair.ok_law = all.ok.empty() ? SharedLaw() : all.ok.size() == 1 ? all.ok.front().law : one_of(all.ok);
    pair.ok_variance_s2 = is_light_ ? variance_of(pair) : 0;
    pair.ok_least_s = is_light_ ? least_of(pair) : 0;
    pair.attempts = all.attempts;
    if (blend_ < 1 && before > 0) {  // damping: as many attempts as between this round and the last
        pair.attempts = blend_ * all.attempts + (1 - blend_) * before;
        const double factor = pair.attempts / all.attempts;
        for (Branch& branch : pair.branches) {
            for (Target& target : branch.targets) {
                target.visits *= factor;
            }
        }
    }
}

}  // namespace nines
