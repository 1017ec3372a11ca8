#include "models/study/event_paths.hpp"

#include <algorithm>

namespace nines {

EventPaths::EventPaths(Frame frame, Guide guide, double floor, std::uint64_t key)
    : frame_(frame), guide_(guide), floor_(floor), pool_(gather(key)) {
}

EventPaths EventPaths::of_run(std::uint64_t key) const {
    return floor_ ? EventPaths(frame_, guide_, *floor_, key) : *this;
}

EventPath EventPaths::start(Stream& stream) const {
    if (!floor_) {
        return {RequestsPath(*frame_.plan, stream.key())};
    }
    if (pool_->begins.empty()) {
        EventPath nowhere{RequestsPath(*frame_.plan, stream.key())};
        nowhere.is_over = true;
        return nowhere;
    }
    return pool_->begins[stream.below(pool_->begins.size())];
}

/// What the event counts.
double EventPaths::counted(const EventPath& path) const {
    const ServiceId service = frame_.event->service;
    switch (frame_.event->kind) {
        case RareEventSpec::Kind::queue:
            return static_cast<double>(path.path.waiting_at(service));
        case RareEventSpec::Kind::in_flight:
            return static_cast<double>(service.exists() ? path.path.inside_of(service) : path.path.clients_in_flight());
        case RareEventSpec::Kind::failure: {
            std::uint64_t waiting = 0;
            for (std::size_t i = 0; i < frame_.plan->services.size(); ++i) {
                waiting += path.path.waiting_at(index_at<ServiceId>(i));
            }
            return static_cast<double>(waiting);
        }
    }
    return 0;
}

bool EventPaths::holds(const EventPath& path) const {
    return frame_.event->kind == RareEventSpec::Kind::failure ? path.path.failures() > path.failures_before
                                                              : counted(path) > frame_.event->above;
}

double EventPaths::importance(const EventPath& path) const {
    constexpr double k_beyond = 1e9;  // more than can be counted: what holds already is above all that does not
    if (path.since != k_never) {
        return k_beyond + to_seconds(path.path.now() - path.since);
    }
    return guide_ == Guide::own ? counted(path) : static_cast<double>(path.path.attempts_in_flight());
}

/// One event further. What is true between two events is so from the first to the second.
void EventPaths::step_by_key(EventPath& path, std::uint64_t key) const {
    const bool goes_on = path.path.step(key);
    const Nanoseconds until = goes_on ? std::min(path.path.now(), deadline()) : deadline();
    const Nanoseconds length = to_ns(frame_.event->for_s);
    path.is_hit = path.since != k_never && until - path.since >= length;
    path.is_over = !goes_on || path.path.now() >= deadline();
    if (path.is_hit || path.is_over) {
        return;
    }
    if (path.path.now() < frame_.plan->warmup) {
        path.failures_before = path.path.failures();
    } else if (!holds(path)) {
        path.since = k_never;
    } else if (path.since == k_never) {
        path.since = path.path.now();
        path.is_hit = length == 0;
    }
    path.is_over = floor_ && !path.is_hit && importance(path) <= *floor_;
}

double EventPaths::reward(EventPath& path, Stream& stream) const {
    if (frame_.event->kind != RareEventSpec::Kind::failure) {
        return 1;
    }
    // From here on an excursion ends by its floor or by the clock, whatever fails.
    while (path.path.step(stream.key()) && path.path.now() < deadline()) {
        path.since = k_never;
        if (floor_ && importance(path) <= *floor_) {
            break;
        }
    }
    return static_cast<double>(path.path.failures() - path.failures_before);
}

/// The excursions of one natural path: their number, and the beginnings of some of them, drawn evenly (Vitter, ACM TOMS
/// 11 (1985) 37, algorithm R).
std::shared_ptr<const EventPaths::Pool> EventPaths::gather(std::uint64_t key) const {
    const auto pool = std::make_shared<Pool>();
    const Nanoseconds warmup = frame_.plan->warmup;
    const Nanoseconds from = warmup + frame_.stretch;
    const Nanoseconds until = frame_.stretch > 0 ? from + frame_.stretch : deadline();
    Stream chooser(combine(key, hash_of("rare.excursions")));
    std::uint64_t count = 0;
    bool was_above = false;
    follow(key, [&](EventPath& path) {
        if (path.path.now() >= until) {
            return false;
        }
        path.failures_before = path.path.failures();
        if (path.path.now() < from) {
            return true;
        }
        const bool is_above = importance(path) > *floor_;
        if (is_above && !was_above) {
            const std::uint64_t place = chooser.below(++count);
            if (pool->begins.size() < frame_.begins_most) {
                pool->begins.push_back(path);
            } else if (place < frame_.begins_most) {
                pool->begins[place] = path;
            }
        }
        was_above = is_above;
        return true;
    });
    pool->excursions = static_cast<double>(count);
    if (frame_.stretch > 0) {
        pool->excursions *= frame_.event->within_s / to_seconds(frame_.stretch);
    }
    for (EventPath& begin : pool->begins) {
        if (frame_.event->kind != RareEventSpec::Kind::failure && counted(begin) > frame_.event->above) {
            begin.since = begin.path.now();
            begin.is_hit = frame_.event->for_s == 0;
        }
    }
    return pool;
}

}  // namespace nines
