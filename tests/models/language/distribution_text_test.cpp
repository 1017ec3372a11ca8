// Distributions, as text: each way to write each law, by law and mean; and the way back to text.

#include "models/language/distribution_text.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace nines {
namespace {

const FileLoader k_files = [](const std::string& path) -> Result<std::string> {
    if (path == "times.csv") {
        return std::string("latency, note\n10 ms, first\n0.03\n\n# a comment\n20 ms\n");
    }
    if (path == "bad.csv") {
        return std::string("10 ms\nx\n");
    }
    return path == "empty.csv" ? Result<std::string>("latency\n") : unexpected<std::string>("no such file");
};

struct Case {
    const char* text;
    Dimension dimension;
    Law law;
    double mean;
};

const Case k_cases[] = {
    {"40 ms", Dimension::time, Law::constant, 0.04},
    {"40ms", Dimension::time, Law::constant, 0.04},
    {"+30 ms", Dimension::time, Law::constant, 0.03},
    {"0", Dimension::time, Law::constant, 0},
    {"3.5", Dimension::number, Law::constant, 3.5},
    {"60 kB", Dimension::bytes, Law::constant, 60'000},
    {"1 GB / s", Dimension::bytes_per_time, Law::constant, 1e9},
    {"constant(40 ms)", Dimension::time, Law::constant, 0.04},
    {"exponential(40 ms)", Dimension::time, Law::exponential, 0.04},
    {"exponential(mean 40 ms)", Dimension::time, Law::exponential, 0.04},
    {"exponential(7)", Dimension::number, Law::exponential, 7},
    {"erlang(4 mean 10 ms)", Dimension::time, Law::erlang, 0.01},
    {"erlang(mean 10 ms k 4)", Dimension::time, Law::erlang, 0.01},
    {"gamma(mean 10 ms cv 2)", Dimension::time, Law::gamma, 0.01},
    {"gamma(cv 2 mean 10 ms)", Dimension::time, Law::gamma, 0.01},
    {"gamma(mean 10 ms cv 0)", Dimension::time, Law::constant, 0.01},
    {"lognormal(mean 40 ms cv 1)", Dimension::time, Law::lognormal, 0.04},
    {"lognormal(mean 40 ms, cv 1)", Dimension::time, Law::lognormal, 0.04},
    {"lognormal(cv 1 mean 40ms)", Dimension::time, Law::lognormal, 0.04},
    {"lognormal(median 90 min sigma 1)", Dimension::time, Law::lognormal, 5400 * 1.6487212707001282},
    {"lognormal(mean 40 ms cv 0)", Dimension::time, Law::constant, 0.04},
    {"lognormal(mean 20 cv 0.5)", Dimension::number, Law::lognormal, 20},
    {"weibull(scale 2 s shape 1)", Dimension::time, Law::weibull, 2},
    {"pareto(min 1 s alpha 2)", Dimension::time, Law::pareto, 2},
    {"pareto(alpha 2 min 1 s)", Dimension::time, Law::pareto, 2},
    {"pareto(alpha 2 min 1 min)", Dimension::time, Law::pareto, 120},
    {"pareto(min 1 min alpha 2)", Dimension::time, Law::pareto, 120},
    {"uniform(4 ms 16 ms)", Dimension::time, Law::uniform, 0.01},
    {"uniform(0 1 min)", Dimension::time, Law::uniform, 30},
    {"uniform(4 16)", Dimension::number, Law::uniform, 10},
    {"hyperexponential(mean 1 s cv 3)", Dimension::time, Law::hyperexponential, 1},
    {"empirical(times.csv)", Dimension::time, Law::empirical, 0.02},
    {"mixture(90 % exponential(1 ms) 10 % constant(1 s))", Dimension::time, Law::mixture, 0.1009},
    {"mixture(50 % 1 s 50 % mixture(50 % 3 s 50% 5 s))", Dimension::time, Law::mixture, 2.5},
};

TEST(DistributionText, EveryWayToWriteEveryLaw) {
    for (const auto& [text, dimension, law, mean] : k_cases) {
        const Result<Distribution> value = parse_distribution(text, dimension, k_files);
        ASSERT_TRUE(value) << text << ": " << value.error();
        // Erlang with cv 1 and the like may be reduced to simpler laws by the engine; the mean stays.
        EXPECT_NEAR(value->mean(), mean, 1e-9 * (mean + 1)) << text;
        EXPECT_TRUE(value->law == law) << text;
    }
}

TEST(DistributionText, FilesReportTheirLine) {
    EXPECT_EQ(parse_distribution("empirical(bad.csv)", Dimension::time, k_files).error(),
              "bad.csv:2: expected a time such as `250 ms`, found `x`");
    EXPECT_EQ(parse_distribution("empirical(empty.csv)", Dimension::time, k_files).error(),
              "the file `empty.csv` has no values");
    EXPECT_EQ(parse_distribution("empirical(times.csv)", Dimension::time, nullptr).error(),
              "empirical is not possible here: there is no folder to look for its file");
}

TEST(DistributionText, AllNamesAreKnown) {
    EXPECT_EQ(distribution_names().size(), 11U);
    for (const std::string& name : distribution_names()) {
        const Result<Distribution> value = parse_distribution(name + "()", Dimension::time, k_files);
        ASSERT_FALSE(value);
        EXPECT_FALSE(value.error().starts_with("expected a distribution")) << value.error();
    }
}

TEST(DistributionText, RandomWordsNeverCrash) {
    std::mt19937 random(19);
    const std::vector<std::string> words = {"mean", "cv", "median", "sigma", "scale", "min",      "alpha",   "4",
                                            "ms",   "s",  "90",     "%",     "(",     ")",        ",",       "uniform(",
                                            "0",    "1",  "gamma(", "k",     "1e9",   "mixture(", "erlang(", "pareto("};
    for (int round = 0; round < 50'000; ++round) {
        std::string text = words[random() % words.size()];
        for (std::size_t i = random() % 10; i > 0; --i) {
            text += " " + words[random() % words.size()];
        }
        const Result<Distribution> value = parse_distribution(text, static_cast<Dimension>(random() % 12), k_files);
        ASSERT_TRUE(!value || value->mean() >= 0) << text;
    }
}

// --- the way back ---

struct Written {
    const char* text;
    Dimension dimension;
    const char* written;
};

const Written k_written[] = {
    {"constant(0.04 s)", Dimension::time, "40 ms"},
    {"0", Dimension::time, "0 s"},
    {"3.5", Dimension::number, "3.5"},
    {"exponential(mean 40 ms)", Dimension::time, "exponential(40 ms)"},
    {"erlang(mean 10 ms k 4)", Dimension::time, "erlang(4 mean 10 ms)"},
    {"gamma(cv 2 mean 10 ms)", Dimension::time, "gamma(mean 10 ms cv 2)"},
    {"lognormal(mean 40 ms, cv 1)", Dimension::time, "lognormal(mean 40 ms cv 1)"},
    {"lognormal(median 90 min sigma 1)", Dimension::time, "lognormal(median 1.5 h sigma 1)"},
    {"lognormal(median 1 s sigma 20)", Dimension::time, "lognormal(median 1 s sigma 20)"},
    {"lognormal(median 1 s sigma 0.000001)", Dimension::time, "lognormal(median 1 s sigma 1e-06)"},
    {"lognormal(mean 20 cv 0.5)", Dimension::number, "lognormal(mean 20 cv 0.5)"},
    {"weibull(scale 2 s shape 1)", Dimension::time, "weibull(scale 2 s shape 1)"},
    {"pareto(alpha 2 min 1 s)", Dimension::time, "pareto(min 1 s alpha 2)"},
    {"uniform(0 1 min)", Dimension::time, "uniform(0 s 60 s)"},
    {"hyperexponential(mean 1 s cv 1000)", Dimension::time, "hyperexponential(mean 1 s cv 1000)"},
    {"empirical(times.csv)", Dimension::time, "empirical(times.csv)"},
    {"mixture(90 %  exponential(1 ms), 10% constant(1 s))", Dimension::time,
     "mixture(90 % exponential(1 ms) 10% constant(1 s))"},
    {"0.123456789012345 s", Dimension::time, "0.123456789012345 s"},
};

TEST(DistributionText, LawsAreWrittenAsInTheLanguage) {
    for (const auto& [text, dimension, written] : k_written) {
        const Result<Distribution> law = parse_distribution(text, dimension, k_files);
        ASSERT_TRUE(law) << text << ": " << law.error();
        EXPECT_EQ(format_distribution(*law, dimension), written) << text;
    }
}

/// Whether both are the same law, to the bit.
bool is_same(const Distribution& one, const Distribution& other) {
    return one.law == other.law && one.stages == other.stages && one.a == other.a && one.b == other.b &&
           one.c == other.c && one.mean() == other.mean();
}

TEST(DistributionText, EveryLawIsReadBackAsItself) {
    for (const auto& [text, dimension, law, mean] : k_cases) {
        const Distribution first = parse_distribution(text, dimension, k_files).value();
        const std::string written = format_distribution(first, dimension);
        const Result<Distribution> again = parse_distribution(written, dimension, k_files);
        ASSERT_TRUE(again) << written << ": " << again.error();
        EXPECT_TRUE(is_same(*again, first)) << text << " -> " << written;
        EXPECT_EQ(format_distribution(*again, dimension), written) << text;
    }
}

TEST(DistributionText, RandomParametersAreReadBack) {
    std::mt19937_64 random(23);
    const auto number = [&](int digits, double low, double high) {
        const double place = static_cast<double>(random() % 1'000'000'007U) / 1'000'000'007.0;
        return fmt::format("{:.{}g}", low * std::pow(high / low, place), digits);
    };
    const char* forms[] = {"{} s",
                           "exponential({} s)",
                           "lognormal(mean {} s cv {})",
                           "lognormal(median {} s sigma {})",
                           "gamma(mean {} s cv {})",
                           "weibull(scale {} s shape {})",
                           "pareto(min {} s alpha {})",
                           "hyperexponential(mean {} s cv 1{})"};
    for (int round = 0; round < 20'000; ++round) {
        const int digits = 1 + round % 17;  // beyond 12 the last ones may go, but only once
        const std::string text =
            fmt::format(fmt::runtime(forms[random() % 8]), number(digits, 1e-9, 1e9), number(digits, 0.1, 9));
        const Result<Distribution> first = parse_distribution(text, Dimension::time, k_files);
        ASSERT_TRUE(first) << text << ": " << first.error();
        const std::string written = format_distribution(*first, Dimension::time);
        const Result<Distribution> again = parse_distribution(written, Dimension::time, k_files);
        ASSERT_TRUE(again) << written << ": " << again.error();
        ASSERT_EQ(format_distribution(*again, Dimension::time), written) << text;
        const bool infinite = std::isinf(first->mean());  // some of Pareto
        ASSERT_EQ(std::isinf(again->mean()), infinite) << text;
        ASSERT_TRUE(infinite || std::abs(again->mean() - first->mean()) <= 1e-10 * first->mean()) << text;
        ASSERT_TRUE(digits > 10 || is_same(*again, *first)) << text << " -> " << written;
    }
}

TEST(DistributionText, ExactTextHasTheDigitsThatItNeeds) {
    EXPECT_EQ(exact_text(0.25, Dimension::time), "250 ms");
    EXPECT_EQ(exact_text(1.0 / 3, Dimension::number), "0.3333333333333333");
    std::mt19937_64 random(29);
    for (int i = 0; i < 20'000; ++i) {
        const double value = static_cast<double>(random() >> 11U) * 0x1p-50;
        for (int d = 0; d < 12; ++d) {
            const auto dimension = static_cast<Dimension>(d);
            const std::string text = exact_text(value, dimension);
            const Result<double> read = parse_quantity(text, dimension);
            ASSERT_TRUE(read) << text;
            if (dimension == Dimension::fraction) {
                // Not every double is some number of percent.
                ASSERT_NEAR(*read, value, 1e-11);
                ASSERT_EQ(exact_text(*read, dimension), text);
            } else {
                ASSERT_EQ(*read, value) << text;
            }
        }
    }
}

}  // namespace
}  // namespace nines
