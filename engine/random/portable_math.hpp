#pragma once
// Elementary functions whose bits do not depend on the processor: libm picks variants with fused multiply-add at run
// time, so its last bit differs between machines. Only + - * / and bit patterns are used here. Relative error < 1e-15.

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace nines::portable {

namespace detail {

inline constexpr double k_infinity = std::numeric_limits<double>::infinity();
inline constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double k_ln2_high = 0x1.62e42fefa0000p-1;  // 36 bits: a whole number below 2^17 times it is exact
inline constexpr double k_ln2_low = 0x1.cf79abc9e3b3ap-40;

/// 2^(j / 32), rounded from 200 bits.
inline constexpr std::array<double, 32> k_roots_of_two = {
    0x1.0000000000000p+0, 0x1.059b0d3158574p+0, 0x1.0b5586cf9890fp+0, 0x1.11301d0125b51p+0, 0x1.172b83c7d517bp+0,
    0x1.1d4873168b9aap+0, 0x1.2387a6e756238p+0, 0x1.29e9df51fdee1p+0, 0x1.306fe0a31b715p+0, 0x1.371a7373aa9cbp+0,
    0x1.3dea64c123422p+0, 0x1.44e086061892dp+0, 0x1.4bfdad5362a27p+0, 0x1.5342b569d4f82p+0, 0x1.5ab07dd485429p+0,
    0x1.6247eb03a5585p+0, 0x1.6a09e667f3bcdp+0, 0x1.71f75e8ec5f74p+0, 0x1.7a11473eb0187p+0, 0x1.82589994cce13p+0,
    0x1.8ace5422aa0dbp+0, 0x1.93737b0cdc5e5p+0, 0x1.9c49182a3f090p+0, 0x1.a5503b23e255dp+0, 0x1.ae89f995ad3adp+0,
    0x1.b7f76f2fb5e47p+0, 0x1.c199bdd85529cp+0, 0x1.cb720dcef9069p+0, 0x1.d5818dcfba487p+0, 0x1.dfc97337b9b5fp+0,
    0x1.ea4afa2a490dap+0, 0x1.f50765b6e4540p+0};

/// 2^exponent for exponents of normal numbers, [-1022, 1023].
constexpr double power_of_two(std::int64_t exponent) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52U);
}

/// A positive number as 2^exponent * (1 + fraction), with 1 + fraction in [sqrt(1/2), sqrt(2)).
struct Split {
    double exponent;
    double fraction;
};
constexpr Split split(double x) {
    std::int64_t exponent = 0;
    if (x < std::numeric_limits<double>::min()) {
        x *= 0x1p54;  // a subnormal number has no hidden bit
        exponent = -54;
    }
    // Adding the difference to sqrt(1/2) carries into the exponent exactly where the significand is above it.
    constexpr std::uint64_t k_one = 0x3FF0000000000000U;
    constexpr std::uint64_t k_root = 0x3FE6A09E667F3BCDU;
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(x) + (k_one - k_root);
    exponent += static_cast<std::int64_t>(bits >> 52U) - 1023;
    const double significand = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFFU) + k_root);
    return {static_cast<double>(exponent), significand - 1};
}

/// 2 atanh(s) / s - 2 for s^2 = `square` <= 0.0295: the series 2 (s^2/3 + s^4/5 + ...), in Estrin's order for speed.
constexpr double atanh_series(double square) {
    const double s1 = square;
    const double s2 = s1 * s1;
    const double s4 = s2 * s2;
    const double low = (2.0 / 3 + s1 * (2.0 / 5)) + s2 * (2.0 / 7 + s1 * (2.0 / 9));
    const double high = (2.0 / 11 + s1 * (2.0 / 13)) + s2 * (2.0 / 15 + s1 * (2.0 / 17));
    return s1 * (low + s4 * (high + s4 * (2.0 / 19 + s1 * (2.0 / 21))));
}

/// (root + root * series) * 2^exponent where the power or the result may be no normal number: in two steps.
constexpr double exp_scaled(double root, double series, std::int64_t exponent) {
    const std::int64_t half = exponent / 2;
    return (root + root * series) * power_of_two(half) * power_of_two(exponent - half);
}

}  // namespace detail

/// Natural logarithm; -infinity at 0, NaN below.
constexpr double log(double x) {
    if (!(x > 0) || x == detail::k_infinity) [[unlikely]] {
        return x == 0 ? -detail::k_infinity : (x > 0 ? x : detail::k_nan);
    }
    const auto [exponent, f] = detail::split(x);
    // log(1 + f) = 2 atanh(s); f - s (f - R) is the same number with the leading term exact.
    const double s = f / (2 + f);
    const double series = detail::atanh_series(s * s);
    return exponent * detail::k_ln2_high + (f - (s * (f - series) - exponent * detail::k_ln2_low));
}

/// e^x; 0 and infinity where it leaves the numbers.
constexpr double exp(double x) {
    if (!(x > -746 && x < 710)) [[unlikely]] {
        return x >= 710 ? detail::k_infinity : (x <= -746 ? 0.0 : detail::k_nan);
    }
    // x = k ln2 / 32 + r with |r| <= ln2 / 64, so that six terms of the series are enough.
    const double scaled = x * 0x1.71547652b82fep+5;
    // Beyond 2^52 doubles are whole: adding and taking off rounds to the nearest without a branch on the sign.
    const double whole = (scaled + 0x1.8p52) - 0x1.8p52;
    const auto k = static_cast<std::int64_t>(whole);
    const double r = (x - whole * (detail::k_ln2_high / 32)) - whole * (detail::k_ln2_low / 32);
    const double square = r * r;
    const double series =
        r + square * ((1.0 / 2 + r * (1.0 / 6)) + square * ((1.0 / 24 + r * (1.0 / 120)) + square * (1.0 / 720)));
    const double root = detail::k_roots_of_two[static_cast<std::uint64_t>(k) & 31U];
    const std::int64_t exponent = k >> 5;
    if (exponent < -1021 || exponent > 1022) [[unlikely]] {
        return detail::exp_scaled(root, series, exponent);
    }
    return (root + root * series) * detail::power_of_two(exponent);
}

/// log(1 + x) without loss near 0 (Kahan's correction), x > -1.
constexpr double log1p(double x) {
    const double sum = 1 + x;
    return sum == 1 ? x : log(sum) * (x / (sum - 1));
}

/// e^x - 1 without loss near 0 (Kahan's correction).
constexpr double expm1(double x) {
    const double power = exp(x);
    return power == 1 ? x : (x > -1 && x < 1 ? (power - 1) * (x / log(power)) : power - 1);
}

/// x^y for x >= 0; NaN below 0. The logarithm is taken to about 59 bits: 3e-16, and up to 4e-15 near the ends of the
/// range.
double pow(double x, double y);

/// Sine and cosine in radians; accurate to 1e-15 of the result for |x| <= 1e6.
double sin(double x);
double cos(double x);

/// The gamma function, for x in (0, 171].
double gamma(double x);

}  // namespace nines::portable
