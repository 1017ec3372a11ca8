// Chains against figures computed independently to 40 digits, and the two solvers against each other.

#include "engine/analytic/markov_chain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/random/stream.hpp"

namespace nines::analytic {
namespace {

void expect_same(double found, double exact, const char* what) {
    EXPECT_NEAR(found, exact, 1e-9 * std::abs(exact)) << what;
}

/// n like units that fail and are repaired by crews; the system works while at least k work. State: units down.
struct Repairable {
    const char* name;
    int n, k;
    double up_mean_h, down_mean_h;
    int crews;
    double unavailability, failures_per_year, mean_down_h, units_up, mttf_h;
};
// Sources: Trivedi & Bobbio (2017), chapters 9-10; Kuo & Zuo, Optimal Reliability Modeling (2003), chapter 7.
constexpr Repairable k_repairables[] = {
    {"1-of-2, independent repair", 2, 1, 1000, 10, 2, 9.802960494069208e-05, 0.17174786785609253, 5.0,
     1.9801980198019802, 51500.0},
    {"2-of-3, independent repair", 3, 2, 1000, 10, 3, 0.000292147634526221, 0.51014218175077, 5.016666666666667,
     2.9702970297029703, 17500.0},
    {"2-of-3, 1 repair crew(s)", 3, 2, 1000, 10, 1, 0.0005880035629522825, 0.509991209055643, 10.1, 2.969709083781775,
     17500.0},
    {"8-of-10, 2 repair crew(s)", 10, 8, 2000, 24, 2, 0.0002880609729207379, 0.20150716666601928, 12.522701621664925,
     9.881125960410007, 45733.950617283954},
};

std::vector<Transition> transitions_of(const Repairable& c) {
    std::vector<Transition> all;
    for (int down = 0; down < c.n; ++down) {
        const auto from = static_cast<std::uint32_t>(down);
        all.push_back({from, from + 1, (c.n - down) / c.up_mean_h});
        all.push_back({from + 1, from, std::min(down + 1, c.crews) / c.down_mean_h});
    }
    return all;
}

TEST(MarkovChain, RepairableSystems) {
    for (const Repairable& c : k_repairables) {
        const auto states = static_cast<std::size_t>(c.n + 1);
        const auto first_down = static_cast<std::size_t>(c.n - c.k + 1);
        const std::vector<Transition> transitions = transitions_of(c);
        std::vector<bool> broken(states);
        std::fill(broken.begin() + static_cast<std::ptrdiff_t>(first_down), broken.end(), true);
        for (const auto& share : {stationary_dense(states, transitions), stationary_sparse(states, transitions)}) {
            ASSERT_TRUE(share);
            double unavailability = 0;
            double units_up = 0;
            for (std::size_t down = 0; down < states; ++down) {
                unavailability += down >= first_down ? (*share)[down] : 0.0;
                units_up += static_cast<double>(states - 1 - down) * (*share)[down];
            }
            const double failures_per_h = (*share)[first_down - 1] * c.k / c.up_mean_h;
            expect_same(unavailability, c.unavailability, c.name);
            expect_same(failures_per_h * 8760, c.failures_per_year, c.name);
            expect_same(unavailability / failures_per_h, c.mean_down_h, c.name);
            expect_same(units_up, c.units_up, c.name);
        }
        expect_same(mean_time_to(states, transitions, broken)->front(), c.mttf_h, c.name);
    }
}

/// Two queues, an arrival joins the shorter: pairs (a, b) with each at most `cut`.
std::vector<Transition> join_the_shorter(std::uint32_t cut, double arrivals, double services) {
    const auto at = [=](std::uint32_t a, std::uint32_t b) { return a * (cut + 1) + b; };
    std::vector<Transition> all;
    for (std::uint32_t a = 0; a <= cut; ++a) {
        for (std::uint32_t b = 0; b <= cut; ++b) {
            const double to_a = a < b ? 1.0 : (a == b ? 0.5 : 0.0);
            if (a < cut) {
                all.push_back({at(a, b), at(a + 1, b), arrivals * to_a});
            }
            if (b < cut) {
                all.push_back({at(a, b), at(a, b + 1), arrivals * (1 - to_a)});
            }
            if (a > 0) {
                all.push_back({at(a, b), at(a - 1, b), services});
            }
            if (b > 0) {
                all.push_back({at(a, b), at(a, b - 1), services});
            }
        }
    }
    return all;
}

// Sources: Winston (1977); Adan, Wessels, Zijm (1990). 3721 states: the sparse way.
TEST(MarkovChain, JoinTheShortestQueue) {
    constexpr std::uint32_t k_cut = 60;
    constexpr std::size_t k_states = (k_cut + 1) * (k_cut + 1);
    static_assert(k_states > k_dense_states_max);
    const auto share = stationary(k_states, join_the_shorter(k_cut, 160, 100)).value();
    double number = 0;
    for (std::uint32_t state = 0; state < k_states; ++state) {
        number += share[state] * (state / (k_cut + 1) + state % (k_cut + 1));
    }
    expect_same(number, 4.7291785882200434, "number_mean");
    expect_same(number / 160, 0.02955736617637527, "sojourn_mean");
    expect_same(share[0], 0.09416477521223696, "all_idle_probability");
}

TEST(MarkovChain, BothWaysAgree) {
    const auto transitions = join_the_shorter(15, 150, 100);
    const auto dense = stationary_dense(256, transitions).value();
    const auto sparse = stationary_sparse(256, transitions).value();
    for (std::size_t state = 0; state < 256; ++state) {
        EXPECT_NEAR(sparse[state], dense[state], 1e-10 * dense[state] + 1e-16) << state;
    }
}

/// Four front workers, each held while its call waits at one back worker: state (there, of them at the back).
TEST(MarkovChain, WorkersHeldDuringACall) {
    constexpr std::uint32_t k_workers = 4;
    constexpr std::uint32_t k_cut = 120;  // the queue falls by 0.66 a place: what is cut off is below 1e-20
    const auto at = [](std::uint32_t there, std::uint32_t back) { return there * (k_workers + 1) + back; };
    std::vector<Transition> transitions;
    for (std::uint32_t there = 0; there <= k_cut; ++there) {
        for (std::uint32_t back = 0; back <= std::min(there, k_workers); ++back) {
            const std::uint32_t working = std::min(there, k_workers) - back;
            if (there < k_cut) {
                transitions.push_back({at(there, back), at(there + 1, back), 60});
            }
            if (working > 0) {
                transitions.push_back({at(there, back), at(there, back + 1), working / 0.02});
            }
            if (back > 0) {
                transitions.push_back({at(there, back), at(there - 1, back - 1), 1 / 0.01});
            }
        }
    }
    // Pairs with more calls than customers do not exist; they lead to the empty system at once.
    for (std::uint32_t there = 0; there < k_workers; ++there) {
        for (std::uint32_t back = there + 1; back <= k_workers; ++back) {
            transitions.push_back({at(there, back), 0, 1});
        }
    }
    const auto share = stationary((k_cut + 1) * (k_workers + 1), transitions).value();
    double number = 0;
    double held = 0;
    double calls = 0;
    for (std::uint32_t there = 0; there <= k_cut; ++there) {
        for (std::uint32_t back = 0; back <= k_workers; ++back) {
            const double p = share[at(there, back)];
            number += p * there;
            held += p * std::min(there, k_workers);
            calls += p * back;
        }
    }
    expect_same(number, 2.8744641429810582, "number_mean");
    expect_same(number / 60, 0.04790773571635097, "sojourn_mean");
    expect_same(held, 2.3451266667467765, "front_workers_held_mean");
    expect_same(calls, 1.1451266667467748, "back_number_mean");
}

TEST(MarkovChain, RandomChainsBalance) {
    Stream stream(3);
    for (int trial = 0; trial < 50; ++trial) {
        const std::size_t states = 2 + stream.below(20);
        std::vector<Transition> transitions;
        for (std::uint32_t state = 0; state < states; ++state) {
            // A ring, so that all states lead everywhere, with shortcuts and rates over many orders of magnitude.
            transitions.push_back({state, static_cast<std::uint32_t>((state + 1) % states), stream.exponential()});
            for (int i = 0; i < 3; ++i) {
                transitions.push_back(
                    {state, static_cast<std::uint32_t>(stream.below(states)), std::exp(10 * stream.normal())});
            }
        }
        const auto share = stationary(states, transitions).value();
        std::vector<double> in(states);
        std::vector<double> out(states);
        for (const Transition& t : transitions) {
            in[t.to] += share[t.from] * t.rate;
            out[t.from] += share[t.from] * t.rate;
        }
        for (std::size_t state = 0; state < states; ++state) {
            ASSERT_NEAR(in[state], out[state], 1e-12 * out[state]);
        }
    }
}

TEST(MarkovChain, NoSingleAnswer) {
    const std::vector<Transition> absorbing = {{0, 1, 1.0}};
    EXPECT_FALSE(stationary_dense(2, absorbing));
    EXPECT_FALSE(stationary_sparse(2, absorbing));
    EXPECT_FALSE(mean_time_to(2, absorbing, {true, false}));
    expect_same(mean_time_to(2, absorbing, {false, true})->front(), 1, "one jump");
    // States that are left for ever have share 0.
    const std::vector<Transition> transient = {{2, 0, 1.0}, {0, 1, 1.0}, {1, 0, 3.0}};
    for (const auto& share : {stationary_dense(3, transient), stationary_sparse(3, transient)}) {
        ASSERT_TRUE(share);
        EXPECT_NEAR((*share)[0], 0.75, 1e-15);
        EXPECT_NEAR((*share)[1], 0.25, 1e-15);
        EXPECT_EQ((*share)[2], 0);
    }
    EXPECT_EQ(stationary(1, {})->front(), 1);
    EXPECT_EQ(mean_time_to(1, {}, {true})->front(), 0);
}

TEST(BirthDeath, LargeWeightsDoNotOverflow) {
    const std::vector<double> up(2000, 10.0);
    const std::vector<double> down(2000, 1.0);
    const auto share = stationary_birth_death(up, down);
    expect_same(share.back(), 0.9, "geometric from the top");
    expect_same(share[1999], 0.09, "geometric from the top");
    EXPECT_EQ(share.front(), 0);
}

}  // namespace
}  // namespace nines::analytic
