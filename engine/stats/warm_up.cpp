// Warm-up: MSER-5 from the end backwards, so that each truncation costs one step.

#include "engine/stats/warm_up.hpp"

#include <vector>

#include "engine/stats/tally.hpp"

namespace nines {

namespace {

std::vector<double> means_of_five(std::span<const double> values) {
    std::vector<double> means;
    for (std::size_t i = 0; i + k_warm_up_batch <= values.size(); i += k_warm_up_batch) {
        double sum = 0;
        for (const double value : values.subspan(i, k_warm_up_batch)) {
            sum += value;
        }
        means.push_back(sum / k_warm_up_batch);
    }
    return means;
}

}  // namespace

std::optional<WarmUp> find_warm_up(std::span<const double> values) {
    const std::vector<double> means = means_of_five(values);
    const std::size_t half = means.size() / 2;
    if (means.size() < k_warm_up_batches_min) {
        return std::nullopt;
    }
    WarmUp best{.batches = means.size()};
    Tally left;
    for (std::size_t truncated = means.size(); truncated-- > 0;) {
        left.add(means[truncated]);
        if (truncated > half) {
            continue;
        }
        const auto count = static_cast<double>(left.count());
        const double statistic = left.variance() * (count - 1) / (count * count);
        if (truncated == half || statistic <= best.statistic) {
            best.statistic = statistic;
            best.truncated_batches = truncated;
            best.mean_after = left.mean();
        }
        best.statistic_untruncated = statistic;
    }
    if (best.truncated_batches == half) {
        return std::nullopt;
    }
    best.truncated_values = best.truncated_batches * k_warm_up_batch;
    return best;
}

}  // namespace nines
