#pragma once
// Text as a terminal shows it: columns rather than bytes, and nothing that could move the cursor.

#include <string>
#include <string_view>
#include <vector>

namespace nines {

/// Columns that `text` takes: wide characters count two, combining ones and colour codes none.
int text_width(std::string_view text);

/// `text` in at most `width` columns; what is cut off is marked by "…" ("..." when not `unicode`). Colour codes stay.
std::string clip(std::string_view text, int width, bool unicode = true);

/// Lines of at most `width` columns, broken at spaces; a longer word is clipped. Never empty.
std::vector<std::string> wrap(std::string_view text, int width, bool unicode = true);

/// Names and notes of the user, made safe to print: control characters and broken UTF-8 become "?", and so does
/// everything beyond ASCII when not `unicode`.
std::string printable(std::string_view text, bool unicode = true);

}  // namespace nines
