// Selection: KN finds the best as often as it says, and early; constants are where they must be.

#include "engine/stats/selection.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/random/stream.hpp"
#include "tests/engine/stats/coverage.hpp"

namespace nines {
namespace {

struct Outcome {
    std::uint64_t correct = 0;
    Tally replications;
};
/// Variant 2 of 4 is the best by `lead`; under common luck of that share of the variance. Delta is 0.5.
Outcome select(std::uint64_t count, double lead, double common) {
    Outcome outcome;
    for (std::uint64_t study = 0; study < count; ++study) {
        Stream stream(40 + study);
        KimNelson selection({.variants = 4, .first_stage = 10, .probability_of_correct = 0.95}, 0.5);
        while (!selection.decided()) {
            const double shared = std::sqrt(common) * stream.normal();
            double values[4];
            for (double& value : values) {
                value = shared + std::sqrt(1 - common) * stream.normal();
            }
            values[2] += lead;
            selection.add(values);
        }
        EXPECT_LE(selection.replications(), selection.stage_max());
        outcome.correct += selection.survivors().front() == 2 ? 1 : 0;
        outcome.replications.add(static_cast<double>(selection.replications()));
    }
    return outcome;
}

TEST(KimNelson, FindsTheBestByDelta) {
    const std::uint64_t count = studies();
    // 95 % less five standard errors of the worst allowed, for a lead of delta exactly.
    const double least = 0.95 - 5 * std::sqrt(0.95 * 0.05 / static_cast<double>(count));
    const Outcome apart = select(count, 0.5, 0);
    const Outcome alike = select(count, 0.5, 0.9);
    EXPECT_GT(static_cast<double>(apart.correct), least * static_cast<double>(count));
    EXPECT_GT(static_cast<double>(alike.correct), least * static_cast<double>(count));
    // Common luck of nine tenths of the variance saves well over half of the replications.
    EXPECT_LT(alike.replications.mean(), apart.replications.mean() / 2);
    // A large lead is seen soon; with none, each is found about as often.
    EXPECT_LT(select(count, 3, 0).replications.mean(), apart.replications.mean() / 2);
    EXPECT_LT(static_cast<double>(select(count, 0, 0).correct), 0.4 * static_cast<double>(count));
}

TEST(KimNelson, EqualVariantsEndWithTheFirst) {
    KimNelson selection({.variants = 3, .first_stage = 5, .probability_of_correct = 0.95}, 1);
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(selection.decided());
        selection.add(std::vector<double>{1.0 * i, 1.0 * i, 1.0 * i});
    }
    EXPECT_EQ(selection.survivors(), std::vector<std::size_t>{0});
    EXPECT_EQ(selection.mean(0), 2);
}

TEST(SelectionConstants, GrowWithWhatIsAsked) {
    const SelectionDesign design{.variants = 3, .first_stage = 15, .probability_of_correct = 0.9};
    const SelectionDesign surer{.variants = 3, .first_stage = 15, .probability_of_correct = 0.99};
    const SelectionDesign longer{.variants = 3, .first_stage = 30, .probability_of_correct = 0.9};
    for (const auto constant : {rinott_h, dudewicz_dalal_h}) {
        EXPECT_LT(constant(design), constant(surer));
        EXPECT_GT(constant(design), constant(longer));
    }
    EXPECT_LT(dudewicz_dalal_h(design), rinott_h(design));
    EXPECT_LT(kn_eta(design, Sampling::independent), kn_eta(design, Sampling::common_luck));
}

}  // namespace
}  // namespace nines
