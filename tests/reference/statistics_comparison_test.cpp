// The cases of the collection of reference systems on output analysis, by name, to the digits given: t20 to t28,
// comparisons, selection, survival, laws, coverage, ratios and importance. What needs simulation (coverage) is here
// only where the case gives a figure for it.

#include <gtest/gtest.h>

#include <array>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "engine/random/distribution.hpp"
#include "engine/random/stream.hpp"
#include "engine/stats/autocorrelation.hpp"
#include "engine/stats/comparison.hpp"
#include "engine/stats/interval.hpp"
#include "engine/stats/ratio.hpp"
#include "engine/stats/selection.hpp"
#include "engine/stats/stopping.hpp"
#include "engine/stats/survival.hpp"
#include "engine/stats/weighted.hpp"
#include "tests/support/digits.hpp"

namespace nines {
namespace {

using support::expect_digits;
using support::tally_of;

TEST(Statistics, T20PairedAndWelch) {
    constexpr double k_a[] = {80.86, 86.97, 82.36, 97.0, 72.16, 100.61, 86.84, 110.12, 112.21, 117.22, 105.93, 100.08};
    constexpr double k_b[] = {75.9, 80.48, 80.36, 93.22, 65.62, 97.84, 83.79, 103.24, 108.32, 116.62, 105.17, 99.47};
    PairTally pairs;
    Tally differences;
    for (std::size_t i = 0; i < std::size(k_a); ++i) {
        pairs.add(k_a[i], k_b[i]);
        differences.add(k_a[i] - k_b[i]);
    }
    const MeanDifference paired = compare_paired(differences, 0.95).value();
    expect_digits(paired.difference, 3.5274999999999985, "mean_difference");
    expect_digits(paired.interval.half_width(), 1.474155080626755, "paired_half_width", 1e-11);
    expect_digits(paired.p_value, 0.0002656520730661218, "paired_p_value");
    expect_digits(pairs.correlation(), 0.9902629724376182, "correlation");
    const MeanDifference welch = compare_welch(pairs.first(), pairs.second(), 0.95).value();
    expect_digits(welch.difference, 3.5274999999999985, "mean_difference");
    expect_digits(welch.interval.half_width(), 12.445031781594123, "welch_half_width");
    expect_digits(welch.degrees, 21.87960656634662, "welch_degrees_of_freedom");
    expect_digits(welch.p_value, 0.5625400453835148, "welch_p_value");
    const double reduction = (pairs.first().variance() + pairs.second().variance()) / differences.variance();
    expect_digits(reduction, 80.22290969779644, "variance_reduction_factor");
}

TEST(Statistics, T21TenComparisons) {
    constexpr double k_p_values[] = {0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216};
    const auto expect = [](const std::vector<double>& found, std::span<const double> expected, int rejected) {
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            expect_digits(found[i], expected[i], "adjusted p-value");
        }
        EXPECT_EQ(std::count_if(found.begin(), found.end(), [](double p) { return p <= 0.05; }), rejected);
    };
    expect(adjust_bonferroni(k_p_values), std::array{0.01, 0.08, 0.39, 0.41, 0.42, 0.6, 0.74, 1.0, 1.0, 1.0}, 1);
    expect(adjust_holm(k_p_values), std::array{0.01, 0.072, 0.312, 0.312, 0.312, 0.312, 0.312, 0.615, 0.615, 0.615}, 1);
    expect(adjust_benjamini_hochberg(k_p_values),
           std::array{0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.10571428571429, 0.216, 0.216, 0.216}, 2);
}

struct SelectionCase {
    SelectionDesign design;
    double rinott, dudewicz_dalal, eta, h_squared, eta_independent;
};
constexpr SelectionCase k_selection_cases[] = {
    {{2, 20, 0.95}, 2.4524732526214867, 2.4524732526209956, 0.1371374928515669, 5.211224728359542, 0.1371374928515669},
    {{3, 20, 0.95}, 2.9371933268305273, 2.871620465990436, 0.18536280318835932, 7.043786521157654, 0.18444423184961797},
    {{5, 20, 0.95}, 3.385418731564279, 3.258011072874509, 0.23723831553519378, 9.015055990337363, 0.2357550726089885},
    {{10, 20, 0.95}, 3.875276635650286, 3.678803408603493, 0.30293380364927497, 11.511484538672448, 0.3010184533765403},
    {{10, 20, 0.9}, 3.4373592995496263, 3.1819969634066125, 0.2464356516037437, 9.36455476094226, 0.24280112833228093},
    {{5, 40, 0.99}, 4.14173071848924, 4.082902870175484, 0.15610227337158175, 12.175977322983377, 0.15597560973748995},
    {{4, 10, 0.95}, 3.476289803006556, 3.3448925964876333, 0.5646801866188322, 10.164243359138979, 0.560665573209334},
};
TEST(Statistics, T22SelectionConstants) {
    for (const SelectionCase& row : k_selection_cases) {
        SCOPED_TRACE(row.rinott);
        expect_digits(rinott_h(row.design), row.rinott, "rinott_h", 1e-11);
        expect_digits(dudewicz_dalal_h(row.design), row.dudewicz_dalal, "dudewicz_dalal_h", 1e-11);
        expect_digits(kn_eta(row.design), row.eta, "kn_eta");
        expect_digits(kn_h_squared(row.design), row.h_squared, "kn_h_squared");
        expect_digits(kn_eta(row.design, Sampling::independent), row.eta_independent, "kn_eta_independent_sampling");
    }
}

constexpr std::array<std::array<double, 10>, 4> k_t23_values = {{
    {9.98, 11.82, 10.16, 11.16, 11.97, 9.08, 9.5, 8.49, 9.81, 11.8},
    {11.92, 13.0, 12.46, 12.63, 13.73, 9.49, 10.52, 9.25, 11.82, 12.3},
    {6.9, 7.76, 7.34, 6.91, 8.86, 4.57, 5.66, 4.25, 6.39, 8.91},
    {12.09, 13.18, 13.49, 12.92, 14.63, 10.4, 10.76, 8.95, 11.56, 13.67},
}};

// The case compares means with W = (h^2 S^2 / delta - r delta) / 2; the source divides W by r for means, which is to
// compare sums with it, as KimNelson does. So the sums of the source leave variant 4 alone, and the reading of the case
// leaves 1, 2 and 4; all figures but the survivors are the same.
TEST(Statistics, T23KnScreening) {
    const SelectionDesign design{.variants = 4, .first_stage = 10, .probability_of_correct = 0.95};
    KimNelson selection(design, 0.5);
    for (std::size_t r = 0; r < 10; ++r) {
        std::array<double, 4> values{};
        for (std::size_t i = 0; i < 4; ++i) {
            values[i] = k_t23_values[i][r];
        }
        selection.add(values);
    }
    expect_digits(kn_eta(design), 0.564680186618832, "eta");
    expect_digits(kn_h_squared(design), 10.164243359138975, "h_squared");
    struct PairCase {
        std::size_t first, second;
        double variance, allowance;
        std::uint64_t stage;
    };
    for (const PairCase& pair : {PairCase{0, 1, 0.43982777777777776, 1.9705165694426308, 17},
                                 {0, 2, 0.39777333333333303, 1.5430649617759045, 16},
                                 {0, 3, 0.6328177777777781, 3.932113895322866, 25},
                                 {1, 2, 0.37691222222222226, 1.3310275517005365, 15},
                                 {1, 3, 0.32049, 0.7575383541704501, 13},
                                 {2, 3, 0.260266666666667, 0.14541373827190718, 10}}) {
        expect_digits(selection.difference_variance(pair.first, pair.second), pair.variance, "S2");
        expect_digits(selection.allowance(pair.second, pair.first), pair.allowance, "W");
        EXPECT_EQ(selection.pair_stage(pair.first, pair.second), pair.stage);
    }
    EXPECT_EQ(selection.stage_max(), 26U);
    std::vector<double> means;
    for (const auto& row : k_t23_values) {
        means.push_back(tally_of(row).mean());
    }
    const double expected_means[] = {10.377, 11.712, 6.755, 12.165000000000001};
    std::vector<std::size_t> by_the_case;
    for (std::size_t i = 0; i < 4; ++i) {
        expect_digits(means[i], expected_means[i], "mean");
        const auto beats = [&](std::size_t l) { return l != i && means[i] < means[l] - selection.allowance(i, l); };
        if (!beats(0) && !beats(1) && !beats(2) && !beats(3)) {
            by_the_case.push_back(i + 1);
        }
    }
    EXPECT_EQ(by_the_case, (std::vector<std::size_t>{1, 2, 4}));
    EXPECT_EQ(selection.survivors(), std::vector<std::size_t>{3});
}

TEST(Statistics, T24KaplanMeier) {
    constexpr Ending k_died = Ending::event;
    constexpr Ending k_left = Ending::censored;
    constexpr Lifetime k_lifetimes[] = {
        {6, k_died},  {6, k_died},  {6, k_died},  {6, k_left},  {7, k_died},  {9, k_left},  {10, k_died},
        {10, k_left}, {11, k_left}, {13, k_died}, {16, k_died}, {17, k_left}, {19, k_left}, {20, k_left},
        {22, k_died}, {23, k_died}, {25, k_left}, {32, k_left}, {32, k_left}, {34, k_left}, {35, k_left}};
    const std::vector<SurvivalStep> steps = estimate_survival(k_lifetimes);
    struct Expected {
        double time, survival, standard_error;
    };
    constexpr Expected k_expected[] = {
        {6, 0.8571428571428571, 0.07636035483212125},  {7, 0.8067226890756303, 0.08693528518005719},
        {10, 0.7529411764705882, 0.09634965299432051}, {13, 0.6901960784313725, 0.10681470777500983},
        {16, 0.6274509803921569, 0.11405386525675254}, {22, 0.5378151260504201, 0.128233751693034},
        {23, 0.4481792717086835, 0.13459145675576045},
    };
    ASSERT_EQ(steps.size(), std::size(k_expected));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        EXPECT_EQ(steps[i].time, k_expected[i].time);
        expect_digits(steps[i].survival, k_expected[i].survival, "survival");
        expect_digits(steps[i].standard_error, k_expected[i].standard_error, "greenwood_se");
    }
    EXPECT_EQ(median_survival(steps), 23);
    expect_digits(steps.back().cumulative_hazard, 0.752113572701808, "nelson_aalen_at_last_event");
}

