// Comparison: t statistics and step-wise adjustments.

#include "engine/stats/comparison.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

#include "engine/base/check.hpp"

namespace nines {

namespace {

MeanDifference compare(double difference, double standard_error, double degrees, double confidence) {
    const double half = student_t_quantile(1 - (1 - confidence) / 2, degrees) * standard_error;
    double p_value = difference == 0 ? 1.0 : 0.0;
    if (standard_error > 0) {
        const double t = std::abs(difference) / standard_error;
        p_value = 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(degrees), t));
    }
    return {difference, {difference - half, difference + half}, degrees, p_value};
}

/// Positions of the p-values from the smallest on; equal ones in the order given.
std::vector<std::size_t> ascending(std::span<const double> p_values) {
    std::vector<std::size_t> order(p_values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return p_values[a] < p_values[b]; });
    return order;
}

}  // namespace

std::optional<MeanDifference> compare_paired(const Tally& differences, double confidence) {
    check(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1");
    if (differences.count() < 2) {
        return std::nullopt;
    }
    const auto n = static_cast<double>(differences.count());
    return compare(differences.mean(), std::sqrt(differences.variance() / n), n - 1, confidence);
}

std::optional<MeanDifference> compare_welch(const Tally& first, const Tally& second, double confidence) {
    check(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1");
    if (first.count() < 2 || second.count() < 2) {
        return std::nullopt;
    }
    const auto n1 = static_cast<double>(first.count());
    const auto n2 = static_cast<double>(second.count());
    const double v1 = first.variance() / n1;
    const double v2 = second.variance() / n2;
    const double sum = v1 + v2;
    const double degrees = sum > 0 ? sum * sum / (v1 * v1 / (n1 - 1) + v2 * v2 / (n2 - 1)) : n1 + n2 - 2;
    return compare(first.mean() - second.mean(), std::sqrt(sum), degrees, confidence);
}

double confidence_of_each(double confidence, std::size_t comparisons) {
    check(comparisons >= 1, "at least one comparison");
    return 1 - (1 - confidence) / static_cast<double>(comparisons);
}

std::vector<double> adjust_bonferroni(std::span<const double> p_values) {
    std::vector<double> adjusted;
    for (const double p : p_values) {
        adjusted.push_back(std::min(1.0, p * static_cast<double>(p_values.size())));
    }
    return adjusted;
}

std::vector<double> adjust_holm(std::span<const double> p_values) {
    const std::vector<std::size_t> order = ascending(p_values);
    std::vector<double> adjusted(p_values.size());
    double so_far = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        so_far = std::max(so_far, p_values[order[i]] * static_cast<double>(order.size() - i));
        adjusted[order[i]] = std::min(1.0, so_far);
    }
    return adjusted;
}

std::vector<double> adjust_benjamini_hochberg(std::span<const double> p_values) {
    const std::vector<std::size_t> order = ascending(p_values);
    std::vector<double> adjusted(p_values.size());
    double so_far = 1;
    for (std::size_t i = order.size(); i-- > 0;) {
        const double scale = static_cast<double>(order.size()) / static_cast<double>(i + 1);
        so_far = std::min(so_far, p_values[order[i]] * scale);
        adjusted[order[i]] = so_far;
    }
    return adjusted;
}

}  // namespace nines
