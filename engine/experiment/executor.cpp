#include "engine/experiment/executor.hpp"

#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace nines {

namespace {

/// Cuts [first, end) into tasks, one after the other.
class Source {
public:
    Source(std::uint64_t first, std::uint64_t end, std::size_t slots, const Work& work)
        : next_(first), end_(end), slots_(slots), work_(work) {}

    bool empty() const { return next_ >= end_; }
    std::uint64_t handed_out() const { return tasks_; }
    Task take() {
        const std::uint64_t count = std::min(std::max<std::uint64_t>(work_.batch(), 1), end_ - next_);
        // Tasks are consumed in order, so that those under way are neighbours: no two of them share a slot.
        const Task task{next_, count, static_cast<std::size_t>(tasks_ % slots_), 0};
        next_ += count;
        ++tasks_;
        return task;
    }

private:
    std::uint64_t next_, end_;
    std::size_t slots_;
    std::uint64_t tasks_ = 0;
    const Work& work_;
};

void run_pipeline(std::size_t threads, std::size_t slots, Source source, const Work& work) {
    std::atomic<bool> stopped{false};
    const auto hand_out = [&](tbb::flow_control& control) -> Task {
        if (source.empty() || stopped.load(std::memory_order_relaxed)) {
            control.stop();
            return {};
        }
        return source.take();
    };
    const auto produce = [&](Task task) {
        if (!stopped.load(std::memory_order_relaxed)) {
            task.worker = static_cast<std::size_t>(tbb::this_task_arena::current_thread_index());
            work.produce(task);
        }
        return task;
    };
    const auto consume = [&](const Task& task) {
        if (!stopped.load(std::memory_order_relaxed) && !work.consume(task)) {
            stopped = true;
        }
    };
    const tbb::global_control allowed(tbb::global_control::max_allowed_parallelism, threads);
    tbb::task_arena arena(static_cast<int>(threads));
    arena.execute([&] {
        tbb::parallel_pipeline(slots, tbb::make_filter<void, Task>(tbb::filter_mode::serial_in_order, hand_out) &
                                          tbb::make_filter<Task, Task>(tbb::filter_mode::parallel, produce) &
                                          tbb::make_filter<Task, void>(tbb::filter_mode::serial_in_order, consume));
    });
}

/// The same by a monitor: whoever has produced the next task in order consumes it, and those that wait behind it.
class Monitor {
public:
    Monitor(std::size_t slots, Source source, const Work& work) : source_(source), work_(work), waiting_(slots) {}

    void work_as(std::size_t worker) {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [&] { return over() || source_.handed_out() - consumed_ < waiting_.size(); });
            if (over()) {
                return;
            }
            Task task = source_.take();
            task.worker = worker;
            guarded(lock, [&] { work_.produce(task); });
            waiting_[task.slot] = {task, true};
            consume_ready(lock);
        }
    }
    void rethrow() const {
        if (failure_) {
            std::rethrow_exception(failure_);
        }
    }

private:
    struct Waiting {
        Task task;
        bool ready = false;
    };
    bool over() const { return stopped_ || source_.empty(); }

    template <class Act>
    void guarded(std::unique_lock<std::mutex>& lock, Act act) {
        lock.unlock();
        std::exception_ptr failure;
        try {
            act();
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        if (failure) {
            stopped_ = true;
            failure_ = failure_ ? failure_ : failure;
        }
    }

    void consume_ready(std::unique_lock<std::mutex>& lock) {
        while (!consuming_ && !stopped_ && waiting_[consumed_ % waiting_.size()].ready) {
            consuming_ = true;
            Waiting& next = waiting_[consumed_ % waiting_.size()];
            bool more = true;
            guarded(lock, [&] { more = work_.consume(next.task); });
            next.ready = false;
            stopped_ = stopped_ || !more;
            ++consumed_;
            consuming_ = false;
        }
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    Source source_;
    const Work& work_;
    std::vector<Waiting> waiting_;
    std::uint64_t consumed_ = 0;
    bool consuming_ = false;
    bool stopped_ = false;
    std::exception_ptr failure_;
};

void run_monitor(std::size_t threads, std::size_t slots, const Source& source, const Work& work) {
    Monitor monitor(slots, source, work);
    {
        std::vector<std::jthread> helpers;
        for (std::size_t worker = 1; worker < threads; ++worker) {
            helpers.emplace_back([&monitor, worker] { monitor.work_as(worker); });
        }
        monitor.work_as(0);
    }
    monitor.rethrow();
}

}  // namespace

Executor::Executor(std::size_t threads, Scheduler scheduler)
    : threads_(threads > 0 ? threads : std::max<std::size_t>(1, std::thread::hardware_concurrency())),
      scheduler_(scheduler) {
}

void Executor::run(std::uint64_t first, std::uint64_t end, const Work& work) const {
    const Source source(first, end, slots(), work);
    if (scheduler_ == Scheduler::tbb) {
        run_pipeline(threads_, slots(), source, work);
    } else {
        run_monitor(threads_, slots(), source, work);
    }
}

}  // namespace nines
