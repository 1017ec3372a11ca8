#pragma once
// What threats did in one run, by names: rows and the timeline.

#include "models/plan/plan.hpp"
#include "models/results/results.hpp"
#include "models/results/security_course.hpp"

namespace nines {

/// Fills the rows, and puts what happened into the timeline, in time order.
void tell_security(const Plan& plan, const SecurityCourse& course, Results& results);

}  // namespace nines
