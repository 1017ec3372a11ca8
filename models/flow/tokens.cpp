// Tokens: what limits let in. A bucket that is draining lets everything in; else it is in its steady state: of Poisson
// arrivals a share finds no token, and of more than its rate no more than its rate gets one.

#include "engine/analytic/token_bucket.hpp"
#include "models/flow/replication.hpp"
#include "models/flow/solver.hpp"

namespace nines {

void Solver::find_buckets(const Scene& scene) {
    buckets_.resize(scene.limits.size());
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        const TokenBucket& bucket = scene.limits[i];
        buckets_[i] = {.per_s = bucket.per_s, .burst = bucket.burst, .is_dry = bucket.level <= 0, .streams = {}};
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

/// One bucket after the other, so that of two in a row the first that is too small for both does not starve the second.
void Solver::share_tokens() {
    for (Bucket& bucket : buckets_) {
        const double load = arrivals_at(bucket) / bucket.per_s;
        const double share = load > 1 && !bucket.is_dry ? 1 : 1 - analytic::token_bucket_loss(load, bucket.burst);
        for (const std::uint32_t stream : bucket.streams) {
            streams_[stream].let_in *= share / bucket.share;
        }
        bucket.share = share;
    }
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
