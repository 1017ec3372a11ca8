// Tails of the normal and gamma laws against Boost.Math, over the shapes and places that waits and latencies have.

#include "engine/analytic/incomplete_gamma.hpp"

#include <gtest/gtest.h>

#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

namespace nines::analytic {
namespace {

TEST(IncompleteGamma, NormalTail) {
    for (double x = -6; x <= 30; x += 0.37) {
        const double exact = boost::math::erfc(x / std::sqrt(2.0)) / 2;
        EXPECT_NEAR(normal_tail(x), exact, 1e-12 * exact) << x;
    }
}

TEST(IncompleteGamma, GammaTail) {
    for (const double shape : {0.01, 0.3, 1.0, 1.7, 4.0, 37.5, 400.0, 1e4}) {
        for (const double place : {0.01, 0.3, 0.8, 1.0, 1.3, 2.0, 6.0, 30.0}) {
            const double x = shape * place;
            const double exact = boost::math::gamma_q(shape, x);
            if (exact > 1e-280) {
                EXPECT_NEAR(gamma_tail(shape, x), exact, 1e-11 * exact + 1e-15) << shape << " " << x;
            }
        }
    }
    EXPECT_EQ(gamma_tail(2, 0), 1);
}

TEST(IncompleteGamma, LogGamma) {
    for (const double x : {0.001, 0.5, 1.0, 1.5, 2.0, 7.3, 11.9, 12.0, 171.0, 1e5}) {
        const double exact = std::lgamma(x);
        EXPECT_NEAR(log_gamma(x), exact, 1e-13 * std::max(1.0, std::abs(exact))) << x;
    }
}

}  // namespace
}  // namespace nines::analytic
