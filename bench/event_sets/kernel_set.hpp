#pragma once
// KernelSet: the event set of the engine, as a candidate among the others. Its events have 24 bytes.

#include <cstddef>
#include <cstdint>

#include "bench/event_sets/entry.hpp"
#include "engine/kernel/event_set.hpp"

namespace nines::bench {

class KernelSet {
public:
    static constexpr bool k_keeps_ties = true;

    void push(Entry entry) {
        events_.schedule(entry.at, 0, static_cast<std::uint32_t>(entry.what),
                         static_cast<std::uint32_t>(entry.what >> 32U));
    }
    Entry pop() {
        const Event event = events_.pop();
        return {event.at, event.subject | std::uint64_t{event.epoch} << 32U};
    }
    bool empty() const { return events_.empty(); }
    std::size_t size() const { return events_.size(); }

private:
    EventSet events_;
};

}  // namespace nines::bench
