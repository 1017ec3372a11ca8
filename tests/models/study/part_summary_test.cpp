// What is known of parts and their shares: against intervals of the same numbers reckoned directly, and on values whose
// law is known.

#include "models/study/part_summary.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/random/stream.hpp"
#include "tests/engine/stats/coverage.hpp"

namespace nines {
namespace {

constexpr std::uint64_t k_replications = 200;
constexpr IntervalRules k_rules{0.95, 30, 100, 1000, false};

/// Two causes that are the customer's, on two layers, and one of the provider; an hour of downtime; two lines of a
/// bill.
StudyFrame frame_of_parts() {
    StudyFrame frame;
    frame.attribution = {{"requests.lost", "a", "configuration", "customer"},
                         {"requests.lost", "b", "facility", "provider"},
                         {"requests.lost", "c", "application", "customer"},
                         {"downtime", "a", "configuration", "customer"}};
    frame.bill.resize(2);
    return frame;
}

using Row = std::array<double, 10>;  // four items, then (instances, quantity, USD) of two lines

Row row_of(double a, double b, double c) {
    return {a, b, c, a, 1, 1, 100, 1, 1, b};
}

/// The same spread from all numbers at hand, in two passes.
Spread direct_share(const std::vector<double>& parts, const std::vector<double>& wholes, double confidence) {
    double part = 0;
    double whole = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        part += parts[i];
        whole += wholes[i];
    }
    const double share = part / whole;
    Tally rest;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        rest.add(parts[i] - share * wholes[i]);
    }
    const auto count = static_cast<double>(parts.size());
    const double half = mean_interval(rest, confidence)->half_width() / (whole / count);
    return {share - half, share + half, IntervalKind::student};
}

void expect_near(const Spread& got, const Spread& wanted) {
    EXPECT_EQ(got.kind, wanted.kind);
    ASSERT_TRUE(got.lo && got.hi);
    EXPECT_NEAR(*got.lo, *wanted.lo, 1e-9 * (1 + std::abs(*wanted.lo)));
    EXPECT_NEAR(*got.hi, *wanted.hi, 1e-9 * (1 + std::abs(*wanted.hi)));
}

Spread student(const Tally& values) {
    const Interval interval = *mean_interval(values, k_rules.confidence);
    return {interval.lo, interval.hi, IntervalKind::student};
}

TEST(PartSummary, IntervalsAreThoseOfTheNumbers) {
    PartSummary summary(frame_of_parts());
    Stream stream({5, 0}, "test.parts", "");
    Tally a, b, mine, line;
    std::vector<double> parts, wholes, bills;
    for (std::uint64_t i = 0; i < k_replications; ++i) {
        // The second cause is silent at first: what it was then counts all the same.
        const Row row = row_of(stream.uniform(), i < 60 ? 0 : 1 + stream.uniform(), 3 * stream.uniform());
        summary.add(row);
        a.add(row[0]);
        b.add(row[1]);
        mine.add(row[0] + row[2]);
        line.add(row[9]);
        parts.push_back(row[1]);
        wholes.push_back(row[0] + row[1] + row[2]);
        bills.push_back(100 + row[9]);
    }
    const std::vector<PartSpread> spreads = summary.of_attribution(k_rules);
    expect_near(spreads[0].value, student(a));
    expect_near(spreads[1].value, student(b));
    expect_near(spreads[1].share, direct_share(parts, wholes, k_rules.confidence));
    for (const AttributedSum& sum : summary.sums(k_rules)) {
        if (sum.metric == "requests.lost" && sum.layer.empty()) {
            expect_near(sum.spread, sum.owner == "customer" ? student(mine) : student(b));
        }
        if (sum.layer == "facility") {
            expect_near(sum.spread, student(b));
        }
    }
    EXPECT_EQ(summary.sums(k_rules).size(), 7U) << "three layers and two owners; one layer and one owner of downtime";
    const std::vector<PartSpread> bill = summary.of_bill(k_rules);
    EXPECT_EQ(bill[0].value.kind, IntervalKind::exact) << "the same in all";
    expect_near(bill[1].value, student(line));
    expect_near(bill[1].share, direct_share(parts, bills, k_rules.confidence));
}

TEST(PartSummary, SaysInAWordWhyThereIsNoStudentsInterval) {
    const auto after = [](std::uint64_t count, auto value_of) {
        PartSummary summary(frame_of_parts());
        for (std::uint64_t i = 0; i < count; ++i) {
            summary.add(row_of(value_of(i), 1, 1));
        }
        return summary;
    };
    const auto one_in_fifty = [](std::uint64_t i) { return i % 50 == 49 ? 10.0 : 0.0; };
    const Spread rare = after(100, one_in_fifty).of_attribution(k_rules)[0].value;
    EXPECT_EQ(rare.kind, IntervalKind::chebyshev);
    // Mean 0.2, deviation 1.407: it may be 0.2 +- 0.1407 / sqrt(0.05), and is not below 0.
    EXPECT_EQ(*rare.lo, 0);
    EXPECT_NEAR(*rare.hi, 0.2 + 0.1407 / std::sqrt(0.05), 1e-3);
    EXPECT_EQ(after(10, one_in_fifty).of_attribution(k_rules)[0].value.kind, IntervalKind::few);
    const auto same = [](std::uint64_t) { return 3.0; };
    EXPECT_EQ(after(100, same).of_attribution(k_rules)[0].value.kind, IntervalKind::alike);
    EXPECT_EQ(after(100, same).of_attribution(k_rules)[0].share.kind, IntervalKind::alike);
    IntervalRules few_incidents = k_rules;
    few_incidents.incidents = 99;
    const auto by_turns = [](std::uint64_t i) { return i % 2 == 0 ? 1.0 : 2.0; };
    const std::vector<PartSpread> spreads = after(100, by_turns).of_attribution(few_incidents);
    EXPECT_EQ(spreads[3].value.kind, IntervalKind::few) << "downtime lives on incidents";
    EXPECT_EQ(spreads[0].value.kind, IntervalKind::student);
}

// Two exponential parts of mean 1: each is half of the whole. A fifth too narrow, the interval is caught; so is the one
// that forgets how part and whole move together.
TEST(PartSummary, IntervalsOfSharesCover) {
    Coverage covers, too_narrow, without_covariance;
    for (std::uint64_t study = 0; study < studies(); ++study) {
        PartSummary summary(frame_of_parts());
        Stream stream({6, study}, "test.parts", "");
        double whole = 0;
        for (std::uint64_t i = 0; i < k_replications; ++i) {
            const Row row = row_of(stream.exponential(), stream.exponential(), 0);
            whole += row[0] + row[1];
            summary.add(row);
        }
        const PartSpread spread = summary.of_attribution(k_rules)[0];
        ASSERT_TRUE(spread.share.lo) << "not too skewed";
        const double middle = (*spread.share.lo + *spread.share.hi) / 2;
        const double half = (*spread.share.hi - *spread.share.lo) / 2;
        const double half_alone =
            (*spread.value.hi - *spread.value.lo) / 2 / (whole / static_cast<double>(k_replications));
        covers.add(std::abs(middle - 0.5) <= half);
        too_narrow.add(std::abs(middle - 0.5) <= 0.8 * half);
        without_covariance.add(std::abs(middle - 0.5) <= half_alone);
    }
    EXPECT_TRUE(covers.is_nominal()) << covers;
    EXPECT_FALSE(too_narrow.is_nominal()) << too_narrow;
    EXPECT_FALSE(without_covariance.is_nominal()) << without_covariance;
}

}  // namespace
}  // namespace nines
