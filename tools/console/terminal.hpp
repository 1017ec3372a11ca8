#pragma once
// Terminal: what the other end of an output can show.

#include <string_view>

namespace nines {

struct Terminal {
    bool interactive = false;  ///< a terminal, not a file or a pipe
    bool color = false;
    bool unicode = true;
    int width = 100;  ///< columns, at most k_widest_page
};

inline constexpr int k_widest_page = 100;

/// Looks at an open descriptor (1, 2) and at the environment. `color` is auto, always or never: auto is a terminal
/// without NO_COLOR (no-color.org) that is not dumb. Unicode is assumed unless the locale names another encoding.
Terminal look_at_terminal(int descriptor, std::string_view color);

}  // namespace nines
