#pragma once
// LadderQueue: far entries unsorted on top, rungs of buckets that are opened where they are crowded, a sorted bottom.
// Times are integers, so widths are rounded up; a bucket of one instant is never divided.
// Source: Tang, Goh, Thng: Ladder queue: an O(1) priority queue structure for large-scale discrete event simulation.
// ACM TOMACS 15 (2005) 175. Threshold 50 and 8 rungs are theirs.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/event_sets/entry.hpp"
#include "bench/event_sets/node_lists.hpp"

namespace nines::bench {

class LadderQueue {
public:
    static constexpr bool k_keeps_ties = true;

    void push(Entry entry) {
        ++size_;
        if (entry.at >= top_start_) {
            top_least_ = std::min(top_least_, entry.at);
            top_most_ = std::max(top_most_, entry.at);
            ++top_count_;
            return nodes_.append(top_, nodes_.make(entry));
        }
        for (std::size_t i = 0; i < rungs_open_; ++i) {
            if (entry.at >= rungs_[i].current_start()) {
                return add(rungs_[i], nodes_.make(entry));
            }
        }
        push_bottom(entry);
    }

    Entry pop() {
        if (head_ == bottom_.size()) {
            refill();
        }
        --size_;
        return bottom_[head_++];
    }

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }

private:
    static constexpr std::size_t k_threshold = 50;
    static constexpr std::size_t k_rungs_most = 8;

    struct Bucket {
        NodeLists::List list;
        std::uint32_t count = 0;
    };
    struct Rung {
        std::vector<Bucket> buckets;  // as many as the rung ever used
        std::size_t used = 0;
        std::size_t current = 0;  // those before it have been emptied
        std::int64_t start = 0;
        std::int64_t width = 1;

        std::int64_t current_start() const { return start + static_cast<std::int64_t>(current) * width; }
    };

    void add(Rung& rung, std::uint32_t node) {
        Bucket& bucket = rung.buckets[static_cast<std::size_t>((nodes_[node].entry.at - rung.start) / rung.width)];
        nodes_.append(bucket.list, node);
        ++bucket.count;
    }

    /// A rung of `parts` buckets for times from `start` to `end`, included.
    Rung& open_rung(std::int64_t start, std::int64_t end, std::size_t parts) {
        Rung& rung = rungs_[rungs_open_++];
        rung.start = start;
        rung.width = std::max<std::int64_t>(1, (end - start) / static_cast<std::int64_t>(parts) + 1);
        rung.used = parts;
        rung.current = 0;
        if (rung.buckets.size() < rung.used) {
            rung.buckets.resize(rung.used);
        }
        return rung;
    }

    void refill() {
        bottom_.clear();
        head_ = 0;
        for (;;) {
            if (rungs_open_ == 0) {
                pour_top();
                continue;
            }
            Rung& rung = rungs_[rungs_open_ - 1];
            while (rung.current != rung.used && rung.buckets[rung.current].count == 0) {
                ++rung.current;
            }
            if (rung.current == rung.used) {
                --rungs_open_;
                continue;
            }
            Bucket bucket = rung.buckets[rung.current];
            rung.buckets[rung.current] = {};
            const std::int64_t start = rung.current_start();
            ++rung.current;
            if (bucket.count <= k_threshold || rungs_open_ == k_rungs_most || rung.width == 1) {
                return sort_into_bottom(bucket.list);
            }
            pour(bucket.list, open_rung(start, start + rung.width - 1, k_threshold));
        }
    }

    void pour(NodeLists::List list, Rung& rung) {
        for (std::uint32_t node = list.first; node != NodeLists::k_none;) {
            const std::uint32_t next = nodes_[node].next;
            add(rung, node);
            node = next;
        }
    }

    void pour_top() {
        pour(top_, open_rung(top_least_, top_most_, top_count_));
        top_start_ = top_most_ + 1;
        top_ = {};
        top_count_ = 0;
        top_least_ = INT64_MAX;
        top_most_ = 0;
    }

    void sort_into_bottom(NodeLists::List list) {
        for (std::uint32_t node = list.first; node != NodeLists::k_none;) {
            const std::uint32_t next = nodes_[node].next;
            bottom_.push_back(nodes_[node].entry);
            nodes_.release(node);
            node = next;
        }
        if (bottom_.size() > 4 * k_threshold) {  // all rungs are taken; or one instant
            return std::stable_sort(bottom_.begin(), bottom_.end(), TimeOrder{});
        }
        for (std::size_t i = 1; i < bottom_.size(); ++i) {
            place(bottom_[i], i);
        }
    }

    /// Moves what is later one place up, into `hole`, and puts the entry behind all that are not.
    void place(const Entry moved, std::size_t hole) {
        for (; hole > head_ && bottom_[hole - 1].at > moved.at; --hole) {
            bottom_[hole] = bottom_[hole - 1];
        }
        bottom_[hole] = moved;
    }

    void push_bottom(Entry entry) {
        const std::size_t count = bottom_.size() - head_;
        if (count > k_threshold && rungs_open_ < k_rungs_most && bottom_[head_].at != bottom_.back().at &&
            bottom_[head_].at <= entry.at) {
            const std::int64_t end = rungs_open_ == 0 ? top_start_ : rungs_[rungs_open_ - 1].current_start();
            Rung& rung = open_rung(bottom_[head_].at, end - 1, k_threshold);
            for (; head_ != bottom_.size(); ++head_) {
                add(rung, nodes_.make(bottom_[head_]));
            }
            bottom_.clear();
            head_ = 0;
            return add(rung, nodes_.make(entry));
        }
        if (head_ > k_threshold && head_ >= count) {  // most of the array has been popped
            std::copy(bottom_.begin() + static_cast<std::ptrdiff_t>(head_), bottom_.end(), bottom_.begin());
            bottom_.resize(count);
            head_ = 0;
        }
        bottom_.push_back(entry);
        place(entry, bottom_.size() - 1);
    }

    NodeLists nodes_;
    NodeLists::List top_;
    std::size_t top_count_ = 0;
    std::int64_t top_start_ = 0;
    std::int64_t top_least_ = INT64_MAX;
    std::int64_t top_most_ = 0;
    std::array<Rung, k_rungs_most> rungs_;
    std::size_t rungs_open_ = 0;
    std::vector<Entry> bottom_;  // from head_ on, in order
    std::size_t head_ = 0;
    std::size_t size_ = 0;
};

}  // namespace nines::bench
