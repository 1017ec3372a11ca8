#include "models/architecture/power.hpp"

#include <algorithm>
#include <numeric>

#include "engine/base/check.hpp"

namespace nines {

PowerSpec::PowerSpec(std::vector<PowerPoint> points) : points_(std::move(points)) {
    check(points_.size() >= 2 && points_.front().share == 0 && points_.back().share == k_whole,
          "a curve of power goes from nothing held to all held");
    std::uint32_t common = k_whole;
    for (const PowerPoint& point : points_) {
        common = std::gcd(common, point.share);
    }
    parts_ = k_whole / common;
    for (std::size_t i = 0; i + 1 < points_.size(); ++i) {
        const PowerPoint& begin = points_[i];
        const PowerPoint& end = points_[i + 1];
        check(begin.share < end.share, "points of a curve ascend");
        lines_.push_back({begin.share / common, (end.share - begin.share) / common, end.watts - begin.watts});
    }
}

PowerSpec PowerSpec::of(double idle_w, double half_w, double full_w) {
    return PowerSpec({{0, idle_w}, {k_whole / 2, half_w}, {k_whole, full_w}});
}

std::optional<double> PowerSpec::half_w() const {
    return points_.size() == 3 && points_[1].share == k_whole / 2 ? std::optional(points_[1].watts) : std::nullopt;
}

double PowerSpec::at(double share) const {
    double watts = idle_w();
    for (const Line& line : lines_) {
        watts += line.rise_w * std::clamp((share * parts_ - line.from) / line.length, 0.0, 1.0);
    }
    return watts;
}

PowerSpec PowerSpec::scaled(double factor) const {
    PowerSpec other = *this;
    for (PowerPoint& point : other.points_) {
        point.watts *= factor;
    }
    for (Line& line : other.lines_) {
        line.rise_w *= factor;
    }
    return other;
}

}  // namespace nines
