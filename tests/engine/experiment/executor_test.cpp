// Executor: order, bounds, stops and exceptions, by both schedulers.

#include "engine/experiment/executor.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <vector>

namespace nines {
namespace {

// oneTBB reports races of its own to the thread sanitizer.
#ifdef NINES_STANDARD_THREADS
constexpr Scheduler k_schedulers[] = {Scheduler::standard};
#else
constexpr Scheduler k_schedulers[] = {Scheduler::tbb, Scheduler::standard};
#endif

class Executors : public testing::TestWithParam<std::tuple<Scheduler, std::size_t>> {
protected:
    Executor executor_{std::get<1>(GetParam()), std::get<0>(GetParam())};
};

/// Work that takes longer for some indexes than for others, so that tasks end out of order.
void dawdle(std::uint64_t index) {
    if (index % 7 == 0) {
        std::this_thread::sleep_for(std::chrono::microseconds(300));
    }
}

TEST_P(Executors, ConsumesEachIndexOnceInOrder) {
    std::vector<std::uint64_t> slots(executor_.slots());
    std::vector<std::atomic<int>> busy(executor_.threads());
    std::atomic<int> shared_worker{0};
    std::vector<std::uint64_t> seen;
    Work work;
    work.batch = [n = 0U]() mutable { return 1 + n++ % 3; };
    work.produce = [&](const Task& task) {
        shared_worker += busy[task.worker]++ > 0 ? 1 : 0;
        dawdle(task.first);
        slots[task.slot] = task.first;
        --busy[task.worker];
    };
    work.consume = [&](const Task& task) {
        EXPECT_EQ(slots[task.slot], task.first) << "the slot holds another task";
        for (std::uint64_t i = 0; i < task.count; ++i) {
            seen.push_back(task.first + i);
        }
        return true;
    };
    executor_.run(5, 505, work);
    ASSERT_EQ(seen.size(), 500U);
    for (std::size_t i = 0; i < seen.size(); ++i) {
        ASSERT_EQ(seen[i], 5 + i);
    }
    EXPECT_EQ(shared_worker, 0);
}

TEST_P(Executors, ProducesNoFurtherAheadThanItsSlots) {
    std::atomic<std::uint64_t> produced{0};
    std::uint64_t consumed = 0;
    std::uint64_t ahead = 0;
    Work work;
    work.batch = [] { return 1; };
    work.produce = [&](const Task&) { ++produced; };
    work.consume = [&](const Task&) {
        ahead = std::max(ahead, produced - consumed);
        ++consumed;
        dawdle(0);
        return true;
    };
    executor_.run(0, 300, work);
    EXPECT_EQ(consumed, 300U);
    EXPECT_LE(ahead, executor_.slots());
}

TEST_P(Executors, StopsWhereItIsTold) {
    std::atomic<std::uint64_t> produced{0};
    std::uint64_t last = 0;
    Work work;
    work.batch = [] { return 1; };
    work.produce = [&](const Task&) { ++produced; };
    work.consume = [&](const Task& task) {
        last = task.first;
        return task.first < 20;
    };
    executor_.run(0, 1'000'000'000, work);
    EXPECT_EQ(last, 20U);
    EXPECT_LE(produced, 21 + executor_.slots());
}

TEST_P(Executors, AnExceptionOfAWorkerComesOut) {
    std::uint64_t consumed = 0;
    Work work;
    work.batch = [] { return 1; };
    work.produce = [&](const Task& task) {
        if (task.first == 40) {
            throw std::runtime_error("broken");
        }
    };
    work.consume = [&](const Task&) {
        ++consumed;
        return true;
    };
    EXPECT_THROW(executor_.run(0, 1000, work), std::runtime_error);
    EXPECT_LE(consumed, 40U);
    work.produce = [](const Task&) {};
    work.consume = [](const Task&) -> bool { throw std::runtime_error("broken"); };
    EXPECT_THROW(executor_.run(0, 1000, work), std::runtime_error);
}

TEST_P(Executors, NothingToDoIsDone) {
    Work work;
    work.batch = [] { return 1; };
    work.produce = [](const Task&) { ADD_FAILURE(); };
    work.consume = [](const Task&) {
        ADD_FAILURE();
        return true;
    };
    executor_.run(3, 3, work);
}

INSTANTIATE_TEST_SUITE_P(Threads, Executors,
                         testing::Combine(testing::ValuesIn(k_schedulers), testing::Values(1, 2, 5)));

}  // namespace
}  // namespace nines
