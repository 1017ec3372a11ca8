// Dealer: every index once and in order whatever the workers do, bounded waiting, and 10,000 workers kept busy.

#include "engine/experiment/dealer.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>
#include <queue>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

Parcel parcel(std::uint64_t first, std::uint64_t count, double seconds_each = 1, std::size_t bytes_each = 100) {
    return {first, count, seconds_each * static_cast<double>(count), std::string(bytes_each * count, 'x')};
}

/// Takes all that is in order.
std::vector<std::uint64_t> take_all(Dealer& dealer) {
    std::vector<std::uint64_t> taken;
    while (const Parcel* next = dealer.next()) {
        for (std::uint64_t index = next->first; index < next->end(); ++index) {
            taken.push_back(index);
        }
        dealer.take();
    }
    return taken;
}

std::vector<Deal> deal_all(Dealer& dealer) {
    std::vector<Deal> deals;
    while (const auto deal = dealer.deal()) {
        deals.push_back(*deal);
    }
    return deals;
}

TEST(Dealer, EveryIndexOnceInOrderWhateverComesFirst) {
    Stream luck({7, 0}, "test.dealer", "order");
    Dealer dealer(5, 3000, {.workers = 7, .interval_s = 3});
    for (std::uint64_t first = 5; first < 1500; first += 1 + static_cast<std::uint64_t>(9 * luck.uniform())) {
        dealer.know(parcel(first, 1 + static_cast<std::uint64_t>(3 * luck.uniform())));
    }
    std::vector<std::queue<Deal>> hands(7);
    std::vector<std::uint64_t> taken;
    while (!dealer.done()) {
        for (const Deal& deal : deal_all(dealer)) {
            hands[deal.worker].push(deal);
        }
        const auto worker = static_cast<std::size_t>(luck.uniform() * 7);
        if (hands[worker].empty()) {
            continue;
        }
        Deal& deal = hands[worker].front();
        const auto part = std::min<std::uint64_t>(deal.count, 1 + static_cast<std::uint64_t>(3 * luck.uniform()));
        dealer.arrived(worker, parcel(deal.first, part));
        deal.first += part;
        deal.count -= part;
        if (deal.count == 0) {
            hands[worker].pop();
        }
        const auto more = take_all(dealer);
        taken.insert(taken.end(), more.begin(), more.end());
    }
    std::vector<std::uint64_t> all(2995);
    std::iota(all.begin(), all.end(), 5);
    EXPECT_EQ(taken, all);
    EXPECT_TRUE(deal_all(dealer).empty());
}

TEST(Dealer, AWorkerHasOneDealAndOneInReserve) {
    Dealer dealer(0, 100, {.workers = 2});
    const auto deals = deal_all(dealer);
    ASSERT_EQ(deals.size(), 4U);
    const std::vector<std::size_t> workers{deals[0].worker, deals[1].worker, deals[2].worker, deals[3].worker};
    EXPECT_EQ(workers, (std::vector<std::size_t>{0, 1, 0, 1})) << "everyone has one before anyone has two";
    dealer.arrived(1, parcel(1, 1));
    const auto more = deal_all(dealer);
    ASSERT_EQ(more.size(), 1U);
    EXPECT_EQ(more[0].worker, 1U);
}

