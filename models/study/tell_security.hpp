#pragma once
// What threats did in one run, by names: rows, the timeline, and whose the losses are.

#include "models/plan/plan.hpp"
#include "models/results/results.hpp"
#include "models/results/security_course.hpp"

namespace nines {

/// Fills the rows, and puts what happened into the timeline, in time order.
void tell_security(const Plan& plan, const SecurityCourse& course, Results& results);

/// Records exposed and destroyed by threat: adds up to the figures of the run.
void attribute_security(Results& results);

}  // namespace nines
