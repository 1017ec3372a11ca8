// Tokens: what limits let in. A bucket that is draining lets everything in; else it is in its steady state: of Poisson
// arrivals a share finds no token, and of more than its rate no more than its rate gets one.

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include "engine/analytic/token_bucket.hpp"
#include "models/flow/replication.hpp"
#include "models/flow/solver.hpp"

namespace nines {

namespace {

constexpr double k_balanced = 1e-9;  // relative: so near its rate a bucket does not drain
constexpr double k_agreed = 1e-14;   // of a share

/// Where three shares, each a function of the one before, lead to (Aitken), if they lead anywhere.
double extrapolated(double first, double second, double third) {
    const double step = third - second;
    const double step_before = second - first;
    const bool comes_nearer = std::abs(step) < std::abs(step_before) && std::abs(step_before) > k_agreed;
    return third < 1 && comes_nearer ? std::clamp(third + step * step / (step_before - step), third / 2, 1.0) : third;
}

}  // namespace

void Solver::find_buckets(const Scene& scene) {
    buckets_.resize(scene.limits.size());
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        const TokenBucket& bucket = scene.limits[i];
        buckets_[i] = {.per_s = bucket.per_s,
                       .burst = bucket.burst,
                       .is_throttle = bucket.occurrence != UINT32_MAX,
                       .is_dry = bucket.level <= 0,
                       .streams = {}};
    }
}

/// The share of a caller's attempts at a group that limits let in.
double Solver::let_in(const Scene& scene, CallerId caller, GroupId group) const {
    double share = 1;
    if (!buckets_.empty()) {
        scene.limits.for_each(caller, group, [&](std::size_t at) { share *= buckets_[at].share; });
    }
    return share;
}

/// Attempts that come to those who serve. (Copies answer writes with a refusal of their own.)
void Solver::need_tokens(const Scene& scene, const Pair& pair, const Target& target) {
    const Cohort& cohort = cohorts_[target.cohort];
    const double per_s = pair.calls * target.visits * target.attempt.pass;
    const bool writes_to_copy = cohort.reads_only && plan_.calls[pair.call].writes > 0;
    if (per_s <= 0 || !cohort.serves() || writes_to_copy) {
        return;
    }
    const auto stream = static_cast<std::uint32_t>(streams_.size());
    streams_.push_back({per_s, let_in(scene, pair.caller, cohort.group)});
    scene.limits.for_each(pair.caller, cohort.group, [&](std::size_t at) { buckets_[at].streams.push_back(stream); });
}

/// What comes to a bucket, of those who find a token in all others that they need one of.
double Solver::arrivals_at(const Bucket& bucket) const {
    double per_s = 0;
    for (const std::uint32_t stream : bucket.streams) {
        per_s += streams_[stream].per_s * streams_[stream].let_in / bucket.share;
    }
    return per_s;
}

/// Who takes from `other` too finds a token here whenever there is one: here no more has been taken, and it fills no
/// slower.
bool Solver::is_idle_behind(const Bucket& bucket, const Bucket& other) const {
    const bool is_looser = std::tie(other.per_s, other.burst) < std::tie(bucket.per_s, bucket.burst) ||
                           (other.per_s == bucket.per_s && other.burst == bucket.burst && &other < &bucket);
    return is_looser && other.burst <= bucket.burst &&
           std::includes(other.streams.begin(), other.streams.end(), bucket.streams.begin(), bucket.streams.end());
}

/// Of the buckets that some attempts need tokens of together: those that never turn anybody away are set aside.
/// Only throttles share attempts, with one another and with a service's own limit. @returns whether any do
bool Solver::find_idle_buckets() {
    bool any = false;
    for (Bucket& bucket : buckets_) {
        bucket.is_idle = false;
        for (const Bucket& other : buckets_) {
            if (&other != &bucket && (other.is_throttle || bucket.is_throttle) && !bucket.streams.empty()) {
                any = true;
                bucket.is_idle = bucket.is_idle || is_idle_behind(bucket, other);
            }
        }
    }
    return any;
}

void Solver::share_in(Bucket& bucket, double share) {
    for (const std::uint32_t stream : bucket.streams) {
        streams_[stream].let_in *= share / bucket.share;
    }
    bucket.share = share;
}

