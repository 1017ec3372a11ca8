// LatencyLaw: sums, maxima, mixtures and truncation of points, which are then put into bins again.

#include "engine/analytic/latency_law.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "engine/analytic/false_position.hpp"
#include "engine/analytic/incomplete_gamma.hpp"
#include "engine/base/check.hpp"
#include "engine/random/distribution.hpp"
#include "engine/random/portable_math.hpp"

namespace nines::analytic {

namespace {

constexpr std::size_t k_points = LatencyLaw::k_points;
using Points = std::array<double, k_points>;
using Edges = std::array<double, k_points + 1>;

constexpr Points make_weights() {
    Points weights{};
    constexpr std::size_t k_body = 27;
    std::size_t i = 0;
    for (; i < k_body; ++i) {
        weights[i] = 0.8 / k_body;
    }
    double tail = 0.2;
    while (i + 1 < k_points) {
        tail /= 2;
        for (int bin = 0; bin < 4; ++bin) {
            weights[i++] = tail / 4;
        }
    }
    weights[i] = tail;
    return weights;
}
constexpr Points k_weights = make_weights();

/// The tail at the lower edge of each bin: 1 first, 0 last. Summed from the far end, where it is small.
constexpr Edges make_edges() {
    Edges tails{};
    for (std::size_t i = k_points; i-- > 0;) {
        tails[i] = tails[i + 1] + k_weights[i];
    }
    tails[0] = 1;
    return tails;
}
constexpr Edges k_tails = make_edges();

/// Means of the bins of an exponential variable of mean 1; so also the place, in -log(tail), of every law's points.
constexpr Points make_log_tails() {
    Points means{};
    const auto upper = [](double tail) { return tail > 0 ? tail - tail * portable::log(tail) : 0.0; };
    for (std::size_t i = 0; i < k_points; ++i) {
        means[i] = (upper(k_tails[i]) - upper(k_tails[i + 1])) / k_weights[i];
    }
    return means;
}
constexpr Points k_log_tails = make_log_tails();

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

/// Gamma laws of mean 1 on a grid of scv, four an octave; between two of them points are mixed linearly in the sd,
/// which keeps the mean. Below the grid they shrink to the constant; above it the largest is taken.
Points unit_gamma_points(double scv) {
    constexpr std::size_t k_grid = 52;
    constexpr double k_least = 0.01;
    struct Table {
        std::array<double, k_grid> sd{};
        std::array<Points, k_grid> points{};
    };
    static const Table k_table = [] {
        Table table;
        for (std::size_t i = 1; i < k_grid; ++i) {  // the first is constant
            const double grid_scv = k_least * portable::exp(static_cast<double>(i - 1) / 4 * portable::log(2));
            table.sd[i] = std::sqrt(grid_scv);
            table.points[i] = gamma_points(1 / grid_scv, 1);
        }
        table.points[0].fill(1);
        return table;
    }();
    const double sd = std::clamp(std::sqrt(scv), 0.0, k_table.sd.back());
    const auto next = std::upper_bound(k_table.sd.begin(), k_table.sd.end(), sd) - k_table.sd.begin();
    const auto right = std::min<std::size_t>(static_cast<std::size_t>(next), k_grid - 1);
    const double share = (sd - k_table.sd[right - 1]) / (k_table.sd[right] - k_table.sd[right - 1]);
    Points points{};
    for (std::size_t i = 0; i < k_points; ++i) {
        points[i] = (1 - share) * k_table.points[right - 1][i] + share * k_table.points[right][i];
    }
    return points;
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

}  // namespace

/// Puts weighted values, given in ascending order, into the bins; a value at an edge is split between two bins.
class Binner {
public:
    /// @param total  weight that will come
    explicit Binner(double total) : total_(total), room_(k_weights[0] * total) {}

    void add(double value, double weight) { add_uniform(value, value, weight); }

    /// A weight spread evenly from `low` to `high`.
    void add_uniform(double low, double high, double weight) {
        while (weight > room_ && bin_ + 1 < k_points) {
            const double middle = low + (high - low) * (room_ / weight);
            moment_ += room_ * (low + middle) / 2;
            weight -= room_;
            low = middle;
            close(k_weights[bin_] * total_);
            room_ = k_weights[bin_] * total_;
        }
        moment_ += weight * (low + high) / 2;
        room_ -= weight;
        last_ = high;
    }

    LatencyLaw finish() {
        close(k_weights[bin_] * total_);   // by the bin's own weight, so that no moment is lost to rounding
        for (; bin_ < k_points; ++bin_) {  // nothing came for the last bins
            law_.points_[bin_] = last_;
        }
        for (std::size_t i = 1; i < k_points; ++i) {  // rounding
            law_.points_[i] = std::max(law_.points_[i], law_.points_[i - 1]);
        }
        return law_;
    }

private:
    void close(double weight) {
        law_.points_[bin_++] = moment_ / weight;
        moment_ = 0;
    }

