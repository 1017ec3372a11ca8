#pragma once
// Start: when a job that may wait is started, so that its electricity emits least.

#include "models/plan/region_grid.hpp"

namespace nines {

/// A stretch of running time, and when it may begin; seconds from time zero.
struct StartWindow {
    double ready_s = 0;
    double last_s = 0;  ///< the latest start; before `ready_s`: there is no time to lose
    double run_s = 0;
};

/// The start within the window over whose run the grid emits least; the earliest of equal ones. Exact: the sum over a
/// run changes evenly while neither its beginning nor its end passes a full hour, so that only such starts, and the
/// ends of the window, can be the least.
double greenest_start_s(const RegionGrid& grid, std::int64_t start_clock_s, const StartWindow& window);

}  // namespace nines
