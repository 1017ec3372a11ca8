#pragma once
// A review as JSON: the results of the study, and under `review` the pillars, the owners, and what to do first.

#include <string>

#include "models/pillars/review.hpp"

namespace nines {

std::string review_json(const Review& review, const Results& results);

}  // namespace nines
