#pragma once
// When a grid is greenest: for work that can wait.

#include <array>

namespace nines {

/// A stretch of whole hours of the day, and what it emits against the mean of the day.
struct GreenWindow {
    int begin_h = 0;            ///< UTC
    double g_per_kwh = 0;       ///< mean over the stretch
    double mean_g_per_kwh = 0;  ///< of the day
};

/// The stretch of so many hours (1 to 24, over midnight too) with the least carbon; the earliest of equal ones.
GreenWindow greenest_window(const std::array<double, 24>& g_per_kwh_by_hour, int hours);

/// The mean day of a year of months.
std::array<double, 24> mean_day(const std::array<std::array<double, 24>, 12>& g_per_kwh_by_month);

}  // namespace nines
