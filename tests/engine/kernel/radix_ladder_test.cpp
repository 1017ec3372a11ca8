// The ladder by itself: what it gives out, what it leaves alone, and what it takes back.

#include "engine/kernel/radix_ladder.hpp"

#include <gtest/gtest.h>

namespace nines {
namespace {

Event event_at(Nanoseconds at, std::uint32_t subject = 0) {
    return {at, subject, subject, 0};
}

/// A ladder that wants all events, from 0 on.
RadixLadder ready_ladder() {
    RadixLadder ladder;
    ladder.take_back({});
    return ladder;
}

/// A ladder with an event at each of `count` multiples of a step behind `begin`.
RadixLadder ladder_with(std::uint32_t count, Nanoseconds step, Nanoseconds begin = 0) {
    RadixLadder ladder = ready_ladder();
    for (std::uint32_t i = 1; i <= count; ++i) {
        ladder.place(event_at(begin + i * step, i));
    }
    return ladder;
}

TEST(RadixLadder, GivesEverythingOutInOrder) {
    RadixLadder ladder = ladder_with(10'000, 1'000'003);
    std::vector<Event> given;
    std::uint32_t subject = 0;
    while (!ladder.empty()) {
        const std::uint32_t count = ladder.take_earliest(k_never, given);
        ASSERT_GT(count, 0U);
        ASSERT_LE(count, EventBlocks::k_block_events);
        for (std::uint32_t i = 0; i < count; ++i) {
            ASSERT_EQ(given[i].subject, ++subject);
            ASSERT_LT(given[i].at, ladder.begin());
        }
    }
    EXPECT_EQ(subject, 10'000U);
    EXPECT_EQ(ladder.begin(), k_never);
    ladder.verify();
}

// A lane comes at `limit`, and its event may schedule others right behind itself.
TEST(RadixLadder, TouchesNoSlotThatBeginsBehindTheLimit) {
    RadixLadder ladder = ladder_with(1'000, 1'000'000, 1'000'000'000);
    std::vector<Event> given;
    EXPECT_EQ(ladder.take_earliest(5, given), 0U);
    EXPECT_GT(ladder.begin(), 5);
    EXPECT_LE(ladder.begin(), 1'001'000'000);
    const Event early[] = {event_at(6, 2'001), event_at(6, 2'002), event_at(7, 2'003)};
    ladder.take_back(early);
    EXPECT_EQ(ladder.size(), 1'003U);
    ladder.verify();
    std::vector<std::uint32_t> subjects;
    while (!ladder.empty()) {
        const std::uint32_t count = ladder.take_earliest(k_never, given);
        for (std::uint32_t i = 0; i < count; ++i) {
            subjects.push_back(given[i].subject);
        }
    }
    ASSERT_EQ(subjects.size(), 1'003U);
    EXPECT_EQ(std::vector<std::uint32_t>(subjects.begin(), subjects.begin() + 4),
              (std::vector<std::uint32_t>{2'001, 2'002, 2'003, 1}));
}

TEST(RadixLadder, GivesACrowdAtOneTimeOutAsAWhole) {
    RadixLadder ladder = ready_ladder();
    for (std::uint32_t i = 0; i < 1'000; ++i) {
        ladder.place(event_at(123'456'789, i));
    }
    std::vector<Event> given;
    ASSERT_EQ(ladder.take_earliest(k_never, given), 1'000U);
    for (std::uint32_t i = 0; i < 1'000; ++i) {
        ASSERT_EQ(given[i].subject, i);
    }
    EXPECT_TRUE(ladder.empty());
}

TEST(RadixLadder, TellsTheLastTimesApart) {
    RadixLadder ladder = ready_ladder();
    for (std::uint32_t i = 0; i < 40; ++i) {
        ladder.place(event_at(k_never - 1 - i / 2, i));
    }
    std::vector<Event> given;
    Nanoseconds last = 0;
    std::size_t found = 0;
    while (!ladder.empty()) {
        const std::uint32_t count = ladder.take_earliest(k_never, given);
        for (std::uint32_t i = 0; i < count; ++i) {
            EXPECT_GE(given[i].at, last);
            last = given[i].at;
        }
        found += count;
    }
    EXPECT_EQ(found, 40U);
}

// A million events once took more and more memory, as each slot kept the most that it had held.
TEST(RadixLadder, MemoryIsThatOfThePendingEvents) {
    const RadixLadder few = ladder_with(0, 1);
    EXPECT_LT(few.bytes(), 3'000U);
    RadixLadder many = ladder_with(100'000, 1'000);
    EXPECT_LT(many.bytes(), 2.2 * 100'000 * 256 / 10);
}

TEST(RadixLadder, ACopyIsALadderOfItsOwn) {
    RadixLadder ladder = ladder_with(1'000, 77);
    const RadixLadder copy = ladder;
    std::vector<Event> given;
    while (!ladder.empty()) {
        ladder.take_earliest(k_never, given);
    }
    EXPECT_EQ(copy.size(), 1'000U);
    copy.verify();
}

}  // namespace
}  // namespace nines
