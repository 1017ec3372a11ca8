#include "engine/experiment/deal_worker.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace nines {

DealWorker::DealWorker(const Executor& executor, ProduceBytes produce, ClockSeconds clock_s)
    : executor_(executor),
      produce_(std::move(produce)),
      clock_s_(std::move(clock_s)),
      slots_(executor.slots()),
      collected_s_(clock_s_()),
      thread_([this] { work(); }) {
}

void DealWorker::give(const Deal& deal) {
    const std::scoped_lock lock(mutex_);
    deals_.push(deal);
    given_.notify_one();
}

void DealWorker::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopped_ = true;
        deals_ = {};
        given_.notify_one();
    }
    if (thread_.joinable()) {
        thread_.join();
    }
}

std::vector<Parcel> DealWorker::collect(double interval_s) {
    const std::scoped_lock lock(mutex_);
    if (failure_) {
        std::rethrow_exception(failure_);
    }
    const double now_s = clock_s_();
    const bool is_idle = !busy_ && deals_.empty();
    if (parcels_.empty() || (now_s - collected_s_ < interval_s && !is_idle)) {
        return {};
    }
    collected_s_ = now_s;
    return std::exchange(parcels_, {});
}

void DealWorker::wait(double seconds_most) {
    std::unique_lock lock(mutex_);
    const std::size_t known = parcels_.size();
    finished_.wait_for(lock, std::chrono::duration<double>(seconds_most),
                       [&] { return parcels_.size() > known || failure_ != nullptr; });
}

void DealWorker::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        given_.wait(lock, [&] { return stopped_ || !deals_.empty(); });
        if (stopped_) {
            return;
        }
        const Deal deal = deals_.front();
        deals_.pop();
        busy_ = true;
        lock.unlock();
        std::exception_ptr failure;
        try {
            work_on(deal);
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        busy_ = false;
        if (failure) {
            failure_ = failure;
            stopped_ = true;
            finished_.notify_one();
        }
    }
}

void DealWorker::work_on(const Deal& deal) {
    // Enough tasks that the threads end at about the same time.
    const std::uint64_t task = std::max<std::uint64_t>(1, deal.count / (4 * executor_.threads()));
    double since_s = clock_s_();
    executor_.run(deal.first, deal.first + deal.count,
                  {.batch = [&] { return task; },
                   .produce = [&](const Task& one) { produce_(one, slots_[one.slot]); },
                   .consume =
                       [&](const Task& one) {
                           const double now_s = clock_s_();
                           finish({one.first, one.count, now_s - since_s, std::move(slots_[one.slot])});
                           since_s = now_s;
                           return true;
                       }});
}

void DealWorker::finish(Parcel parcel) {
    const std::scoped_lock lock(mutex_);
    parcels_.push_back(std::move(parcel));
    finished_.notify_one();
}

}  // namespace nines
