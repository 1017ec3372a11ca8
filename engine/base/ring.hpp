#pragma once
// Ring: a queue in one array that grows by doubling and then stays.

#include <cstddef>
#include <utility>
#include <vector>

namespace nines {

template <class T>
class Ring {
public:
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    T& front() { return slots_[first_]; }
    const T& front() const { return slots_[first_]; }
    /// The i-th from the front.
    const T& operator[](std::size_t i) const { return slots_[(first_ + i) & (slots_.size() - 1)]; }

    void push_back(T value) {
        if (size_ == slots_.size()) {
            grow();
        }
        slots_[(first_ + size_) & (slots_.size() - 1)] = std::move(value);
        ++size_;
    }

    void pop_front() {
        first_ = (first_ + 1) & (slots_.size() - 1);
        --size_;
    }

    std::size_t bytes() const { return slots_.capacity() * sizeof(T); }

    void clear() {
        first_ = 0;
        size_ = 0;
    }

private:
    void grow() {
        std::vector<T> bigger(slots_.empty() ? 16 : slots_.size() * 2);
        for (std::size_t i = 0; i < size_; ++i) {
            bigger[i] = std::move(slots_[(first_ + i) & (slots_.size() - 1)]);
        }
        slots_ = std::move(bigger);
        first_ = 0;
    }

    std::vector<T> slots_;  // a power of two, or none
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

}  // namespace nines
