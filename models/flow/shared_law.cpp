#include "models/flow/shared_law.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "engine/base/hash.hpp"

namespace nines {

using analytic::LatencyLaw;

namespace {

/// In four lanes, so that a point need not wait for the one before.
std::uint64_t hash_of(const LatencyLaw& law) {
    constexpr std::size_t k_lanes = 4;
    static_assert(LatencyLaw::k_points % k_lanes == 0);
    std::array<std::uint64_t, k_lanes> lanes = {1, 2, 3, 4};
    const auto points = law.points();
    for (std::size_t i = 0; i < points.size(); i += k_lanes) {
        for (std::size_t lane = 0; lane < k_lanes; ++lane) {
            std::uint64_t& hash = lanes[lane];
            hash = (hash ^ std::bit_cast<std::uint64_t>(points[i + lane])) * 0xD6E8FEB86659FD93U;
            hash ^= hash >> 32U;
        }
    }
    return combine(combine(lanes[0], lanes[1]), combine(lanes[2], lanes[3]));
}

}  // namespace

SharedLaw::SharedLaw(const LatencyLaw& law) : mean_s_(law.mean()) {
    if (!law.is_constant()) {
        shape_ = std::make_shared<const Shape>(Shape{law, law.variance(), hash_of(law)});
    }
}

LatencyLaw SharedLaw::law() const {
    return shape_ ? shape_->law : LatencyLaw::constant(mean_s_);
}

std::uint64_t SharedLaw::hash() const {
    return shape_ ? shape_->hash : mix(std::bit_cast<std::uint64_t>(mean_s_));
}

SharedLaw SharedLaw::shifted(double seconds) const {
    if (!shape_) {
        return constant(std::max(0.0, mean_s_ + seconds));
    }
    return seconds == 0 ? *this : SharedLaw(shape_->law.shifted(seconds));
}

SharedLaw SharedLaw::scaled(double factor) const {
    if (!shape_) {
        return constant(mean_s_ * factor);
    }
    return factor == 1 ? *this : SharedLaw(shape_->law.scaled(factor));
}

SharedLaw::Truncated SharedLaw::truncated_below(double seconds) const {
    if (!shape_) {
        return mean_s_ > seconds ? Truncated{0, constant(std::max(0.0, seconds))} : Truncated{1, *this};
    }
    const auto cut = shape_->law.truncated_below(seconds);
    return {cut.probability, cut.probability == 1 ? *this : SharedLaw(cut.law)};
}

SharedLaw sum(const SharedLaw& a, const SharedLaw& b) {
    if (a.is_constant() || b.is_constant()) {
        return a.is_constant() ? b.shifted(a.mean()) : a.shifted(b.mean());
    }
    return SharedLaw(analytic::sum(a.law(), b.law()));
}

SharedLaw maximum(const SharedLaw& a, const SharedLaw& b) {
    if (a.is_constant() && b.is_constant()) {
        return a.mean() < b.mean() ? b : a;
    }
    return SharedLaw(analytic::maximum(a.law(), b.law()));
}

SharedLaw mixture(std::span<const WeightedShare> parts) {
    const auto has_weight = [](const WeightedShare& part) { return part.weight > 0; };
    if (std::count_if(parts.begin(), parts.end(), has_weight) == 1) {
        return std::find_if(parts.begin(), parts.end(), has_weight)->law;
    }
    std::vector<analytic::WeightedLaw> laws;
    laws.reserve(parts.size());
    for (const WeightedShare& part : parts) {
        laws.push_back({part.weight, part.law.law()});
    }
    return SharedLaw(analytic::mixture(laws));
}

}  // namespace nines
