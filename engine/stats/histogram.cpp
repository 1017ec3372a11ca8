// Histogram: the rare and the reading side of the log-linear buckets.

#include "engine/stats/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace nines {

Nanoseconds Histogram::low_of(Slot slot) {
    if (slot.octave == 0) {
        return slot.bucket;
    }
    return static_cast<Nanoseconds>(k_buckets + slot.bucket) << (slot.octave - 1);
}

Nanoseconds Histogram::width_of(Slot slot) {
    return slot.octave == 0 ? 1 : static_cast<Nanoseconds>(1) << (slot.octave - 1);
}

std::uint16_t Histogram::allocate(std::uint32_t octave) {
    counts_.resize(counts_.size() + k_buckets);
    blocks_[octave] = static_cast<std::uint16_t>(counts_.size() / k_buckets);
    return blocks_[octave];
}

void Histogram::merge(const Histogram& other) {
    for (std::uint32_t octave = 0; octave < k_octaves; ++octave) {
        if (other.blocks_[octave] == 0) {
            continue;
        }
        const std::uint16_t block = blocks_[octave] != 0 ? blocks_[octave] : allocate(octave);
        const std::uint64_t* from = other.counts_.data() + (other.blocks_[octave] - 1U) * std::size_t{k_buckets};
        std::uint64_t* to = counts_.data() + (block - 1U) * std::size_t{k_buckets};
        for (std::uint32_t bucket = 0; bucket < k_buckets; ++bucket) {
            to[bucket] += from[bucket];
        }
    }
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
}

double Histogram::mean() const {
    return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::optional<Nanoseconds> Histogram::quantile(double p) const {
    if (count_ == 0) {
        return std::nullopt;
    }
    // 0.07 x 100 is 7 and a bit in doubles: a share is taken a bit less, so that whole numbers stay.
    const double wanted = std::ceil(p * static_cast<double>(count_) * (1 - 0x1p-52));
    if (!(wanted > 1)) {
        return min_;
    }
    if (wanted >= static_cast<double>(count_)) {
        return max_;
    }
    const auto rank = static_cast<std::uint64_t>(wanted);
    std::uint64_t before = 0;
    for (std::uint32_t octave = 0; octave < k_octaves; ++octave) {
        if (blocks_[octave] == 0) {
            continue;
        }
        const std::uint64_t* counts = counts_.data() + (blocks_[octave] - 1U) * std::size_t{k_buckets};
        for (std::uint32_t bucket = 0; bucket < k_buckets; ++bucket) {
            if (before + counts[bucket] >= rank) {
                const Slot slot{octave, bucket};
                const double share = (static_cast<double>(rank - before) - 0.5) / static_cast<double>(counts[bucket]);
                const auto inside = static_cast<Nanoseconds>(share * static_cast<double>(width_of(slot)));
                return std::clamp(low_of(slot) + inside, min_, max_);
            }
            before += counts[bucket];
        }
    }
    return max_;
}

}  // namespace nines
