// Closed forms of alternating renewals, and sums over the number of failures.

#include "engine/analytic/alternating_renewal.hpp"

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "engine/analytic/decay.hpp"
#include "engine/analytic/tail_quantile.hpp"
#include "engine/random/portable_math.hpp"

namespace nines::analytic {

namespace {

/// A term of a sum this small, past the largest one, ends it.
constexpr double k_negligible = 1e-18;

/// Poisson probability, without overflow.
double poisson(double count, double mean) {
    if (mean == 0) {
        return count == 0 ? 1 : 0;
    }
    return portable::exp(count * portable::log(mean) - mean - std::lgamma(count + 1));
}

}  // namespace

double TwoState::unavailability_at(double time) const {
    return -unavailability() * portable::expm1(-(1 / up_mean + 1 / down_mean) * time);
}

double TwoState::mean_unavailability_until(double time) const {
    const double x = (1 / up_mean + 1 / down_mean) * time;
    return unavailability() * mean_of_growth(x);
}

double TwoState::mean_failures_until(double time) const {
    return (1 - mean_unavailability_until(time)) * time / up_mean;
}

double TwoState::no_failure_until(double time) const {
    return portable::exp(-time / up_mean);
}

double TwoState::downtime_share_sd(double time) const {
    const double p = availability();
    const double q = unavailability();
    const double s = 1 / up_mean + 1 / down_mean;
    const double x = s * time;
    const double decay = portable::exp(-x);
    // Mean square of the downtime: twice the integral of P(down at v and at u) over v < u <= time.
    const double square =
        2 * q *
        (q * time * time / 2 + (p - q) / s * time * mean_of_growth(x) - p * time * (mean_of_decay(x) - decay) / s);
    const double mean = mean_unavailability_until(time) * time;
    return std::sqrt(square - mean * mean) / time;
}

double TwoState::downtime_share_sd_stationary(double time) const {
    const double x = (1 / up_mean + 1 / down_mean) * time;
    return std::sqrt(2 * availability() * unavailability() * mean_of_growth(x) / x);
}

double asymptotic_downtime_variance(double up_mean, double up_variance, double down_mean, double down_variance) {
    const double cycle = up_mean + down_mean;
    return (up_mean * up_mean * down_variance + down_mean * down_mean * up_variance) / (cycle * cycle * cycle);
}

double OverlappingOutages::availability() const {
    return portable::exp(-length_mean / between_mean);
}

double OverlappingOutages::unavailability() const {
    return -portable::expm1(-length_mean / between_mean);
}

double OverlappingOutages::outages_per_time() const {
    return availability() / between_mean;
}

double OverlappingOutages::mean_outage() const {
    return portable::expm1(length_mean / between_mean) * between_mean;
}

double Downtime::at_most(double downtime) const {
    // By then the component has been up for horizon - downtime at most: failures in that time are Poisson, and the
    // repairs of all of them must fit into the downtime.
    const double failures_mean = (horizon - downtime) / up_mean;
    double sum = poisson(0, failures_mean);
    if (downtime <= 0) {
        return sum;
    }
    const double scale = repair_mean / repair_shape;
    for (double n = 1;; ++n) {
        const double chance = poisson(n, failures_mean);
        sum += chance * boost::math::gamma_p(n * repair_shape, downtime / scale);
        if (n > failures_mean && chance < k_negligible) {
            return sum;
        }
    }
}

double Downtime::quantile(double p) const {
    const auto tail = [&](double x) { return x >= horizon ? 0.0 : 1 - at_most(x); };
    return tail_quantile(tail, p, repair_mean);
}

double availability_at_constant_repair(double up_mean, double repair, double time) {
    double sum = 0;
    for (double n = 0; n * repair <= time; ++n) {
        const double up = (time - n * repair) / up_mean;
        const double chance = poisson(n, up);
        sum += chance;
        if (n > up && chance < k_negligible) {
            break;
        }
    }
    return sum;
}

double mean_renewals_gamma(double life_mean, double life_shape, double time) {
    double sum = 0;
    for (double n = 1;; ++n) {
        const double chance = boost::math::gamma_p(n * life_shape, time * life_shape / life_mean);
        sum += chance;
        if (n * life_mean > time && chance < k_negligible) {
            return sum;
        }
    }
}

}  // namespace nines::analytic
