#pragma once
// CalendarQueue: days of a year, each a sorted list; the number of days and their length follow the number of entries.
// Days are a power of two long, so that a shift finds them; Brown divides. The width is chosen anew only when the
// number of days changes: that is Brown's rule, and the weakness of the method when increments change and the number
// does not. Source: Brown: Calendar queues: a fast O(1) priority queue implementation. CACM 31 (1988) 1220.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/event_sets/entry.hpp"
#include "bench/event_sets/node_lists.hpp"

namespace nines::bench {

class CalendarQueue {
public:
    static constexpr bool k_keeps_ties = true;

    CalendarQueue() : days_(k_days_least) {}

    void push(Entry entry) {
        nodes_.insert_in_order(day_of(entry.at), nodes_.make(entry));
        ++size_;
        if (size_ > 2 * days_.size()) [[unlikely]] {
            resize(2 * days_.size());
        }
    }

    Entry pop() {
        const std::uint32_t node = take();
        const Entry entry = nodes_[node].entry;
        nodes_.release(node);
        if (size_ < days_.size() / 2 && days_.size() > k_days_least) [[unlikely]] {
            resize(days_.size() / 2);
        }
        return entry;
    }

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }

private:
    using List = NodeLists::List;
    static constexpr std::size_t k_days_least = 2;
    static constexpr std::size_t k_sample_most = 25;

    List& day_of(std::int64_t at) { return days_[static_cast<std::size_t>(at >> shift_) & (days_.size() - 1)]; }

    /// Takes the earliest node out: looks at one day after the other for an entry of the year in hand.
    std::uint32_t take() {
        for (std::size_t i = 0; i < days_.size(); ++i, ++today_) {
            List& day = days_[static_cast<std::size_t>(today_) & (days_.size() - 1)];
            if (!day.empty() && nodes_[day.first].entry.at >> shift_ == today_) {
                --size_;
                return nodes_.take_first(day);
            }
        }
        today_ = earliest() >> shift_;  // nothing for a year: look at all days
        return take();
    }

    std::int64_t earliest() const {
        std::int64_t at = INT64_MAX;
        for (const List& day : days_) {
            at = day.empty() ? at : std::min(at, nodes_[day.first].entry.at);
        }
        return at;
    }

    void resize(std::size_t days) {
        std::array<std::uint32_t, k_sample_most> sample;
        const std::size_t count = std::min({size_, size_ <= 5 ? size_ : 5 + size_ / 10, k_sample_most});
        const std::size_t size = size_;
        const std::int64_t day_began = today_ << shift_;
        for (std::size_t i = 0; i < count; ++i) {
            sample[i] = take();
        }
        shift_ = shift_for(sample.data(), count);
        today_ = day_began >> shift_;
        size_ = size;
        old_days_.swap(days_);
        days_.assign(days, List{});
        for (std::size_t i = 0; i < count; ++i) {  // the sample first: it was before its equals
            nodes_.insert_in_order(day_of(nodes_[sample[i]].entry.at), sample[i]);
        }
        for (List& old : old_days_) {
            while (!old.empty()) {
                const std::uint32_t node = nodes_.take_first(old);
                nodes_.insert_in_order(day_of(nodes_[node].entry.at), node);
            }
        }
    }

    /// Days of three mean separations, of those separations that are not more than twice the mean of all.
    unsigned shift_for(const std::uint32_t* sample, std::size_t count) const {
        if (count < 2) {
            return shift_;
        }
        const auto at = [&](std::size_t i) { return nodes_[sample[i]].entry.at; };
        const auto gaps = static_cast<std::int64_t>(count - 1);
        const std::int64_t limit = (at(count - 1) - at(0)) / gaps * 2;
        std::int64_t sum = 0;
        std::int64_t small_gaps = 0;
        for (std::size_t i = 1; i < count; ++i) {
            const std::int64_t gap = at(i) - at(i - 1);
            sum += gap <= limit ? gap : 0;
            small_gaps += gap <= limit ? 1 : 0;
        }
        const std::int64_t mean = small_gaps == 0 ? limit / 2 : sum / small_gaps;
        const auto width = static_cast<std::uint64_t>(std::clamp<std::int64_t>(mean, 1, std::int64_t{1} << 60U)) * 3;
        return static_cast<unsigned>(std::bit_width(width) - 1);
    }

    NodeLists nodes_;
    std::vector<List> days_;
    std::vector<List> old_days_;  // kept for its memory
    std::size_t size_ = 0;
    unsigned shift_ = 0;      // a day is 2^shift ns
    std::int64_t today_ = 0;  // counted from time 0; no entry is before it
};

}  // namespace nines::bench