/// Quantiles by what share of draws does not exceed them; the skewness is not ours to state.
struct LawCase {
    const char* name;
    Distribution law;
    double mean, sd;
    double p50, p95, p99, p999;
    double cdf_at_mean;
};
std::vector<LawCase> law_cases() {
    return {
        {"ln1", Distribution::lognormal_mean_cv(8.0, 1.0), 8.0, 8.0, 5.656854249492381, 22.249030245661686,
         39.23933160692684, 74.11775464504336, 0.6613964514133366},
        {"ln2", Distribution::lognormal_mean_cv(150.0, 0.4), 150.0, 60.0, 139.2715036327889, 262.4630645798746,
         341.2646189195084, 458.0356795460534, 0.5763742885230995},
        {"ln3", Distribution::lognormal_median_sigma(90.0, 1.0), 148.38491436301155, 194.5077674305579, 90.0,
         466.22264420097144, 921.6426290680922, 1978.3965581624554, 0.6914624612740131},
        {"wei", Distribution::weibull(1000.0, 1.5), 902.7452929509336, 612.9357917546764, 783.2197687746514,
         2078.110637534557, 2767.985365022525, 3627.086912339477, 0.5758739440661403},
        {"wei2", Distribution::weibull(10.0, 0.7), 12.658235060572833, 18.511714003984487, 5.923901129521338,
         47.94226728389654, 88.61226442739193, 158.14402072942562, 0.6925369105357453},
        {"gam", Distribution::gamma(20.0, 0.5), 20.0, 10.0, 18.36030374425448, 38.76828263966363, 50.225587574158084,
         65.31120389594035, 0.566529879633291},
        {"gam2", Distribution::gamma(20.0, 2.0), 20.0, 40.0, 3.4939041882298727, 96.80929099558101, 194.71083377576264,
         350.11554063093496, 0.7436779447314611},
        {"erl", Distribution::erlang(3, 12.0), 12.0, 6.928203230275509, 10.696241254894241, 25.18317448748796,
         33.62378765954186, 44.91548896965065, 0.5768099188731565},
        {"exp", Distribution::exponential(4.0), 4.0, 4.0, 2.772588722239781, 11.982929094215963, 18.420680743952367,
         27.631021115928547, 0.6321205588285577},
        {"par", Distribution::pareto(1.0, 2.5), 1.6666666666666667, 1.4907119849998598, 1.3195079107728942,
         3.314454017339987, 6.3095734448019325, 15.848931924611135, 0.721145199073066},
        {"par2", Distribution::pareto(5.0, 4.0), 6.666666666666667, 2.3570226039551585, 5.946035575013605,
         10.573712634405641, 15.811388300841896, 28.117066259517454, 0.68359375},
        {"uni", Distribution::uniform(2.0, 10.0), 6.0, 2.309401076758503, 6.0, 9.6, 9.92, 9.992, 0.5},
        {"hyp", Distribution::hyperexponential(10.0, 2.0), 10.0, 20.0, 4.514931237557677, 37.14881811034046,
         107.4589075766322, 209.61288292137965, 0.7595991338257634},
        {"hyp2", Distribution::hyperexponential(1.0, 4.0), 1.0, 4.0, 0.37305716983083087, 1.9288530594719069,
         18.291226374763664, 56.24786731363615, 0.8320159044607448},
    };
}

