#pragma once
// The story of a run: its course as sparklines, and its incidents in plain words.

#include "models/results/results.hpp"
#include "tools/output/page.hpp"

namespace nines {

/// OVER TIME: the share of requests that ended ok, goodput and latency by slice, with the faults below them.
void add_course(Page& page, const Results& results);

/// INCIDENTS, the worst few in order of time; without any, what happened in the run.
void add_incidents(Page& page, const Results& results);

}  // namespace nines
