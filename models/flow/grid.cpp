#include "models/flow/grid.hpp"

#include <algorithm>

namespace nines {

GridCourse::GridCourse(const Plan& plan) : region_of_(plan.groups.size()) {
    std::vector<LocationId> known;
    for (std::size_t g = 0; g < plan.groups.size(); ++g) {
        const auto id = index_at<GroupId>(g);
        const LocationId place = plan.world.locations[plan.groups[id].location].region;
        const bool draws = plan.has_world && place.exists() && plan.groups[id].draws_power();
        const auto at = std::find(known.begin(), known.end(), place);
        region_of_[id] = draws ? static_cast<std::size_t>(at - known.begin()) : SIZE_MAX;
        if (draws && at == known.end()) {
            known.push_back(place);
        }
    }
    for (const LocationId place : known) {
        regions_.emplace_back(plan.carbon[place], plan.run.start_clock_s);
    }
    for (std::size_t& region : region_of_) {
        region = std::min(region, regions_.size());
    }
}

}  // namespace nines