// Exact intervals of 1e-6 for each of 70 shares: 2 % of the mean in the tail, and a false alarm in 14,000 seeds.
TEST(Statistics, T25Distributions) {
    constexpr std::uint64_t k_draws = 200'000;
    std::uint64_t key = 25;
    for (const LawCase& row : law_cases()) {
        SCOPED_TRACE(row.name);
        expect_digits(row.law.mean(), row.mean, "mean");
        expect_digits(std::sqrt(row.law.variance()), row.sd, "sd");
        expect_digits(std::sqrt(row.law.variance()) / row.law.mean(), row.sd / row.mean, "cv");
        const double levels[] = {row.p50, row.p95, row.p99, row.p999, row.mean};
        const double shares[] = {0.5, 0.95, 0.99, 0.999, row.cdf_at_mean};
        std::array<std::uint64_t, 5> below{};
        Stream stream(++key);
        for (std::uint64_t i = 0; i < k_draws; ++i) {
            const double value = row.law.sample(stream);
            for (std::size_t k = 0; k < 5; ++k) {
                below[k] += value <= levels[k] ? 1U : 0U;
            }
        }
        for (std::size_t k = 0; k < 5; ++k) {
            EXPECT_TRUE(clopper_pearson_interval(below[k], k_draws, 1 - 1e-6).contains(shares[k])) << shares[k];
        }
    }
}

