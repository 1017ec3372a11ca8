#include "engine/analytic/overload.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/random/distribution.hpp"

namespace nines::analytic {

namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr double k_longest_s = 1e12;
constexpr double k_rounding = 1e-9;  // relative, of a queue
constexpr double k_step = 0.1;       // of a scale, for a slope: wider than the points of a law lie apart
constexpr int k_halvings = 200;      // of an interval of reals: until its ends are neighbours

/// E min(X, t) of a law, by its points.
class CutMean {
public:
    explicit CutMean(const LatencyLaw& law) : points_(law.points()), mean_(law.mean()) {
        double weight = 0;
        double sum = 0;
        for (std::size_t i = 0; i < LatencyLaw::k_points; ++i) {
            weight += LatencyLaw::weights()[i];
            sum += LatencyLaw::weights()[i] * points_[i];
            upto_[i] = {weight, sum};
        }
    }
    double operator()(double seconds) const {
        if (seconds == k_infinity) {
            return mean_;
        }
        const auto beyond = std::upper_bound(points_.begin(), points_.end(), seconds) - points_.begin();
        return beyond == 0 ? seconds
                           : upto_[static_cast<std::size_t>(beyond) - 1].sum +
                                 (1 - upto_[static_cast<std::size_t>(beyond) - 1].weight) * seconds;
    }

private:
    struct Below {
        double weight = 0, sum = 0;
    };
    std::span<const double, LatencyLaw::k_points> points_;
    double mean_ = 0;
    std::array<Below, LatencyLaw::k_points> upto_{};
};

class Balance {
public:
    explicit Balance(const OverloadInput& in) : in_(in), held_(in.service) {
        if (in.patience) {
            waited_.emplace(*in.patience);
        }
    }

    /// The limit that those run into who come to the head of the queue after such a wait.
    double limit_above(double wait_s) const {
        double limit_s = k_infinity;
        for (const LimitedArrivals& some : in_.arrivals) {
            limit_s = some.limit_s > wait_s ? std::min(limit_s, some.limit_s) : limit_s;
        }
        return limit_s;
    }

    double patient(double wait_s) const { return in_.patience ? in_.patience->exceeds(wait_s) : 1; }

    /// Of those who come to the head of the queue after such a wait, per second, if nobody is turned away.
    double entering_per_s(double wait_s) const {
        double sum = 0;
        for (const LimitedArrivals& some : in_.arrivals) {
            sum += some.limit_s > wait_s ? some.per_s : 0;
        }
        return sum * patient(wait_s);
    }

    /// Workers that they would need.
    double load(double wait_s) const {
        const double left_s = limit_above(wait_s) - wait_s;
        double sum = 0;
        for (const LimitedArrivals& some : in_.arrivals) {
            if (some.limit_s > wait_s) {
                sum += some.per_s * (some.limit_s == k_infinity ? in_.service.mean()
                                                                : held_for(left_s, some.limit_s - wait_s - left_s));
            }
        }
        return sum * patient(wait_s);
    }

    /// In the queue, if as many join as the workers can do.
    double queue(double wait_s) const {
        double sum = 0;
        for (const LimitedArrivals& some : in_.arrivals) {
            const double longest_s = std::min(some.limit_s, wait_s);
            sum += some.per_s * (waited_ ? (*waited_)(longest_s) : longest_s);
        }
        return in_.room < k_infinity ? sum * joining(wait_s) : sum;
    }

    /// The share that finds room, where so many are rejected that workers can do the rest.
    double joining(double wait_s) const { return std::min(1.0, in_.workers / load(wait_s)); }

    bool is_full(double wait_s) const { return queue(wait_s) >= in_.room * (1 - k_rounding); }

    /// The wait at which it holds.
    std::optional<double> solve() const {
        const auto grows = [&](double wait_s) { return load(wait_s) > in_.workers && queue(wait_s) < in_.room; };
        if (load(0) <= in_.workers) {
            return std::nullopt;
        }
        double low = 0;
        double high = in_.service.mean();
        for (; grows(high); high *= 2) {
            low = high;
            if (high > k_longest_s) {
                return std::nullopt;
            }
        }
        for (int i = 0; i < k_halvings; ++i) {
            const double middle = (low + high) / 2;
            if (middle == low || middle == high) {
                break;
            }
            (grows(middle) ? low : high) = middle;
        }
        return low;
    }

