#pragma once
// Problem: one mistake in a user's file. Collected, not thrown: all of them are reported, in file order.

#include <string>
#include <string_view>
#include <vector>

#include "models/language/document.hpp"

namespace nines {

struct Problem {
    Place place;                       ///< of the offending value itself
    std::string path;                  ///< "services.web.balance.policy"
    std::string message;               ///< "expected a balance policy, found `least-outstandng`"
    std::vector<std::string> choices;  ///< all that would have been right; the printer picks the nearest to `found`
    std::string found;                 ///< the word to compare the choices with; empty: no suggestion
    std::string hint;                  ///< a whole sentence of advice, or empty
};

/// All mistakes found so far. Readers go on after a mistake, so that one run shows all.
struct Problems {
    std::vector<Problem> list;

    bool empty() const { return list.empty(); }
    /// Whether the next one should bring its choices: few are printed, and a hostile file has 10,000 mistakes with
    /// 10,000 choices each.
    bool wants_choices() const { return list.size() < 50; }
    Problem& add(Place place, std::string path, std::string message);
};

/// Errors as the terminal shows them, sorted by file and line: "file:line:column: error: ...", the line with a caret,
/// the nearest valid word, the list of choices, and "included from file:line" where that applies.
/// At most `most` are shown, with the count of the rest.
std::string format_problems(const Document& document, const Problems& problems, std::size_t most = 50);

/// The nearest of `choices` to `word` by edit distance (transpositions count one), or empty when none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string>& choices);

}  // namespace nines
