#pragma once
// Compares a candidate with a reference, a std::priority_queue by time and number of push, over operations that are
// meant to find its faults: bursts at one instant, far-away times, growing to thousands and shrinking to none.

#include <cstdint>
#include <queue>
#include <vector>

#include "bench/event_sets/entry.hpp"
#include "engine/random/stream.hpp"

namespace nines::bench {

/// An increment of habit `habit`, 0 to 5.
inline std::int64_t awkward_increment(std::uint64_t habit, Stream& luck) {
    switch (habit) {
        case 0:
            return static_cast<std::int64_t>(luck.below(4));
        case 1:
            return static_cast<std::int64_t>(luck.below(8)) * 1000;
        case 2:
            return static_cast<std::int64_t>(luck.chance(0.01) ? luck.below(2'000'000'000'000'000)
                                                               : luck.below(1'000'000));
        case 3:
            return static_cast<std::int64_t>(luck.below(1'000'000'000));
        case 4:
            return 1'000'000;
        default:
            return std::int64_t{1} << luck.below(40);
    }
}

/// Whether `operations` and the pops until it is empty give what the reference gives.
template <class Queue>
bool agrees_with_reference(std::uint64_t operations, std::uint64_t seed) {
    struct Later {
        bool operator()(const Entry& a, const Entry& b) const {
            return a.at != b.at ? a.at > b.at : a.what > b.what;  // `what` is the number of the push
        }
    };
    Stream luck(seed);
    Queue queue;
    std::priority_queue<Entry, std::vector<Entry>, Later> reference;
    std::uint64_t pushes = 0;
    std::int64_t now = 0;
    const auto pops_alike = [&] {
        const Entry expected = reference.top();
        reference.pop();
        const Entry popped = queue.pop();
        now = popped.at;
        return popped.at == expected.at && (popped.what == expected.what || !Queue::k_keeps_ties) &&
               queue.size() == reference.size();
    };
    for (std::uint64_t i = 0; i < operations; ++i) {
        const bool grows = i / 20'000 % 2 == 0;
        if (reference.empty() || luck.chance(grows ? 0.6 : 0.4)) {
            const Entry entry{now + awkward_increment((seed + i / 50'000) % 6, luck), pushes++};
            queue.push(entry);
            reference.push(entry);
        } else if (!pops_alike()) {
            return false;
        }
    }
    while (!reference.empty()) {
        if (!pops_alike()) {
            return false;
        }
    }
    return queue.empty();
}

}  // namespace nines::bench