    /// From now on the wait varies around its mean, as found at such a mean; that of a full queue does not.
    void vary(double wait_s) {
        if (wait_s <= 0 || is_full(wait_s)) {
            return;
        }
        const double limit_s = limit_above(wait_s);
        const double scale_s = limit_s == k_infinity ? wait_s : limit_s - wait_s;
        const double held_s = load(wait_s) / entering_per_s(wait_s);
        const double step_s = k_step * std::min(scale_s, wait_s);
        const double slope = (load(wait_s - step_s) - load(wait_s + step_s)) / (2 * step_s * load(wait_s));
        // Drawn back at `slope`, driven by the luck of arrivals and of services; halved where all are taken out in
        // service, for then each holding time is a time left itself: the sum of as many gaps between arrivals.
        const double back = std::clamp(slope * held_s, 1e-9, 1.0);
        const double luck = in_.arrival_scv + held_square_s2(scale_s) / (held_s * held_s) - 1;
        const double per_s = entering_per_s(wait_s) * in_.workers_of_queue / in_.workers;
        const double variance_s2 = in_.workers_of_queue * luck * (1 + back) / (2 * back * per_s * per_s);
        varied_ = LatencyLaw::of(Distribution::lognormal_mean_cv(1, std::min(1.0, std::sqrt(variance_s2) / scale_s)));
        counts_down_ = limit_s < k_infinity;
    }

    LatencyLaw wait_law(double wait_s) const {
        if (!varied_) {
            return LatencyLaw::constant(wait_s);
        }
        if (!counts_down_) {
            return varied_->scaled(wait_s);
        }
        const double limit_s = limit_above(wait_s);
        std::array<WeightedLaw, LatencyLaw::k_points> parts;
        for (std::size_t i = 0; i < LatencyLaw::k_points; ++i) {
            const double left_s = varied_->points()[i] * (limit_s - wait_s);
            parts[i] = {LatencyLaw::weights()[i], LatencyLaw::constant(std::max(0.0, limit_s - left_s))};
        }
        return mixture(parts);
    }

private:
    /// How long a worker is held by those who have so much time left in the mean, and so much more.
    double held_for(double left_s, double more_s) const {
        if (!varied_ || !counts_down_) {
            return held_(left_s + more_s);
        }
        double sum = 0;
        for (std::size_t i = 0; i < LatencyLaw::k_points; ++i) {
            sum += LatencyLaw::weights()[i] * held_(varied_->points()[i] * left_s + more_s);
        }
        return sum;
    }

    /// The second moment of that, of those who have so much left.
    double held_square_s2(double left_s) const {
        double sum = 0;
        for (std::size_t i = 0; i < LatencyLaw::k_points; ++i) {
            const double held_s = std::min(in_.service.points()[i], left_s);
            sum += LatencyLaw::weights()[i] * held_s * held_s;
        }
        return sum;
    }

    const OverloadInput& in_;
    CutMean held_;
    std::optional<CutMean> waited_;
    std::optional<LatencyLaw> varied_;  // of the time left, or of the wait, over its mean
    bool counts_down_ = false;          // it is of the time left
};

}  // namespace

std::optional<OverloadState> solve_overload(const OverloadInput& in) {
    Balance balance(in);
    std::optional<double> wait_s = balance.solve();
    if (!wait_s) {
        return std::nullopt;
    }
    balance.vary(*wait_s);
    wait_s = balance.solve();
    if (!wait_s) {
        return std::nullopt;
    }
    const bool is_full = balance.is_full(*wait_s);
    const double joining = balance.joining(*wait_s);
    // Whose patience is a constant leave together, just then: as many as are too many.
    return OverloadState{.wait = balance.wait_law(*wait_s),
                         .wait_mean_s = *wait_s,
                         .patient = balance.patient(*wait_s) * (in.patience && !is_full ? joining : 1),
                         .rejected = is_full ? 1 - joining : 0,
                         .queue_mean = balance.queue(*wait_s)};
}

}  // namespace nines::analytic
