// Autocorrelation: small examples by hand, and sequences whose dependence is known.

#include "engine/stats/autocorrelation.hpp"

#include <gtest/gtest.h>

#include "engine/stats/interval.hpp"
#include "tests/engine/stats/sequences.hpp"

namespace nines {
namespace {

TEST(Autocorrelation, ByHand) {
    const double values[] = {1, 2, 4, 1};  // distances from 2: -1, 0, 2, -1
    EXPECT_DOUBLE_EQ(autocorrelation(values, 0), 1);
    EXPECT_DOUBLE_EQ(autocorrelation(values, 1), -2.0 / 6);
    EXPECT_DOUBLE_EQ(autocorrelation(values, 3), 1.0 / 6);
    EXPECT_DOUBLE_EQ(autocorrelation(values, 4), 0);
    EXPECT_DOUBLE_EQ(von_neumann_ratio(values), (1.0 + 4 + 9) / 6);
    // Sums of pairs: -1, 2, 1; squares 6, times size 4, over batch 2 x 3 x 2.
    EXPECT_DOUBLE_EQ(overlapping_asymptotic_variance(values, 2), 6.0 * 4 / (2 * 3 * 2));
}

TEST(Autocorrelation, NothingVaries) {
    const double values[] = {3, 3, 3};
    EXPECT_EQ(autocorrelation(values, 1), 0);
    EXPECT_EQ(von_neumann_ratio(values), 2);
    EXPECT_EQ(effective_sample_size(values), 3);
    EXPECT_EQ(effective_sample_size({}), 0);
}

TEST(Autocorrelation, VonNeumannIsStandardNormalForIndependentValues) {
    Tally scores;
    for (std::uint64_t study = 0; study < 2000; ++study) {
        scores.add(von_neumann_z(von_neumann_ratio(autoregressive(20, 0, study)), 20));
    }
    EXPECT_NEAR(scores.mean(), 0, 5 / std::sqrt(2000.0));
    EXPECT_NEAR(scores.variance(), 1, 5 * std::sqrt(2 / 2000.0));
    EXPECT_GT(von_neumann_z(von_neumann_ratio(autoregressive(300, 0.5, 1)), 300), 5);
}

TEST(Autocorrelation, EffectiveSampleSizeOfAutoregression) {
    for (const double phi : {0.0, 0.5, 0.8}) {
        Tally sizes;
        Tally variances;
        for (std::uint64_t study = 0; study < 40; ++study) {
            const std::vector<double> values = autoregressive(10'000, phi, 30 + study);
            sizes.add(effective_sample_size(values));
            variances.add(overlapping_asymptotic_variance(values, 250));
        }
        EXPECT_NEAR(sizes.mean() / (10'000 * (1 - phi) / (1 + phi)), 1, 0.06) << phi;
        EXPECT_NEAR(variances.mean() * (1 - phi) * (1 - phi), 1, 0.12) << phi;  // 250 values leave 2 %, noise 3 %
    }
}

}  // namespace
}  // namespace nines
