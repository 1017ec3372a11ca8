// JSON as text: the layout, and numbers in their shortest form.

#include "tools/output/json_text.hpp"

#include <fmt/format.h>

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

/// Down to which depth parts stand in a line each: the document and its lists; of variants two more, so that each of
/// their figures has its line too.
constexpr std::size_t k_levels = 2;
constexpr std::size_t k_levels_of_variants = 4;

struct Position {
    std::size_t depth = 0;
    std::size_t levels = k_levels;
};

/// Appends `json`; what is deeper than the levels stands in one line.
void append(std::string& text, const Json& json, Position position) {
    if (!json.is_structured()) {
        text += dump_scalar(json);
        return;
    }
    const bool in_lines = !json.empty() && position.depth < position.levels;
    const std::string before = in_lines ? "\n" + std::string(2 * position.depth + 2, ' ') : "";
    const std::string after = in_lines ? "\n" + std::string(2 * position.depth, ' ') : "";
    std::string separator;
    text += json.is_object() ? "{" : "[";
    for (const auto& element : json.items()) {
        text.append(separator).append(before);
        separator = in_lines ? "," : ", ";
        Position below{position.depth + 1, position.levels};
        if (json.is_object()) {
            text += dump_scalar(Json(element.key())) + ": ";
            below.levels = position.depth == 0 && element.key() == "variants" ? k_levels_of_variants : below.levels;
        }
        append(text, element.value(), below);
    }
    text.append(after).append(json.is_object() ? "}" : "]");
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
    append(text, document, {});
    return text + "\n";
}

}  // namespace nines
