// WeightedTally: when its interval may be believed.

#include "engine/stats/weighted.hpp"

namespace nines {

namespace {

constexpr double k_mean_weight_confidence = 0.999;
constexpr double k_rounding = 1e-9;  // weights that are all 1 but for their last bits

bool mean_weight_is_one(const Tally& weights) {
    const auto interval = mean_interval(weights, k_mean_weight_confidence);
    return interval && interval->lo <= 1 + k_rounding && interval->hi >= 1 - k_rounding;
}

}  // namespace

std::optional<Interval> weighted_interval(const WeightedTally& values, double confidence) {
    if (values.effective_hits() < k_effective_hits_min || values.largest_share() > k_largest_share_max ||
        !mean_weight_is_one(values.weights())) {
        return std::nullopt;
    }
    return mean_interval(values.mean(), values.variance(), static_cast<double>(values.count()), confidence);
}

}  // namespace nines
