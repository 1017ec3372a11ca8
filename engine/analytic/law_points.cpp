// Points of laws: from the law's tail and from the mean of what lies beyond the edge of each bin.

#include "engine/analytic/law_points.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <vector>

#include "engine/analytic/false_position.hpp"
#include "engine/analytic/incomplete_gamma.hpp"
#include "engine/base/check.hpp"
#include "engine/random/distribution.hpp"
#include "engine/random/portable_math.hpp"

namespace nines::analytic {

using namespace bins;

namespace {

/// Points from the means of X over X > edge of each bin, times the probability of it.
Points from_upper_means(const Edges& upper) {
    Points points{};
    for (std::size_t i = 0; i < k_points; ++i) {
        points[i] = std::max((upper[i] - upper[i + 1]) / k_weights[i], i == 0 ? 0.0 : points[i - 1]);
    }
    return points;
}

/// The t above `low` with tail(t) = wanted, to 1e-12 of itself (of `mean` / 1000, where it is smaller).
template <class Tail>
double edge_above(const Tail& tail, double low, double wanted, double mean) {
    const auto excess = [&](double t) { return portable::log(tail(t) / wanted); };
    Bracket bracket{low, std::max(low * 1.25, low + mean / 64), excess(low), 0};
    bracket.at_high = excess(bracket.high);
    while (bracket.at_high > 0) {
        bracket = {bracket.high, bracket.high * 1.5, bracket.at_high, 0};
        bracket.at_high = excess(bracket.high);
    }
    return false_position(excess, bracket, 1e-12 * std::max(mean * 1e-3, bracket.high));
}

/// Points from a continuous tail and the means over X > t (times the probability of it).
template <class Tail, class UpperMean>
Points from_tail(const Tail& tail, const UpperMean& upper_mean, double mean) {
    Edges upper{};
    upper[0] = mean;
    double edge = 0;
    for (std::size_t i = 1; i < k_points; ++i) {
        edge = edge_above(tail, edge, k_tails[i], mean);
        upper[i] = upper_mean(edge);
    }
    return from_upper_means(upper);
}

Points gamma_points(double shape, double mean) {
    const double scale = mean / shape;
    return from_tail([=](double t) { return gamma_tail(shape, t / scale); },
                     [=](double t) { return mean * gamma_tail(shape + 1, t / scale); }, mean);
}

Points lognormal_points(double mean, double sigma) {
    static const Edges k_normal_edges = [] {
        Edges edges{};
        for (std::size_t i = 1; i < k_points; ++i) {
            double low = -8;
            double high = 8;
            for (int step = 0; step < 60; ++step) {
                const double middle = (low + high) / 2;
                (normal_tail(middle) > k_tails[i] ? low : high) = middle;
            }
            edges[i] = high;
        }
        return edges;
    }();
    Edges upper{};
    upper[0] = mean;
    for (std::size_t i = 1; i < k_points; ++i) {
        upper[i] = mean * normal_tail(k_normal_edges[i] - sigma);
    }
    return from_upper_means(upper);
}

Points weibull_points(double shape, double mean) {
    Edges upper{};
    upper[0] = mean;
    for (std::size_t i = 1; i < k_points; ++i) {
        upper[i] = mean * gamma_tail(1 + 1 / shape, -portable::log(k_tails[i]));
    }
    return from_upper_means(upper);
}

Points pareto_points(double alpha, double mean) {
    Edges upper{};
    for (std::size_t i = 0; i < k_points; ++i) {
        upper[i] = mean * portable::pow(k_tails[i], 1 - 1 / alpha);
    }
    return from_upper_means(upper);
}

Points uniform_points(double low, double high) {
    Points points{};
    for (std::size_t i = 0; i < k_points; ++i) {
        points[i] = high - (high - low) * (k_tails[i] + k_tails[i + 1]) / 2;
    }
    return points;
}

Points hyperexponential_points(const Distribution& law) {
    const double rare = 1 - law.b;
    const auto tail = [&](double t) { return law.b * portable::exp(-t / law.a) + rare * portable::exp(-t / law.c); };
    const auto upper_mean = [&](double t) {
        return law.b * (t + law.a) * portable::exp(-t / law.a) + rare * (t + law.c) * portable::exp(-t / law.c);
    };
    return from_tail(tail, upper_mean, law.mean());
}

/// The quantile function goes straight from each value to the next, each stretch equally likely.
Points empirical_points(std::span<const double> values, double mean) {
    Edges upper{};
    upper[0] = mean;
    const auto stretches = static_cast<double>(values.size() - 1);
    double beyond = 0;  // integral of the quantile function over the stretches above `stretch`
    std::size_t stretch = values.size() - 1;
    for (std::size_t i = k_points - 1; i > 0 && stretches > 0; --i) {
        const double place = (1 - k_tails[i]) * stretches;
        for (; stretch > 0 && static_cast<double>(stretch - 1) >= place; --stretch) {
            beyond += (values[stretch - 1] + values[stretch]) / 2;
        }
        const double left = values[stretch - 1];
        const double right = values[stretch];
        const double share = place - static_cast<double>(stretch - 1);
        const double part = (1 - share) * ((left + share * (right - left)) + right) / 2;
        upper[i] = (beyond + part) / stretches;
    }
    return from_upper_means(upper);
}

Points scaled_exponential(double mean) {
    Points points = k_log_tails;
    for (double& point : points) {
        point *= mean;
    }
    return points;
}

Points constant_points(double value) {
    Points points{};
    points.fill(value);
    return points;
}

}  // namespace

Points points_of(const Distribution& law) {
    const double mean = law.mean();
    switch (law.law) {
        case Law::constant:
            return constant_points(law.a);
        case Law::exponential:
            return scaled_exponential(mean);
        case Law::erlang:
            return gamma_points(law.stages, mean);
        case Law::gamma:
            return gamma_points(law.b, mean);
        case Law::lognormal:
            return lognormal_points(mean, law.b);
        case Law::weibull:
            return weibull_points(law.b, mean);
        case Law::pareto:
            return pareto_points(law.b, mean);
        case Law::uniform:
            return uniform_points(law.a, law.b);
        case Law::hyperexponential:
            return hyperexponential_points(law);
        case Law::empirical:
            return law.values().size() == 1 ? constant_points(mean) : empirical_points(law.values(), mean);
        case Law::mixture:
            break;
    }
    check(false, "the parts of a mixture have points");
    return {};
}

namespace {

/// Gamma laws of mean 1 on a grid of their standard deviation. Each is worked out when somebody wants it: all of them
/// would take a short command longer than its work.
class GammaRows {
public:
    static constexpr std::size_t k_rows = 52;

