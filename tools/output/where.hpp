#pragma once
// The answer to `nines catalog where`, as a table for the terminal and as JSON.

#include <string>
#include <vector>

#include "models/world/where.hpp"
#include "tools/output/scorecard.hpp"

namespace nines {

/// What was asked, in the user's words where those say more than ids, and the answer.
struct WhereAsked {
    const WhereQuestion& question;
    const std::vector<WherePlace>& places;
    std::vector<std::string> residency;  ///< as written: "EU", "CH"
    std::string version;
};

/// A table of all places, those within all bounds first; figures beyond a bound carry a `!`, assumed ones a `*`.
std::string format_where(const WhereAsked& asked, const Style& style);

/// One JSON document, ended by a newline; the keys are those of docs/reference/catalog.md.
std::string where_json(const WhereAsked& asked);

}  // namespace nines
