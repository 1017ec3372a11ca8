#include "models/flow/load.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nines {

namespace {

constexpr int k_stretches_in_period = 96;
constexpr int k_pieces_of_slope = 24;
constexpr std::size_t k_knots_cut = 256;  // of a longer trace only the knots themselves are borders

}  // namespace

LoadCourse::LoadCourse(const RateCurve& curve) : period_s_(curve.period_s()) {
    const auto& knots = curve.knots();
    double from_s = 0;
    if (period_s_ > 0) {
        for (int i = 1; i <= k_stretches_in_period; ++i) {
            ends_s_.push_back(period_s_ * i / k_stretches_in_period);
        }
    } else {
        for (std::size_t i = 0; i < knots.size(); ++i) {
            const bool slopes = i > 0 && knots[i].per_s != knots[i - 1].per_s && knots[i].at_s > knots[i - 1].at_s;
            const int pieces = slopes && knots.size() <= k_knots_cut ? k_pieces_of_slope : 1;
            const double begin_s = i > 0 ? knots[i - 1].at_s : knots[i].at_s;
            for (int k = 1; k <= pieces; ++k) {
                const double end_s = begin_s + (knots[i].at_s - begin_s) * k / pieces;
                if (ends_s_.empty() || end_s > ends_s_.back()) {
                    ends_s_.push_back(end_s);
                }
            }
        }
        from_s = knots.front().at_s - 1;  // before the first knot its rate holds
    }
    for (const double end_s : ends_s_) {
        per_s_.push_back(curve.integral(from_s, end_s) / (end_s - from_s));
        from_s = end_s;
    }
    if (period_s_ <= 0) {
        per_s_.push_back(knots.back().per_s);
    }
}

LoadCourse::Stretch LoadCourse::at(double time_s) const {
    const double turn_s = period_s_ > 0 ? std::floor(time_s / period_s_) * period_s_ : 0;
    const auto next = std::upper_bound(ends_s_.begin(), ends_s_.end(), time_s - turn_s);
    const auto position = static_cast<std::size_t>(next - ends_s_.begin());
    if (period_s_ > 0) {
        // Rounding may put the end of a period into the next one.
        const std::size_t inside = std::min(position, per_s_.size() - 1);
        return {inside, per_s_[inside], turn_s + ends_s_[inside]};
    }
    return {position, per_s_[position], next == ends_s_.end() ? std::numeric_limits<double>::infinity() : *next};
}

}  // namespace nines
