#pragma once
// The page of a study: what replications say together, and how they differ.

#include "models/results/results.hpp"
#include "tools/output/page.hpp"

namespace nines {

/// "as many as asked for", "precise enough", ...
std::string_view study_end_text(const Results& results);

/// "3.2 % (2.1 % to 4.6 %)".
std::string chance_text(const ChanceFigure& chance);

/// FIGURES: means with intervals, and quantiles over replications; the reasons where there is no interval.
void add_study_figures(Page& page, const Results& results);

/// CHANCES: of figures above thresholds, where they were asked for.
void add_chances(Page& page, const Results& results);
/// Rare events of load, where any were asked for: the chance of each, and by what it is judged.
void add_rare_events(Page& page, const Results& results);

}  // namespace nines
