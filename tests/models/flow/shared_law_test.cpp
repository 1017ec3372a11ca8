#include "models/flow/shared_law.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "engine/random/distribution.hpp"

namespace nines {
namespace {

using analytic::LatencyLaw;

LatencyLaw plain(const Distribution& law) {
    return LatencyLaw::of(law);
}

void expect_same(const SharedLaw& shared, const LatencyLaw& law) {
    const LatencyLaw points = shared.law();
    for (std::size_t i = 0; i < LatencyLaw::k_points; ++i) {
        EXPECT_DOUBLE_EQ(points.points()[i], law.points()[i]);
    }
    EXPECT_DOUBLE_EQ(shared.mean(), law.mean());
    EXPECT_DOUBLE_EQ(shared.variance(), law.variance());
    EXPECT_DOUBLE_EQ(shared.quantile(0.99), law.quantile(0.99));
}

TEST(SharedLaw, IsTheLawThatItShares) {
    const LatencyLaw a = plain(Distribution::exponential(0.02));
    const LatencyLaw b = plain(Distribution::uniform(0.01, 0.05));
    const SharedLaw one(a);
    const SharedLaw other(b);
    expect_same(one, a);
    expect_same(one.shifted(0.5), a.shifted(0.5));
    expect_same(one.shifted(-0.01), a.shifted(-0.01));
    expect_same(one.scaled(3), a.scaled(3));
    expect_same(sum(one, other), sum(a, b));
    expect_same(maximum(one, other), maximum(a, b));
    const std::vector<WeightedShare> shares{{2, one}, {0, SharedLaw()}, {1, other}};
    const std::vector<analytic::WeightedLaw> laws{{2, a}, {1, b}};
    expect_same(mixture(shares), mixture(laws));
    const auto cut = one.truncated_below(0.03);
    EXPECT_DOUBLE_EQ(cut.probability, a.truncated_below(0.03).probability);
    expect_same(cut.law, a.truncated_below(0.03).law);
}

TEST(SharedLaw, ConstantsStayConstants) {
    const SharedLaw two = SharedLaw::constant(2);
    const SharedLaw law(plain(Distribution::exponential(1)));
    EXPECT_TRUE(SharedLaw(LatencyLaw::constant(2)).is_constant());
    EXPECT_TRUE(sum(two, SharedLaw::constant(1)).is_constant());
    EXPECT_EQ(sum(two, SharedLaw::constant(1)).mean(), 3);
    EXPECT_EQ(maximum(two, SharedLaw::constant(1)).mean(), 2);
    EXPECT_EQ(two.scaled(0.5).shifted(-3).mean(), 0);
    EXPECT_EQ(two.variance(), 0);
    expect_same(sum(two, law), law.law().shifted(2));
    expect_same(maximum(two, law), maximum(two.law(), law.law()));
    EXPECT_EQ(two.truncated_below(2).probability, 1);
    EXPECT_EQ(two.truncated_below(1.5).probability, 0);
    EXPECT_EQ(two.truncated_below(1.5).law.mean(), 1.5);
}

TEST(SharedLaw, IsKnownAgainByItsHash) {
    const SharedLaw law(plain(Distribution::exponential(1)));
    EXPECT_EQ(law.hash(), SharedLaw(plain(Distribution::exponential(1))).hash());
    EXPECT_NE(law.hash(), law.shifted(1e-12).hash());
    EXPECT_NE(law.hash(), law.scaled(1.5).hash());
    EXPECT_EQ(SharedLaw().hash(), SharedLaw::constant(0).hash());
    EXPECT_NE(SharedLaw::constant(1).hash(), SharedLaw::constant(2).hash());
}

TEST(SharedLaw, AMixtureOfOneIsThatOne) {
    const SharedLaw law(plain(Distribution::exponential(1)));
    const std::vector<WeightedShare> alone{{0, SharedLaw()}, {0.2, law}};
    EXPECT_EQ(mixture(alone).hash(), law.hash());
    const std::vector<WeightedShare> none{{0, law}};
    EXPECT_EQ(mixture(none).mean(), 0);
}

}  // namespace
}  // namespace nines
