// Exact answers for rare events, from 1e-5 down to 1e-13, against figures computed independently: to ten digits each.

#include <gtest/gtest.h>

#include <cmath>

#include "engine/analytic/failure_chain.hpp"
#include "engine/analytic/missions.hpp"
#include "engine/analytic/repair_crews.hpp"
#include "engine/analytic/sparse_chain.hpp"

namespace nines::analytic {
namespace {

constexpr double k_year_h = 8760;
constexpr double k_digits = 1e-10;  // relative

void expect_digits(double found, double exact, const char* what) {
    EXPECT_NEAR(found, exact, k_digits * std::fabs(exact)) << what;
}

// --- queues as chains -----------------------------------------------------------------------------------------------

/// Two M/M/1 in series, begun by the arrival that finds them empty: chance that `level` are present before none is.
double tandem_overflow(double arrivals, double first, double second, std::uint32_t level) {
    const std::uint32_t side = level + 1;
    const auto state_of = [&](std::uint32_t a, std::uint32_t b) { return a * side + b; };
    AvailabilityChain chain;
    chain.states = side * side;
    chain.start = state_of(1, 0);
    std::vector<bool> full(chain.states, false);
    std::vector<bool> empty(chain.states, false);
    empty[state_of(0, 0)] = true;
    for (std::uint32_t a = 0; a <= level; ++a) {
        for (std::uint32_t b = 0; b <= level; ++b) {
            if (a + b >= level) {
                full[state_of(a, b)] = true;
                continue;
            }
            chain.transitions.push_back({state_of(a, b), state_of(a + 1, b), arrivals});
            if (a > 0) {
                chain.transitions.push_back({state_of(a, b), state_of(a - 1, b + 1), first});
            }
            if (b > 0) {
                chain.transitions.push_back({state_of(a, b), state_of(a, b - 1), second});
            }
        }
    }
    return chance_to_meet_first(chain, full, empty).value();
}

// Source: Parekh, Walrand, IEEE TAC 34 (1989) 54; Glasserman, Kou (1995).
TEST(ExactRare, TandemQueues) {
    expect_digits(tandem_overflow(0.2, 0.4, 0.4, 12), 0.002680898676028127, "12");
    expect_digits(std::log10(tandem_overflow(0.2, 0.4, 0.4, 12)), -2.5717195997707303, "12");
    expect_digits(tandem_overflow(0.1, 0.45, 0.45, 20), 5.951121475026716e-12, "20");
    expect_digits(std::log10(tandem_overflow(0.1, 0.45, 0.45, 20)), -11.225401184772114, "20");
    expect_digits(tandem_overflow(0.15, 0.5, 0.35, 25), 2.807543520059837e-09, "25");
    expect_digits(std::log10(tandem_overflow(0.15, 0.5, 0.35, 25)), -8.551673502964867, "25");
}

AvailabilityChain mm1_up_to(double arrivals, double service, std::uint32_t level) {
    AvailabilityChain chain;
    chain.states = level + 1;
    chain.works.assign(level + 1, true);
    chain.works[level] = false;
    for (std::uint32_t n = 0; n < level; ++n) {
        chain.transitions.push_back({n, n + 1, arrivals});
        if (n > 0) {
            chain.transitions.push_back({n, n - 1, service});
        }
    }
    return chain;
}

void expect_busy_period(double arrivals, std::uint32_t level, double probability, double log10_probability,
                        double at_least, double mean_time) {
    AvailabilityChain chain = mm1_up_to(arrivals, 1, level);
    expect_digits(*mean_time_to_failure(chain), mean_time, "mean time to the level");
    std::vector<bool> full(level + 1, false), empty(level + 1, false);
    full[level] = empty[0] = true;
    chain.start = 1;
    const double chance = chance_to_meet_first(chain, full, empty).value();
    expect_digits(chance, probability, "level before empty");
    expect_digits(std::log10(chance), log10_probability, "level before empty");
    // The stationary tail of a queue with room for ten times as many.
    const std::vector<double> up(10 * level, arrivals), down(10 * level, 1.0);
    const std::vector<double> weights = stationary_birth_death(up, down);
    double tail = 0;
    for (std::size_t n = level; n < weights.size(); ++n) {
        tail += weights[n];
    }
    expect_digits(tail, at_least, "stationary tail");
}

// Source: Feller, volume 1, chapter XIV (gambler's ruin).
TEST(ExactRare, BusyPeriod) {
    expect_busy_period(0.5, 20, 9.536752259018191e-07, -6.020599499103933, 9.5367431640625e-07, 4194260.0);
    expect_busy_period(0.6, 50, 5.388541849808639e-12, -11.268528739869991, 8.082812774647626e-12, 773245672415.269);
}

// M/E2/1: states 0 and, for n present, service phase 1 or 2.
TEST(ExactRare, ErlangService) {
    constexpr std::uint32_t k_level = 20;
    const auto state_of = [](std::uint32_t n, std::uint32_t phase) { return n == 0 ? 0 : 2 * n - 2 + phase; };
    AvailabilityChain chain;
    chain.states = 2 * k_level + 1;
    chain.start = state_of(1, 1);
    std::vector<bool> full(chain.states, false), empty(chain.states, false);
    empty[0] = true;
    full[state_of(k_level, 1)] = full[state_of(k_level, 2)] = true;
    for (std::uint32_t n = 1; n < k_level; ++n) {
        for (const std::uint32_t phase : {1U, 2U}) {
            chain.transitions.push_back({state_of(n, phase), state_of(n + 1, phase), 0.6});
        }
        chain.transitions.push_back({state_of(n, 1), state_of(n, 2), 2});
        chain.transitions.push_back({state_of(n, 2), state_of(n - 1, 1), 2});
    }
    expect_digits(*chance_to_meet_first(chain, full, empty), 2.051073271558133e-06, "level before empty");
    expect_digits(std::log10(*chance_to_meet_first(chain, full, empty)), -5.688018824826668, "level");
}

TEST(ExactRare, QueueReachesALevelInTime) {
    const AvailabilityChain chain = mm1_up_to(0.5, 1, 25);
    std::vector<double> initial(26, 0);
    initial[0] = 1;
    std::vector<bool> full(26, false);
    full[25] = true;
    const auto met = chance_met_by(26, chain.transitions, initial, full, 1000);
    expect_digits(*met, 7.137635566842178e-06, "by 1000 s");
    expect_digits(std::log10(*met), -5.146445630007411, "by 1000 s");
}

// --- units ----------------------------------------------------------------------------------------------------------

// Source: Heidelberger, ACM TOMACS 5 (1995) 43.
TEST(ExactRare, UnitsFailInAMission) {
    expect_digits(mission_chance({4, 2, 100000, 0}, 168)->down, 1.8894981521417288e-08, "2 of 4");
    expect_digits(mission_chance({6, 3, 50000, 0}, 100)->down, 2.38278542755189e-10, "3 of 6");
    expect_digits(mission_chance({3, 1, 8760, 1}, 8760)->down, 3.9071956507286034e-08, "1 of 3");
    expect_digits(mission_chance({7, 4, 2000, 2}, 730)->down, 5.042195204515531e-08, "4 of 7");
    expect_digits(std::log10(mission_chance({4, 2, 100000, 0}, 168)->down), -7.723653528470461, "log");
    expect_digits(std::log10(mission_chance({6, 3, 50000, 0}, 100)->down), -9.62291506458845, "log");
    expect_digits(std::log10(mission_chance({3, 1, 8760, 1}, 8760)->down), -7.408134841167239, "log");
    expect_digits(std::log10(mission_chance({7, 4, 2000, 2}, 730)->down), -7.297380344973953, "log");
    expect_digits(*mean_time_to_failure(chain_of(UnitGroup{3, 1, 8760, 1})), 224163335260.0, "1 of 3");
    expect_digits(*mean_time_to_failure(chain_of(UnitGroup{7, 4, 2000, 2})), 14405244376.190475, "4 of 7");
}

TEST(ExactRare, AllZonesDownAtOnce) {
    const UnitGroup zones{3, 1, 35064, 1.5};
    expect_digits(mission_chance(zones, 8766)->down, 1.371969200963462e-09, "once");
    const AvailabilityChain chain = chain_of(zones);
    const auto rates = solve_availability(chain);
    expect_digits(rates->chance.down, 7.827690928486319e-14, "in the long run");
    expect_digits(rates->failures_per_s * 8766, 1.3723507735822215e-09, "events");
}

// --- highly reliable systems ----------------------------------------------------------------------------------------

struct Type {
    std::uint32_t count;
    double failure_rate, repair_rate;
};

/// Down when all of some type are down.
FailureSystem system_of(const std::vector<Type>& types, std::uint32_t crews) {
    FailureSystem system;
    for (const Type& type : types) {
        std::vector<std::uint32_t> all;
        for (std::uint32_t i = 0; i < type.count; ++i) {
            all.push_back(static_cast<std::uint32_t>(system.components.size()));
            system.components.push_back({"", Distribution::exponential(1 / type.failure_rate),
                                         Distribution::exponential(1 / type.repair_rate), crews > 0 ? 0 : UINT32_MAX});
        }
        system.cut_sets.push_back(all);
    }
    if (crews > 0) {
        system.crews = {crews};
    }
    return system;
}

void expect_system(const FailureSystem& system, std::size_t states, double unavailability, double log10_unavailability,
                   double failures, double up_mean, double in_cycle) {
    const auto chain = failure_chain(system);
    ASSERT_TRUE(chain);
    EXPECT_EQ(chain->states, states) << "alike components are counted";
    const auto rates = solve_availability(*chain);
    expect_digits(rates->chance.down, unavailability, "unavailability");
    expect_digits(std::log10(rates->chance.down), log10_unavailability, "unavailability");
    expect_digits(rates->failures_per_s * k_year_h, failures, "failures");
    expect_digits(rates->mean_up_s(), up_mean, "mean up");
    std::vector<bool> failed = chain->works;
    failed.flip();
    std::vector<bool> all_up(chain->states, false);
    all_up[0] = true;
    expect_digits(*chance_to_meet_first(*chain, failed, all_up), in_cycle, "in a cycle");
}

// Model family: Goyal, Shahabuddin, Heidelberger, Nicola, Glynn, IEEE TC 41 (1992) 36; Shahabuddin (1994).
TEST(ExactRare, HighlyReliableSystems) {
    expect_system(system_of({{3, 0.001, 1}, {3, 0.0015, 1}, {4, 0.002, 1}}, 0), 80, 4.3727365728944586e-09,
                  -8.35924668510296, 0.00011505456134926313, 76137789.4015232, 8.599881109261819e-07);
    expect_system(system_of({{2, 0.0001, 1}, {3, 0.001, 1}, {3, 0.002, 0.5}}, 1), 48, 4.098586691146428e-07,
                  -6.38736587451213, 0.0019039175725104882, 4601037.637405283, 2.3901632139992705e-05);
    expect_system(system_of({{3, 0.0005, 1}, {3, 0.0004, 1}}, 0), 16, 1.8873594873495323e-10, -9.724145371428719,
                  4.959980732544898e-06, 1766135892.5989292, 2.102244111016344e-07);
}

TEST(ExactRare, AttemptsAllFail) {
    Bdd bdd;
    const std::vector<BddNode> attempts{bdd.variable(0), bdd.variable(1), bdd.variable(2), bdd.variable(3)};
    const std::vector<Chance> levels(4, {0.997, 0.003});
    expect_digits(bdd.chance(bdd.at_least(1, attempts), levels).down, 8.1e-11, "four");
}

}  // namespace
}  // namespace nines::analytic
