#pragma once
// The answers of `nines explain`, as a page for the terminal and as JSON.

#include <string>

#include "models/structure/explain.hpp"
#include "tools/output/scorecard.hpp"

namespace nines {

/// What was asked, and the answers.
struct Explained {
    const Plan& plan;
    const Structure& structure;
    const Explanation& answer;
    std::string version;
    std::string variant;  ///< empty: the base
};

/// The page, ended by a newline.
std::string format_explanation(const Explained& explained, const Style& style);

/// One JSON document, ended by a newline; the keys are those of docs/reference/explain.md.
std::string explanation_json(const Explained& explained);

}  // namespace nines
