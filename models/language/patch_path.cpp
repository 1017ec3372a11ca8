// Patch path: splitting a path into its steps.

#include "models/language/patch_path.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/language/quantity_text.hpp"
#include "models/language/show.hpp"

namespace nines {

namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(' ');
    return begin == std::string_view::npos ? std::string_view{}
                                           : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

/// What stands between brackets: "call T" or a number.
Result<PathStep> parse_selector(std::string_view inside) {
    inside = trimmed(inside);
    PathStep step;
    if (inside.starts_with("call ")) {
        step.kind = PathStep::Kind::call;
        step.text = std::string(trimmed(inside.substr(5)));
        return step;
    }
    const Result<std::int64_t> index = parse_count(inside);
    if (!index) {
        return unexpected(fmt::format("expected [call SERVICE.ENDPOINT] or a number such as [0], found [{}]",
                                      escape_text(inside.substr(0, 60))));
    }
    step.kind = PathStep::Kind::index;
    step.index = static_cast<std::size_t>(*index);
    return step;
}

}  // namespace

Result<std::vector<PathStep>> parse_path(std::string_view path) {
    constexpr std::size_t k_steps_most = 32;
    std::vector<PathStep> steps;
    std::size_t at = 0;
    while (at < path.size() || steps.empty()) {
        PathStep step;
        const std::size_t begin = at;
        if (at < path.size() && path[at] == '[') {
            const std::size_t close = path.find(']', at);
            if (close == std::string_view::npos || steps.empty()) {
                return unexpected(fmt::format("the path {} has a `[` without {}", quote(path),
                                              steps.empty() ? "a name before it" : "its `]`"));
            }
            Result<PathStep> selector = parse_selector(path.substr(at + 1, close - at - 1));
            if (!selector) {
                return unexpected(selector.error());
            }
            step = std::move(*selector);
            at = close + 1;
        } else {
            at = std::min(path.find_first_of(".[", at), path.size());
            step.text = std::string(path.substr(begin, at - begin));
            if (trimmed(step.text).empty()) {
                return unexpected(fmt::format("the path {} has an empty name in it", quote(path)));
            }
        }
        step.offset = begin;
        step.length = at - begin;
        steps.push_back(std::move(step));
        if (steps.size() > k_steps_most) {
            return unexpected(fmt::format("the path {} has more than {} steps", quote(path), k_steps_most));
        }
        if (at < path.size() && path[at] == '.') {
            ++at;
            if (at == path.size()) {
                return unexpected(fmt::format("the path {} ends with a dot", quote(path)));
            }
        } else if (at < path.size() && path[at] != '[') {
            return unexpected(fmt::format("the path {} needs a `.` or `[` after `]`", quote(path)));
        }
    }
    return steps;
}

}  // namespace nines
