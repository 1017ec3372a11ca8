#pragma once
// Sketch: the distribution of any real values in bounded memory: exact while they are few, then in log-linear buckets.
// Source of the layout: HdrHistogram (Tene, 2012), here over the bits of a double: exponent, then eight digits.

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace nines {

/// A value type; copies are deep.
/// 1. The same values give the same bytes in any order.
/// 2. Up to k_exact values, or while all are equal, all is exact. Beyond, a value is known within 0.4 % of itself, and
///    exactly where all values of its bucket are equal.
class Sketch {
public:
    static constexpr std::size_t k_exact = 2048;

    Sketch() = default;
    Sketch(const Sketch& other)
        : count_(other.count_),
          few_(other.few_),
          table_(other.table_ == nullptr ? nullptr : std::make_unique<Table>(*other.table_)) {}
    Sketch(Sketch&&) noexcept = default;
    Sketch& operator=(Sketch&&) noexcept = default;

    /// Any value but NaN.
    void add(double value);
    /// The same value `times` times.
    void add(double value, std::uint64_t times);

    std::uint64_t count() const { return count_; }
    bool exact() const { return table_ == nullptr; }

    /// Values in ascending order with how often each comes; for reading ranks in one pass.
    struct Step {
        double low = 0, high = 0;  ///< equal: so many of exactly that value; else spread evenly between
        std::uint64_t count = 0;
    };
    std::vector<Step> steps() const;

private:
    static constexpr unsigned k_digits = 8;
    static constexpr std::size_t k_buckets = std::size_t{1} << k_digits;
    static constexpr std::size_t k_blocks = 4096;  // sign and exponent

    struct Bucket {
        std::uint64_t count = 0;
        double value = 0;  // that of all of them, or NaN
    };
    struct Table {
        std::array<std::uint16_t, k_blocks> blocks{};  // position in buckets plus one; 0: none
        std::vector<Bucket> buckets;
    };
    void spill();
    void count_in(double value, std::uint64_t times);

    std::uint64_t count_ = 0;
    std::vector<Step> few_;  // runs of equal values, in the order of coming
    std::unique_ptr<Table> table_;
};

/// The value of a rank in [1, count], read off steps: between the ends of its step by where the rank stands in it.
double value_at(const std::vector<Sketch::Step>& steps, std::uint64_t rank);

}  // namespace nines