    LatencyLaw law_;
    double total_;
    double room_;
    double moment_ = 0;  // weight times value, in this bin so far
    double last_ = 0;
    std::size_t bin_ = 0;
};

namespace {

/// Sorts weighted values of [low, high] into buckets of 1.6 % of their distance from `low` (near it: 6e-8 of the
/// range); a bucket keeps the mean of its values exactly.
class Buckets {
public:
    Buckets(double low, double high) : low_(low), scale_(k_range / (high - low)) {}

    void add(double value, double weight) {
        const double place = 1 + (value - low_) * scale_;
        // The bits of a double from its exponent on are its logarithm, in steps of a 64th of an octave.
        const auto key = (std::bit_cast<std::uint64_t>(place) - std::bit_cast<std::uint64_t>(1.0)) >> 46U;
        Bucket& bucket = buckets_[key];
        bucket.weight += weight;
        bucket.moment += weight * value;
    }

    LatencyLaw law(double total) const {
        Binner binner(total);
        for (const Bucket& bucket : buckets_) {
            if (bucket.weight > 0) {
                binner.add(bucket.moment / bucket.weight, bucket.weight);
            }
        }
        return binner.finish();
    }

private:
    static constexpr double k_range = 0x1p18;
    struct Bucket {
        double weight = 0;
        double moment = 0;
    };
    std::array<Bucket, 64 * 19> buckets_{};
    double low_;
    double scale_;
};

}  // namespace

std::span<const double, LatencyLaw::k_points> LatencyLaw::weights() {
    return k_weights;
}

LatencyLaw LatencyLaw::constant(double seconds) {
    check(seconds >= 0, "a time is not negative");
    LatencyLaw result;
    result.points_.fill(seconds);
    return result;
}

LatencyLaw LatencyLaw::of(const Distribution& law) {
    const double mean = law.mean();
    check(mean < portable::detail::k_infinity, "a latency has a finite mean");
    LatencyLaw result;
    switch (law.law) {
        case Law::constant:
            return constant(law.a);
        case Law::exponential:
            result.points_ = k_log_tails;
            return result.scaled(mean);
        case Law::erlang:
            result.points_ = gamma_points(law.stages, mean);
            break;
        case Law::gamma:
            result.points_ = gamma_points(law.b, mean);
            break;
        case Law::lognormal:
            result.points_ = lognormal_points(mean, law.b);
            break;
        case Law::weibull:
            result.points_ = weibull_points(law.b, mean);
            break;
        case Law::pareto:
            result.points_ = pareto_points(law.b, mean);
            break;
        case Law::uniform:
            result.points_ = uniform_points(law.a, law.b);
            break;
        case Law::hyperexponential:
            result.points_ = hyperexponential_points(law);
            break;
        case Law::empirical:
            if (law.values().size() == 1) {
                return constant(mean);
            }
            result.points_ = empirical_points(law.values(), mean);
            break;
        case Law::mixture: {
            std::vector<WeightedLaw> parts;
            for (std::size_t i = 0; i < law.parts().size(); ++i) {
                const double before = i == 0 ? 0.0 : law.values()[i - 1];
                parts.push_back({law.values()[i] - before, of(law.parts()[i])});
            }
            return mixture(parts);
        }
    }
    return result;
}

LatencyLaw LatencyLaw::of(const WaitLaw& wait) {
    if (wait.mean_s() <= 0) {
        return {};
    }
    const Points waits = wait.scv_if_waits == 1 ? k_log_tails : unit_gamma_points(wait.scv_if_waits);
    Binner binner(1);
    binner.add(0, 1 - wait.probability);
    for (std::size_t i = 0; i < k_points; ++i) {
        binner.add(waits[i] * wait.mean_if_waits_s, k_weights[i] * wait.probability);
    }
    return binner.finish();
}

LatencyLaw LatencyLaw::shifted(double seconds) const {
    LatencyLaw result = *this;
    for (double& point : result.points_) {
        point = std::max(0.0, point + seconds);
    }
    return result;
}

LatencyLaw LatencyLaw::scaled(double factor) const {
    check(factor >= 0, "times are scaled by a factor >= 0");
    LatencyLaw result = *this;
    for (double& point : result.points_) {
        point *= factor;
    }
    return result;
}

double LatencyLaw::mean() const {
    double sum = 0;
    for (std::size_t i = 0; i < k_points; ++i) {
        sum += k_weights[i] * points_[i];
    }
    return sum;
}

double LatencyLaw::second_moment() const {
    double sum = 0;
    for (std::size_t i = 0; i < k_points; ++i) {
        sum += k_weights[i] * points_[i] * points_[i];
    }
    return sum;
}

double LatencyLaw::variance() const {
    const double centre = mean();
    double sum = 0;
    for (std::size_t i = 0; i < k_points; ++i) {
        sum += k_weights[i] * (points_[i] - centre) * (points_[i] - centre);
    }
    return sum;
}

double LatencyLaw::at_log_tail(double log_tail) const {
    const auto next = std::upper_bound(k_log_tails.begin(), k_log_tails.end(), log_tail) - k_log_tails.begin();
    // Beyond the first and the last point the nearest stretch is continued.
    const auto right = std::clamp<std::size_t>(static_cast<std::size_t>(next), 1, k_points - 1);
    const std::size_t left = right - 1;
    const double share = (log_tail - k_log_tails[left]) / (k_log_tails[right] - k_log_tails[left]);
    return std::max(0.0, points_[left] + share * (points_[right] - points_[left]));
}

double LatencyLaw::quantile(double p) const {
    check(p >= 0 && p < 1, "a quantile is asked for a probability in [0, 1)");
    return at_log_tail(-portable::log1p(-p));
}

double LatencyLaw::exceeds(double seconds) const {
    const auto next = std::upper_bound(points_.begin(), points_.end(), seconds) - points_.begin();
    const auto right = std::clamp<std::size_t>(static_cast<std::size_t>(next), 1, k_points - 1);
    const std::size_t left = right - 1;
    if (points_[left] == points_[right]) {  // only at the ends, where an atom is
        return next == 0 ? 1.0 : 0.0;
    }
    const double share = (seconds - points_[left]) / (points_[right] - points_[left]);
    return std::min(1.0, portable::exp(-k_log_tails[left] - share * (k_log_tails[right] - k_log_tails[left])));
}

LatencyLaw LatencyLaw::residual() const {
    const double whole = mean();
    if (whole <= 0) {
        return {};
    }
    // The density at t is P(X > t) / mean: constant between two points.
    Binner binner(1);
    double low = 0;
    for (std::size_t i = 0; i < k_points; ++i) {
        binner.add_uniform(low, points_[i], k_tails[i] * (points_[i] - low) / whole);
        low = points_[i];
    }
    return binner.finish();
}

LatencyLaw LatencyLaw::first_of(double count) const {
    check(count >= 1, "the first of at least one");
    LatencyLaw result;
    for (std::size_t i = 0; i < k_points; ++i) {
        result.points_[i] = at_log_tail(k_log_tails[i] / count);
    }
    return result;
}

LatencyLaw::Truncated LatencyLaw::truncated_below(double seconds) const {
    const double beyond = exceeds(seconds);
    if (beyond >= 1) {
        return {0, constant(std::max(0.0, seconds))};
    }
    if (beyond <= 1e-16) {
        return {1, *this};
    }
    Binner binner(1 - beyond);
    for (std::size_t i = 0; i < k_points; ++i) {
        if (k_tails[i + 1] >= beyond) {
            binner.add(std::min(points_[i], seconds), k_weights[i]);
            continue;
        }
        // The part of the bin below: its mean moves with `seconds` from the lower edge to the mean of the whole bin.
        const double low = std::min(seconds, quantile(1 - k_tails[i]));
        const double part = std::max(0.0, (k_tails[i] - beyond) / k_weights[i]);
        binner.add(std::clamp(low + part * (points_[i] - low), low, seconds), part * k_weights[i]);
        break;
    }
    return {1 - beyond, binner.finish()};
}

LatencyLaw sum(const LatencyLaw& a, const LatencyLaw& b) {
    if (a.is_constant()) {
        return b.shifted(a.points().front());
    }
    if (b.is_constant()) {
        return a.shifted(b.points().front());
    }
    Buckets buckets(a.points().front() + b.points().front(), a.points().back() + b.points().back());
    for (std::size_t i = 0; i < k_points; ++i) {
        for (std::size_t j = 0; j < k_points; ++j) {
            buckets.add(a.points()[i] + b.points()[j], k_weights[i] * k_weights[j]);
        }
    }
    return buckets.law(1);
}

LatencyLaw maximum(const LatencyLaw& a, const LatencyLaw& b) {
    Binner binner(1);
    std::size_t i = 0;
    std::size_t j = 0;
    double below_a = 0;  // probability of the points of a that were passed
    double below_b = 0;
    while (i < k_points || j < k_points) {
        if (j == k_points || (i < k_points && a.points()[i] <= b.points()[j])) {
            binner.add(a.points()[i], k_weights[i] * (j == k_points ? 1 : below_b));
            below_a += k_weights[i++];
        } else {
            binner.add(b.points()[j], k_weights[j] * (i == k_points ? 1 : below_a));
            below_b += k_weights[j++];
        }
    }
    return binner.finish();
}

LatencyLaw mixture(std::span<const WeightedLaw> parts) {
    double total = 0;
    double low = portable::detail::k_infinity;
    double high = 0;
    for (const WeightedLaw& part : parts) {
        check(part.weight >= 0, "a weight is not negative");
        if (part.weight > 0) {
            total += part.weight;
            low = std::min(low, part.law.points().front());
            high = std::max(high, part.law.points().back());
        }
    }
    if (!(high > low)) {
        return LatencyLaw::constant(high);
    }
    Buckets buckets(low, high);
    for (const WeightedLaw& part : parts) {
        if (part.weight == total) {
            return part.law;
        }
        for (std::size_t i = 0; i < k_points && part.weight > 0; ++i) {
            buckets.add(part.law.points()[i], part.weight * k_weights[i]);
        }
    }
    return buckets.law(total);
}

LatencyLaw plus_wait(const LatencyLaw& law, const WaitLaw& wait) {
    return sum(law, LatencyLaw::of(wait));
}

}  // namespace nines::analytic