TEST(Dealer, WhatWaitsIsBoundedAndTheLowestIndexFreesIt) {
    // A worker that never answers holds index 0; the other goes on until 1 MB waits.
    Dealer dealer(0, 1'000'000, {.workers = 2, .interval_s = 10, .bytes_most = 1'000'000});
    std::queue<Deal> other;
    std::uint64_t lowest = 1'000'000;
    const auto go_on = [&] {
        for (const Deal& deal : deal_all(dealer)) {
            if (deal.worker == 1) {
                other.push(deal);
            } else {
                lowest = std::min(lowest, deal.first);
            }
        }
        return !other.empty();
    };
    const auto run_dry = [&] {
        while (go_on()) {
            dealer.arrived(1, parcel(other.front().first, other.front().count, 1, 1000));
            other.pop();
            take_all(dealer);
        }
    };
    run_dry();
    EXPECT_EQ(lowest, 0U);
    std::size_t waiting = 0;
    for (const auto& [first, one] : dealer.waiting()) {
        waiting += one.bytes.size();
    }
    EXPECT_LE(waiting, 1'250'000U) << "a deal more than what may wait";
    EXPECT_GE(waiting, 500'000U);
    dealer.arrived(0, parcel(0, 1, 1, 1000));
    dealer.arrived(0, parcel(2, 1, 1, 1000));  // and what it had in reserve
    EXPECT_GT(take_all(dealer).size(), 100U);
    EXPECT_FALSE(deal_all(dealer).empty());
}

TEST(Dealer, WhatIsKnownMayBeTakenBeforeAnythingIsDealt) {
    Dealer dealer(10, 20, {.workers = 1});
    dealer.know(parcel(10, 3));
    EXPECT_EQ(take_all(dealer), (std::vector<std::uint64_t>{10, 11, 12}));
    const auto deal = dealer.deal();
    ASSERT_TRUE(deal);
    EXPECT_EQ(deal->first, 13U);
}

TEST(Dealer, WhatIsKnownIsNotDealtAgain) {
    Dealer dealer(10, 20, {.workers = 1});
    dealer.know(parcel(12, 3));
    dealer.know(parcel(14, 2));  // overlaps
    dealer.know(parcel(8, 1));   // taken long ago
    dealer.know(parcel(19, 2));  // beyond the end
    dealer.know(parcel(16, 1));
    std::vector<std::uint64_t> dealt, taken;
    while (!dealer.done()) {
        for (const Deal& deal : deal_all(dealer)) {
            for (std::uint64_t index = deal.first; index < deal.first + deal.count; ++index) {
                dealt.push_back(index);
            }
            dealer.arrived(0, parcel(deal.first, deal.count));
        }
        const auto more = take_all(dealer);
        taken.insert(taken.end(), more.begin(), more.end());
    }
    EXPECT_EQ(dealt, (std::vector<std::uint64_t>{10, 11, 15, 17, 18, 19}));
    EXPECT_EQ(taken, (std::vector<std::uint64_t>{10, 11, 12, 13, 14, 15, 16, 17, 18, 19}));
}

/// A job in virtual time: each message reaches the other side after `latency_s`. What the root takes is what was
/// measured (docs/cluster.md), a replication having 1.6 kB.
struct Job {
    std::size_t workers = 1;
    std::uint64_t replications = 1;
    double seconds_each = 1;  ///< the mean; each takes half to one and a half times that
    double latency_s = 1e-3;
    double root_s_a_message = 5e-6;
    double root_s_a_replication = 27e-6;
};
struct Course {
    double elapsed_s = 0;
    double root_busy = 0;   ///< share of the time
    double efficiency = 0;  ///< work done by the time that the workers had
    std::uint64_t messages_in = 0;
    std::uint64_t indexes_most = 0;  ///< in one message
};

class VirtualJob {
public:
    explicit VirtualJob(const Job& job)
        : job_(job),
          dealer_(0, job.replications, {job.workers, message_interval_s(job.workers), k_bytes_most}),
          free_s_(job.workers, 0.0) {}

    Course run() {
        send_deals(0);
        double root_free_s = 0;
        double busy_s = 0;
        while (!dealer_.done()) {
            const Arrival arrival = arrivals_.top();
            arrivals_.pop();
            const double begin_s = std::max(arrival.at_s, root_free_s);
            const double root_s =
                job_.root_s_a_message + job_.root_s_a_replication * static_cast<double>(arrival.count);
            root_free_s = begin_s + root_s;
            busy_s += root_s;
            ++course_.messages_in;
            course_.indexes_most = std::max(course_.indexes_most, arrival.count);
            dealer_.arrived(arrival.worker,
                            {arrival.first, arrival.count, arrival.seconds, std::string(arrival.count, 'x')});
            while (dealer_.next() != nullptr) {
                dealer_.take();
            }
            send_deals(root_free_s);
        }
        course_.elapsed_s = root_free_s;
        course_.root_busy = busy_s / root_free_s;
        course_.efficiency = work_s_ / (root_free_s * static_cast<double>(job_.workers));
        return course_;
    }

private:
    struct Arrival {
        double at_s = 0;
        std::size_t worker = 0;
        std::uint64_t first = 0, count = 0;
        double seconds = 0;
        bool operator>(const Arrival& other) const {
            return std::pair(at_s, worker) > std::pair(other.at_s, other.worker);
        }
    };
    // A deal is one message here: workers send what they have done when an interval has passed, and a deal lasts one.
    void send_deals(double now_s) {
        while (const auto deal = dealer_.deal()) {
            double work_s = 0;
            for (std::uint64_t i = 0; i < deal->count; ++i) {
                work_s += job_.seconds_each * (0.5 + luck_.uniform());
            }
            double& free_s = free_s_[deal->worker];
            free_s = std::max(free_s, now_s + job_.latency_s) + work_s;
            work_s_ += work_s;
            arrivals_.push({free_s + job_.latency_s, deal->worker, deal->first, deal->count, work_s});
        }
    }

    static constexpr std::uint64_t k_bytes_most = DealerDesign{}.bytes_most / 1600;  // a byte a replication here

    Job job_;
    Dealer dealer_;
    Stream luck_{{11, 0}, "test.dealer", "job"};
    std::vector<double> free_s_;
    std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals_;
    double work_s_ = 0;
    Course course_;
};

TEST(Dealer, TenThousandWorkersAreKeptBusy) {
    // A second each: 10,000 replications a second, of the 37,000 that such a root can take.
    const Course course = VirtualJob({.workers = 10'000, .replications = 500'000, .seconds_each = 1}).run();
    EXPECT_GT(course.efficiency, 0.93);
    EXPECT_LT(course.root_busy, 0.4);
}

TEST(Dealer, ShortReplicationsTravelTogether) {
    // 40 ms each with 1,000 workers: 25,000 a second are done, in some 10,000 messages a second.
    const Course course = VirtualJob({.workers = 1'000, .replications = 1'000'000, .seconds_each = 0.04}).run();
    EXPECT_GT(course.efficiency, 0.93);
    EXPECT_LT(static_cast<double>(course.messages_in) / course.elapsed_s, 15'000);
    EXPECT_GT(course.indexes_most, 2U);
}

TEST(Dealer, DealsShrinkTowardsTheEnd) {
    // 500 of 1 ms for each worker: without that, deals of 10 ms to the last would leave workers alone with theirs.
    const Course course = VirtualJob({.workers = 10, .replications = 5'000, .seconds_each = 1e-3}).run();
    EXPECT_GT(course.efficiency, 0.97);
}

TEST(Dealer, ARootThatCannotKeepUpSetsThePace) {
    // The table of docs/cluster.md: the share of the workers' time that is work.
    for (const std::size_t workers : {100U, 1'000U, 10'000U}) {
        for (const double seconds : {0.01, 0.1, 1.0, 10.0}) {
            const auto wanted = static_cast<std::uint64_t>(30 * static_cast<double>(workers) / seconds);
            const std::uint64_t replications = std::min<std::uint64_t>(std::max(wanted, 30 * workers), 400'000);
            const Course course =
                VirtualJob({.workers = workers, .replications = replications, .seconds_each = seconds}).run();
            const double asked = static_cast<double>(workers) / seconds * 27e-6;  // of the root, in seconds a second
            std::printf("%6zu ranks %6.2f s: %5.1f %% working, root %5.1f %% busy, %6.0f messages/s\n", workers,
                        seconds, 100 * course.efficiency, 100 * course.root_busy,
                        static_cast<double>(course.messages_in) / course.elapsed_s);
            if (asked < 0.7) {
                EXPECT_GT(course.efficiency, 0.9) << workers << " ranks, " << seconds << " s";
            } else if (asked > 1.5) {
                EXPECT_GT(course.root_busy, 0.9) << workers << " ranks, " << seconds << " s";
            }
        }
    }
}

}  // namespace
}  // namespace nines
