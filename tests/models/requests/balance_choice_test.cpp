// Balancers that look at load: the choice among equals is fair, and members that have left are never chosen.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <map>
#include <set>

#include "models/requests/balance.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

constexpr std::uint32_t k_all_tiers = UINT32_MAX;
constexpr BalancerId k_one{0};

Plan fleet_of(std::uint64_t instances, const std::string& policy) {
    return plan_of(fmt::format(
        "nines: 1\nname: choice\nservices:\n"
        "  s: {{kind: fleet, instances: {}, balance: {{policy: {}}}, endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}}}\n"
        "demand: {{d: {{calls: s.op, rate: 1/s}}}}\n",
        instances, policy));
}

/// Balancers with what they need.
struct Fixture {
    Fixture(std::uint64_t instances, const std::string& policy)
        : plan(fleet_of(instances, policy)), crowds(crowds_of(plan)), balancers(plan, {1, 0}, crowds) {}

    std::uint32_t choose(InstanceId previous = InstanceId::none()) {
        return balancers.choose(k_one, previous, k_all_tiers).value;
    }
    void send(std::uint32_t instance, int times = 1) {
        for (int i = 0; i < times; ++i) {
            balancers.sent(k_one, InstanceId{instance});
        }
    }

    Plan plan;
    Column<GroupId, Crowd> crowds;
    Balancers balancers;
};

using Counts = std::map<std::uint32_t, double>;

Counts count_choices(Fixture& fixture, int draws, InstanceId previous = InstanceId::none()) {
    Counts counts;
    for (int i = 0; i < draws; ++i) {
        ++counts[fixture.choose(previous)];
    }
    return counts;
}

/// Just these were chosen, each with the same chance: Pearson's statistic is below its quantile at 1 - 10^-6.
void expect_uniform(const Counts& counts, const std::set<std::uint32_t>& wanted) {
    double all = 0;
    for (const auto& [instance, count] : counts) {
        EXPECT_TRUE(wanted.contains(instance)) << "instance " << instance << " was chosen";
        all += count;
    }
    const double expected = all / static_cast<double>(wanted.size());
    double sum = 0;
    for (const std::uint32_t instance : wanted) {
        const auto found = counts.find(instance);
        const double count = found == counts.end() ? 0 : found->second;
        sum += (count - expected) * (count - expected) / expected;
    }
    if (wanted.size() > 1) {
        const boost::math::chi_squared law(static_cast<double>(wanted.size()) - 1);
        EXPECT_LT(sum, quantile(complement(law, support::k_false_alarm)));
    }
}

constexpr int k_draws = 60'000;

