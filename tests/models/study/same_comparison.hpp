#pragma once
// Whether two comparisons have found the same, to the bit.

#include <gtest/gtest.h>

#include "models/results/comparison_results.hpp"

namespace nines {

inline void expect_same(const ComparisonResults& one, const ComparisonResults& other) {
    ASSERT_EQ(one.contestants.size(), other.contestants.size());
    for (std::size_t i = 0; i < one.contestants.size(); ++i) {
        const VariantResults& a = one.contestants[i];
        const VariantResults& b = other.contestants[i];
        EXPECT_EQ(a.results.fingerprint, b.results.fingerprint);
        EXPECT_EQ(a.results.replications, b.results.replications);
        ASSERT_EQ(a.versus.size(), b.versus.size());
        for (std::size_t k = 0; k < a.versus.size(); ++k) {
            EXPECT_EQ(a.versus[k].difference, b.versus[k].difference) << a.versus[k].metric;
            EXPECT_EQ(a.versus[k].lo, b.versus[k].lo) << a.versus[k].metric;
            EXPECT_EQ(a.versus[k].saving, b.versus[k].saving) << a.versus[k].metric;
        }
    }
}

}  // namespace nines
