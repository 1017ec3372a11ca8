// The validation table, short: every built-in case in both fidelities, against each other and against what is exact.

#include "models/study/cross_validate.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/simulate.hpp"

namespace nines {
namespace {

/// A name that GoogleTest takes.
std::string name_of(const testing::TestParamInfo<std::size_t>& info) {
    std::string name = validation_cases()[info.param].name;
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
}

class CrossValidate : public testing::TestWithParam<std::size_t> {};

// A verdict's false alarm is 1e-4 for each figure; the seeds are fixed. How narrow intervals are is the business of
// `nines validate`, which goes on until they are.
TEST_P(CrossValidate, Agrees) {
    static const Catalog catalog;
    const ValidationCase one = validation_cases()[GetParam()];
    const std::uint64_t replications = support::runs_are_short() ? 3 : 6;
    const auto rows = cross_validate(one, GetParam(), catalog, {replications, replications, 1, 1, false}, serial_for);
    ASSERT_TRUE(rows) << rows.error();
    EXPECT_EQ(rows->size(), one.figures.size());
    for (const ValidationRow& row : *rows) {
        EXPECT_EQ(row.verdict, ValidationVerdict::agrees)
            << one.figures[row.figure].metric << ": " << row.note << "; exact " << row.exact.value_or(0)
            << ", requests " << row.requests << ", flow " << row.flow;
    }
}
INSTANTIATE_TEST_SUITE_P(Table, CrossValidate, testing::Range(std::size_t{0}, validation_cases().size()), name_of);

TEST(CrossValidateTable, HasAtLeastTwentyScenarios) {
    EXPECT_GE(validation_cases().size(), 20U);
}

// A wrong exact value, and a bound that is too narrow, are told.
TEST(CrossValidateTable, TellsWhatIsWrong) {
    const Catalog catalog;
    ValidationCase wrong = validation_cases()[0];
    wrong.figures = {{.metric = "utilization@s", .exact = 0.7}};
    EXPECT_EQ((*cross_validate(wrong, 0, catalog, {6, 6, 1, 1, false}, serial_for))[0].verdict,
              ValidationVerdict::differs);
    wrong.figures = {{.metric = "utilization@s", .exact = 0.8}};
    EXPECT_EQ((*cross_validate(wrong, 0, catalog, {6, 6, 1e-6, 1e-6, true}, serial_for))[0].verdict,
              ValidationVerdict::wide);
}

}  // namespace
}  // namespace nines
