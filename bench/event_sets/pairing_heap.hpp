#pragma once
// PairingHeap: that of Boost.Heap, with nodes from a free list.
// Source: Fredman, Sedgewick, Sleator, Tarjan: The pairing heap. Algorithmica 1 (1986) 111.

#include <array>
#include <boost/heap/pairing_heap.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/event_sets/entry.hpp"

namespace nines::bench {

/// Gives out single objects; what was given back last is given out first. All heaps of a thread share it.
template <class T>
struct FreeListAllocator {
    using value_type = T;
    FreeListAllocator() = default;
    template <class Other>
    FreeListAllocator(const FreeListAllocator<Other>&) {}  // NOLINT: allocators convert

    T* allocate(std::size_t count) {
        if (count != 1) {
            return std::allocator<T>().allocate(count);
        }
        if (free().empty()) {
            chunks().push_back(std::make_unique<Chunk>());
            for (Place& place : *chunks().back()) {
                free().push_back(reinterpret_cast<T*>(place.bytes));
            }
        }
        T* const place = free().back();
        free().pop_back();
        return place;
    }
    void deallocate(T* place, std::size_t count) {
        if (count != 1) {
            return std::allocator<T>().deallocate(place, count);
        }
        free().push_back(place);
    }
    bool operator==(const FreeListAllocator&) const { return true; }

private:
    struct Place {
        alignas(T) std::byte bytes[sizeof(T)];
    };
    using Chunk = std::array<Place, 1024>;

    static std::vector<T*>& free() {
        thread_local std::vector<T*> places;
        return places;
    }
    static std::vector<std::unique_ptr<Chunk>>& chunks() {
        thread_local std::vector<std::unique_ptr<Chunk>> all;
        return all;
    }
};

class PairingHeap {
public:
    static constexpr bool k_keeps_ties = true;

    void push(Entry entry) { heap_.push({entry, next_order_++}); }

    Entry pop() {
        const Entry first = heap_.top().entry;
        heap_.pop();
        return first;
    }

    bool empty() const { return heap_.empty(); }
    std::size_t size() const { return heap_.size(); }

private:
    struct Later {
        bool operator()(const Numbered& a, const Numbered& b) const { return TimeOrder{}(b, a); }
    };
    boost::heap::pairing_heap<Numbered, boost::heap::compare<Later>,
                              boost::heap::allocator<FreeListAllocator<Numbered>>>
        heap_;
    std::uint64_t next_order_ = 0;
};

}  // namespace nines::bench
