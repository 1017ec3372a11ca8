#pragma once
// Power: the watts of a machine by how busy it is, straight lines between points.

#include <cstdint>
#include <optional>
#include <vector>

namespace nines {

/// A point of a curve: what a machine draws with that share of its workers held.
struct PowerPoint {
    std::uint32_t share = 0;  ///< in hundredths of a percent, so that time beyond a point is counted in whole numbers
    double watts = 0;

    bool operator==(const PowerPoint&) const = default;
};

/// What one machine draws: straight from point to point, as measured load levels are read (SPECpower_ssj2008). One that
/// was made without points draws nothing.
class PowerSpec {
public:
    static constexpr std::uint32_t k_whole = 10'000;  ///< the share of all workers
    static constexpr std::size_t k_points_most = 16;

    PowerSpec() = default;
    /// @param points  by ascending shares, the first 0, the last k_whole
    explicit PowerSpec(std::vector<PowerPoint> points);
    static PowerSpec of(double idle_w, double half_w, double full_w);

    /// A straight line of the curve. Shares are counted in parts of a machine's workers, so that all are whole numbers:
    /// a machine has filled max(0, parts x held - from x workers) beyond the line's begin, over parts.
    struct Line {
        std::uint32_t from = 0, length = 0;  ///< in parts
        double rise_w = 0;                   ///< from its begin to its end
    };

    const std::vector<PowerPoint>& points() const { return points_; }
    const std::vector<Line>& lines() const { return lines_; }
    std::uint32_t parts() const { return parts_; }  ///< as few as have a point at each whole number
    bool draws() const { return full_w() > 0; }
    double idle_w() const { return points_.empty() ? 0 : points_.front().watts; }
    double full_w() const { return points_.empty() ? 0 : points_.back().watts; }
    /// Of a curve whose only point between idle and full is half load.
    std::optional<double> half_w() const;
    /// Watts with a share in [0, 1] of its workers held.
    double at(double share) const;
    /// The same curve of a machine of another size.
    PowerSpec scaled(double factor) const;

private:
    std::vector<PowerPoint> points_;
    std::vector<Line> lines_;
    std::uint32_t parts_ = 1;
};

}  // namespace nines
