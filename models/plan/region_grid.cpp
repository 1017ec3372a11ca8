#include "models/plan/region_grid.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "engine/base/units.hpp"

namespace nines {

namespace {

constexpr std::size_t k_hours_in_cycle = 1461 * 24;  // four years: after that the calendar repeats (until 2100)

}  // namespace

RegionGrid::RegionGrid(const CarbonPlan& carbon, std::int64_t start_clock_s)
    : offset_s_(static_cast<double>(start_clock_s % 3600)) {
    double sum = 0;
    std::int64_t clock = start_clock_s - start_clock_s % 3600;
    for (std::size_t hour = 0; hour < k_hours_in_cycle; ++hour, clock += 3600) {
        const std::chrono::sys_seconds time{std::chrono::seconds{clock}};
        const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
        const auto month = static_cast<unsigned>(date.month()) - 1;
        const double grams_per_s =
            carbon.grid.g_per_kwh[month][static_cast<std::size_t>(clock / 3600 % 24)] * carbon.pue / k_joules_per_kwh;
        until_hour_.push_back(sum);
        sum += grams_per_s * 3600;
    }
    until_hour_.push_back(sum);
    per_cycle_ = sum;
}

double RegionGrid::until(double at_s) const {
    const double hours = (at_s + offset_s_) / 3600;
    const double cycles = std::floor(hours / static_cast<double>(k_hours_in_cycle));
    const double inside = hours - cycles * static_cast<double>(k_hours_in_cycle);
    const std::size_t hour = std::min(static_cast<std::size_t>(inside), k_hours_in_cycle - 1);
    const double low = until_hour_[hour];
    return cycles * per_cycle_ + low + (until_hour_[hour + 1] - low) * (inside - static_cast<double>(hour));
}

}  // namespace nines
