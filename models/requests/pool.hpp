#pragma once
// Pool: records of one kind in one array with a free list; epochs tell a record from the next one in its slot.

#include <vector>

#include "engine/base/index.hpp"

namespace nines {

/// The array grows by a quarter at a time: when millions are in flight, half of a doubled array would lie idle.
template <class I, class T>
class Pool {
public:
    T& operator[](I i) { return slots_[i.value]; }
    const T& operator[](I i) const { return slots_[i.value]; }

    /// A fresh record; its epoch, if records have one, goes on from the slot's last one. References to records are void
    /// after this.
    I take() {
        ++in_use_;
        most_in_use_ = in_use_ > most_in_use_ ? in_use_ : most_in_use_;
        if (free_.empty()) {
            return append();
        }
        const I i = free_.back();
        free_.pop_back();
        T fresh;
        if constexpr (k_has_epoch) {
            fresh.epoch = slots_[i.value].epoch;
        }
        slots_[i.value] = fresh;
        return i;
    }

    /// Gives a record back; whatever still points at it is stale from now on.
    void give_back(I i) {
        --in_use_;
        if constexpr (k_has_epoch) {
            ++slots_[i.value].epoch;
        }
        free_.push_back(i);
    }

    std::size_t size() const { return slots_.size(); }
    std::size_t in_use() const { return in_use_; }
    std::size_t most_in_use() const { return most_in_use_; }
    /// Memory held, in bytes.
    std::size_t bytes() const { return slots_.capacity() * sizeof(T) + free_.capacity() * sizeof(I); }

private:
    static constexpr bool k_has_epoch = requires(T record) { record.epoch; };

    I append() {
        if (slots_.size() == slots_.capacity()) {
            slots_.reserve(slots_.size() + slots_.size() / 4 + 64);
            free_.reserve(slots_.capacity());  // so that giving back allocates nothing
        }
        slots_.emplace_back();
        return index_at<I>(slots_.size() - 1);
    }

    std::vector<T> slots_;
    std::vector<I> free_;
    std::size_t in_use_ = 0;
    std::size_t most_in_use_ = 0;
};

}  // namespace nines
