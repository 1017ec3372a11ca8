// The event set against a plain sorted list: same events, same order, ties, lanes and timers included. Exact: no
// tolerance anywhere.

#include "engine/kernel/event_set.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <queue>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

constexpr std::uint16_t k_timer = 9;

/// A model's records, as far as timers go.
struct Records {
    struct Record {
        TimerLinks timer;
        Nanoseconds armed_at = 0;
    };
    std::vector<Record> all;
    TimerLinks& links(std::uint32_t subject) { return all[subject].timer; }
    Nanoseconds armed_at(std::uint32_t subject) { return all[subject].armed_at; }
};

std::vector<std::uint32_t> drain(EventSet& events) {
    std::vector<std::uint32_t> order;
    while (!events.empty()) {
        order.push_back(events.pop().subject);
    }
    return order;
}

TEST(EventSet, TakesEqualTimesInTheOrderOfScheduling) {
    EventSet events;
    const auto lane = events.lane_for(5);
    events.schedule_in(lane, 5, 1, 100);  // at 10, scheduled first
    events.schedule(10, 1, 101);
    events.schedule_in(lane, 5, 1, 102);
    events.schedule(10, 1, 103);
    events.schedule(9, 1, 104);
    EXPECT_EQ(drain(events), (std::vector<std::uint32_t>{104, 100, 101, 102, 103}));
}

TEST(EventSet, SameDelaySameLane) {
    EventSet events;
    EXPECT_EQ(events.lane_for(7), events.lane_for(7));
    EXPECT_NE(events.lane_for(7), events.lane_for(8));
    EXPECT_EQ(events.timer_lane_for(7, 1), events.timer_lane_for(7, 1));
    EXPECT_NE(events.timer_lane_for(7, 1), events.lane_for(7));
    EXPECT_NE(events.timer_lane_for(7, 1), events.timer_lane_for(7, 2));
}

TEST(EventSet, GivesNoLaneWhenAllAreTakenOrTheDelayNeverEnds) {
    EventSet events;
    EXPECT_EQ(events.lane_for(k_never), EventSet::k_no_lane);
    EXPECT_EQ(events.timer_lane_for(k_never, 1), EventSet::k_no_lane);
    for (Nanoseconds delay = 1; delay < EventSet::k_lanes_max; ++delay) {
        EXPECT_NE(events.lane_for(delay), EventSet::k_no_lane);
    }
    EXPECT_EQ(events.lane_for(1000), EventSet::k_no_lane);
    EXPECT_EQ(events.timer_lane_for(1000, 1), EventSet::k_no_lane);
    EXPECT_NE(events.lane_for(1), EventSet::k_no_lane);
}

TEST(EventSet, WhatIsAtNeverIsNotKept) {
    EventSet events;
    events.schedule(k_never, 1, 1);
    EXPECT_TRUE(events.empty());
    events.schedule(k_never - 1, 1, 2);
    events.schedule(k_never - 1, 1, 3);
    events.schedule(0, 1, 4);
    EXPECT_EQ(drain(events), (std::vector<std::uint32_t>{4, 2, 3}));
}