TEST(Statistics, T25Parameters) {
    const Distribution first = Distribution::lognormal_mean_cv(8, 1);
    expect_digits(first.a, 1.7328679513998633, "ln1.mu");
    expect_digits(first.b, 0.8325546111576978, "ln1.sigma");
    const Distribution second = Distribution::lognormal_mean_cv(150, 0.4);
    expect_digits(second.a, 4.936425291537119, "ln2.mu");
    expect_digits(second.b, 0.3852531701599265, "ln2.sigma");
    expect_digits(Distribution::gamma(20, 0.5).a, 5, "gam.scale");
    expect_digits(Distribution::gamma(20, 0.5).b, 4, "gam.shape");
    expect_digits(Distribution::gamma(20, 2).a, 80, "gam2.scale");
    expect_digits(Distribution::gamma(20, 2).b, 0.25, "gam2.shape");
    const Distribution two = Distribution::hyperexponential(10, 2);
    expect_digits(two.b, 0.8872983346207417, "hyp.p1");
    expect_digits(1 / two.a, 0.17745966692414833, "hyp.rate1");
    expect_digits(1 / two.c, 0.02254033307585166, "hyp.rate2");
    const Distribution four = Distribution::hyperexponential(1, 4);
    expect_digits(four.b, 0.9696682183138621, "hyp2.p1");
    expect_digits(1 / four.a, 1.9393364366277241, "hyp2.rate1");
    expect_digits(1 / four.c, 0.06066356337227576, "hyp2.rate2");
}

// The band in which coverage is accepted; tests/engine/stats holds the stopping rule and the run's intervals to it.
TEST(Statistics, T26Coverage) {
    const boost::math::binomial covered(1000, 0.95);
    std::uint64_t lo = 0;
    while (boost::math::cdf(covered, static_cast<double>(lo)) <= 0.0005) {
        ++lo;
    }
    std::uint64_t hi = lo;
    while (boost::math::cdf(covered, static_cast<double>(hi)) < 0.9995) {
        ++hi;
    }
    EXPECT_EQ(lo, 926U);
    EXPECT_EQ(hi, 971U);
    const auto between = [](const boost::math::binomial& law) {
        return boost::math::cdf(law, 971) - boost::math::cdf(law, 925);
    };
    expect_digits(between(covered), 0.9991969425563376, "acceptance_probability");
    expect_digits(1 - between(boost::math::binomial(1000, 0.9)), 0.9973454468849694, "power");
    // Of an indicator, the variance is p (1 - p).
    expect_digits(run_length_needed(1e-6 * (1 - 1e-6), 1e-6, 0.1, 0.95), 384145497.9235305, "crude samples");
}

