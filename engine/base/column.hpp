#pragma once
// Column: one property of all things of a kind, contiguous in memory, read by strong index.

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/index.hpp"

namespace nines {

/// A vector that only its own kind of index can read.
template <class I, class T>
class Column {
public:
    Column() = default;
    explicit Column(std::size_t size, T initial = {}) : values_(size, std::move(initial)) {}

    T& operator[](I i) { return values_[i.value]; }
    const T& operator[](I i) const { return values_[i.value]; }

    /// Appends a value and returns the index that reads it.
    I push_back(T value) {
        values_.push_back(std::move(value));
        return index_at<I>(values_.size() - 1);
    }

    std::size_t size() const { return values_.size(); }
    bool empty() const { return values_.empty(); }
    void assign(std::size_t size, const T& value) { values_.assign(size, value); }
    auto begin() { return values_.begin(); }
    auto end() { return values_.end(); }
    auto begin() const { return values_.begin(); }
    auto end() const { return values_.end(); }
    std::span<const T> values() const { return values_; }

private:
    std::vector<T> values_;
};

/// A run of consecutive indexes: [first, first + count).
template <class I>
struct Range {
    I first{};
    std::uint32_t count = 0;

    I operator[](std::uint32_t offset) const { return I{first.value + offset}; }
    bool contains(I i) const { return i.value >= first.value && i.value - first.value < count; }
};

}  // namespace nines