// More events at one time than the front has places for, and than a slot would be sorted for.
TEST(EventSet, ServesAFloodAtOneInstantInOrder) {
    EventSet events;
    constexpr std::uint32_t k_many = 5000;
    events.schedule(1, 1, k_many);
    for (std::uint32_t i = 0; i < k_many; ++i) {
        events.schedule(1'000'000'007, 1, i);
    }
    EXPECT_EQ(events.pop().subject, k_many);
    for (std::uint32_t i = 0; i < k_many; ++i) {
        const Event event = events.pop();
        ASSERT_EQ(event.subject, i);
        if (i < 1000) {
            events.schedule(event.at, 1, k_many + i);  // at the same instant, behind all
        }
    }
    for (std::uint32_t i = 0; i < 1000; ++i) {
        ASSERT_EQ(events.pop().subject, k_many + i);
    }
    EXPECT_TRUE(events.empty());
}

// What the front gives back must find its slots again, although later slots had been gathered with the first.
TEST(EventSet, GivesTheLaterHalfOfACrowdedFrontBackInOrder) {
    EventSet events;
    std::vector<std::pair<Nanoseconds, std::uint32_t>> expected;
    std::uint32_t subject = 0;
    const auto add = [&](Nanoseconds at) {
        expected.emplace_back(at, subject);
        events.schedule(at, 1, subject++);
    };
    for (Nanoseconds i = 0; i < 200; ++i) {
        add(1'000'000 + i * 4096);
    }
    const Event first = events.pop();  // the front is filled from several slots
    EXPECT_EQ(first.subject, 0U);
    for (Nanoseconds i = 0; i < 300; ++i) {
        add(first.at + (i * 7919) % 40'000);
    }
    std::stable_sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::uint32_t> wanted;
    for (const auto& [at, one] : expected) {
        wanted.push_back(one);
    }
    wanted.erase(wanted.begin());
    events.verify();
    EXPECT_EQ(drain(events), wanted);
}

TEST(EventSet, ACancelledTimerNeverFires) {
    Records records;
    records.all.resize(4);
    EventSet events;
    const auto lane = events.timer_lane_for(100, k_timer);
    for (std::uint32_t i = 0; i < 4; ++i) {
        records.all[i].armed_at = i;
        events.arm(lane, i, i, records);
    }
    EXPECT_EQ(events.size(), 4U);
    events.disarm(lane, 0, records);  // the head
    events.disarm(lane, 2, records);  // in the middle
    events.verify();
    Event event = events.pop(records);
    EXPECT_EQ(event.subject, 1U);
    EXPECT_EQ(event.at, 101);
    EXPECT_EQ(event.kind(), k_timer);
    records.all[1].armed_at = 101;
    events.arm(lane, 101, 1, records);  // again
    event = events.pop(records);
    EXPECT_EQ(event.subject, 3U);
    events.disarm(lane, 1, records);
    EXPECT_TRUE(events.empty());
}

/// Every way in, against a sorted set of (time, order).
class AgainstASortedList {
public:
    AgainstASortedList(std::uint64_t seed, Nanoseconds longest)
        : luck_({seed, 0}, "test", "events"), longest_(longest) {
        for (int i = 0; i < 3; ++i) {
            lanes_[i] = events_.lane_for(k_delays[i]);
            timer_lanes_[i] = events_.timer_lane_for(k_delays[i], k_timer);
        }
    }

    void step(double growth) {
        const double draw = luck_.uniform();
        if (expected_.empty() || draw < growth) {
            return add();
        }
        if (draw < growth + 0.1) {
            return cancel();
        }
        const Event event = events_.pop(records_);
        const auto [at, order, subject] = *expected_.begin();
        ASSERT_EQ(event.at, at);
        ASSERT_EQ(event.subject, subject);
        expected_.erase(expected_.begin());
        armed_[subject] = -1;
        now_ = at;
    }
    void finish() {
        while (!expected_.empty()) {
            step(0);
        }
        EXPECT_TRUE(events_.empty());
    }
    /// Goes on with a copy; what becomes of the original must not matter.
    void go_on_with_a_copy() {
        EventSet copy = events_;
        Records others = records_;
        for (int i = 0; i < 50 && !events_.empty(); ++i) {
            events_.pop(others);
        }
        events_ = std::move(copy);
    }
    std::size_t size() const { return events_.size(); }
    void verify() const { events_.verify(); }

private:
    static constexpr Nanoseconds k_delays[] = {50, 50'000, 0};

    void add() {
        const auto subject = static_cast<std::uint32_t>(records_.all.size());
        records_.all.push_back({{}, now_});
        armed_.push_back(-1);
        const auto which = luck_.below(3);
        const double way = luck_.uniform();
        Nanoseconds at = now_ + k_delays[which];
        if (way < 0.3) {
            events_.schedule_in(lanes_[which], now_, 1, subject);
        } else if (way < 0.5) {
            events_.arm(timer_lanes_[which], now_, subject, records_);
            armed_[subject] = static_cast<int>(which);
        } else {
            // Near and far, and often the same again: powers spread over all rungs of the ladder.
            const auto scale = luck_.below(static_cast<std::uint64_t>(longest_));
            at = now_ + static_cast<Nanoseconds>(luck_.below(1 + (scale >> luck_.below(60))));
            events_.schedule(at, 1, subject);
        }
        expected_.insert({at, order_, subject});
        orders_.push_back(order_++);
        times_.push_back(at);
    }
    void cancel() {
        const auto subject = static_cast<std::uint32_t>(luck_.below(records_.all.size()));
        if (armed_[subject] < 0) {
            return;
        }
        events_.disarm(timer_lanes_[armed_[subject]], subject, records_);
        armed_[subject] = -1;
        ASSERT_EQ(expected_.erase({times_[subject], orders_[subject], subject}), 1U);
    }

    Stream luck_;
    Nanoseconds longest_;
    EventSet events_;
    EventSet::Lane lanes_[3] = {};
    EventSet::Lane timer_lanes_[3] = {};
    Records records_;
    std::vector<int> armed_;
    std::vector<std::uint64_t> orders_;
    std::vector<Nanoseconds> times_;
    std::set<std::tuple<Nanoseconds, std::uint64_t, std::uint32_t>> expected_;
    Nanoseconds now_ = 0;
    std::uint64_t order_ = 0;
};

TEST(EventSet, AgreesWithASortedList) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        AgainstASortedList both(seed, seed % 2 == 0 ? 1'000 : Nanoseconds{1} << (10 + 5 * seed));
        for (int i = 0; i < 30'000; ++i) {
            both.step(i % 10'000 < 6'000 ? 0.55 : 0.3);
            if (::testing::Test::HasFatalFailure()) {
                return;
            }
            if (i % 1'000 == 0) {
                both.verify();
                both.go_on_with_a_copy();
            }
        }
        both.finish();
    }
}

// Times for which the ladder's highest bits matter.
TEST(EventSet, AgreesWithASortedListUpToTheEndOfTime) {
    AgainstASortedList both(77, Nanoseconds{1} << 57);
    for (int i = 0; i < 400; ++i) {
        both.step(0.8);
    }
    both.finish();
}

TEST(EventSet, ACopyGoesOnByItself) {
    EventSet events;
    for (std::uint32_t i = 0; i < 1000; ++i) {
        events.schedule((i * 7919) % 5003, 1, i);
    }
    for (int i = 0; i < 100; ++i) {
        events.pop();
    }
    EventSet copy = events;
    EXPECT_EQ(drain(copy), drain(events));
}

/// The hold model beside a heap of (time, order): each event that happens schedules another. The load decides how wide
/// the digits of the ladder are.
class BesideAHeap {
public:
    explicit BesideAHeap(std::uint64_t seed) : luck_({seed, 0}, "test", "hold") {}

    void add(Nanoseconds at) {
        heap_.emplace(at, order_);
        events_.schedule(at, static_cast<std::uint16_t>(order_), order_);
        ++order_;
    }
    Nanoseconds pop() {
        const auto [at, order] = heap_.top();
        heap_.pop();
        const Event event = events_.pop();
        EXPECT_EQ(event.at, at);
        EXPECT_EQ(event.subject, order);
        EXPECT_EQ(event.kind(), static_cast<std::uint16_t>(order));
        return at;
    }
    std::size_t size() const { return heap_.size(); }
    Stream& luck() { return luck_; }
    EventSet& events() { return events_; }

private:
    using Pending = std::pair<Nanoseconds, std::uint32_t>;
    Stream luck_;
    EventSet events_;
    std::priority_queue<Pending, std::vector<Pending>, std::greater<>> heap_;
    std::uint32_t order_ = 0;
};

TEST(EventSet, AgreesWithAHeapWhateverIsPending) {
    for (const std::uint32_t pending : {1U, 2U, 15U, 40U, 170U, 1'000U, 6'000U, 30'000U, 150'000U}) {
        BesideAHeap both(pending);
        for (std::uint32_t i = 0; i < pending; ++i) {
            both.add(static_cast<Nanoseconds>(both.luck().exponential() * 1e6));
        }
        for (int i = 0; i < 40'000; ++i) {
            const Nanoseconds now = both.pop();
            both.add(now + static_cast<Nanoseconds>(both.luck().exponential() * (i % 3 == 0 ? 1e6 : 1e3)));
        }
        both.events().verify();
        while (both.size() > 0) {
            both.pop();
        }
        ASSERT_FALSE(::testing::Test::HasFailure()) << pending;
        EXPECT_TRUE(both.events().empty());
    }
}

// Whole crowds at one time: within the front, dealt out with others, and before and behind each other.
TEST(EventSet, AgreesWithAHeapWhenCrowdsComeAtOnce) {
    BesideAHeap both(5);
    both.add(0);
    for (int i = 0; i < 60'000 && both.size() > 0; ++i) {
        const Nanoseconds now = both.pop();
        if (both.size() < 3'000) {
            const Nanoseconds at = now + static_cast<Nanoseconds>(both.luck().below(1ULL << both.luck().below(34)));
            for (std::uint64_t k = both.luck().chance(0.01) ? both.luck().below(1'000) : 1; k > 0; --k) {
                both.add(at);
            }
            both.add(at + 1);
        }
        if (i % 1'000 == 0) {
            both.events().verify();
        }
        ASSERT_FALSE(::testing::Test::HasFailure()) << i;
    }
}

// Each slot once kept the room for the most that it ever held: then memory grew for ever.
TEST(EventSet, MemoryStaysFlatUnderAChangingLoad) {
    EventSet events;
    Stream luck({1, 0}, "test", "load");
    Nanoseconds now = 0;
    const auto add = [&] { events.schedule(now + static_cast<Nanoseconds>(luck.exponential() * 1e9), 1, 0); };
    std::size_t settled = 0;
    constexpr std::size_t k_most = 20'000;
    for (int cycle = 0; cycle < 25; ++cycle) {
        while (events.size() < k_most) {
            add();
        }
        for (int i = 0; i < 20'000; ++i) {
            now = events.pop().at;
            add();
        }
        while (events.size() > 500) {
            now = events.pop().at;
        }
        for (int i = 0; i < 1'000; ++i) {
            now = events.pop().at;
            add();
        }
        settled = cycle == 4 ? events.bytes() : settled;
    }
    EXPECT_EQ(events.bytes(), settled);
    EXPECT_LT(settled, 8 * k_most * sizeof(Event));
}

// The earliest head must win, and the earliest stamp among equal times, however many groups of lanes there are.
TEST(EventSet, TheEarliestOfManyLanesComesFirst) {
    for (const std::uint32_t lane_count : {2U, 7U, 8U, 15U, 16U, 40U, EventSet::k_lanes_max - 1}) {
        EventSet events;
        Stream luck({lane_count, 0}, "test", "lanes");
        std::vector<EventSet::Lane> lanes;
        for (std::uint32_t i = 1; i <= lane_count; ++i) {
            lanes.push_back(events.lane_for(i * 10));
        }
        std::set<std::pair<Nanoseconds, std::uint32_t>> expected;
        Nanoseconds now = 0;
        std::uint32_t subject = 0;
        for (int i = 0; i < 20'000; ++i) {
            if (expected.empty() || (i % 2'000 < 1'000 && luck.chance(0.6))) {
                const auto lane = luck.below(lanes.size());
                expected.emplace(now + static_cast<Nanoseconds>(lane + 1) * 10, subject);
                events.schedule_in(lanes[lane], now, 1, subject++);
                continue;
            }
            const Event event = events.pop();
            ASSERT_EQ(std::pair(event.at, event.subject), *expected.begin()) << lane_count;
            expected.erase(expected.begin());
            now = event.at;
        }
        events.verify();
    }
}

TEST(EventSet, WhatIsAtNeverIsNotKeptInLanesEither) {
    EventSet events;
    const auto lane = events.lane_for(100);
    events.schedule_in(lane, k_never - 50, 1, 1);
    EXPECT_TRUE(events.empty());
    events.schedule_in(lane, k_never - 101, 1, 2);
    EXPECT_EQ(drain(events), (std::vector<std::uint32_t>{2}));
}

// A crowd at one instant, and a clock that ticks before it: each tick comes in front of all of them.
TEST(EventSet, TicksBeforeACrowdComeInOrder) {
    EventSet events;
    constexpr std::uint32_t k_crowd = 200'000;
    constexpr Nanoseconds k_instant = 1'000'000'000;
    for (std::uint32_t i = 0; i < k_crowd; ++i) {
        events.schedule(k_instant, 1, i);
    }
    events.schedule(0, 2, 0);
    std::uint32_t in_crowd = 0;
    while (!events.empty()) {
        const Event event = events.pop();
        if (event.kind() == 2 && event.at + 50'000 < k_instant) {
            events.schedule(event.at + 50'000, 2, 0);
        } else if (event.kind() == 1) {
            ASSERT_EQ(event.at, k_instant);
            ASSERT_EQ(event.subject, in_crowd++);
        }
    }
    EXPECT_EQ(in_crowd, k_crowd);
}

}  // namespace
}  // namespace nines
