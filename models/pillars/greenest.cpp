#include "models/pillars/greenest.hpp"

#include <numeric>

namespace nines {

GreenWindow greenest_window(const std::array<double, 24>& g_per_kwh_by_hour, int hours) {
    GreenWindow best;
    best.mean_g_per_kwh = std::accumulate(g_per_kwh_by_hour.begin(), g_per_kwh_by_hour.end(), 0.0) / 24;
    for (int begin = 0; begin < 24; ++begin) {
        double sum = 0;
        for (int hour = begin; hour < begin + hours; ++hour) {
            sum += g_per_kwh_by_hour[static_cast<std::size_t>(hour % 24)];
        }
        if (begin == 0 || sum / hours < best.g_per_kwh) {
            best.begin_h = begin;
            best.g_per_kwh = sum / hours;
        }
    }
    return best;
}

std::array<double, 24> mean_day(const std::array<std::array<double, 24>, 12>& g_per_kwh_by_month) {
    std::array<double, 24> day{};
    for (const auto& month : g_per_kwh_by_month) {
        for (std::size_t hour = 0; hour < 24; ++hour) {
            day[hour] += month[hour] / 12;
        }
    }
    return day;
}

}  // namespace nines
