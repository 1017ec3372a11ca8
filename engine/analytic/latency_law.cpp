// LatencyLaw: sums, maxima, mixtures and truncation of points, which are then put into bins again.

#include "engine/analytic/latency_law.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "engine/analytic/latency_bins.hpp"
#include "engine/analytic/law_points.hpp"
#include "engine/base/check.hpp"
#include "engine/random/distribution.hpp"
#include "engine/random/portable_math.hpp"

namespace nines::analytic {

using namespace bins;

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
    check(law.mean() < portable::detail::k_infinity, "a latency has a finite mean");
    if (law.law != Law::mixture) {
        LatencyLaw result;
        result.points_ = points_of(law);
        return result;
    }
    std::vector<WeightedLaw> parts;
    for (std::size_t i = 0; i < law.parts().size(); ++i) {
        const double before = i == 0 ? 0.0 : law.values()[i - 1];
        parts.push_back({law.values()[i] - before, of(law.parts()[i])});
    }
    return mixture(parts);
}

LatencyLaw LatencyLaw::of(const WaitLaw& wait) {
    if (wait.mean_s() <= 0) {
        return {};
    }
    const Points waits = unit_gamma_points(wait.scv_if_waits);
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
    if (is_constant()) {
        return points_.front();
    }
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
