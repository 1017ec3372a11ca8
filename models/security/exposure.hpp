#pragma once
// Exposure: records that somebody could read who should not.

#include "models/plan/security_plan.hpp"
#include "models/results/security_course.hpp"
#include "models/security/access_graph.hpp"

namespace nines {

/// Records that a service holds at a moment.
double records_at(const DataSpec& data, double at_s);
/// Bytes at a moment.
double bytes_at(const DataSpec& data, double at_s);

/// Records of a service read from one moment to another: all at once, or as fast as the threat reads; each counts once.
/// None of what is public.
double records_read(const DataSpec& data, const Threat& threat, double from_s, double until_s);

/// Fills who was reached before the breach's end, and how many records were exposed of each.
void fill_exposure(const SecurityPlan& plan, const Reach& reach, Breach& breach);

/// Adds a breach to the tally of its threat, and its records to those whose they are.
void count_breach(const SecurityPlan& plan, const Breach& breach, SecurityCourse& course);

}  // namespace nines
