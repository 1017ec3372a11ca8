#pragma once
// GridCourse: how dirty the electricity is, hour by hour, of each region in which something draws power.

#include <vector>

#include "models/plan/region_grid.hpp"

namespace nines {

/// Regions in which something draws power, in the order of their first group.
class GridCourse {
public:
    explicit GridCourse(const Plan& plan);

    std::size_t regions() const { return regions_.size(); }
    /// The position of a group's region; `regions()` where it draws no power, or has no grid.
    std::size_t region_of(GroupId group) const { return region_of_[group]; }
    /// Grams for one watt drawn over [from_s, to_s], seconds from time zero, PUE included.
    double grams_per_watt(std::size_t region, double from_s, double to_s) const {
        return regions_[region].grams_per_watt(from_s, to_s);
    }

private:
    std::vector<RegionGrid> regions_;
    Column<GroupId, std::size_t> region_of_;
};

}  // namespace nines
