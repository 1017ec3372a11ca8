#include "tools/output/review_text.hpp"

#include <fmt/format.h>

#include "tools/console/humanize.hpp"

namespace nines {

std::string finding_text(const Finding& finding) {
    std::string text = finding.text;
    for (std::size_t i = 0; i < finding.effect.size(); ++i) {
        text += (i == 0 ? ": " : ", ") + human_quantity(finding.effect[i].value, finding.effect[i].unit);
    }
    return text;
}

std::string whose_text(const Finding& finding) {
    return fmt::format("{}, {}", k_layers.of(finding.layer), k_owners.of(finding.owner));
}

std::string margin_text(const Distance& distance) {
    if (!distance.margin) {
        return "";
    }
    return *distance.margin >= 0 ? fmt::format("{} of the bound to spare", human_percent(*distance.margin))
                                 : fmt::format("misses the bound by {}", human_percent(-*distance.margin));
}

std::string suggestion_text(const Suggestion& suggestion) {
    return fmt::format("{}: \"{} {}\"", suggestion.metric, suggestion.at_least ? ">=" : "<=",
                       human_quantity(suggestion.bound.value, suggestion.bound.unit));
}

std::string unit_text(const OwnerMatrix& matrix, double value) {
    return value == 0 ? "-" : human_quantity(value, matrix.unit);
}

std::string markdown_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '|' || c == '\\' || c == '`' || c == '<' || c == '*' || c == '_') {
            out += '\\';
        }
        out += c == '\n' || c == '\r' ? ' ' : c;
    }
    return out;
}

}  // namespace nines
