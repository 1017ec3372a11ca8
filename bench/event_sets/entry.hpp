#pragma once
// Entry: what every candidate for the event set holds, 16 bytes, and how it is ordered.
//
// Each candidate is a class with push(Entry), pop() -> Entry, empty(), size(); pop() needs something to be there, takes
// the earliest and, unless its header says otherwise, equal times in the order in which they were pushed. No time is
// pushed that lies before the last one popped, and none is negative.

#include <cstdint>

namespace nines::bench {

struct Entry {
    std::int64_t at;     ///< nanoseconds
    std::uint64_t what;  ///< not looked at
};
static_assert(sizeof(Entry) == 16);

/// An entry with the number of its push, for candidates that do not keep the order of equal times by themselves.
struct Numbered {
    Entry entry;
    std::uint64_t order;
};

struct TimeOrder {
    bool operator()(const Entry& a, const Entry& b) const { return a.at < b.at; }
    bool operator()(const Numbered& a, const Numbered& b) const {
        return a.entry.at != b.entry.at ? a.entry.at < b.entry.at : a.order < b.order;
    }
};

}  // namespace nines::bench
