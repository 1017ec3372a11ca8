// Crowd: who stands in for whom, and as long as there is a reason.

#include "models/requests/crowd.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/chi_squared.hpp>
#include <map>
#include <set>

#include "engine/random/stream.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

/// Pearson's statistic of counts that should all be the same in the mean stays below its quantile at 1 - 10^-6.
void expect_uniform(const std::vector<double>& counts, double expected) {
    double sum = 0;
    for (const double count : counts) {
        sum += (count - expected) * (count - expected) / expected;
    }
    const boost::math::chi_squared law(static_cast<double>(counts.size()) - 1);
    EXPECT_LT(sum, quantile(complement(law, support::k_false_alarm)));
}

TEST(Crowd, IsEngagedAsLongAsThereIsAReason) {
    Crowd crowd(1'000'000, 8);
    EXPECT_EQ(crowd.members(), 1'000'000U);
    EXPECT_EQ(crowd.engaged(), 0U);
    crowd.engage(5);
    crowd.engage(5);  // a request, and the worker that it holds
    crowd.engage(2);
    EXPECT_EQ(crowd.engaged(), 2U);
    crowd.disengage(5);
    EXPECT_EQ(crowd.engaged(), 2U);
    crowd.disengage(5);
    EXPECT_EQ(crowd.engaged(), 1U);
    Stream luck({1, 0}, "test", "crowd");
    EXPECT_EQ(crowd.stand_in_for(0, luck), 2U) << "the first members are those that are engaged";
    crowd.disengage(2);
    EXPECT_EQ(crowd.engaged(), 0U);
    EXPECT_FALSE(crowd.was_short());
}

TEST(Crowd, FirstMembersAreTheEngagedAllOthersAreIdle) {
    constexpr std::uint32_t k_stand_ins = 50;
    Crowd crowd(1000, k_stand_ins);
    Stream luck({1, 0}, "test", "crowd");
    std::vector<std::uint32_t> reasons(k_stand_ins);
    for (int step = 0; step < 20'000; ++step) {
        const auto at = static_cast<std::uint32_t>(luck.below(k_stand_ins));
        if (reasons[at] > 0 && luck.below(2) == 0) {
            crowd.disengage(at);
            --reasons[at];
        } else if (luck.below(2) == 0) {
            crowd.engage(at);
            ++reasons[at];
        }
        std::set<std::uint32_t> engaged;
        for (std::uint32_t i = 0; i < k_stand_ins; ++i) {
            if (reasons[i] > 0) {
                engaged.insert(i);
            }
        }
        ASSERT_EQ(crowd.engaged(), engaged.size());
        std::set<std::uint32_t> first;
        for (std::uint64_t number = 0; number < crowd.engaged(); ++number) {
            first.insert(crowd.stand_in_for(number, luck));
        }
        ASSERT_EQ(first, engaged) << "each engaged one is one of the first members, just once";
        if (crowd.engaged() < k_stand_ins) {
            ASSERT_EQ(reasons[crowd.stand_in_for(999, luck)], 0U) << "and any other is idle";
        }
    }
}

TEST(Crowd, DrawsAMemberWithTheSameChanceForEach) {
    // Of a thousand members three are engaged: each of them is met once in a thousand draws, an idle stand-in, which
    // means any of the 997 others, the other times; and all idle ones as often as each other.
    constexpr std::uint32_t k_stand_ins = 40;
    Crowd crowd(1000, k_stand_ins);
    Stream luck({1, 0}, "test", "crowd");
    for (const std::uint32_t engaged : {7U, 0U, 39U}) {
        crowd.engage(engaged);
    }
    constexpr int k_draws = 1'000'000;
    std::map<std::uint32_t, double> count;
    for (int i = 0; i < k_draws; ++i) {
        ++count[crowd.stand_in_for(luck.below(crowd.members()), luck)];
    }
    std::vector<double> engaged;
    std::vector<double> idle;
    for (std::uint32_t i = 0; i < k_stand_ins; ++i) {
        (i == 7 || i == 0 || i == 39 ? engaged : idle).push_back(count[i]);
    }
    for (const double met : engaged) {
        EXPECT_NEAR(met, k_draws / 1000.0, 4.9 * std::sqrt(k_draws / 1000.0));
    }
    expect_uniform(idle, k_draws * 0.997 / 37);
}

TEST(Crowd, SaysWhenItWasShort) {
    Crowd crowd(1000, 4);
    Stream luck({1, 0}, "test", "crowd");
    for (std::uint32_t i = 0; i < 4; ++i) {
        crowd.engage(i);
    }
    std::set<std::uint32_t> met;
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(crowd.stand_in_for(3, luck), crowd.stand_in_for(3, luck)) << "those engaged are still certain ones";
    }
    EXPECT_FALSE(crowd.was_short());
    for (int i = 0; i < 1000; ++i) {
        met.insert(crowd.stand_in_for(500, luck));
    }
    EXPECT_TRUE(crowd.was_short());
    EXPECT_EQ(met.size(), 4U) << "anyone will have to do";
    crowd.disengage(2);
    EXPECT_EQ(crowd.stand_in_for(500, luck), 2U);
    EXPECT_TRUE(crowd.was_short()) << "for good";
}

}  // namespace
}  // namespace nines
