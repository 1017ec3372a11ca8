#pragma once
// DealWorker: works through deals on threads of its own, while its owner talks to whoever deals.

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

#include "engine/experiment/dealer.hpp"
#include "engine/experiment/executor.hpp"

namespace nines {

/// Makes the results of some indexes into bytes. Called by any thread, for several tasks at once.
using ProduceBytes = std::function<void(const Task&, std::string& bytes)>;
/// Wall-clock seconds since some moment.
using ClockSeconds = std::function<double()>;

/// All functions are for the owner's thread.
class DealWorker {
public:
    /// The executor, and all that `produce` uses, outlive it.
    DealWorker(const Executor& executor, ProduceBytes produce, ClockSeconds clock_s);
    ~DealWorker() { stop(); }
    DealWorker(const DealWorker&) = delete;
    DealWorker& operator=(const DealWorker&) = delete;

    void give(const Deal& deal);
    /// Drops what is not begun, and waits for what is: whoever is in a hurry lets `produce` end early. What is finished
    /// can still be collected.
    void stop();

    /// What is finished and not collected yet; nothing while less than `interval_s` has passed since the last time,
    /// unless the worker has nothing left to do. An exception of produce() comes out here.
    std::vector<Parcel> collect(double interval_s);
    /// Until something is finished, at most so long.
    void wait(double seconds_most);

private:
    void work();
    void work_on(const Deal& deal);
    void finish(Parcel parcel);

    const Executor& executor_;
    ProduceBytes produce_;
    ClockSeconds clock_s_;
    std::mutex mutex_;
    std::condition_variable given_, finished_;
    std::queue<Deal> deals_;
    std::vector<Parcel> parcels_;
    std::vector<std::string> slots_;
    double collected_s_;
    bool busy_ = false;
    bool stopped_ = false;
    std::exception_ptr failure_;
    std::thread thread_;
};

}  // namespace nines
