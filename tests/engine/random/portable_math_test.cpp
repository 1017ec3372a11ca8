// Portable functions against long double of the C library, and their special values.

#include "engine/random/portable_math.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

constexpr int k_points = 200'000;
constexpr double k_infinity = std::numeric_limits<double>::infinity();

/// Largest relative error of `ours` against `exact` over points that `draw` makes.
template <class Draw, class Ours, class Exact>
double worst_error(const Draw& draw, const Ours& ours, const Exact& exact) {
    Stream stream(17);
    double worst = 0;
    for (int i = 0; i < k_points; ++i) {
        const double x = draw(stream);
        const long double expected = exact(static_cast<long double>(x));
        worst = std::max(worst, std::abs(static_cast<double>((ours(x) - expected) / expected)));
    }
    return worst;
}

auto between(double low, double high) {
    return [=](Stream& s) { return low + (high - low) * s.uniform_positive(); };
}

TEST(PortableMath, ExpIsWithinTwoUnitsOfTheLastPlace) {
    const auto ours = [](double x) { return portable::exp(x); };
    const auto exact = [](long double x) { return std::exp(x); };
    EXPECT_LT(worst_error(between(-708, 709.7), ours, exact), 4e-16);
    EXPECT_LT(worst_error(between(-1, 1), ours, exact), 4e-16);
}

TEST(PortableMath, LogIsWithinTwoUnitsOfTheLastPlace) {
    const auto ours = [](double x) { return portable::log(x); };
    const auto exact = [](long double x) { return std::log(x); };
    EXPECT_LT(worst_error(between(0, 2), ours, exact), 4e-16);
    EXPECT_LT(worst_error(between(1 - 1e-6, 1 + 1e-6), ours, exact), 4e-16);
    EXPECT_LT(worst_error([](Stream& s) { return std::exp(1400 * s.uniform() - 700); }, ours, exact), 4e-16);
}

TEST(PortableMath, NearZeroNothingIsLost) {
    const auto small = [](Stream& s) { return std::exp(-30 * s.uniform()) * (s.chance(0.5) ? 0.9 : -0.9); };
    EXPECT_LT(worst_error(
                  small, [](double x) { return portable::log1p(x); }, [](long double x) { return std::log1p(x); }),
              1e-15);
    EXPECT_LT(worst_error(
                  small, [](double x) { return portable::expm1(x); }, [](long double x) { return std::expm1(x); }),
              1e-15);
}

TEST(PortableMath, PowKeepsItsPrecisionForLargeExponents) {
    for (const double exponent : {0.5, -1.25, 1 / 0.7, 3.0, 40.0, -100.0}) {
        const auto ours = [=](double x) { return portable::pow(x, exponent); };
        const auto exact = [=](long double x) { return std::pow(x, static_cast<long double>(exponent)); };
        EXPECT_LT(worst_error(between(0.01, 50), ours, exact), 1e-15) << exponent;
        EXPECT_LT(worst_error(between(1 - 1e-3, 1 + 1e-3), ours, exact), 1e-15) << exponent;
    }
    const auto million = [](double x) { return portable::pow(x, 1e6); };
    EXPECT_LT(worst_error(between(1 - 1e-4, 1 + 1e-4), million, [](long double x) { return std::pow(x, 1e6L); }),
              1e-15);
    const auto wide = [](double x) { return portable::pow(2.7, x); };
    EXPECT_LT(worst_error(
                  between(-700, 700), wide,
                  [](long double x) { return std::pow(2.7L, x) * std::pow(static_cast<long double>(2.7) / 2.7L, x); }),
              4e-15);
}

TEST(PortableMath, SineAndCosine) {
    for (const double range : {1.0, 20.0, 1e6}) {
        EXPECT_LT(worst_error(
                      between(-range, range), [](double x) { return portable::sin(x); },
                      [](long double x) { return std::sin(x); }),
                  1e-15);
        EXPECT_LT(worst_error(
                      between(-range, range), [](double x) { return portable::cos(x); },
                      [](long double x) { return std::cos(x); }),
                  1e-15);
    }
    EXPECT_EQ(portable::sin(0), 0);
    EXPECT_EQ(portable::cos(0), 1);
}

TEST(PortableMath, Gamma) {
    EXPECT_LT(worst_error(
                  between(0.01, 20), [](double x) { return portable::gamma(x); },
                  [](long double x) { return std::tgamma(x); }),
              4e-15);
    EXPECT_NEAR(portable::gamma(171), 7.257415615307999e306, 1e293);
    EXPECT_NEAR(portable::gamma(0.5), 1.7724538509055160, 4e-15);
}

TEST(PortableMath, EndsOfTheRange) {
    EXPECT_EQ(portable::log(0), -k_infinity);
    EXPECT_EQ(portable::log(k_infinity), k_infinity);
    EXPECT_TRUE(std::isnan(portable::log(-1)));
    EXPECT_DOUBLE_EQ(portable::log(5e-324), -744.4400719213812);
    EXPECT_EQ(portable::exp(710), k_infinity);
    EXPECT_EQ(portable::exp(-k_infinity), 0);
    EXPECT_TRUE(std::isnan(portable::exp(std::nan(""))));
    EXPECT_DOUBLE_EQ(portable::exp(709.78), 1.7928227943945155e+308);
    EXPECT_EQ(portable::exp(-745), 5e-324);
    EXPECT_EQ(portable::pow(0, 2), 0);
    EXPECT_EQ(portable::pow(0, -2), k_infinity);
    EXPECT_EQ(portable::pow(7, 0), 1);
    EXPECT_EQ(portable::pow(2, 2000), k_infinity);
    EXPECT_EQ(portable::pow(2, -2000), 0);
    EXPECT_EQ(portable::pow(2, -1074), 5e-324);
    EXPECT_EQ(portable::pow(0.5, k_infinity), 0);
    EXPECT_TRUE(std::isnan(portable::pow(-2, 0.5)));
}

}  // namespace
}  // namespace nines
