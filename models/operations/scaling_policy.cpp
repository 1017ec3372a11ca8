#include "models/operations/scaling_policy.hpp"

#include <algorithm>
#include <cmath>

namespace nines {

namespace {

/// Sums over a period leave a rounding behind: what is this little over a whole number is that number.
constexpr double k_rounding = 1e-9;

double whole(double needed) {
    return std::ceil(needed - k_rounding * std::max(1.0, needed));
}

}  // namespace

std::uint32_t ScalingPolicy::wanted(double needed) const {
    return static_cast<std::uint32_t>(
        std::clamp(whole(needed), static_cast<double>(least_), static_cast<double>(max_)));
}

bool ScalingPolicy::is_over(const ScalingView& view) const {
    return view.needed > view.serving * (1 + spec_->band) + k_rounding * view.needed;
}

bool ScalingPolicy::is_under(const ScalingView& view) const {
    return view.needed < view.serving * (1 - spec_->band) - k_rounding * view.serving &&
           wanted(view.needed) < view.serving;
}

/// How many more to order for `wanted` to serve, where there may be at most so many.
std::uint32_t ScalingPolicy::launches(const ScalingView& view, std::uint32_t wanted, std::uint32_t most) const {
    const std::uint32_t there = view.serving + view.pending;
    const std::uint32_t room = most > there ? most - there : 0;
    const std::uint32_t counted = spec_->pending == PendingLaunches::counted ? there : view.serving;
    return std::min(room, wanted > counted ? wanted - counted : 0);
}

ScalingOrder ScalingPolicy::evaluate(double at_s, const ScalingView& view) {
    const bool over = is_over(view);
    const bool under = is_under(view);
    over_since_s_ = over ? over_since_s_.value_or(at_s) : std::optional<double>();
    most_wanted_ = under && under_since_s_ ? std::max(most_wanted_, wanted(view.needed)) : wanted(view.needed);
    under_since_s_ = under ? under_since_s_.value_or(at_s) : std::optional<double>();
    follow_episode(at_s, view);
    ScalingOrder order;
    const std::uint32_t there = view.serving + view.pending;
    const std::uint32_t least = std::min(least_, most_);
    if (there < least) {
        order.launches = least - there;
    }
    if (over && at_s - *over_since_s_ >= spec_->out_after_s - k_rounding) {
        order.launches = std::max(order.launches, launches(view, wanted(view.needed), most_));
        order.refused = refused(view, wanted(view.needed));
    }
    order.refused = std::max(order.refused, least_ - std::min(least_, std::max(there, most_)));
    refused_ = order.refused;
    is_followed_ = false;
    const bool waits = spec_->pending == PendingLaunches::counted && view.pending > 0;
    if (under && !waits && at_s - *under_since_s_ >= spec_->in_after_s - k_rounding) {
        order.removals = view.serving > most_wanted_ ? view.serving - most_wanted_ : 0;
        under_since_s_ = at_s;
        most_wanted_ = wanted(view.needed);
    }
    return order;
}

void ScalingPolicy::set_bounds(const ScheduledScale& action) {
    least_ = action.min.value_or(least_);
    max_ = action.max.value_or(max_);
    most_ = allowed();
}

/// As a scheduled action of EC2 Auto Scaling: who is beyond the bounds is brought within them at once, or as many as
/// are desired are. Launches on their way are not called off.
ScalingOrder ScalingPolicy::follow(const ScheduledScale& action, const ScalingView& view) {
    const std::uint32_t there = view.serving + view.pending;
    const std::uint32_t desired = std::clamp(action.desired.value_or(there), least_, max_);
    ScalingOrder order;
    if (desired > there) {
        order.launches = most_ > there ? std::min(desired, most_) - there : 0;
        order.refused = desired - there - order.launches;
        is_followed_ = is_followed_ || order.refused > 0;
    } else {
        order.removals = view.serving > desired ? view.serving - desired : 0;
    }
    return order;
}

double ScalingPolicy::next_look_s(double at_s, const ScalingView& view) const {
    const bool over = is_over(view);
    const bool under = is_under(view);
    const bool is_news = over != over_since_s_.has_value() || under != under_since_s_.has_value() ||
                         (over && whole(view.needed) != episode_needs_) || episode_begin_s_.has_value() != over ||
                         capacity_there_s_.has_value() || is_followed_;
    if (is_news || view.serving + view.pending < std::min(least_, most_)) {
        return at_s;
    }
    const std::uint32_t want = wanted(view.needed);
    if (over && (launches(view, want, most_) > 0 || refused(view, want) != refused_)) {
        return std::max(at_s, *over_since_s_ + spec_->out_after_s);
    }
    const bool waits = spec_->pending == PendingLaunches::counted && view.pending > 0;
    if (under && !waits) {
        return std::max(at_s, *under_since_s_ + spec_->in_after_s);
    }
    return k_never_s;
}

// --- lags -----------------------------------------------------------------------------------------------------------

void ScalingPolicy::follow_episode(double at_s, const ScalingView& view) {
    const double period_began_s = at_s - spec_->every_s;
    if (!is_over(view)) {
        if (episode_begin_s_) {
            end_episode(capacity_there_s_.value_or(std::max(period_began_s, *episode_begin_s_)));
        }
        return;
    }
    if (!episode_begin_s_) {
        const bool goes_on = ended_ && ended_->end_s >= period_began_s - k_rounding;
        episode_begin_s_ = goes_on ? ended_->begin_s : period_began_s;
        if (!goes_on) {
            count_ended();
        }
        ended_.reset();
    }
    episode_needs_ = whole(view.needed);
    capacity_there_s_.reset();
}

void ScalingPolicy::serve(double at_s, std::uint32_t serving) {
    if (episode_begin_s_ && !capacity_there_s_ && serving >= episode_needs_) {
        capacity_there_s_ = at_s;
    }
}

void ScalingPolicy::end_episode(double at_s) {
    ended_ = Span{*episode_begin_s_, at_s};
    episode_begin_s_.reset();
    capacity_there_s_.reset();
}

void ScalingPolicy::count_ended() {
    if (ended_ && ended_->begin_s >= measured_from_s_ - k_rounding) {
        ++lags_.episodes;
        lags_.sum_s += ended_->end_s - ended_->begin_s;
    }
}

void ScalingPolicy::start_measuring(double at_s) {
    measured_from_s_ = at_s;
    lags_ = {};
}

ScalingLags ScalingPolicy::close(double end_s) {
    if (episode_begin_s_) {
        end_episode(capacity_there_s_.value_or(end_s));
    }
    count_ended();
    ended_.reset();
    return lags_;
}

}  // namespace nines
