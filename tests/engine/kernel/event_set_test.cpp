// The event set against a plain sorted list: same events, same order, ties and lanes included.

#include "engine/kernel/event_set.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

constexpr auto k_all_live = [](const Event&) { return true; };

TEST(EventSet, TakesEqualTimesInTheOrderOfScheduling) {
    EventSet events;
    const auto lane = events.lane_for(5);
    events.schedule_in(lane, 5, 1, 100, 0);  // at 10, scheduled first
    events.schedule(10, 1, 101);
    events.schedule_in(lane, 5, 1, 102, 0);
    events.schedule(10, 1, 103);
    events.schedule(9, 1, 104);
    std::vector<std::uint32_t> order;
    while (!events.empty()) {
        order.push_back(events.pop(k_all_live).subject);
    }
    EXPECT_EQ(order, (std::vector<std::uint32_t>{104, 100, 101, 102, 103}));
}

TEST(EventSet, SameDelaySameLane) {
    EventSet events;
    EXPECT_EQ(events.lane_for(7), events.lane_for(7));
    EXPECT_NE(events.lane_for(7), events.lane_for(8));
}

TEST(EventSet, DropsDeadEventsBehindTheHeadOfALane) {
    EventSet events;
    const auto lane = events.lane_for(1000);
    for (std::uint32_t i = 0; i < 100; ++i) {
        events.schedule_in(lane, i, 1, i, 0);
    }
    EXPECT_EQ(events.size(), 100U);
    const auto live = [](const Event& event) { return event.subject == 99; };
    EXPECT_EQ(events.pop(live).subject, 0U);  // the head itself comes out: its handler looks at the epoch
    EXPECT_EQ(events.size(), 1U);
    EXPECT_EQ(events.pop(live).subject, 99U);
    EXPECT_TRUE(events.empty());
}

// A random mixture of delays through heap and lanes, against std::stable_sort. Exact: no tolerance.
TEST(EventSet, AgreesWithASortedList) {
    Stream luck({11, 0}, "test", "event set");
    EventSet events;
    const EventSet::Lane lanes[] = {events.lane_for(50), events.lane_for(50'000), events.lane_for(0)};
    std::vector<std::pair<Nanoseconds, std::uint32_t>> expected;
    Nanoseconds now = 0;
    std::uint32_t next = 0;
    std::vector<std::uint32_t> taken;
    std::vector<std::uint32_t> wanted;
    for (int step = 0; step < 200'000; ++step) {
        if (events.empty() || luck.chance(0.52)) {
            const std::uint32_t subject = next++;
            if (luck.chance(0.4)) {
                const auto lane = luck.below(3);
                constexpr Nanoseconds k_delays[] = {50, 50'000, 0};
                events.schedule_in(lanes[lane], now, 1, subject, 0);
                expected.emplace_back(now + k_delays[lane], subject);
            } else {
                const auto delay = static_cast<Nanoseconds>(luck.below(1000) * luck.below(100));
                events.schedule(now + delay, 1, subject);
                expected.emplace_back(now + delay, subject);
            }
        } else {
            const Event event = events.pop(k_all_live);
            ASSERT_GE(event.at, now);
            now = event.at;
            taken.push_back(event.subject);
        }
    }
    while (!events.empty()) {
        taken.push_back(events.pop(k_all_live).subject);
    }
    std::stable_sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [at, subject] : expected) {
        wanted.push_back(subject);
    }
    EXPECT_EQ(taken, wanted);
}

}  // namespace
}  // namespace nines
