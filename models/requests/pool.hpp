#pragma once
// Pool: records of one kind in one array with a free list; epochs tell a record from the next one in its slot.

#include <vector>

#include "engine/base/index.hpp"

namespace nines {

template <class I, class T>
class Pool {
public:
    T& operator[](I i) { return slots_[i.value]; }
    const T& operator[](I i) const { return slots_[i.value]; }

    /// A fresh record; its epoch goes on from the slot's last one. References to records are void after this.
    I take() {
        ++in_use_;
        most_in_use_ = in_use_ > most_in_use_ ? in_use_ : most_in_use_;
        if (free_.empty()) {
            slots_.emplace_back();
            return index_at<I>(slots_.size() - 1);
        }
        const I i = free_.back();
        free_.pop_back();
        T& record = slots_[i.value];
        const std::uint32_t epoch = record.epoch;
        record = T{};
        record.epoch = epoch;
        return i;
    }

    /// Gives a record back; whatever still points at it is stale from now on.
    void give_back(I i) {
        --in_use_;
        ++slots_[i.value].epoch;
        free_.push_back(i);
    }

    std::size_t size() const { return slots_.size(); }
    std::size_t in_use() const { return in_use_; }
    std::size_t most_in_use() const { return most_in_use_; }
    /// Memory held, in bytes.
    std::size_t bytes() const { return slots_.capacity() * sizeof(T) + free_.capacity() * sizeof(I); }

private:
    std::vector<T> slots_;
    std::vector<I> free_;
    std::size_t in_use_ = 0;
    std::size_t most_in_use_ = 0;
};

}  // namespace nines
