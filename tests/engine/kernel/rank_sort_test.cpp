// rank_sort against std::stable_sort: every sequence of up to seven times of four values, and what lies behind the end.

#include "engine/kernel/rank_sort.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "engine/kernel/event.hpp"

namespace nines {
namespace {

constexpr std::uint32_t k_places = 7;

TEST(RankSort, SortsEverySequenceAndKeepsTies) {
    for (std::uint32_t count = 0; count <= k_places; ++count) {
        for (std::uint32_t code = 0; code < 1U << (2 * count); ++code) {
            std::array<Event, k_places> events;  // no event behind the end is later than another, and none must count
            std::array<Event, k_places> sorted;
            for (std::uint32_t i = 0; i < count; ++i) {
                const std::uint32_t digit = code >> (2 * i) & 3U;
                events[i] = {digit == 3 ? k_never - 1 : static_cast<Nanoseconds>(digit), 0, i, 0};
            }
            rank_sort<k_places>(events.data(), count, sorted.data());
            std::stable_sort(events.begin(), events.begin() + count,
                             [](const Event& a, const Event& b) { return a.at < b.at; });
            for (std::uint32_t i = 0; i < count; ++i) {
                ASSERT_EQ(sorted[i].at, events[i].at);
                ASSERT_EQ(sorted[i].subject, events[i].subject);
            }
        }
    }
}

}  // namespace
}  // namespace nines
