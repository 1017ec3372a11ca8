#include "models/flow/grid.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "engine/base/units.hpp"

namespace nines {

namespace {

constexpr std::size_t k_hours_in_cycle = 1461 * 24;  // four years: after that the calendar repeats (until 2100)

}  // namespace

GridCourse::GridCourse(const Plan& plan)
    : offset_s_(static_cast<double>(plan.run.start_clock_s % 3600)), region_of_(plan.groups.size()) {
    std::vector<LocationId> known;
    for (std::size_t g = 0; g < plan.groups.size(); ++g) {
        const auto id = index_at<GroupId>(g);
        const LocationId place = plan.world.locations[plan.groups[id].location].region;
        const bool draws = plan.has_world && place.exists() && plan.groups[id].power.full_w > 0;
        const auto at = std::find(known.begin(), known.end(), place);
        region_of_[id] = draws ? static_cast<std::size_t>(at - known.begin()) : SIZE_MAX;
        if (draws && at == known.end()) {
            known.push_back(place);
        }
    }
    for (const LocationId place : known) {
        const CarbonPlan& carbon = plan.carbon[place];
        Region region;
        double sum = 0;
        std::int64_t clock = plan.run.start_clock_s - plan.run.start_clock_s % 3600;
        for (std::size_t hour = 0; hour < k_hours_in_cycle; ++hour, clock += 3600) {
            const std::chrono::sys_seconds time{std::chrono::seconds{clock}};
            const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
            const auto month = static_cast<unsigned>(date.month()) - 1;
            const double grams_per_s = carbon.grid.g_per_kwh[month][static_cast<std::size_t>(clock / 3600 % 24)] *
                                       carbon.pue / k_joules_per_kwh;
            region.until_hour.push_back(sum);
            sum += grams_per_s * 3600;
        }
        region.until_hour.push_back(sum);
        region.per_cycle = sum;
        regions_.push_back(std::move(region));
    }
    for (std::size_t& region : region_of_) {
        region = std::min(region, regions_.size());
    }
}

double GridCourse::until(std::size_t at, double at_s) const {
    const Region& region = regions_[at];
    const double hours = (at_s + offset_s_) / 3600;
    const double cycles = std::floor(hours / static_cast<double>(k_hours_in_cycle));
    const double inside = hours - cycles * static_cast<double>(k_hours_in_cycle);
    const std::size_t hour = std::min(static_cast<std::size_t>(inside), k_hours_in_cycle - 1);
    const double low = region.until_hour[hour];
    return cycles * region.per_cycle + low + (region.until_hour[hour + 1] - low) * (inside - static_cast<double>(hour));
}

double GridCourse::grams_per_watt(std::size_t region, double from_s, double to_s) const {
    return until(region, to_s) - until(region, from_s);
}

}  // namespace nines
