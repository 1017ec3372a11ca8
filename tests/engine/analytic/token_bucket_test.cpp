// The share that finds no token, against published figures, another closed form and limits.

#include "engine/analytic/token_bucket.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nines::analytic {
namespace {

/// P(full) of M/D/1/N in closed form; its terms change their sign, so for small N alone.
/// Source: Brun, Garcia: Analytical solution of finite capacity M/D/1 queues, J. Applied Probability 37 (2000) 1092.
double brun_garcia(double load, int room) {
    double sum = 0;
    for (int k = 0; k < room; ++k) {
        sum += std::pow(-load * (room - 1 - k), k) / std::tgamma(k + 1.0) * std::exp((room - 1 - k) * load);
    }
    return 1 - sum / (1 + load * sum);
}

// Reference cases: s25-token-bucket and s26-token-bucket-overload, 40 digits.
TEST(TokenBucketLoss, IsTheReferences) {
    EXPECT_NEAR(token_bucket_loss(0.9, 10), 0.01663174782894645, 1e-13);
    EXPECT_NEAR(token_bucket_loss(1.5, 5), 0.3384488086783075, 1e-13);
}

TEST(TokenBucketLoss, IsTheClosedFormOfAFiniteQueue) {
    for (const double load : {0.1, 0.5, 0.9, 1.0, 1.3, 3.0}) {
        for (int burst = 1; burst <= 8; ++burst) {
            EXPECT_NEAR(token_bucket_loss(load, burst), brun_garcia(load, burst), 1e-9) << load << " " << burst;
        }
    }
    for (const double load : {0.2, 1.0, 7.0, 60.0}) {
        EXPECT_NEAR(token_bucket_loss(load, 1), load / (1 + load), 1e-12) << "one token is Erlang's one line";
    }
}

TEST(TokenBucketLoss, OfALargeBucketIsTheFluids) {
    EXPECT_EQ(token_bucket_loss(0.5, 200), 0);
    EXPECT_NEAR(token_bucket_loss(2, 200), 0.5, 1e-12);
    EXPECT_NEAR(token_bucket_loss(80, 3), 1 - 1 / 80.0, 1e-12);
    EXPECT_EQ(token_bucket_loss(0, 1), 0);
    EXPECT_NEAR(token_bucket_loss(1, 4000), 1 / 8000.0, 1e-3 / 8000) << "half a token in the burst is missed";
}

TEST(TokenBucketLoss, GoesOnWhereItIsNoLongerExact) {
    for (const double load : {0.9, 0.9999, 1.0, 1.0001, 1.1}) {
        const double exact = token_bucket_loss(load, 5000);
        EXPECT_NEAR(token_bucket_loss(load, 5001), exact, 3e-3 * exact + 1e-12) << load;
    }
    EXPECT_GT(token_bucket_loss(0.9, 10.5), token_bucket_loss(0.9, 11));
    EXPECT_LT(token_bucket_loss(0.9, 10.5), token_bucket_loss(0.9, 10));
}

}  // namespace
}  // namespace nines::analytic
