#pragma once
// Histogram: counts of durations in log-linear buckets; quantiles are within 0.1 % of the exact order statistics.
// Source of the layout: HdrHistogram (Tene, 2012), a linear scale of 1024 buckets inside each octave.

#include <array>
#include <bit>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/time.hpp"

namespace nines {

/// Whole nanoseconds from 0 to 2^63 - 1; smaller values count as 0. Values below 2048 ns have a bucket each.
/// An octave (8 KiB) is allocated when its first value comes. Copies are deep; merging is exact.
class Histogram {
public:
    void add(Nanoseconds value) { add(value, 1); }

    /// The same value `times` times.
    void add(Nanoseconds value, std::uint64_t times) {
        value = value < 0 ? 0 : value;
        const Slot slot = slot_of(value);
        std::uint16_t block = blocks_[slot.octave];
        if (block == 0) [[unlikely]] {
            if (times == 0) {
                return;
            }
            block = allocate(slot.octave);
        }
        counts_[(block - 1U) * std::size_t{k_buckets} + slot.bucket] += times;
        count_ += times;
        sum_ += static_cast<Sum>(value) * times;
        min_ = value < min_ && times > 0 ? value : min_;
        max_ = value > max_ && times > 0 ? value : max_;
    }

    void merge(const Histogram& other);

    /// The mean becomes what it would be if the values summed up to so much more (or less): for values that stand for
    /// others, whose mean is known better. The sum stays at or above 0.
    void shift_sum(double nanoseconds);

    std::uint64_t count() const { return count_; }
    bool empty() const { return count_ == 0; }
    double mean() const;                                        ///< from the exact sum, in ns; 0 when empty
    Nanoseconds min() const { return count_ == 0 ? 0 : min_; }  ///< exact
    Nanoseconds max() const { return max_; }                    ///< exact; 0 when empty

    /// Memory held, in bytes.
    std::size_t bytes() const { return sizeof(*this) + counts_.capacity() * sizeof(std::uint64_t); }

    /// The value that a share `p` in [0, 1] of all values does not exceed: the ceil(p x count)-th smallest, with the
    /// values of a bucket taken as spread evenly over it. p = 0 is the exact min, p = 1 the exact max.
    /// @returns nothing when the histogram is empty
    std::optional<Nanoseconds> quantile(double p) const;

private:
    friend class HistogramSum;
    __extension__ using Sum = unsigned __int128;  // 2^64 values of 2^63 ns do not overflow it
    static constexpr unsigned k_digits = 10;
    static constexpr std::uint32_t k_buckets = 1U << k_digits;
    static constexpr std::size_t k_octaves = 64 - k_digits;

    struct Slot {
        std::uint32_t octave;  // 0 is linear: [0, 1024); octave k >= 1 is [2^(k + 9), 2^(k + 10))
        std::uint32_t bucket;
    };
    static Slot slot_of(Nanoseconds value) {
        const auto bits = static_cast<std::uint64_t>(value);
        const auto width = static_cast<std::uint32_t>(std::bit_width(bits | (k_buckets - 1)));
        const std::uint32_t octave = width - k_digits;
        const std::uint32_t shift = octave == 0 ? 0 : octave - 1;
        return {octave, static_cast<std::uint32_t>(bits >> shift) & (k_buckets - 1)};
    }
    static Nanoseconds low_of(Slot slot);
    static Nanoseconds width_of(Slot slot);
    std::uint16_t allocate(std::uint32_t octave);

    std::array<std::uint16_t, k_octaves> blocks_{};  // position in counts_ plus one; 0: not allocated
    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    Sum sum_ = 0;
    Nanoseconds min_ = k_never;
    Nanoseconds max_ = 0;
};

/// Several histograms seen as one, without copying their counts: what it answers is what their merge would answer. They
/// must outlive it.
class HistogramSum {
public:
    void add(const Histogram& part);
    void add(const HistogramSum& other);

    bool empty() const { return count_ == 0; }
    std::uint64_t count() const { return count_; }
    double mean() const;
    Nanoseconds max() const { return max_; }
    /// Histogram::quantile of each share, in one pass. Not of an empty one.
    /// @param shares  ascending
    void quantiles(std::span<const double> shares, std::span<Nanoseconds> values) const;

private:
    using Blocks = boost::container::small_vector<const std::uint64_t*, 4>;
    Blocks blocks_of(std::uint32_t octave) const;

    boost::container::small_vector<const Histogram*, 4> parts_;  // none is empty
    std::uint64_t count_ = 0;
    Histogram::Sum sum_ = 0;
    Nanoseconds min_ = k_never;
    Nanoseconds max_ = 0;
};

}  // namespace nines