/// One bucket after the other, so that of two in a row the first that is too small for both does not starve the second.
/// @returns the largest change
double Solver::pass_buckets() {
    double change = 0;
    for (Bucket& bucket : buckets_) {
        const double load = bucket.is_idle ? 0 : arrivals_at(bucket) / bucket.per_s;
        // What is too much only by those who try again, since a few were turned away, does not drain it.
        const bool drains = load > 1 + k_balanced && !bucket.is_dry && bucket.share == 1;
        const double share = drains ? 1 : 1 - analytic::token_bucket_loss(load, bucket.burst);
        change = std::max(change, std::abs(share - bucket.share));
        share_in(bucket, share);
    }
    return change;
}

/// Buckets in a row that are asked for the same come to agree but slowly, however fast the rest of the rounds: hence in
/// rounds of their own, each followed by Aitken's extrapolation.
void Solver::share_tokens() {
    constexpr int k_rounds = 50;
    const bool any_shared = find_idle_buckets();
    double change = pass_buckets();
    std::vector<double> first;
    std::vector<double> second;
    for (int round = 0; any_shared && change > k_agreed && round < k_rounds; ++round) {
        first.clear();
        second.clear();
        for (const Bucket& bucket : buckets_) {
            first.push_back(bucket.share);
        }
        pass_buckets();
        for (const Bucket& bucket : buckets_) {
            second.push_back(bucket.share);
        }
        change = pass_buckets();
        for (std::size_t i = 0; i < buckets_.size(); ++i) {
            share_in(buckets_[i], extrapolated(first[i], second[i], buckets_[i].share));
        }
    }
}

/// Retries at a bucket that is asked for just what it has turn away about as many as they are: rounds come to an end of
/// it but slowly. Every so often shares are what the last three lead to, and the rest follows them at once.
void Solver::hasten_buckets(std::uint32_t round) {
    constexpr std::uint32_t k_every = 8;  // rounds: what settles fast has done so in between
    for (Bucket& bucket : buckets_) {
        if (round % k_every == 0) {
            share_in(bucket, extrapolated(bucket.shares_before[0], bucket.shares_before[1], bucket.share));
        }
        bucket.shares_before = {bucket.shares_before[1], bucket.share};
    }
    blend_ = round % k_every == 0 ? 1 : blend_;
}

/// Tokens per second that come in beyond those taken. A dry bucket with more to do than it can stays dry.
double Solver::token_drift(const Bucket& bucket) const {
    const double spare = bucket.per_s - arrivals_at(bucket);
    return bucket.is_dry && spare <= 0 ? 0 : spare;
}

/// In a transition that of its middle.
double FlowReplication::token_drift_of(std::size_t bucket) const {
    return (atlas_[stretch_.from].token_drift[bucket] + atlas_[stretch_.to].token_drift[bucket]) / 2;
}

void FlowReplication::tokens_come_and_go(Microseconds to) {
    const double seconds = static_cast<double>(to - now_) / k_us_per_s;
    for (std::size_t i = 0; i < scene_.limits.size() && to > now_; ++i) {
        TokenBucket& bucket = scene_.limits[i];
        bucket.level = std::clamp(bucket.level + token_drift_of(i) * seconds, 0.0, bucket.burst);
    }
}

/// When the first bucket runs dry.
void FlowReplication::next_dry() {
    ++drying_;
    double soonest_s = std::numeric_limits<double>::infinity();
    std::size_t first = 0;
    for (std::size_t i = 0; i < scene_.limits.size(); ++i) {
        const double drift = token_drift_of(i);
        const double in_s = drift < 0 ? scene_.limits[i].level / -drift : soonest_s;
        if (scene_.limits[i].level > 0 && in_s < soonest_s) {
            soonest_s = in_s;
            first = i;
        }
    }
    if (soonest_s < std::numeric_limits<double>::infinity()) {
        schedule(std::max(after(soonest_s), now_ + 1), Kind::bucket_runs_dry, static_cast<std::uint32_t>(first),
                 drying_);
    }
}

}  // namespace nines
