#pragma once
// EventPaths: a rare event of load as a process that can be split: paths of `requests`, what rises towards the event,
// and where paths begin.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/experiment/splitting.hpp"
#include "models/plan/plan.hpp"
#include "models/requests/path.hpp"

namespace nines {

/// What rises towards an event.
enum class Guide : std::uint8_t {
    own,       ///< what the event counts; of failures: all that wait
    in_flight  ///< attempts in flight anywhere, with those that back off: backlog and retries outstanding
};

/// A path, and what of the event it has seen.
struct EventPath {
    RequestsPath path;
    Nanoseconds since = k_never;        ///< the condition holds since; k_never: it does not
    std::uint64_t failures_before = 0;  ///< requests that had failed when it began
    bool is_over = false;
    bool is_hit = false;
};

/// Paths begin at time zero of the plan's warm-up; or, above a floor, wherever a natural path over the measured time
/// rises above it. Such an excursion ends when it comes back to the floor. Every hit lies in one, so the expected
/// number of excursions that hit is that of natural excursions times the chance that one hits: whatever the plan, and
/// without a steady state.
class EventPaths {
public:
    using State = EventPath;

    struct Frame {
        const Plan* plan = nullptr;
        const RareEventSpec* event = nullptr;
        /// For a plan without a clock in it a stretch of the measured time does for the whole; it begins after as much
        /// time again as it lasts. Zero: the whole.
        Nanoseconds stretch = 0;
        std::size_t begins_most = 256;  ///< of excursions that are kept, each a copy of all in flight
    };

    /// From the beginning.
    EventPaths(Frame frame, Guide guide) : frame_(frame), guide_(guide) {}
    /// Excursions above a floor, gathered under a key.
    EventPaths(Frame frame, Guide guide, double floor, std::uint64_t key);

    EventPath start(Stream& stream) const;
    void step(EventPath& path, Stream& stream) const { step_by_key(path, stream.key()); }
    double importance(const EventPath& path) const;
    PathEnd end(const EventPath& path) const {
        return path.is_hit ? PathEnd::hit : path.is_over ? PathEnd::stopped : PathEnd::open;
    }
    /// 1; of `failure`, how many requests fail until the path is over.
    double reward(EventPath& path, Stream& stream) const;

    EventPaths of_run(std::uint64_t key) const;
    double weight() const { return pool_ ? pool_->excursions : 1; }

    /// A natural path from the beginning; `visit(path)` after each event of the measured time, as long as it says true.
    template <class Visit>
    void follow(std::uint64_t key, Visit visit) const;

private:
    struct Pool {
        std::vector<EventPath> begins;
        double excursions = 0;  // expected over the time asked for
    };

    void step_by_key(EventPath& path, std::uint64_t key) const;
    double counted(const EventPath& path) const;
    bool holds(const EventPath& path) const;
    Nanoseconds deadline() const { return frame_.plan->warmup + to_ns(frame_.event->within_s); }
    std::shared_ptr<const Pool> gather(std::uint64_t key) const;

    Frame frame_;
    Guide guide_;
    std::optional<double> floor_;
    std::shared_ptr<const Pool> pool_;
};

template <class Visit>
void EventPaths::follow(std::uint64_t key, Visit visit) const {
    EventPath path{RequestsPath(*frame_.plan, key)};
    const Nanoseconds until = deadline();
    while (path.path.step(key) && path.path.now() < until) {
        if (path.path.now() >= frame_.plan->warmup && !visit(path)) {
            return;
        }
    }
}

static_assert(GatheringProcess<EventPaths>);

}  // namespace nines
