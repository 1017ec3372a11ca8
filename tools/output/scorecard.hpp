#pragma once
// The scorecard: one page of a terminal that tells what happened, in figures and in words.

#include <string>

#include "models/results/results.hpp"

namespace nines {

/// How a page may look. Without `color` no escape code is ever written; without `unicode` all is ASCII.
struct Style {
    bool color = false;
    int width = 100;     ///< columns of a line, at most
    bool quiet = false;  ///< only the verdict and the objectives
    bool unicode = true;
};

/// The whole page, ended by a newline.
std::string format_scorecard(const Results& results, const Style& style);

}  // namespace nines
