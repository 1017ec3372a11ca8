#include "engine/stats/sketch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "engine/base/check.hpp"

namespace nines {

namespace {

constexpr std::uint64_t k_sign = UINT64_C(1) << 63U;

/// Whole numbers in the order of the values.
std::uint64_t ordered(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);  // one zero only
    return (bits & k_sign) != 0 ? ~bits : bits | k_sign;
}

double from_ordered(std::uint64_t number) {
    return std::bit_cast<double>((number & k_sign) != 0 ? number ^ k_sign : ~number);
}

}  // namespace

void Sketch::add(double value) {
    add(value, 1);
}

void Sketch::add(double value, std::uint64_t times) {
    if (times == 0) {
        return;
    }
    count_ += times;
    if (table_ != nullptr) {
        count_in(value, times);
        return;
    }
    if (!few_.empty() && few_.back().low == value) {
        few_.back().count += times;
    } else {
        few_.push_back({value, value, times});
    }
    if (count_ > k_exact && few_.size() > 1) {
        spill();
    }
}

void Sketch::spill() {
    table_ = std::make_unique<Table>();
    for (const Step& run : few_) {
        count_in(run.low, run.count);
    }
    few_ = {};
}

void Sketch::count_in(double value, std::uint64_t times) {
    const std::uint64_t key = ordered(value) >> (52U - k_digits);
    std::uint16_t& block = table_->blocks[key >> k_digits];
    if (block == 0) {
        table_->buckets.resize(table_->buckets.size() + k_buckets);
        block = static_cast<std::uint16_t>(table_->buckets.size() / k_buckets);
    }
    Bucket& bucket = table_->buckets[(block - 1U) * k_buckets + (key & (k_buckets - 1))];
    if (bucket.count == 0) {
        bucket.value = value + 0.0;
    } else if (bucket.value != value) {
        bucket.value = std::numeric_limits<double>::quiet_NaN();
    }
    bucket.count += times;
}

std::vector<Sketch::Step> Sketch::steps() const {
    std::vector<Step> steps = few_;
    if (table_ == nullptr) {
        std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.low < b.low; });
        return steps;
    }
    for (std::uint64_t block = 0; block < k_blocks; ++block) {
        const std::uint16_t position = table_->blocks[block];
        for (std::uint64_t i = 0; position != 0 && i < k_buckets; ++i) {
            const Bucket& bucket = table_->buckets[(position - 1U) * k_buckets + i];
            if (bucket.count > 0 && !std::isnan(bucket.value)) {
                steps.push_back({bucket.value, bucket.value, bucket.count});
            } else if (bucket.count > 0) {
                const std::uint64_t low = ((block << k_digits) | i) << (52U - k_digits);
                steps.push_back(
                    {from_ordered(low), from_ordered(low + (UINT64_C(1) << (52U - k_digits)) - 1), bucket.count});
            }
        }
    }
    return steps;
}

double value_at(const std::vector<Sketch::Step>& steps, std::uint64_t rank) {
    check(!steps.empty() && rank >= 1, "a rank of some values");
    std::uint64_t before = 0;
    for (const Sketch::Step& step : steps) {
        if (before + step.count >= rank) {
            const double share = (static_cast<double>(rank - before) - 0.5) / static_cast<double>(step.count);
            return step.low == step.high ? step.low : step.low + share * (step.high - step.low);
        }
        before += step.count;
    }
    return steps.back().high;
}

}  // namespace nines
