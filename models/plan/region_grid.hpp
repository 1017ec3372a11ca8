#pragma once
// RegionGrid: how dirty the electricity of a region is, hour by hour of the calendar, added up so that any stretch of
// time costs the same.

#include <cstdint>
#include <vector>

#include "models/plan/plan.hpp"

namespace nines {

class RegionGrid {
public:
    /// @param start_clock_s  time zero, seconds since 1970
    RegionGrid(const CarbonPlan& carbon, std::int64_t start_clock_s);

    /// Grams for one watt drawn over [from_s, to_s], seconds from time zero, PUE included.
    double grams_per_watt(double from_s, double to_s) const { return until(to_s) - until(from_s); }

private:
    double until(double at_s) const;

    double offset_s_ = 0;  // of time zero within its hour
    double per_cycle_ = 0;
    std::vector<double> until_hour_;  // grams for one watt since the cycle began
};

}  // namespace nines
