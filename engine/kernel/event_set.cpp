#include "engine/kernel/event_set.hpp"

#include <algorithm>

namespace nines {

namespace {
constexpr std::size_t k_arity = 4;
}

EventSet::Lane EventSet::lane_for(Nanoseconds delay) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (lanes_[i].delay == delay) {
            return static_cast<Lane>(i + 1);
        }
    }
    lanes_.push_back({delay, {}});
    return static_cast<Lane>(lanes_.size());
}

void EventSet::schedule_in(Lane lane, Nanoseconds now, std::uint16_t kind, std::uint32_t subject, std::uint32_t epoch) {
    LaneState& state = lanes_[lane - 1U];
    const Event event{later(now, state.delay), next_order_++, subject, epoch, kind, lane};
    const bool was_empty = state.waiting.empty();
    state.waiting.push_back(event);
    if (was_empty) {
        push(event);
    }
}

std::size_t EventSet::size() const {
    std::size_t count = heap_.size();
    for (const LaneState& lane : lanes_) {
        count += lane.waiting.size() - (lane.waiting.empty() ? 0 : 1);
    }
    return count;
}

void EventSet::push(const Event& event) {
    std::size_t at = heap_.size();
    heap_.push_back(event);
    while (at > 0) {
        const std::size_t parent = (at - 1) / k_arity;
        if (!comes_before(event, heap_[parent])) {
            break;
        }
        heap_[at] = heap_[parent];
        at = parent;
    }
    heap_[at] = event;
}

void EventSet::remove_first() {
    const Event last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) {
        sift_down(last);
    }
}

void EventSet::replace_first(const Event& event) {
    sift_down(event);
}

void EventSet::sift_down(const Event& event) {
    const std::size_t size = heap_.size();
    std::size_t at = 0;
    for (;;) {
        const std::size_t first = at * k_arity + 1;
        if (first >= size) {
            break;
        }
        const std::size_t end = std::min(first + k_arity, size);
        std::size_t best = first;
        for (std::size_t child = first + 1; child < end; ++child) {
            best = comes_before(heap_[child], heap_[best]) ? child : best;
        }
        if (!comes_before(heap_[best], event)) {
            break;
        }
        heap_[at] = heap_[best];
        at = best;
    }
    heap_[at] = event;
}

}  // namespace nines