TEST(LeastOutstanding, ChoosesEvenlyAmongTheLeastLoaded) {
    Fixture fixture(12, "least-outstanding");
    expect_uniform(count_choices(fixture, k_draws), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    for (const std::uint32_t loaded : {0U, 3U, 4U, 11U}) {
        fixture.send(loaded);
    }
    fixture.send(7, 3);
    expect_uniform(count_choices(fixture, k_draws), {1, 2, 5, 6, 8, 9, 10});
    for (const std::uint32_t more : {1U, 2U, 5U, 6U, 8U, 9U, 10U}) {
        fixture.send(more, 2);
    }
    expect_uniform(count_choices(fixture, k_draws), {0, 3, 4, 11});
    fixture.balancers.left(k_one, InstanceId{7});
    fixture.balancers.left(k_one, InstanceId{7});
    expect_uniform(count_choices(fixture, k_draws), {0, 3, 4, 7, 11});
}

TEST(LeastOutstanding, AvoidsThePreviousOneAmongItsEqualsAndAlone) {
    Fixture fixture(5, "least-outstanding");
    for (std::uint32_t previous = 0; previous < 5; ++previous) {
        std::set<std::uint32_t> others = {0, 1, 2, 3, 4};
        others.erase(previous);
        expect_uniform(count_choices(fixture, k_draws, InstanceId{previous}), others);
    }
    // The least loaded is the previous one: the next to it, all of them.
    fixture.send(0, 2);
    fixture.send(1, 1);
    fixture.send(2, 1);
    fixture.send(4, 1);
    expect_uniform(count_choices(fixture, 1000), {3});
    expect_uniform(count_choices(fixture, k_draws, InstanceId{3}), {1, 2, 4});
    // One that is loaded itself is no matter.
    expect_uniform(count_choices(fixture, 1000, InstanceId{0}), {3});
    // Two at the front, one of them the previous one.
    fixture.send(1, 4);
    fixture.balancers.left(k_one, InstanceId{2});
    expect_uniform(count_choices(fixture, 1000, InstanceId{2}), {3});
    expect_uniform(count_choices(fixture, 1000, InstanceId{3}), {2});
    // The previous one is believed down: nothing to avoid.
    fixture.balancers.believe(k_one, InstanceId{3}, false);
    expect_uniform(count_choices(fixture, 1000, InstanceId{3}), {2});
}

TEST(LeastOutstanding, ThoseBelievedDownAreOutWithTheirLoads) {
    Fixture fixture(6, "least-outstanding");
    fixture.send(0, 1);
    fixture.send(1, 2);
    fixture.balancers.believe(k_one, InstanceId{2}, false);
    fixture.balancers.believe(k_one, InstanceId{0}, false);
    expect_uniform(count_choices(fixture, k_draws), {3, 4, 5});
    // What it had outstanding goes on changing while it is out.
    fixture.balancers.left(k_one, InstanceId{0});
    fixture.send(2, 3);
    fixture.balancers.believe(k_one, InstanceId{0}, true);
    fixture.balancers.believe(k_one, InstanceId{2}, true);
    expect_uniform(count_choices(fixture, k_draws), {0, 3, 4, 5});
    fixture.balancers.believe(k_one, InstanceId{0}, true);  // once more says nothing new
    expect_uniform(count_choices(fixture, k_draws), {0, 3, 4, 5});
    for (std::uint32_t i = 0; i < 6; ++i) {
        fixture.balancers.believe(k_one, InstanceId{i}, false);
    }
    EXPECT_EQ(fixture.choose(), InstanceId::none().value);
    fixture.balancers.believe(k_one, InstanceId{2}, true);
    EXPECT_EQ(fixture.choose(InstanceId{2}), 2U) << "it is all there is";
}

/// Random sends, answers, losses and returns; the choice is always one of the least loaded of those believed up.
class AnyOrder : public testing::TestWithParam<const char*> {};

TEST_P(AnyOrder, TheChoiceIsBelievedUpAndNotThePreviousOne) {
    constexpr std::uint32_t k_instances = 9;
    const std::string policy = GetParam();
    Fixture fixture(k_instances, policy);
    Stream luck({3, 0}, "test", policy);
    std::vector<std::uint32_t> load(k_instances);
    std::vector<bool> up(k_instances, true);
    for (int step = 0; step < 50'000; ++step) {
        const auto at = static_cast<std::uint32_t>(luck.below(k_instances));
        switch (luck.below(4)) {
            case 0:
            case 1:
                if (load[at] > 0) {
                    fixture.balancers.left(k_one, InstanceId{at});
                    --load[at];
                }
                break;
            case 2:
                up[at] = luck.below(3) > 0;
                fixture.balancers.believe(k_one, InstanceId{at}, up[at]);
                break;
            default:
                break;
        }
        const InstanceId previous = luck.below(2) == 0 ? InstanceId::none() : InstanceId{at};
        std::vector<std::uint32_t> candidates;
        for (std::uint32_t i = 0; i < k_instances; ++i) {
            if (up[i] && InstanceId{i} != previous) {
                candidates.push_back(i);
            }
        }
        const InstanceId chosen = fixture.balancers.choose(k_one, previous, k_all_tiers);
        if (candidates.empty()) {
            ASSERT_EQ(chosen, previous.exists() && up[previous.value] ? previous : InstanceId::none());
            continue;
        }
        ASSERT_TRUE(std::binary_search(candidates.begin(), candidates.end(), chosen.value)) << policy << " " << step;
        if (policy == "least-outstanding") {
            const auto least = *std::min_element(candidates.begin(), candidates.end(),
                                                 [&](std::uint32_t a, std::uint32_t b) { return load[a] < load[b]; });
            ASSERT_EQ(load[chosen.value], load[least]) << step;
        }
        fixture.balancers.sent(k_one, chosen);
        ++load[chosen.value];
    }
}

INSTANTIATE_TEST_SUITE_P(Policies, AnyOrder,
                         testing::Values("least-outstanding", "power-of-two", "random", "round-robin"),
                         [](const auto& of) {
                             std::string name = of.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(PowerOfTwo, TakesTheLighterOfTwoAtRandom) {
    // Loads 0, 1, 2, 3: of six pairs the least loaded wins three, the next two, the next one.
    Fixture fixture(4, "power-of-two");
    for (std::uint32_t i = 0; i < 4; ++i) {
        fixture.send(i, static_cast<int>(i));
    }
    Counts counts = count_choices(fixture, k_draws);
    for (std::uint32_t i = 0; i < 3; ++i) {
        const double p = (3 - i) / 6.0;
        EXPECT_NEAR(counts[i], k_draws * p, 4.9 * std::sqrt(k_draws * p * (1 - p))) << i;
    }
    EXPECT_EQ(counts[3], 0);
    Fixture equal(4, "power-of-two");
    expect_uniform(count_choices(equal, k_draws), {0, 1, 2, 3});
}

TEST(Random, IsFairWithAndWithoutThePreviousOne) {
    Fixture fixture(6, "random");
    fixture.send(0, 5);
    expect_uniform(count_choices(fixture, k_draws), {0, 1, 2, 3, 4, 5});
    expect_uniform(count_choices(fixture, k_draws, InstanceId{2}), {0, 1, 3, 4, 5});
    fixture.balancers.believe(k_one, InstanceId{2}, false);
    expect_uniform(count_choices(fixture, k_draws, InstanceId{2}), {0, 1, 3, 4, 5});
    expect_uniform(count_choices(fixture, k_draws, InstanceId{5}), {0, 1, 3, 4});
}

// --- counted tiers --------------------------------------------------------------------------------------------------

constexpr std::uint64_t k_many = 20'000;

/// How often each of the loaded ones (load 1 for the first three instances, 2 for the fourth) is chosen of the fleet.
Counts choices_of_loaded(const std::string& policy, int draws) {
    Fixture fixture(k_many, policy);
    for (const std::uint32_t loaded : {5U, 77U, 16'000U}) {
        fixture.send(loaded);
    }
    fixture.send(1, 2);
    Counts counts;
    for (int i = 0; i < draws; ++i) {
        const std::uint32_t chosen = fixture.choose();
        EXPECT_LT(chosen, fixture.plan.group_of.size());
        if (chosen == 1 || chosen == 5 || chosen == 77 || chosen == 16'000) {
            ++counts[chosen];
        }
    }
    return counts;
}

TEST(CountedTier, EveryMemberHasItsShare) {
    constexpr int k_many_draws = 4'000'000;
    for (const char* policy : {"random", "round-robin"}) {
        Counts counts = choices_of_loaded(policy, k_many_draws);
        for (const std::uint32_t loaded : {1U, 5U, 77U, 16'000U}) {
            const double expected = static_cast<double>(k_many_draws) / k_many;
            EXPECT_NEAR(counts[loaded], expected, 4.9 * std::sqrt(expected)) << policy << " " << loaded;
        }
    }
    EXPECT_TRUE(choices_of_loaded("least-outstanding", 200'000).empty());
    // Of two at random both loaded: a chance of 4/20000 squared, 0.04 times in a million.
    EXPECT_TRUE(choices_of_loaded("power-of-two", 200'000).empty());
}

TEST(CountedTier, TheIdleAreChosenEvenly) {
    for (const char* policy : {"random", "least-outstanding", "power-of-two", "round-robin"}) {
        Fixture fixture(k_many, policy);
        fixture.send(9, 1);
        Counts by_block;
        for (int i = 0; i < 200'000; ++i) {
            const std::uint32_t chosen = fixture.choose();
            by_block[chosen / 1024] += 1;
        }
        expect_uniform(by_block, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
    }
}

TEST(CountedTier, ThoseBelievedDownAndThePreviousOneAreNotChosen) {
    for (const char* policy : {"random", "least-outstanding", "power-of-two", "round-robin"}) {
        Fixture fixture(k_many, policy);
        const auto listed = static_cast<std::uint32_t>(fixture.plan.group_of.size());
        for (std::uint32_t i = 0; i < listed; ++i) {
            if (i % 2 == 0) {
                fixture.balancers.believe(k_one, InstanceId{i}, false);
            }
        }
        for (int i = 0; i < 20'000; ++i) {
            EXPECT_EQ(fixture.choose() % 2, 1U) << policy;
        }
        // All but three, and then none.
        for (std::uint32_t i = 0; i < listed; ++i) {
            fixture.balancers.believe(k_one, InstanceId{i}, i == 100 || i == 2000 || i == 16'383);
        }
        fixture.send(2000);
        std::set<std::uint32_t> seen;
        for (int i = 0; i < 2'000; ++i) {
            const std::uint32_t chosen = fixture.choose(InstanceId{100});
            EXPECT_TRUE(chosen == 2000 || chosen == 16'383) << policy << " " << chosen;
            seen.insert(fixture.choose());
        }
        if (std::string(policy) == "least-outstanding") {
            EXPECT_EQ(seen, (std::set{100U, 16'383U}));
        }
        for (std::uint32_t i = 0; i < listed; ++i) {
            fixture.balancers.believe(k_one, InstanceId{i}, false);
        }
        EXPECT_EQ(fixture.choose(), InstanceId::none().value) << policy;
    }
}

TEST(CountedTier, WithMoreAtWorkThanStandInTheLeastLoadedIsTaken) {
    Fixture fixture(k_many, "least-outstanding");
    const auto listed = static_cast<std::uint32_t>(fixture.plan.group_of.size());
    for (std::uint32_t i = 0; i < listed; ++i) {
        const std::uint32_t chosen = fixture.choose();
        EXPECT_EQ(fixture.crowds[GroupId{0}].engaged(), i) << "each was idle";
        fixture.send(chosen);
    }
    EXPECT_EQ(fixture.crowds[GroupId{0}].engaged(), listed);
    EXPECT_FALSE(fixture.crowds[GroupId{0}].was_short());
    for (int i = 0; i < 5000; ++i) {
        fixture.send(fixture.choose());
    }
    EXPECT_TRUE(fixture.crowds[GroupId{0}].was_short());
    for (std::uint32_t i = 0; i < listed; ++i) {
        fixture.balancers.left(k_one, InstanceId{i});
    }
    EXPECT_EQ(fixture.crowds[GroupId{0}].engaged(), 5000U) << "the second request of so many";
}

TEST(CountedTier, ShareGoesByGroupSizes) {
    // A listed group of 5,000 and a counted one of 45,000 in one tier: a tenth and nine tenths.
    const Plan plan = plan_of(
        "nines: 1\nname: groups\nworld: {regions: [us-east-1]}\nservices:\n"
        "  s: {kind: fleet, in: [{region: us-east-1, zones: [use1-az1], each: 5000}, "
        "{region: us-east-1, zones: [use1-az2], each: 45000}], balance: {policy: random, prefer: any}, "
        "endpoints: {op: {steps: [{work: 1 ms}]}}}\n"
        "demand: {d: {from: {us-east-1: 100 %}, calls: s.op, rate: 1/s}}\n");
    Column<GroupId, Crowd> crowds = crowds_of(plan);
    Balancers balancers(plan, {1, 0}, crowds);
    double small = 0;
    for (int i = 0; i < k_draws; ++i) {
        small += plan.group_of[balancers.choose(k_one, InstanceId::none(), k_all_tiers)] == GroupId{0} ? 1 : 0;
    }
    EXPECT_NEAR(small, k_draws * 0.1, 4.9 * std::sqrt(k_draws * 0.09));
}

}  // namespace
}  // namespace nines
