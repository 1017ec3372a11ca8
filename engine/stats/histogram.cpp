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

void Histogram::shift_sum(double nanoseconds) {
    const auto by = static_cast<Sum>(std::abs(nanoseconds) + 0.5);
    sum_ = nanoseconds >= 0 ? sum_ + by : sum_ - std::min(sum_, by);
}

double Histogram::mean() const {
    return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::optional<Nanoseconds> Histogram::quantile(double p) const {
    if (count_ == 0) {
        return std::nullopt;
    }
    HistogramSum alone;
    alone.add(*this);
    Nanoseconds value = 0;
    alone.quantiles({&p, 1}, {&value, 1});
    return value;
}

void HistogramSum::add(const Histogram& part) {
    if (part.empty()) {
        return;
    }
    parts_.push_back(&part);
    count_ += part.count_;
    sum_ += part.sum_;
    min_ = std::min(min_, part.min_);
    max_ = std::max(max_, part.max_);
}

void HistogramSum::add(const HistogramSum& other) {
    for (const Histogram* part : other.parts_) {
        add(*part);
    }
}

double HistogramSum::mean() const {
    return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

HistogramSum::Blocks HistogramSum::blocks_of(std::uint32_t octave) const {
    Blocks blocks;
    for (const Histogram* part : parts_) {
        if (part->blocks_[octave] != 0) {
            blocks.push_back(part->counts_.data() + (part->blocks_[octave] - 1U) * std::size_t{Histogram::k_buckets});
        }
    }
    return blocks;
}

void HistogramSum::quantiles(std::span<const double> shares, std::span<Nanoseconds> values) const {
    const auto all = static_cast<double>(count_);
    // 0.07 x 100 is 7 and a bit in doubles: a share is taken a bit less, so that whole numbers stay.
    const auto rank_of = [&](double share) { return std::ceil(share * all * (1 - 0x1p-52)); };
    std::size_t next = 0;
    for (; next < shares.size() && !(rank_of(shares[next]) > 1); ++next) {
        values[next] = min_;
    }
    std::uint64_t before = 0;
    for (std::uint32_t octave = 0; octave < Histogram::k_octaves && next < shares.size(); ++octave) {
        const Blocks blocks = blocks_of(octave);
        std::uint64_t inside = 0;
        for (const std::uint64_t* counts : blocks) {
            for (std::uint32_t bucket = 0; bucket < Histogram::k_buckets; ++bucket) {
                inside += counts[bucket];
            }
        }
        if (static_cast<double>(before + inside) < rank_of(shares[next])) {
            before += inside;
            continue;
        }
        for (std::uint32_t bucket = 0; bucket < Histogram::k_buckets; ++bucket) {
            std::uint64_t here = 0;
            for (const std::uint64_t* counts : blocks) {
                here += counts[bucket];
            }
            for (; next < shares.size() && rank_of(shares[next]) <= static_cast<double>(before + here); ++next) {
                const double rank = rank_of(shares[next]);
                if (rank >= all) {
                    break;  // the exact largest, below
                }
                const Histogram::Slot slot{octave, bucket};
                const double share = (rank - static_cast<double>(before) - 0.5) / static_cast<double>(here);
                const auto offset = static_cast<Nanoseconds>(share * static_cast<double>(Histogram::width_of(slot)));
                values[next] = std::clamp(Histogram::low_of(slot) + offset, min_, max_);
            }
            before += here;
        }
    }
    std::fill(values.begin() + static_cast<std::ptrdiff_t>(next), values.end(), max_);
}

}  // namespace nines
