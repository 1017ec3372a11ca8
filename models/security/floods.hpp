#pragma once
// Floods: how many requests of nobody's came, and how many of them were absorbed.

#include "models/plan/security_plan.hpp"
#include "models/results/security_course.hpp"

namespace nines {

/// Adds the floods of a course to the tallies of their threats, as far as they lie in [0, end). The rate of each is
/// spread evenly over its services; floods of one service that overlap add up, and share what it absorbs by their
/// rates. O(n log n) for n floods of a service.
void count_floods(const SecurityPlan& plan, double end_s, SecurityCourse& course);

}  // namespace nines