TEST(Statistics, T26SteinTwoStages) {
    // In 30 digits the quantile is 2.26215716279820: the case has ten of them.
    expect_digits(student_t_quantile(0.975, 9), 2.2621571627409915, "stein_t_quantile", 1e-10);
    // P(N > m) = P(chi^2 with 9 degrees > 9 m h^2 / (t sigma)^2).
    const boost::math::chi_squared law(9);
    double expected = 10;
    for (int m = 10; m < 3000; ++m) {
        const double bound = 9.0 * m * 0.25 / (4 * std::pow(student_t_quantile(0.975, 9), 2));
        expected += boost::math::cdf(boost::math::complement(law, bound));
    }
    expect_digits(expected, 82.37890782653754, "stein_expected_replications", 1e-10);
    // The procedure itself: 4000 studies, mean and coverage within five standard errors.
    Tally replications;
    std::uint64_t covered = 0;
    constexpr std::uint64_t k_studies = 4000;
    for (std::uint64_t study = 0; study < k_studies; ++study) {
        Stream stream(2600 + study);
        Tally tally;
        while (tally.count() < 10) {
            tally.add(2 * stream.normal());
        }
        const std::uint64_t all = stein_replications(tally, 0.5, 0.95);
        while (tally.count() < all) {
            tally.add(2 * stream.normal());
        }
        replications.add(static_cast<double>(all));
        covered += std::abs(tally.mean()) <= 0.5 ? 1U : 0U;
    }
    EXPECT_TRUE(mean_interval(replications, 1 - 1e-6)->contains(82.37890782653754));
    EXPECT_TRUE(clopper_pearson_interval(covered, k_studies, 1 - 1e-6).contains(0.950883));
}

TEST(Statistics, T27Ratio) {
    constexpr Slice k_pairs[] = {{95, 100}, {240, 251}, {12, 15}, {400, 402},
                                 {60, 66},  {133, 133}, {88, 97}, {210, 214}};
    PairTally tally;
    for (const Slice& pair : k_pairs) {
        tally.add(pair.numerator, pair.denominator);
    }
    const RatioEstimate classical = classical_ratio(tally, 0.95).value();
    expect_digits(classical.ratio, 0.9687010954616588, "ratio");
    expect_digits(classical.interval.half_width(), 0.023612478589568248, "classical_half_width");
    const RatioEstimate jackknife = jackknife_ratio(k_pairs, 0.95).value();
    expect_digits(jackknife.ratio, 0.971591114814035, "jackknife_ratio");
    expect_digits(jackknife.interval.half_width(), 0.026954885556789543, "jackknife_half_width");
}

// M/M/1 with arrivals 0.3 and service 0.7, from 1 to 0 or 25, with the rates exchanged.
TEST(Statistics, T28ImportanceSampling) {
    constexpr double k_probability = 8.424014476759842e-10;
    constexpr std::uint64_t k_paths = 20'000;
    Stream stream(28);
    WeightedTally paths;
    for (std::uint64_t i = 0; i < k_paths; ++i) {
        int at = 1;
        double weight = 1;
        while (at > 0 && at < 25) {
            const bool up = stream.chance(0.7);
            at += up ? 1 : -1;
            weight *= up ? 0.3 / 0.7 : 0.7 / 0.3;
        }
        if (at == 25) {
            expect_digits(weight, 1.4742025325015696e-09, "likelihood_ratio_of_every_hit", 1e-13);
        }
        paths.add(at == 25 ? 1.0 : 0.0, weight);
    }
    const Interval hits = clopper_pearson_interval(paths.hits(), k_paths, 1 - 1e-6);
    EXPECT_TRUE(hits.contains(0.5714285717896006));
    EXPECT_TRUE(weighted_interval(paths, 1 - 1e-6).value().contains(k_probability));
    // The share of hits p gives relative variance (1 - p) / p exactly, as all weigh the same.
    const double share = static_cast<double>(paths.hits()) / k_paths;
    expect_digits(paths.variance() / (paths.mean() * paths.mean()), (1 - share) / share * k_paths / (k_paths - 1.0),
                  "relative variance", 1e-10);
    expect_digits((1 - 0.5714285717896006) / 0.5714285717896006, 0.7499999988943481, "relative_variance_per_sample",
                  1e-9);
    expect_digits(paths.effective_hits(), static_cast<double>(paths.hits()), "effective hits", 1e-10);
    expect_digits(paths.largest_share(), 1 / static_cast<double>(paths.hits()), "largest share", 1e-10);
    // A wrong law of the weights shows in their mean, and takes the interval away.
    WeightedTally wrong;
    for (std::uint64_t i = 0; i < k_paths; ++i) {
        wrong.add(1.0, 0.9);
    }
    EXPECT_FALSE(weighted_interval(wrong, 0.95));
}

}  // namespace
}  // namespace nines
