// Outages that end by a switch-over.

#include "engine/analytic/switch_over.hpp"

#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "engine/random/portable_math.hpp"

namespace nines::analytic {

namespace {

struct LogNormal {
    double log_median = 0;
    double sigma = 0;

    static LogNormal of(double mean, double cv) {
        const double variance = portable::log1p(cv * cv);
        return {portable::log(mean) - variance / 2, std::sqrt(variance)};
    }
};

}  // namespace

double Promotion::outage_quantile_s(double p) const {
    const LogNormal law = LogNormal::of(promote_mean_s, promote_cv);
    return detect_s + portable::exp(law.log_median + law.sigma * boost::math::quantile(boost::math::normal(), p));
}

double Promotion::outage_mean_with_return_s(double repair_mean_s) const {
    // The mean of min(outage, return) is that of (1 - e^-(outage / repair)) x repair. Over the normal law behind the
    // lognormal the trapezoid rule converges faster than any power of its step.
    constexpr double k_step = 1.0 / 32;
    constexpr int k_steps = 10 * 32;
    constexpr double k_root_of_two_pi = 2.5066282746310002;
    const LogNormal law = LogNormal::of(promote_mean_s, promote_cv);
    double sum = 0;
    for (int i = -k_steps; i <= k_steps; ++i) {
        const double z = i * k_step;
        const double outage_s = detect_s + portable::exp(law.log_median + law.sigma * z);
        sum -= portable::exp(-z * z / 2) * portable::expm1(-outage_s / repair_mean_s);
    }
    return sum * k_step / k_root_of_two_pi * repair_mean_s;
}

double DelayedTakeover::outage_mean() const {
    return down_mean * over_before_takeover();
}

double DelayedTakeover::over_before_takeover() const {
    return -portable::expm1(-takeover_after / down_mean);
}

}  // namespace nines::analytic
