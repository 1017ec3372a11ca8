#pragma once
// The words of a review, which its page and its Markdown share.

#include <string>

#include "models/pillars/review.hpp"

namespace nines {

/// "lose-an-az takes requests: 99 %, 3,693, 90 s".
std::string finding_text(const Finding& finding);
/// "305 to 320", with ", Chebyshev" where that is how it is known; in a word why there is none; empty where nothing was
/// drawn.
std::string spread_text(const Spread& spread, std::string_view unit, const std::string& beside);
/// The same in parentheses behind the figure, where it is wider than the figure's last digit.
std::string with_spread(const Quantity& figure);
/// "[359 USD/month (301 to 417)]", "[14,460 USD each time]"; empty without a price.
std::string price_text(const Finding& finding);
/// Who runs what: "facility to virtualisation of the provider, operating-system to configuration yours".
std::string layers_text(const LayerOwners& owners);
/// "facility, provider".
std::string whose_text(const Finding& finding);
/// "31 % of the bound to spare", "misses the bound by 4 %", "" without a figure.
std::string margin_text(const Distance& distance);
/// "availability: '>= 99.9 %'".
std::string suggestion_text(const Suggestion& suggestion);
/// How a figure is spread over the replications: "half of them below 2,860 USD/month, 95 % below 2,912"; empty where
/// they are alike, or one.
std::string distribution_text(const Metric& metric);
/// A sum of the matrix with its unit, "-" for none.
std::string unit_text(const OwnerMatrix& matrix, double value);
/// A text of the user in Markdown, in the cell of a table too.
std::string markdown_text(std::string_view text);

}  // namespace nines
