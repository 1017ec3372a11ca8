#pragma once
// Expressions: words with arguments in parentheses, "exponential(20 ms cap 1 s)", as a small tree.

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace nines {

/// A bare word or number ("20", "ms", "cap", "800/s", "90 %" is two tokens), or name(arguments).
struct Token {
    std::string text;              ///< the word, or the name before the parenthesis
    bool is_call = false;          ///< text(arguments...)
    std::vector<Token> arguments;  ///< of a call
    std::size_t offset = 0;        ///< of the first character in the whole text
};

/// Splits the whole text into tokens; commas between arguments are taken as spaces. `steps(800/s 0 s 1200/s 10 min)`
/// is one token with eight arguments... An unbalanced parenthesis is an error that says so.
Result<std::vector<Token>> parse_tokens(std::string_view text);

}  // namespace nines
