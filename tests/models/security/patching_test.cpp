// Unpatched time in O(1) against the sum over hosts, one by one.

#include "models/security/patching.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace nines {
namespace {

double one_by_one(const PatchedHosts& hosts, double disclosed_s, double from_s, double until_s) {
    double sum_s = 0;
    for (std::uint64_t i = 1; i <= hosts.hosts; ++i) {
        const double done_s = hosts.rounds->next_after(disclosed_s) +
                              hosts.takes_s * static_cast<double>(i) / static_cast<double>(hosts.hosts);
        sum_s += std::max(0.0, std::min(done_s, until_s) - std::max(disclosed_s, from_s));
    }
    return sum_s;
}

TEST(PatchedHosts, SumsOverHostsAtOnce) {
    Stream stream({1, 0}, "test.patching", "sums");
    for (int i = 0; i < 2000; ++i) {
        PatchedHosts hosts{1 + stream.below(20), Rounds{1 + 9 * stream.uniform(), stream.uniform()}, 0};
        hosts.takes_s = stream.chance(0.2) ? 0 : hosts.rounds->every_s * stream.uniform();
        const double disclosed_s = 40 * stream.uniform() - 20;
        const double from_s = 40 * stream.uniform() - 20;
        const double until_s = from_s + 30 * stream.uniform();
        EXPECT_NEAR(hosts.unpatched_s(disclosed_s, from_s, until_s), one_by_one(hosts, disclosed_s, from_s, until_s),
                    1e-9);
    }
}

TEST(PatchedHosts, AreNeverPatchedWithoutRounds) {
    const PatchedHosts hosts{100'000'000, std::nullopt, 0};
    EXPECT_DOUBLE_EQ(hosts.unpatched_s(2, 0, 5), 3e8);
    EXPECT_TRUE(std::isinf(hosts.all_patched_s(2)));
}

TEST(Rounds, AreBeforeAndAfterAnyMoment) {
    const Rounds rounds{10, 3};
    EXPECT_DOUBLE_EQ(rounds.next_after(3), 13) << "a round that begins now brings nothing new";
    EXPECT_DOUBLE_EQ(rounds.next_after(2.9), 3);
    EXPECT_DOUBLE_EQ(rounds.last_before(3), 3);
    EXPECT_DOUBLE_EQ(rounds.last_before(-8), -17);
}

}  // namespace
}  // namespace nines
