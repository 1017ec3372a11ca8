// Tails of the normal and the gamma law: a series where it converges fast, a continued fraction beyond.

#include "engine/analytic/incomplete_gamma.hpp"

#include <cmath>

#include "engine/random/portable_math.hpp"

namespace nines::analytic {

namespace {

/// Where numerators or denominators of a continued fraction vanish, Lentz's method goes on with this.
constexpr double k_tiny = 1e-300;
constexpr double k_rounding = 1e-16;

/// x^shape e^-x / gamma(shape).
double gamma_kernel(double shape, double x) {
    return portable::exp(shape * portable::log(x) - x - log_gamma(shape));
}

/// The lower part by its series, for x < shape + 1.
double gamma_below(double shape, double x) {
    double term = 1 / shape;
    double sum = term;
    for (double n = shape + 1; term > sum * k_rounding; ++n) {
        term *= x / n;
        sum += term;
    }
    return sum * gamma_kernel(shape, x);
}

/// The upper part by its continued fraction (modified Lentz), for x >= shape + 1.
double gamma_above(double shape, double x) {
    double b = x + 1 - shape;
    double c = 1 / k_tiny;
    double d = 1 / b;
    double fraction = d;
    for (double n = 1; n < 100000; ++n) {
        const double a = -n * (n - shape);
        b += 2;
        d = a * d + b;
        d = 1 / (std::abs(d) < k_tiny ? k_tiny : d);
        c = b + a / c;
        c = std::abs(c) < k_tiny ? k_tiny : c;
        const double step = c * d;
        fraction *= step;
        if (std::abs(step - 1) < 4 * k_rounding) {
            break;
        }
    }
    return fraction * gamma_kernel(shape, x);
}

}  // namespace

double normal_tail(double x) {
    constexpr double k_root_two_pi = 2.50662827463100050242;
    const double density = portable::exp(-x * x / 2) / k_root_two_pi;
    if (std::abs(x) < 2.5) {
        double term = x;
        double sum = x;
        for (double n = 3; std::abs(term) > std::abs(sum) * k_rounding; n += 2) {
            term *= x * x / n;
            sum += term;
        }
        return 0.5 - density * sum;
    }
    // P(X > x) = density / (x + 1 / (x + 2 / (x + 3 / ...))), from the inside out.
    const double distance = std::abs(x);
    double fraction = distance;
    for (double n = 120; n >= 1; --n) {
        fraction = distance + n / fraction;
    }
    const double tail = density / fraction;
    return x > 0 ? tail : 1 - tail;
}

double gamma_tail(double shape, double x) {
    if (x <= 0) {
        return 1;
    }
    return x < shape + 1 ? 1 - gamma_below(shape, x) : gamma_above(shape, x);
}

double log_gamma(double x) {
    double product = 1;
    for (; x < 12; ++x) {
        product *= x;  // gamma(x) = gamma(x + 1) / x
    }
    constexpr double k_half_log_two_pi = 0.918938533204672741780;
    const double inverse = 1 / x;
    const double square = inverse * inverse;
    const double series =
        inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square / 1188))));
    return (x - 0.5) * portable::log(x) - x + k_half_log_two_pi + series - portable::log(product);
}

}  // namespace nines::analytic
