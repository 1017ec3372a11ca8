#pragma once
// A review as JSON: the results of the study, and under `review` the pillars, the owners, what to do first, and what
// was tried.

#include <string>

#include "models/pillars/review.hpp"
#include "models/study/trials.hpp"

namespace nines {

/// `tried` is null without trials.
std::string review_json(const Review& review, const Results& results, const std::optional<Trials>& trials);

}  // namespace nines
