// LoadOrder: against a list that is sorted anew for each question.

#include "models/requests/load_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

/// What it should be: members with their loads.
using Loads = std::map<std::uint32_t, std::uint32_t>;

void expect_same(const LoadOrder& order, const Loads& loads, std::uint32_t bound) {
    ASSERT_EQ(order.size(), loads.size());
    std::set<std::uint32_t> seen;
    std::uint32_t last = 0;
    for (std::uint32_t place = 0; place < order.size(); ++place) {
        const std::uint32_t member = order[place];
        ASSERT_TRUE(loads.contains(member));
        ASSERT_TRUE(seen.insert(member).second) << "each member once";
        ASSERT_EQ(order.place_of(member), place);
        ASSERT_GE(loads.at(member), last) << "the least loaded first";
        last = loads.at(member);
    }
    for (std::uint32_t member = 0; member < bound; ++member) {
        ASSERT_EQ(order.has(member), loads.contains(member));
    }
    for (std::uint32_t load = 0; load <= last + 2; ++load) {
        const auto naive =
            std::count_if(loads.begin(), loads.end(), [&](const auto& one) { return one.second <= load; });
        ASSERT_EQ(order.up_to(load), static_cast<std::uint32_t>(naive)) << "load " << load;
    }
}

TEST(LoadOrder, OrdersAsASortDoes) {
    for (const std::uint32_t bound : {1U, 2U, 7U, 40U}) {
        Stream luck({1, bound}, "test", "load order");
        LoadOrder order(bound);
        Loads loads;
        std::uint32_t most = 0;
        std::map<std::uint32_t, std::uint32_t>
            away;  // those who have left keep their load, and may change it meanwhile
        for (std::uint32_t member = 0; member < bound; ++member) {
            away[member] = 0;
        }
        for (int step = 0; step < 100'000; ++step) {
            const auto member = static_cast<std::uint32_t>(luck.below(bound));
            const auto what = luck.below(100);
            if (!loads.contains(member)) {
                away[member] += what < 20 ? 1 : 0;
                if (what >= 50) {
                    order.join(member, away[member]);
                    loads[member] = away[member];
                    away.erase(member);
                }
            } else if (what < 5) {
                order.leave(member, loads[member]);
                away[member] = loads[member];
                loads.erase(member);
            } else if (what < 52) {
                order.add(member, loads[member]++);
            } else if (loads[member] > 0) {
                order.take(member, loads[member]--);
            }
            most = std::max(most, loads.contains(member) ? loads[member] : 0);
            if (step % 16 == 0 || step < 1000) {
                ASSERT_NO_FATAL_FAILURE(expect_same(order, loads, bound)) << "bound " << bound << ", step " << step;
            }
        }
        EXPECT_GT(most, 20U) << "it was put to the test";
    }
}

TEST(LoadOrder, OfNobodyIsEmpty) {
    LoadOrder none;
    EXPECT_EQ(none.size(), 0U);
    EXPECT_EQ(none.up_to(0), 0U);
    LoadOrder one(3);
    EXPECT_EQ(one.size(), 0U);
    EXPECT_FALSE(one.has(2));
    one.join(2, 5);
    EXPECT_EQ(one.up_to(4), 0U);
    EXPECT_EQ(one.up_to(5), 1U);
    EXPECT_EQ(one.up_to(1000), 1U);
    EXPECT_EQ(one[0], 2U);
    one.leave(2, 5);
    EXPECT_EQ(one.size(), 0U);
    EXPECT_EQ(one.up_to(5), 0U);
}

TEST(LoadOrder, ThoseOfEqualLoadLieSideBySide) {
    LoadOrder order(6);
    for (std::uint32_t member = 0; member < 6; ++member) {
        order.join(member, member % 3);
    }
    EXPECT_EQ(order.up_to(0), 2U);
    EXPECT_EQ(order.up_to(1), 4U);
    EXPECT_EQ(order.up_to(2), 6U);
    EXPECT_EQ((std::set{order[0], order[1]}), (std::set{0U, 3U}));
    EXPECT_EQ((std::set{order[4], order[5]}), (std::set{2U, 5U}));
}

}  // namespace
}  // namespace nines
