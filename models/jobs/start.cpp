#include "models/jobs/start.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace nines {

namespace {

constexpr double k_hour_s = 3600;
/// Sums that differ by less are equal: they are differences of sums over years.
constexpr double k_equal = 1e-9;

/// Adds each start in the window at which start + `ahead_s` is a full hour of the clock.
void add_full_hours(const StartWindow& window, double offset_s, double ahead_s, std::vector<double>& starts) {
    const double first = std::ceil((window.ready_s + ahead_s + offset_s) / k_hour_s);
    for (double hour = first;; ++hour) {
        const double start_s = hour * k_hour_s - offset_s - ahead_s;
        if (!(start_s < window.last_s)) {
            return;
        }
        starts.push_back(std::max(start_s, window.ready_s));
    }
}

}  // namespace

double greenest_start_s(const RegionGrid& grid, std::int64_t start_clock_s, const StartWindow& window) {
    if (!(window.last_s > window.ready_s)) {
        return window.ready_s;
    }
    const auto offset_s = static_cast<double>(start_clock_s % 3600);
    std::vector<double> starts{window.ready_s, window.last_s};
    add_full_hours(window, offset_s, 0, starts);
    add_full_hours(window, offset_s, window.run_s, starts);
    std::sort(starts.begin(), starts.end());
    double best_s = window.ready_s;
    double least = grid.grams_per_watt(best_s, best_s + window.run_s);
    for (const double start_s : starts) {
        const double grams = grid.grams_per_watt(start_s, start_s + window.run_s);
        if (grams < least * (1 - k_equal)) {
            best_s = start_s;
            least = grams;
        }
    }
    return best_s;
}

}  // namespace nines
