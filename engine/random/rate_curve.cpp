#include "engine/random/rate_curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/base/check.hpp"
#include "engine/base/time.hpp"
#include "engine/random/portable_math.hpp"

namespace nines {

namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();

/// How far into a linear stretch its integral reaches `amount` (rate + slope x, slope may be 0 or negative).
double reach(double rate, double slope, double amount) {
    if (amount <= 0) {
        return 0;
    }
    if (slope == 0) {
        return rate > 0 ? amount / rate : k_infinity;
    }
    const double root = rate * rate + 2 * slope * amount;
    if (root < 0) {
        return k_infinity;
    }
    // The form that loses no digits when the slope is small.
    const double denominator = rate + std::sqrt(root);
    return denominator > 0 ? 2 * amount / denominator : k_infinity;
}

/// Rounding must not leave us before a knot for ever. Near time zero a step of one unit in the last place would be as
/// good as none, so the least step is a thousandth of a tick, or more where doubles are coarser than that.
double least_step(double now_s) {
    return std::max(1e-12, std::abs(now_s) * 1e-15);
}

/// Beyond this a curve that repeats is "never", for doubles get too coarse to tell its knots. Clocks in nanoseconds end
/// long before, after 292 years.
constexpr double k_last_s = 1e12;

}  // namespace

RateCurve RateCurve::constant(double per_s) {
    RateCurve curve;
    curve.knots_ = {{0, per_s}};
    return curve;
}

RateCurve RateCurve::steps(const std::vector<Knot>& steps) {
    RateCurve curve;
    for (const Knot& step : steps) {
        if (!curve.knots_.empty()) {
            curve.knots_.push_back({step.at_s, curve.knots_.back().per_s});
        }
        curve.knots_.push_back(step);
    }
    return curve;
}

RateCurve RateCurve::linear(std::vector<Knot> knots) {
    RateCurve curve;
    curve.knots_ = std::move(knots);
    return curve;
}

RateCurve RateCurve::diurnal(double peak_per_s, double trough_per_s, double peak_clock_s, double start_clock_s) {
    constexpr int k_pieces = 1440;
    const double middle = (peak_per_s + trough_per_s) / 2;
    const double amplitude = (peak_per_s - trough_per_s) / 2;
    RateCurve curve;
    curve.period_s_ = k_seconds_per_day;
    for (int i = 0; i <= k_pieces; ++i) {
        const double at_s = k_seconds_per_day * i / k_pieces;
        const double turns = (at_s + start_clock_s - peak_clock_s) / k_seconds_per_day;
        const double angle = 2 * std::numbers::pi * (turns - std::floor(turns));
        curve.knots_.push_back({at_s, middle + amplitude * portable::cos(angle)});
    }
    curve.per_period_ = curve.integral(0, curve.period_s_);
    return curve;
}

double RateCurve::to_phase(double time_s) const {
    return period_s_ > 0 ? time_s - std::floor(time_s / period_s_) * period_s_ : time_s;
}

double RateCurve::at(double time_s) const {
    const double phase = to_phase(time_s);
    const auto above = std::upper_bound(knots_.begin(), knots_.end(), phase,
                                        [](double value, const Knot& knot) { return value < knot.at_s; });
    if (above == knots_.begin()) {
        return knots_.front().per_s;
    }
    const Knot& left = *(above - 1);
    if (above == knots_.end() || above->at_s <= left.at_s) {
        return left.per_s;
    }
    return left.per_s + (above->per_s - left.per_s) * (phase - left.at_s) / (above->at_s - left.at_s);
}

double RateCurve::highest() const {
    return std::max_element(knots_.begin(), knots_.end(),
                            [](const Knot& x, const Knot& y) { return x.per_s < y.per_s; })
        ->per_s;
}

void RateCurve::scale(double factor) {
    for (Knot& knot : knots_) {
        knot.per_s *= factor;
    }
    per_period_ *= factor;
}

double RateCurve::after(double from_s, double amount) const {
    double now = from_s;
    double left = amount;
    if (period_s_ > 0) {
        if (per_period_ <= 0) {
            return amount <= 0 ? from_s : k_infinity;
        }
        const double turns = std::floor(left / per_period_);  // whole periods are skipped in one step
        now += turns * period_s_;
        left -= turns * per_period_;
        if (!(std::abs(now) < k_last_s)) {
            return k_infinity;  // a heavy tail may draw any amount, also an infinite one
        }
    }
    for (;;) {  // each turn comes to a later knot; where the curve repeats, less than one period's integral is left
        const double phase = to_phase(now);
        const auto above = std::upper_bound(knots_.begin(), knots_.end(), phase,
                                            [](double value, const Knot& knot) { return value < knot.at_s; });
        const double rate = at(now);
        if (above == knots_.end()) {
            if (period_s_ <= 0) {
                return now + reach(rate, 0, left);
            }
            const double end = (std::floor(now / period_s_) + 1) * period_s_;
            now = end > now ? end : now + least_step(now);
            continue;
        }
        const double span = above->at_s - phase;
        const double end_rate = above == knots_.begin() ? rate : above->per_s;
        const double area = (rate + end_rate) / 2 * span;
        if (left <= area) {
            return now + std::min(span, reach(rate, (end_rate - rate) / span, left));
        }
        left -= area;
        now += std::max(span, least_step(now));
    }
}

double RateCurve::integral(double from_s, double to_s) const {
    check(period_s_ <= 0 || (std::abs(from_s) < k_last_s && std::abs(to_s) < k_last_s),
          "a curve that repeats is integrated over less than 1e12 s");
    double sum = 0;
    double now = from_s;
    while (now < to_s) {
        const double phase = to_phase(now);
        const auto above = std::upper_bound(knots_.begin(), knots_.end(), phase,
                                            [](double value, const Knot& knot) { return value < knot.at_s; });
        double span = above == knots_.end() ? (period_s_ > 0 ? period_s_ - phase : to_s - now) : above->at_s - phase;
        span = std::min(std::max(span, least_step(now)), to_s - now);
        const double rate = at(now);
        double end_rate = rate;
        if (above != knots_.end() && above != knots_.begin()) {
            end_rate = rate + (above->per_s - rate) * span / (above->at_s - phase);
        }
        sum += (rate + end_rate) / 2 * span;
        now += span;
    }
    return sum;
}

}  // namespace nines
