// DealWorker: results in order, in the pace that was asked for; failures come out where its owner asks.

#include "engine/experiment/deal_worker.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace nines {
namespace {

void write_indexes(const Task& task, std::string& bytes) {
    bytes.clear();
    for (std::uint64_t i = 0; i < task.count; ++i) {
        bytes += std::to_string(task.first + i) + " ";
    }
}

TEST(DealWorker, WorksThroughItsDealsInOrder) {
    const Executor executor(2);
    DealWorker worker(executor, write_indexes, [] { return 0.0; });
    worker.give({0, 3, 20});
    worker.give({0, 100, 2});
    std::string bytes;
    std::uint64_t count = 0;
    while (count < 22) {
        worker.wait(0.01);
        for (const Parcel& parcel : worker.collect(0)) {
            bytes += parcel.bytes;
            count += parcel.count;
        }
    }
    std::string wanted;
    write_indexes({3, 20, 0, 0}, wanted);
    EXPECT_EQ(bytes, wanted + "100 101 ");
}

TEST(DealWorker, CollectsOnceAnIntervalUnlessItIsIdle) {
    const Executor executor(1);
    std::atomic<double> now_s{0};
    std::atomic<bool> may_end{false};
    DealWorker worker(
        executor,
        [&](const Task& task, std::string& bytes) {
            while (task.first == 1 && !may_end) {
                std::this_thread::yield();
            }
            bytes = "x";
        },
        [&] { return now_s.load(); });
    worker.give({0, 0, 2});  // the second index takes as long as the test wants
    worker.wait(5);
    EXPECT_TRUE(worker.collect(1).empty()) << "too early";
    now_s = 1.5;
    EXPECT_EQ(worker.collect(1).size(), 1U);
    may_end = true;
    std::vector<Parcel> last;
    while (last.empty()) {
        worker.wait(0.01);
        last = worker.collect(1);
    }
    EXPECT_EQ(last[0].first, 1U) << "no need to wait where nothing follows";
}

TEST(DealWorker, StopDropsWhatIsNotBegunAndKeepsWhatIsDone) {
    const Executor executor(1);
    DealWorker worker(executor, write_indexes, [] { return 0.0; });
    worker.give({0, 0, 1});
    worker.wait(5);
    worker.stop();
    const auto parcels = worker.collect(0);
    ASSERT_EQ(parcels.size(), 1U);
    EXPECT_EQ(parcels[0].bytes, "0 ");
    worker.give({0, 1, 1});
    EXPECT_TRUE(worker.collect(0).empty());
}

TEST(DealWorker, AFailureComesOutOfCollect) {
    const Executor executor(1);
    DealWorker worker(
        executor, [](const Task&, std::string&) { throw std::runtime_error("no memory"); }, [] { return 0.0; });
    worker.give({0, 0, 1});
    worker.wait(5);
    EXPECT_THROW(worker.collect(0), std::runtime_error);
}

}  // namespace
}  // namespace nines
