#include "engine/analytic/rounded_up.hpp"

#include <cmath>
#include <limits>

#include "engine/analytic/law_tail.hpp"

namespace nines::analytic {

namespace {

constexpr double k_rounding = 1e-12;  // 0.3 / 0.1 is three granules, whatever its last bit says
constexpr double k_negligible = 1e-17;
constexpr int k_terms = 65'536;  // summed one by one

/// The integral from 0 to x of ceil(t), t >= 0.
double integral_of_ceil(double x) {
    const double whole = std::floor(x);
    return whole * (whole + 1) / 2 + (x - whole) * (whole + 1);
}

double of_uniform(double low, double high, double granule) {
    if (high - low <= k_rounding * high) {
        return std::ceil(high / granule * (1 - k_rounding));
    }
    return (integral_of_ceil(high / granule) - integral_of_ceil(low / granule)) / ((high - low) / granule);
}

/// What is over after k whole granules begins again: geometric.
double of_exponential(double mean, double granule) {
    return -1 / portable::expm1(-granule / mean);
}

/// Each stretch between neighbouring values is uniform and equally likely.
double of_empirical(std::span<const double> values, double granule) {
    if (values.size() == 1) {
        return of_uniform(values.front(), values.front(), granule);
    }
    double sum = 0;
    for (std::size_t i = 0; i + 1 < values.size(); ++i) {
        sum += of_uniform(values[i], values[i + 1], granule);
    }
    return sum / static_cast<double>(values.size() - 1);
}

double of_mixture(const Distribution& law, double granule) {
    double sum = 0;
    double before = 0;
    for (std::size_t i = 0; i < law.parts().size(); ++i) {
        const double weight = law.values()[i] - before;
        before = law.values()[i];
        sum += weight > 0 ? weight * mean_granules(law.parts()[i], granule) : 0;
    }
    return sum;
}

/// The sum over k >= from of k^-alpha (Euler, Maclaurin).
double zeta_tail(double alpha, double from) {
    constexpr int k_first = 32;
    double sum = 0;
    for (int i = 0; i < k_first; ++i) {
        sum += portable::pow(from + i, -alpha);
    }
    const double rest = from + k_first;
    return sum + portable::pow(rest, 1 - alpha) / (alpha - 1) + portable::pow(rest, -alpha) / 2 +
           alpha * portable::pow(rest, -alpha - 1) / 12;
}

double of_pareto(double minimum, double alpha, double granule) {
    if (alpha <= 1) {
        return std::numeric_limits<double>::infinity();
    }
    const double certain = std::floor(minimum / granule) + 1;  // k = 0, 1, ... up to the minimum
    return certain + portable::pow(minimum / granule, alpha) * zeta_tail(alpha, certain);
}

/// The sum of tails from k = `from` on, where they change little from one to the next.
double sum_in_blocks(const Distribution& law, double granule, double from, double so_far) {
    constexpr int k_panels = 64;
    constexpr int k_blocks_most = 200;
    const auto tail = [&](double k) { return tail_of(law, k * granule).value_or(0); };
    double sum = 0;
    double begin = from;
    for (int block = 0; block < k_blocks_most && tail(begin) * begin > k_rounding * (so_far + sum); ++block) {
        const double end = 2 * begin;
        const double step = portable::log(2) / k_panels;
        double integral = 0;  // of tail(k) dk, by Simpson's rule in log k
        for (int i = 0; i <= k_panels; ++i) {
            const double k = begin * portable::exp(step * i);
            integral += tail(k) * k * (i == 0 || i == k_panels ? 1 : i % 2 == 1 ? 4 : 2);
        }
        sum += integral * step / 3 + (tail(begin) - tail(end)) / 2;
        begin = end;
    }
    return sum;
}

double sum_of_tails(const Distribution& law, double granule) {
    const double mean = law.mean();
    const double deviation = std::sqrt(law.variance());
    if (deviation > 1000 * granule && deviation < mean / 2) {
        return mean / granule + 0.5;  // many granules and no edge: where a time ends within one is left to chance
    }
    const auto tail = [&](double k) { return tail_of(law, k * granule).value_or(0); };
    double certain = 0;  // P(X > certain x granule) is 1
    for (double beyond = std::floor(mean / granule) + 1; beyond - certain > 1;) {
        const double middle = std::floor((certain + beyond) / 2);
        (tail(middle) >= 1 ? certain : beyond) = middle;
    }
    double sum = certain + 1;
    for (int i = 1; i <= k_terms; ++i) {
        const double more = tail(certain + i);
        sum += more;
        if (more < k_negligible) {
            return sum;
        }
    }
    return sum + sum_in_blocks(law, granule, certain + k_terms + 1, sum);
}

}  // namespace

double mean_granules(const Distribution& law, double granule) {
    switch (law.law) {
        case Law::constant:
            return of_uniform(law.a, law.a, granule);
        case Law::uniform:
            return of_uniform(law.a, law.b, granule);
        case Law::exponential:
            return of_exponential(law.a, granule);
        case Law::hyperexponential:
            return law.b * of_exponential(law.a, granule) + (1 - law.b) * of_exponential(law.c, granule);
        case Law::pareto:
            return of_pareto(law.a, law.b, granule);
        case Law::empirical:
            return of_empirical(law.values(), granule);
        case Law::mixture:
            return of_mixture(law, granule);
        case Law::erlang:
        case Law::gamma:
        case Law::lognormal:
        case Law::weibull:
            return sum_of_tails(law, granule);
    }
    return 0;
}

}  // namespace nines::analytic
