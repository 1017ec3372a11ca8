#pragma once
// Show: a user's text inside our messages, with control characters escaped and long text cut.

#include <string>
#include <string_view>

namespace nines {

/// One character of UTF-8 text: its bytes, and whether they are a valid character.
struct Utf8Step {
    std::size_t bytes = 1;
    bool valid = false;
    char32_t code = 0;
};

/// Decodes the character at `offset`; an invalid byte is a step of one byte.
Utf8Step utf8_at(std::string_view text, std::size_t offset);

/// The count of characters; an invalid byte counts as one.
std::size_t utf8_length(std::string_view text);

/// Control characters, characters that reorder a line and invalid bytes as `\x1b`, `\u202e`; line ends as `\n`.
std::string escape_text(std::string_view text);

/// The text in back-ticks, escaped, cut after 60 characters; "nothing" for an empty one.
std::string quote(std::string_view text);

}  // namespace nines
