#pragma once
// StdQueue: std::priority_queue of 16-byte entries, the yardstick of the comparison. Equal times come in any order.
// Source: Williams: Algorithm 232: Heapsort. CACM 7 (1964) 347; libstdc++ sifts bottom-up (Wegener 1993).

#include <queue>
#include <vector>

#include "bench/event_sets/entry.hpp"

namespace nines::bench {

class StdQueue {
public:
    static constexpr bool k_keeps_ties = false;

    void push(Entry entry) { queue_.push(entry); }

    // Not inlined: whether the compiler picks the earlier child by a branch or by a conditional move changes with what
    // is around it, and with it the time: by a move a quarter less at 10^4, three times more at 10^6 (the misses of the
    // cache, which a guess would overlap, wait for each other). So it is one and the same code for all laws.
    [[gnu::noinline]] Entry pop() {
        const Entry first = queue_.top();
        queue_.pop();
        return first;
    }

    bool empty() const { return queue_.empty(); }
    std::size_t size() const { return queue_.size(); }

private:
    struct Later {
        bool operator()(const Entry& a, const Entry& b) const { return a.at > b.at; }
    };
    std::priority_queue<Entry, std::vector<Entry>, Later> queue_;
};

}  // namespace nines::bench
