#pragma once
// GridCourse: how dirty the electricity of each region is, hour by hour of the calendar, added up so that any stretch
// of time costs the same.

#include <vector>

#include "models/plan/plan.hpp"

namespace nines {

/// Regions in which something draws power, in the order of their first group.
class GridCourse {
public:
    explicit GridCourse(const Plan& plan);

    std::size_t regions() const { return regions_.size(); }
    /// The position of a group's region; `regions()` where it draws no power, or has no grid.
    std::size_t region_of(GroupId group) const { return region_of_[group]; }
    /// Grams for one watt drawn over [from_s, to_s], seconds from time zero, PUE included.
    double grams_per_watt(std::size_t region, double from_s, double to_s) const;

private:
    double until(std::size_t region, double at_s) const;

    struct Region {
        double per_cycle = 0;
        std::vector<double> until_hour;  // grams for one watt since the cycle began
    };
    double offset_s_ = 0;  // of time zero within its hour
    std::vector<Region> regions_;
    Column<GroupId, std::size_t> region_of_;
};

}  // namespace nines
