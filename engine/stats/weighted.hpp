#pragma once
// WeightedTally: the mean of values that were drawn from another law, each with its likelihood ratio as weight.
// Sources: Asmussen, Glynn, Stochastic Simulation (2007), chapter VI; Kong, technical report 348, University of Chicago
// (1992) (effective sample size).

#include <algorithm>
#include <cstdint>
#include <optional>

#include "engine/stats/interval.hpp"
#include "engine/stats/tally.hpp"

namespace nines {

/// Mergeable in a fixed order. A path that hits nothing is added with value 0 and its weight: only so can the mean
/// weight show that the weights are right.
class WeightedTally {
public:
    /// `weight` >= 0: the density of this path under the true law over that under the law it was drawn from.
    void add(double value, double weight) {
        weights_.add(weight);
        products_.add(value * weight);
        if (value != 0) {
            ++hits_;
            hit_weights_ += weight;
            hit_weights_squared_ += weight * weight;
            hit_weight_max_ = std::max(hit_weight_max_, weight);
        }
    }

    void merge(const WeightedTally& other) {
        weights_.merge(other.weights_);
        products_.merge(other.products_);
        hits_ += other.hits_;
        hit_weights_ += other.hit_weights_;
        hit_weights_squared_ += other.hit_weights_squared_;
        hit_weight_max_ = std::max(hit_weight_max_, other.hit_weight_max_);
    }

    std::uint64_t count() const { return products_.count(); }
    std::uint64_t hits() const { return hits_; }              ///< values that are not 0
    double mean() const { return products_.mean(); }          ///< unbiased: mean of value x weight
    double variance() const { return products_.variance(); }  ///< of value x weight
    const Tally& weights() const { return weights_; }         ///< of all paths: its mean must be near 1

    /// How many hits of equal weight would be worth as much: (sum w)^2 / sum w^2 over the hits; 0 without any.
    double effective_hits() const {
        return hit_weights_squared_ > 0 ? hit_weights_ * hit_weights_ / hit_weights_squared_ : 0.0;
    }
    /// The share of the heaviest hit in the sum of their weights; 0 without any.
    double largest_share() const { return hit_weights_ > 0 ? hit_weight_max_ / hit_weights_ : 0.0; }

private:
    Tally weights_;
    Tally products_;
    std::uint64_t hits_ = 0;
    double hit_weights_ = 0;
    double hit_weights_squared_ = 0;
    double hit_weight_max_ = 0;
};

inline constexpr double k_effective_hits_min = 100;
inline constexpr double k_largest_share_max = 0.05;

/// Student's interval of the mean.
/// @returns nothing where the weights do not support one: fewer than 100 effective hits, a hit with more than 5 % of
///          the weight, or a mean weight whose own 99.9 % interval does not hold 1
std::optional<Interval> weighted_interval(const WeightedTally& values, double confidence);

}  // namespace nines
