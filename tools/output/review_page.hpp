#pragma once
// A review on a terminal: one page with the six pillars, the two owners, and what to do first.

#include "models/pillars/review.hpp"
#include "tools/output/page.hpp"

namespace nines {

/// The whole page, ended by a newline.
std::string format_review(const Review& review, const Results& results, const Style& style);

/// Its last parts, for the end of a study's page: who owns what was lost, and what to do first.
std::string format_review_end(const Review& review, const Style& style);

/// The same review as a Markdown document.
std::string review_markdown(const Review& review, const Results& results);

}  // namespace nines
