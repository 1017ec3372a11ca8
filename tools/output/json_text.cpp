// JSON as text: the layout, and numbers in their shortest form.

#include "tools/output/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "models/results/rounding.hpp"

namespace nines {

namespace {

constexpr double k_whole_most = 1e15;  // every whole number below it is a double exactly

/// A number, a word or a text. nlohmann prints one real in a thousand with 17 digits where 12 are enough (Grisu2); fmt
/// always finds the shortest. A text that is not UTF-8 gets replacement characters: the default would throw.
std::string dump_scalar(const Json& json) {
    if (json.is_number_float()) {
        return fmt::format("{}", json.get<double>());
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Where the parts of a list or an object stand: after `before` each, and `after` the last.
struct Layout {
    std::string_view before, after;
};
constexpr std::array<Layout, 3> k_layouts{{{"\n  ", "\n"}, {"\n    ", "\n  "}, {"", ""}}};

/// Appends `json`. The document and its lists have a line for each element; what is deeper stands in one line.
void append(std::string& text, const Json& json, std::size_t depth) {
    if (!json.is_structured()) {
        text += dump_scalar(json);
        return;
    }
    const Layout layout = json.empty() ? k_layouts.back() : k_layouts[std::min(depth, k_layouts.size() - 1)];
    std::string_view separator;
    text += json.is_object() ? "{" : "[";
    for (const auto& element : json.items()) {
        text.append(separator).append(layout.before);
        separator = layout.before.empty() ? ", " : ",";
        if (json.is_object()) {
            text += dump_scalar(Json(element.key())) + ": ";
        }
        append(text, element.value(), depth + 1);
    }
    text.append(layout.after).append(json.is_object() ? "}" : "]");
}

}  // namespace

Json json_real(std::optional<double> value) {
    if (!value || !std::isfinite(*value)) {
        return nullptr;
    }
    const double rounded = round_significant(*value);
    if (std::fabs(rounded) < k_whole_most && rounded == std::trunc(rounded)) {
        return static_cast<std::int64_t>(rounded);
    }
    return rounded;
}

std::string json_text(const Json& document) {
    std::string text;
    append(text, document, 0);
    return text + "\n";
}

}  // namespace nines
