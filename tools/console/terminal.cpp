// Terminal: asked once, at the border, so that all formatting below is a function of its arguments.

#include "tools/console/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace nines {

namespace {

constexpr int k_narrowest_page = 40;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

bool unicode_locale() {
    // The order in which POSIX asks them. Containers often set none, and their terminals show UTF-8 all the same.
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        std::string locale = environment(name);
        if (locale.empty()) {
            continue;
        }
        std::transform(locale.begin(), locale.end(), locale.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
    }
    return true;
}

}  // namespace

Terminal look_at_terminal(int descriptor, std::string_view color) {
    Terminal terminal;
    terminal.interactive = ::isatty(descriptor) == 1;
    const bool willing = environment("NO_COLOR").empty() && environment("TERM") != "dumb";
    terminal.color = color == "always" || (color != "never" && terminal.interactive && willing);
    terminal.unicode = unicode_locale();
    winsize size{};
    if (terminal.interactive && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        terminal.width = std::clamp<int>(size.ws_col, k_narrowest_page, k_widest_page);
    }
    return terminal;
}

}  // namespace nines
