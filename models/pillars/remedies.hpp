#pragma once
// Remedies: changes to a scenario that may mend what a review found, each as assignments that `--set` would take. What
// they are worth is not known here: a comparison under the same luck tells (models/study/compare.hpp).

#include <string>
#include <vector>

#include "models/architecture/architecture.hpp"
#include "models/language/metric_names.hpp"
#include "models/results/results.hpp"

namespace nines {

struct Remedy {
    std::string name;  ///< "one zone more for web"
    Pillar pillar{};   ///< for whose sake
    std::vector<std::string> sets;
};

/// Those that the architecture does not have yet and that concern what it says something about: changes of the whole
/// architecture before those of single services.
/// @param document  what the architecture was read from, with its variant
/// @param results   of a study of it
std::vector<Remedy> remedies_of(const Document& document, const Architecture& architecture, const Results& results);

}  // namespace nines
