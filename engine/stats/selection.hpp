#pragma once
// Selection: finding the best of several variants with a stated probability, when a difference below delta does not
// matter. KN eliminates as replications come and allows common luck; the constants of two-stage procedures stand
// beside. Sources: Kim, Nelson, ACM TOMACS 11 (2001) 251 (KN, with c = 1); Rinott, Communications in Statistics A7
// (1978) 799; Dudewicz, Dalal, Sankhya B 37 (1975) 28; Law, Simulation Modeling and Analysis, chapter 10.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/stats/tally.hpp"

namespace nines {

/// What is to be selected from, and how surely.
struct SelectionDesign {
    std::size_t variants = 2;              ///< >= 2
    std::uint64_t first_stage = 20;        ///< replications of each before any is dropped, >= 2; 10 or more are advised
    double probability_of_correct = 0.95;  ///< in (1 / variants, 1)
};

/// Rinott's h: the second stage of a variant ends at ceil((h S / delta)^2) replications, independent sampling.
/// Some 20 ms.
double rinott_h(const SelectionDesign& design);
/// Dudewicz and Dalal's h, likewise for weighted means of the two stages.
double dudewicz_dalal_h(const SelectionDesign& design);

/// How the error is shared between the pairs of KN.
enum class Sampling : std::uint8_t {
    common_luck,  ///< alpha / (variants - 1) for each pair: valid however the variants depend on each other
    independent   ///< 1 - (1 - alpha)^(1 / (variants - 1)): a little less work
};
double kn_eta(const SelectionDesign& design, Sampling sampling = Sampling::common_luck);
/// h^2 = 2 eta (first_stage - 1).
double kn_h_squared(const SelectionDesign& design, Sampling sampling = Sampling::common_luck);

/// The procedure KN; larger is better (negate costs). Keeps tallies, not replications. O(variants^2) memory: for some
/// dozens of variants.
class KimNelson {
public:
    /// @param delta  the smallest difference that matters, > 0, in the unit of the values
    KimNelson(const SelectionDesign& design, double delta, Sampling sampling = Sampling::common_luck);

    /// The next replication, in the order of their numbers: a value for each variant; those of variants dropped before
    /// are not looked at. Screens from the first stage on.
    void add(std::span<const double> values);

    std::uint64_t replications() const { return replications_; }
    /// Variants not dropped yet, in ascending order; never empty.
    const std::vector<std::size_t>& survivors() const { return survivors_; }
    bool decided() const { return survivors_.size() == 1; }
    double mean(std::size_t variant) const { return sums_[variant] / static_cast<double>(replications_); }
    /// Variance of the difference of two variants over the first stage.
    double difference_variance(std::size_t first, std::size_t second) const;
    /// How far the sum of one variant may lie below that of the other now: max(0, (h^2 S^2 / delta - r delta) / 2).
    double allowance(std::size_t first, std::size_t second) const;
    /// The replications at which the allowance of a pair is used up, rounded down.
    std::uint64_t pair_stage(std::size_t first, std::size_t second) const;
    /// After so many replications one variant is left for certain. Known after the first stage.
    std::uint64_t stage_max() const;

private:
    std::size_t pair(std::size_t first, std::size_t second) const;
    void screen();
    bool beaten(std::size_t variant) const;

    SelectionDesign design_;
    double delta_;
    double h_squared_;
    std::uint64_t replications_ = 0;
    std::vector<double> sums_;
    std::vector<Tally> differences_;  // of each pair, over the first stage
    std::vector<std::size_t> survivors_;
};

}  // namespace nines
