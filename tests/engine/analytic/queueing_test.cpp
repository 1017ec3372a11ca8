// Queues against figures computed independently to 40 digits (closed forms, chains, root finding): relative error 1e-9.

#include "engine/analytic/queueing.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nines::analytic {
namespace {

void expect_same(double found, double exact, const char* what) {
    EXPECT_NEAR(found, exact, 1e-9 * std::abs(exact)) << what;
}

TEST(Mmc, OneServer) {
    {
        const auto s = solve_mmc(50.0, 0.01, 1).value();
        expect_same(s.utilization, 0.5, "utilization");
        expect_same(s.number_mean, 1.0, "number_mean");
        expect_same(s.queue_mean, 0.5, "queue_mean");
        expect_same(s.wait_mean_s, 0.01, "wait_mean");
        expect_same(s.sojourn_mean_s, 0.02, "sojourn_mean");
        expect_same(s.wait_probability, 0.5, "wait_positive_probability");
        expect_same(s.sojourn_quantile_s(0.5), 0.013862943611198907, "sojourn_p50");
        expect_same(s.wait_quantile_s(0.5), 0.0, "wait_p50");
        expect_same(s.sojourn_quantile_s(0.9), 0.04605170185988092, "sojourn_p90");
        expect_same(s.wait_quantile_s(0.9), 0.03218875824868201, "wait_p90");
        expect_same(s.sojourn_quantile_s(0.95), 0.059914645471079817, "sojourn_p95");
        expect_same(s.wait_quantile_s(0.95), 0.04605170185988092, "wait_p95");
        expect_same(s.sojourn_quantile_s(0.99), 0.09210340371976183, "sojourn_p99");
        expect_same(s.wait_quantile_s(0.99), 0.07824046010856292, "wait_p99");
        expect_same(s.sojourn_quantile_s(0.999), 0.13815510557964275, "sojourn_p999");
        expect_same(s.wait_quantile_s(0.999), 0.12429216196844384, "wait_p999");
    }
    {
        const auto s = solve_mmc(80.0, 0.01, 1).value();
        expect_same(s.utilization, 0.8, "utilization");
        expect_same(s.number_mean, 4.0, "number_mean");
        expect_same(s.queue_mean, 3.2, "queue_mean");
        expect_same(s.wait_mean_s, 0.04, "wait_mean");
        expect_same(s.sojourn_mean_s, 0.05, "sojourn_mean");
        expect_same(s.wait_probability, 0.8, "wait_positive_probability");
        expect_same(s.sojourn_quantile_s(0.5), 0.03465735902799726, "sojourn_p50");
        expect_same(s.wait_quantile_s(0.5), 0.023500181462286777, "wait_p50");
        expect_same(s.sojourn_quantile_s(0.9), 0.11512925464970228, "sojourn_p90");
        expect_same(s.wait_quantile_s(0.9), 0.1039720770839918, "wait_p90");
        expect_same(s.sojourn_quantile_s(0.95), 0.14978661367769955, "sojourn_p95");
        expect_same(s.wait_quantile_s(0.95), 0.13862943611198905, "wait_p95");
        expect_same(s.sojourn_quantile_s(0.99), 0.23025850929940456, "sojourn_p99");
        expect_same(s.wait_quantile_s(0.99), 0.2191013317336941, "wait_p99");
        expect_same(s.sojourn_quantile_s(0.999), 0.34538776394910686, "sojourn_p999");
        expect_same(s.wait_quantile_s(0.999), 0.33423058638339637, "wait_p999");
    }
}

TEST(Mmc, ManyServers) {
    {
        const auto s = solve_mmc(340.0, 0.01, 4).value();
        expect_same(erlang_b(3.4, 4), 0.2497032716357581, "erlang_b");
        expect_same(erlang_c(3.4, 4), 0.6893162216811786, "erlang_c");
        expect_same(s.utilization, 0.85, "utilization");
        expect_same(s.number_mean, 7.306125256193345, "number_mean");
        expect_same(s.queue_mean, 3.906125256193345, "queue_mean");
        expect_same(s.wait_mean_s, 0.011488603694686308, "wait_mean");
        expect_same(s.wait_sd_s, 0.015841888827913916, "wait_sd");
        expect_same(s.sojourn_mean_s, 0.02148860369468631, "sojourn_mean");
        expect_same(s.sojourn_quantile_s(0.5), 0.01655822712888432, "sojourn_p50");
        expect_same(s.wait_quantile_s(0.5), 0.00535153374583326, "wait_p50");
        expect_same(s.sojourn_quantile_s(0.95), 0.05830616147623534, "sojourn_p95");
        expect_same(s.wait_quantile_s(0.95), 0.04372795196240069, "wait_p95");
        expect_same(s.sojourn_quantile_s(0.99), 0.0855938820024049, "sojourn_p99");
        expect_same(s.wait_quantile_s(0.99), 0.0705519171696357, "wait_p99");
    }
    {
        const auto s = solve_mmc(360.0, 0.05, 20).value();
        expect_same(erlang_b(18.0, 20), 0.10921284587252247, "erlang_b");
        expect_same(erlang_c(18.0, 20), 0.5507690048161176, "erlang_c");
        expect_same(s.utilization, 0.9, "utilization");
        expect_same(s.number_mean, 22.95692104334506, "number_mean");
        expect_same(s.queue_mean, 4.956921043345059, "queue_mean");
        expect_same(s.wait_mean_s, 0.013769225120402939, "wait_mean");
        expect_same(s.wait_sd_s, 0.0223353911003101, "wait_sd");
        expect_same(s.sojourn_mean_s, 0.06376922512040294, "sojourn_mean");
        expect_same(s.sojourn_quantile_s(0.5), 0.04952185415487043, "sojourn_p50");
        expect_same(s.wait_quantile_s(0.5), 0.0024176848455203207, "wait_p50");
        expect_same(s.sojourn_quantile_s(0.95), 0.1711415157064924, "sojourn_p95");
        expect_same(s.wait_quantile_s(0.95), 0.05998231217037146, "wait_p95");
        expect_same(s.sojourn_quantile_s(0.99), 0.2520811504178928, "sojourn_p99");
        expect_same(s.wait_quantile_s(0.99), 0.10021825998122397, "wait_p99");
    }
}

TEST(Mmc, EdgeCases) {
    EXPECT_FALSE(solve_mmc(100, 0.01, 1));
    EXPECT_EQ(erlang_c(5, 5), 1);
    EXPECT_EQ(solve_mmc(0, 1, 3)->wait_mean_s, 0);
    EXPECT_EQ(solve_mmc(0, 1, 3)->sojourn_mean_s, 1);
    // The rate at which those who wait drain equals the rate of service: the general formula divides by zero there.
    const auto meeting = solve_mmc(1, 1, 2).value();
    expect_same(meeting.sojourn_tail(2), std::exp(-2.0) * (1 + 2 * meeting.wait_probability), "tail");
    expect_same(solve_mmc(999'000, 1, 1'000'000)->utilization, 0.999, "a million servers");
}

TEST(ErlangB, TenAndAHundredServers) {
    expect_same(erlang_b(8.0, 10), 0.1216610642529515, "q20");
    expect_same(solve_mmck(80.0, 0.1, 10, 10).blocking_probability, 0.1216610642529515, "q20");
    expect_same(erlang_b(90.0, 100), 0.026957380464359214, "q21");
    expect_same(solve_mmck(900.0, 0.1, 100, 100).blocking_probability, 0.026957380464359214, "q21");
}

TEST(FiniteRoom, OverloadedAndFourServers) {
    {
        const FiniteState s = solve_mm1k(120.0, 0.01, 10);
        expect_same(s.blocking_probability, 0.19258649512680603, "blocking_probability");
        expect_same(s.throughput_per_s, 96.88962058478327, "throughput_per_s");
        expect_same(s.utilization, 0.9688962058478328, "utilization");
        expect_same(s.number_mean, 6.7107086783691985, "number_mean");
        expect_same(s.queue_mean, 5.7418124725213655, "queue_mean");
        expect_same(s.wait_mean_s, 0.05926137844142956, "wait_mean_admitted");
        expect_same(s.sojourn_mean_s, 0.06926137844142956, "sojourn_mean_admitted");
        expect_same(s.idle_probability, 0.03110379415216724, "idle_probability");
        expect_same(s.admitted.sojourn_quantile_s(0.5), 0.06715719458600168, "sojourn_p50");
        expect_same(s.admitted.sojourn_quantile_s(0.95), 0.13452268330713324, "sojourn_p95");
        expect_same(s.admitted.sojourn_quantile_s(0.99), 0.16667530714183043, "sojourn_p99");
        expect_same(s.admitted.wait_mean_s(), s.wait_mean_s, "two ways to the wait");
    }
    {
        const FiniteState s = solve_mmck(38.0, 0.1, 4, 12);
        expect_same(s.blocking_probability, 0.06748146590169117, "blocking_probability");
        expect_same(s.throughput_per_s, 35.43570429573573, "throughput_per_s");
        expect_same(s.utilization, 0.8858926073933934, "utilization");
        expect_same(s.number_mean, 6.296079528569588, "number_mean");
        expect_same(s.queue_mean, 2.752509098996014, "queue_mean");
        expect_same(s.wait_mean_s, 0.07767615047310478, "wait_mean_admitted");
        expect_same(s.sojourn_mean_s, 0.17767615047310478, "sojourn_mean_admitted");
        expect_same(s.idle_probability, 0.011707725223838703, "idle_probability");
        expect_same(s.admitted.sojourn_quantile_s(0.5), 0.15458405581300122, "sojourn_p50");
        expect_same(s.admitted.sojourn_quantile_s(0.95), 0.41911208645414755, "sojourn_p95");
        expect_same(s.admitted.sojourn_quantile_s(0.99), 0.5809051059853184, "sojourn_p99");
        expect_same(s.admitted.wait_mean_s(), s.wait_mean_s, "two ways to the wait");
    }
}

TEST(Closed, InteractiveUsers) {
    {
        const FiniteState s = solve_closed(50, 7.0, 0.1, 1);
        expect_same(s.throughput_per_s, 6.861972242790456, "throughput_per_s");
        expect_same(s.sojourn_mean_s, 0.2865348664930249, "sojourn_mean");
        expect_same(s.utilization, 0.6861972242790456, "utilization");
        expect_same(s.number_mean, 1.966194300466806, "number_mean");
        expect_same(s.queue_mean, 1.2799970761877604, "queue_mean");
        expect_same(s.wait_mean_s, 0.1865348664930249, "wait_mean");
        expect_same(s.admitted.sojourn_quantile_s(0.5), 0.2065983741596482, "sojourn_p50");
        expect_same(s.admitted.sojourn_quantile_s(0.95), 0.8305699734559233, "sojourn_p95");
        expect_same(s.admitted.sojourn_quantile_s(0.99), 1.226361491227358, "sojourn_p99");
    }
    {
        const FiniteState s = solve_closed(200, 5.0, 0.08, 4);
        expect_same(s.throughput_per_s, 39.02207932216172, "throughput_per_s");
        expect_same(s.sojourn_mean_s, 0.12530350699211557, "sojourn_mean");
        expect_same(s.utilization, 0.7804415864432345, "utilization");
        expect_same(s.number_mean, 4.88960338919138, "number_mean");
        expect_same(s.queue_mean, 1.7678370434184414, "queue_mean");
        expect_same(s.wait_mean_s, 0.04530350699211555, "wait_mean");
    }
    const FiniteState alone = solve_closed(1, 3, 1, 1);
    expect_same(alone.throughput_per_s, 0.25, "one user never waits");
    EXPECT_EQ(alone.wait_mean_s, 0);
}

struct Mg1Case {
    const char* name;
    double arrivals_per_s, service_mean_s, second_moment_s2;
    double wait_mean_s, number_mean, busy_period_mean_s;
};
// Constant, Erlang-4, hyperexponential, lognormal, uniform, Weibull and Pareto service.
constexpr Mg1Case k_mg1_cases[] = {
    {"q07", 80.0, 0.01, 0.0001, 0.02, 2.4, 0.05},
    {"q08", 80.0, 0.01, 0.000125, 0.025, 2.8, 0.05},
    {"q09", 70.0, 0.01, 0.0005, 0.058333333333333334, 4.783333333333333, 0.03333333333333333},
    {"q10", 70.0, 0.01, 0.000325, 0.03791666666666667, 3.3541666666666665, 0.03333333333333333},
    {"q11", 75.0, 0.01, 0.000112, 0.0168, 2.01, 0.04},
    {"q12", 60.0, 0.01, 0.00031386856318511673, 0.023540142238883757, 2.0124085343330256, 0.025},
    {"q13", 50.0, 0.01, 0.00010888888888888889, 0.0054444444444444445, 0.7722222222222223, 0.02},
};

TEST(Mg1, SevenLaws) {
    for (const Mg1Case& c : k_mg1_cases) {
        const double squared = c.second_moment_s2 / (c.service_mean_s * c.service_mean_s) - 1;
        const auto s = solve_mg1(c.arrivals_per_s, c.service_mean_s, std::sqrt(std::max(0.0, squared))).value();
        expect_same(s.wait_mean_s, c.wait_mean_s, c.name);
        expect_same(s.number_mean, c.number_mean, c.name);
        expect_same(s.busy_period_mean_s, c.busy_period_mean_s, c.name);
        expect_same(s.queue_mean, c.arrivals_per_s * c.wait_mean_s, c.name);
    }
    EXPECT_FALSE(solve_mg1(100, 0.01, 0));
}

/// Laplace transforms of the time between arrivals.
double constant_transform(double s, double mean) {
    return std::exp(-s * mean);
}
double erlang_transform(double s, double mean, int stages) {
    return std::pow(1 + s * mean / stages, -stages);
}
double balanced_transform(double s, double mean, double cv) {
    const double often = (1 + std::sqrt((cv * cv - 1) / (cv * cv + 1))) / 2;
    const auto phase = [&](double share) { return share / (1 + s * mean / (2 * share)); };
    return phase(often) + phase(1 - often);
}

TEST(Gim1, ConstantArrivals) {
    const auto state = solve_gim1([](double s) { return constant_transform(s, 1 / 80.0); }, 80.0, 0.01).value();
    expect_same(state.sigma, 0.6286297964969467, "sigma");
    expect_same(state.utilization, 0.8, "utilization");
    expect_same(state.wait_mean_s, 0.016927308399198975, "wait_mean");
    expect_same(state.sojourn_mean_s, 0.026927308399198973, "sojourn_mean");
    expect_same(state.number_mean, 2.154184671935918, "number_mean");
    expect_same(state.queue_mean, 1.3541846719359178, "queue_mean");
    expect_same(state.sojourn_quantile_s(0.5), 0.018664587896972902, "sojourn_p50");
    expect_same(state.wait_quantile_s(0.5), 0.006164587896972903, "wait_p50");
    expect_same(state.sojourn_quantile_s(0.95), 0.08066700681142182, "sojourn_p95");
    expect_same(state.wait_quantile_s(0.95), 0.06816700681142182, "wait_p95");
    expect_same(state.sojourn_quantile_s(0.99), 0.12400483782889783, "sojourn_p99");
    expect_same(state.wait_quantile_s(0.99), 0.11150483782889783, "wait_p99");
}

TEST(Gim1, BurstyArrivals) {
    const auto state = solve_gim1([](double s) { return balanced_transform(s, 1 / 80.0, 2); }, 80.0, 0.01).value();
    expect_same(state.sigma, 0.9075716625930283, "sigma");
    expect_same(state.utilization, 0.8, "utilization");
    expect_same(state.wait_mean_s, 0.09819192771983933, "wait_mean");
    expect_same(state.sojourn_mean_s, 0.10819192771983932, "sojourn_mean");
    expect_same(state.number_mean, 8.655354217587146, "number_mean");
    expect_same(state.queue_mean, 7.855354217587146, "queue_mean");
    expect_same(state.sojourn_quantile_s(0.5), 0.07499292965835203, "sojourn_p50");
    expect_same(state.wait_quantile_s(0.5), 0.06450017909753866, "wait_p50");
    expect_same(state.sojourn_quantile_s(0.95), 0.32411404960834334, "sojourn_p95");
    expect_same(state.wait_quantile_s(0.95), 0.31362129904752994, "wait_p95");
    expect_same(state.sojourn_quantile_s(0.99), 0.4982422398999826, "sojourn_p99");
    expect_same(state.wait_quantile_s(0.99), 0.48774948933916923, "wait_p99");
}

TEST(Gim1, RegularArrivals) {
    const auto state = solve_gim1([](double s) { return erlang_transform(s, 1 / 90.0, 3); }, 90.0, 0.01).value();
    expect_same(state.sigma, 0.8526100777603562, "sigma");
    expect_same(state.utilization, 0.9, "utilization");
    expect_same(state.wait_mean_s, 0.05784724388239268, "wait_mean");
    expect_same(state.sojourn_mean_s, 0.06784724388239267, "sojourn_mean");
    expect_same(state.number_mean, 6.106251949415341, "number_mean");
    expect_same(state.queue_mean, 5.206251949415341, "queue_mean");
    expect_same(state.sojourn_quantile_s(0.5), 0.04702812580584348, "sojourn_p50");
    expect_same(state.wait_quantile_s(0.5), 0.03620968230138411, "wait_p50");
    expect_same(state.sojourn_quantile_s(0.95), 0.20325217817017233, "sojourn_p95");
    expect_same(state.wait_quantile_s(0.95), 0.19243373466571295, "wait_p95");
    expect_same(state.sojourn_quantile_s(0.99), 0.3124481047286577, "sojourn_p99");
    expect_same(state.wait_quantile_s(0.99), 0.3016296612241983, "wait_p99");
}

TEST(Gim1, PoissonArrivalsAreMm1) {
    const auto state = solve_gim1([](double s) { return 80 / (80 + s); }, 80, 0.01).value();
    expect_same(state.sigma, 0.8, "sigma");
    EXPECT_FALSE(solve_gim1([](double s) { return 100 / (100 + s); }, 100, 0.01));
}

TEST(ErlangA, JustEnoughAndTooFewServers) {
    {
        const ErlangAState s = solve_erlang_a(95.0, 0.1, 10, 0.2);
        expect_same(s.wait_probability, 0.5457222599319348, "wait_positive_probability");
        expect_same(s.abandon_probability, 0.08445200900074121, "abandon_probability");
        expect_same(s.wait_mean_s, 0.016890401800148242, "wait_mean");
        expect_same(s.wait_mean_served_s, 0.016026896896114272, "wait_mean_served");
        expect_same(s.wait_mean_abandoned_s, 0.026251696924570554, "wait_mean_abandoned");
        expect_same(s.queue_mean, 1.604588171014083, "queue_mean");
        expect_same(s.utilization, 0.8697705914492958, "utilization");
        expect_same(s.throughput_per_s, 86.97705914492958, "throughput_per_s");
    }
    {
        const ErlangAState s = solve_erlang_a(130.0, 0.1, 10, 0.5);
        expect_same(s.wait_probability, 0.98331784197848, "wait_positive_probability");
        expect_same(s.abandon_probability, 0.2335651214569404, "abandon_probability");
        expect_same(s.wait_mean_s, 0.1167825607284702, "wait_mean");
        expect_same(s.wait_mean_served_s, 0.12835037292916918, "wait_mean_served");
        expect_same(s.wait_mean_abandoned_s, 0.078823234080094, "wait_mean_abandoned");
        expect_same(s.queue_mean, 15.181732894701126, "queue_mean");
        expect_same(s.utilization, 0.9963653421059775, "utilization");
        expect_same(s.throughput_per_s, 99.63653421059774, "throughput_per_s");
    }
}

TEST(ErlangA, EndlessPatienceIsErlangC) {
    const ErlangAState patient = solve_erlang_a(80, 0.01, 1, 1e9);
    EXPECT_NEAR(patient.wait_mean_s, 0.04, 1e-6);
    EXPECT_NEAR(patient.wait_probability, 0.8, 1e-6);
    // Far more servers than work: the weights of the empty states leave the range of numbers.
    const ErlangAState idle = solve_erlang_a(1, 1, 5000, 1);
    EXPECT_EQ(idle.abandon_probability, 0);
    expect_same(idle.utilization, 1 / 5000.0, "utilization");
    // Heavy overload: nearly all give up, and the weights overflow without scaling.
    const ErlangAState crowd = solve_erlang_a(1000, 0.1, 10, 10);
    expect_same(crowd.throughput_per_s, 100, "throughput");
    expect_same(crowd.abandon_probability, 0.9, "abandon");
}

TEST(Priority, TwoClasses) {
    const PriorityClass classes[] = {{30.0, 0.01, 1}, {40.0, 0.01, 1}};
    const auto states = solve_priority(classes).value();
    expect_same(states[0].wait_mean_s, 0.01, "wait");
    expect_same(states[0].preemptive_sojourn_mean_s, 0.014285714285714285, "preemptive");
    expect_same(states[1].wait_mean_s, 0.03333333333333333, "wait");
    expect_same(states[1].preemptive_sojourn_mean_s, 0.047619047619047616, "preemptive");
}

TEST(Priority, ThreeClasses) {
    const PriorityClass classes[] = {{20.0, 0.005, 1}, {30.0, 0.01, 1}, {20.0, 0.02, 1}};
    const auto states = solve_priority(classes).value();
    expect_same(states[0].wait_mean_s, 0.012777777777777779, "wait");
    expect_same(states[0].preemptive_sojourn_mean_s, 0.005555555555555556, "preemptive");
    expect_same(states[1].wait_mean_s, 0.021296296296296296, "wait");
    expect_same(states[1].preemptive_sojourn_mean_s, 0.017592592592592594, "preemptive");
    expect_same(states[2].wait_mean_s, 0.09583333333333334, "wait");
    expect_same(states[2].preemptive_sojourn_mean_s, 0.12916666666666668, "preemptive");
}

TEST(Priority, OneClassIsMg1AndOverloadHasNoAnswer) {
    const PriorityClass one[] = {{70, 0.01, 2}};
    const auto alone = solve_mg1(70, 0.01, 2).value();
    expect_same(solve_priority(one)->front().wait_mean_s, alone.wait_mean_s, "wait");
    expect_same(solve_priority(one)->front().preemptive_sojourn_mean_s, alone.sojourn_mean_s, "sojourn");
    const PriorityClass heavy[] = {{70, 0.01, 1}, {40, 0.01, 1}};
    EXPECT_FALSE(solve_priority(heavy));
}

}  // namespace
}  // namespace nines::analytic
