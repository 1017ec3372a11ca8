// The less frequent elementary functions: power, sine and cosine, gamma.

#include "engine/random/portable_math.hpp"

namespace nines::portable {

namespace {

/// An unevaluated sum of two doubles.
struct Pair {
    double high;
    double low;
};

/// a + b exactly. Source: Knuth, The Art of Computer Programming, vol. 2, section 4.2.2.
Pair exact_sum(double a, double b) {
    const double sum = a + b;
    const double b_part = sum - a;
    return {sum, (a - (sum - b_part)) + (b - b_part)};
}

/// a * b exactly, without a fused operation. Source: Dekker, Numerische Mathematik 18 (1971) 224.
Pair exact_product(double a, double b) {
    constexpr double k_splitter = 0x1p27 + 1;
    const double a_scaled = k_splitter * a;
    const double a_high = a_scaled - (a_scaled - a);
    const double a_low = a - a_high;
    const double b_scaled = k_splitter * b;
    const double b_high = b_scaled - (b_scaled - b);
    const double b_low = b - b_high;
    const double product = a * b;
    return {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

/// The logarithm of a positive finite number as a pair, to about 59 bits.
Pair log_pair(double x) {
    const auto [exponent, f] = detail::split(x);
    const Pair divisor = exact_sum(2, f);
    const double s = f / divisor.high;
    const Pair back = exact_product(s, divisor.high);
    const double s_low = ((f - back.high) - back.low - s * divisor.low) / divisor.high;
    const Pair sum = exact_sum(exponent * detail::k_ln2_high, 2 * s);
    const double low = sum.low + exponent * detail::k_ln2_low + 2 * s_low + s * detail::atanh_series(s * s);
    return exact_sum(sum.high, low);
}

/// An angle reduced to [-pi/4, pi/4] and the quarter turns taken off.
struct Angle {
    double rest;
    std::uint64_t quarters;
};
Angle reduce(double x) {
    const double scaled = x * 0x1.45f306dc9c883p-1;
    const auto quarters = static_cast<std::int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
    const auto count = static_cast<double>(quarters);
    // pi / 2 in parts of 33 bits: the first two products and the first difference are exact up to 2^20 quarters.
    const double rest =
        ((x - count * 0x1.921fb54400000p+0) - count * 0x1.0b4611a600000p-34) - count * 0x1.3198a2e037073p-69;
    return {rest, static_cast<std::uint64_t>(quarters)};
}

double sine_series(double r) {
    const double z = r * r;
    double sum = 1.0 / 355687428096000;  // 17!
    for (const double factorial : {1307674368000.0, 6227020800.0, 39916800.0, 362880.0, 5040.0, 120.0, 6.0}) {
        sum = 1 / factorial - z * sum;
    }
    return r - r * z * sum;
}

double cosine_series(double r) {
    const double z = r * r;
    double sum = 1.0 / 20922789888000;  // 16!
    for (const double factorial : {87178291200.0, 479001600.0, 3628800.0, 40320.0, 720.0, 24.0}) {
        sum = 1 / factorial - z * sum;
    }
    const double half = z / 2;
    const double head = 1 - half;
    return head + (((1 - head) - half) + z * z * sum);
}

double quarter_turns(Angle angle, std::uint64_t ahead) {
    const std::uint64_t quarters = (angle.quarters + ahead) & 3U;
    const double value = (quarters & 1U) == 0 ? sine_series(angle.rest) : cosine_series(angle.rest);
    return quarters >= 2 ? -value : value;
}

}  // namespace

double pow(double x, double y) {
    if (y == 0 || x == 1) {
        return 1;
    }
    if (!(x > 0) || x == detail::k_infinity || !(y - y == 0)) {
        if (!(x >= 0) || y != y) {
            return detail::k_nan;
        }
        const bool grows = (x > 1) == (y > 0);
        return grows ? detail::k_infinity : 0.0;
    }
    const Pair logarithm = log_pair(x);
    const double rough = logarithm.high * y;
    if (!(rough > -746 && rough < 710)) {
        return rough > 0 ? detail::k_infinity : 0.0;
    }
    const Pair product = exact_product(logarithm.high, y);
    const double low = product.low + logarithm.low * y;
    const double value = exp(product.high);
    return value == detail::k_infinity ? value : value + value * low;
}

double sin(double x) {
    return quarter_turns(reduce(x), 0);
}

double cos(double x) {
    return quarter_turns(reduce(x), 1);
}

double gamma(double x) {
    // Upwards by the recurrence to where six terms of Stirling's series are enough, and back by the product.
    double product = 1;
    while (x < 15) {
        product *= x;
        x += 1;
    }
    const double z = 1 / (x * x);
    const double series =
        (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z * (1.0 / 1188 - z * (691.0 / 360360)))))) /
        x;
    constexpr double k_root_two_pi = 2.5066282746310005024;
    // x^(x - 1/2) alone would overflow near 171, hence its square root twice.
    const double root = pow(x, x / 2 - 0.25);
    return k_root_two_pi * (root * exp(-x)) * root * exp(series) / product;
}

}  // namespace nines::portable
