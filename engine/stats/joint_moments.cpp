#include "engine/stats/joint_moments.hpp"

#include <algorithm>
#include <cmath>

namespace nines {

void JointMoments::add(double first, double second) {
    ++count_;
    const auto n = static_cast<double>(count_);
    const double a = first - mean_a_;
    const double b = second - mean_b_;
    // Third order first: it needs the second order of before.
    const double cube = (n - 1) * (n - 2) / (n * n);
    aaa_ += a * a * a * cube - 3 * a * aa_ / n;
    aab_ += a * a * b * cube - (2 * a * ab_ + b * aa_) / n;
    abb_ += a * b * b * cube - (2 * b * ab_ + a * bb_) / n;
    bbb_ += b * b * b * cube - 3 * b * bb_ / n;
    const double square = (n - 1) / n;
    aa_ += a * a * square;
    ab_ += a * b * square;
    bb_ += b * b * square;
    mean_a_ += a / n;
    mean_b_ += b / n;
}

JointMoments::Combination JointMoments::less(double weight) const {
    const double w = weight;
    // Of numbers that are all but equal, rounding may leave less than nothing.
    const double squares = std::max(0.0, aa_ - 2 * w * ab_ + w * w * bb_);
    const double cubes = aaa_ - 3 * w * aab_ + 3 * w * w * abb_ - w * w * w * bbb_;
    return {mean_a_ - w * mean_b_, unbiased(squares), count_ == 0 ? 0.0 : cubes / static_cast<double>(count_)};
}

double JointMoments::correlation() const {
    const double scale = std::sqrt(aa_) * std::sqrt(bb_);
    return scale > 0 ? ab_ / scale : 0.0;
}

}  // namespace nines