    GammaRows() {
        for (std::size_t i = 1; i < k_rows; ++i) {  // the first is constant
            sd_[i] = std::sqrt(scv(i));
        }
    }
    const std::array<double, k_rows>& sd() const { return sd_; }
    const Points& operator[](std::size_t row) {
        std::call_once(made_[row], [&] {
            if (row == 0) {
                points_[row].fill(1);
            } else {
                points_[row] = gamma_points(1 / scv(row), 1);
            }
        });
        return points_[row];
    }

private:
    static double scv(std::size_t row) {
        constexpr double k_least = 0.01;
        return k_least * portable::exp(static_cast<double>(row - 1) / 4 * portable::log(2));
    }

    std::array<double, k_rows> sd_{};
    std::array<Points, k_rows> points_{};
    std::array<std::once_flag, k_rows> made_;
};

}  // namespace

Points unit_gamma_points(double scv) {
    if (scv == 1) {
        return k_log_tails;
    }
    static GammaRows rows;
    const auto& sds = rows.sd();
    const double sd = std::clamp(std::sqrt(scv), 0.0, sds.back());
    const auto next = std::upper_bound(sds.begin(), sds.end(), sd) - sds.begin();
    const auto right = std::min<std::size_t>(static_cast<std::size_t>(next), GammaRows::k_rows - 1);
    const double share = (sd - sds[right - 1]) / (sds[right] - sds[right - 1]);
    const Points& low = rows[right - 1];
    const Points& high = rows[right];
    Points points{};
    for (std::size_t i = 0; i < k_points; ++i) {
        points[i] = (1 - share) * low[i] + share * high[i];
    }
    return points;
}

}  // namespace nines::analytic
