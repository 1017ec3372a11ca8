// The independent twin against the sum over all states of random small systems, and against closed forms.

#include "engine/experiment/independent_twin.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/random/stream.hpp"
#include "tests/engine/experiment/systems.hpp"

namespace nines {
namespace {

bool is_down(const FailureSystem& system, unsigned state) {
    for (const auto& cut : system.cut_sets) {
        bool all = true;
        for (const std::uint32_t member : cut) {
            all = all && (state >> member & 1U) != 0;
        }
        if (all) {
            return true;
        }
    }
    return false;
}

/// Over all 2^n states: probability down, and the flow from up to down states.
IndependentTwin enumerate(const FailureSystem& system) {
    const auto n = static_cast<unsigned>(system.components.size());
    IndependentTwin twin;
    for (unsigned state = 0; state < 1U << n; ++state) {
        double p = 1;
        for (unsigned i = 0; i < n; ++i) {
            const double up = system.components[i].up_s.mean();
            const double down = system.components[i].down_s.mean();
            p *= ((state >> i & 1U) != 0 ? down : up) / (up + down);
        }
        twin.all_up += state == 0 ? p : 0;
        if (is_down(system, state)) {
            twin.unavailability += p;
            continue;
        }
        for (unsigned i = 0; i < n; ++i) {
            if ((state >> i & 1U) == 0 && is_down(system, state | 1U << i)) {
                twin.failures_per_s += p / system.components[i].up_s.mean();
            }
        }
    }
    return twin;
}

TEST(IndependentTwin, IsTheSumOverAllStates) {
    for (std::uint64_t number = 0; number < 50; ++number) {
        Stream stream(number);
        FailureSystem system;
        const auto n = static_cast<std::uint32_t>(2 + stream.uniform() * 8);
        for (std::uint32_t i = 0; i < n; ++i) {
            support::add_components(system, 1, Distribution::exponential(1 + 9 * stream.uniform()),
                                    Distribution::lognormal_mean_cv(0.1 + stream.uniform(), 2));
        }
        for (int cut = 0; cut < 5; ++cut) {
            std::vector<std::uint32_t> members;
            for (std::uint32_t i = 0; i < n; ++i) {
                if (stream.uniform() < 0.4) {
                    members.push_back(i);
                }
            }
            if (!members.empty()) {
                system.cut_sets.push_back(members);
            }
        }
        const auto twin = independent_twin(system);
        const IndependentTwin exact = enumerate(system);
        ASSERT_TRUE(twin);
        EXPECT_NEAR(twin->unavailability, exact.unavailability, 1e-13);
        EXPECT_NEAR(twin->failures_per_s, exact.failures_per_s, 1e-13);
        EXPECT_NEAR(twin->all_up, exact.all_up, 1e-13);
    }
}

TEST(IndependentTwin, KeepsItsDigitsAtAnySmallness) {
    const auto system =
        support::groups_of(10, 4, Distribution::exponential(1e4), Distribution::lognormal_mean_cv(1, 2));
    const double down = 1 / 10001.0;
    const double group = down * down * down * down;
    EXPECT_NEAR(independent_twin(system)->unavailability / (10 * group), 1, 1e-12);  // but for 45 group^2
    EXPECT_NEAR(independent_twin(system)->failures_per_s / (40 * group), 1, 1e-12);  // each of four repairs ends it
}

TEST(IndependentTwin, SolvesManyComponentsAlike) {
    // 3 of 60: binomial.
    const auto system = support::k_of_n(58, 60, Distribution::exponential(999), Distribution::constant(1));
    double up = 0;
    double choose = 1;
    for (int down = 0; down <= 2; ++down) {
        up += choose * std::pow(1e-3, down) * std::pow(1 - 1e-3, 60 - down);
        choose = choose * (60 - down) / (down + 1);
    }
    EXPECT_NEAR(independent_twin(system)->unavailability, 1 - up, 1e-15);
}

}  // namespace
}  // namespace nines
