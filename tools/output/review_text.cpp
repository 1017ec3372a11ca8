#include "tools/output/review_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/console/humanize.hpp"
#include "tools/output/words.hpp"

namespace nines {

std::string finding_text(const Finding& finding) {
    std::string text = finding.text;
    for (std::size_t i = 0; i < finding.effect.size(); ++i) {
        text += (i == 0 ? ": " : ", ") + with_spread(finding.effect[i]);
    }
    return text;
}

std::string spread_text(const Spread& spread, std::string_view unit, const std::string& beside) {
    const std::string interval = human_interval(spread.lo, spread.hi, unit, beside);
    switch (spread.kind) {
        case IntervalKind::exact:
        case IntervalKind::student:
            return interval;
        case IntervalKind::chebyshev:
            return interval + ", Chebyshev";
        case IntervalKind::alike:
        case IntervalKind::few:
            break;
    }
    return std::string(k_interval_kinds.of(spread.kind));
}

std::string with_spread(const Quantity& figure) {
    std::string text = human_quantity(figure.value, figure.unit);
    const Spread& spread = figure.spread;
    const bool is_narrow =
        spread.lo && spread.hi && human_quantity(*spread.lo, figure.unit) == human_quantity(*spread.hi, figure.unit);
    const std::string around = is_narrow ? "" : spread_text(spread, figure.unit, text);
    return around.empty() ? text : fmt::format("{} ({})", text, around);
}

std::string price_text(const Finding& finding) {
    if (finding.usd_per_month && *finding.usd_per_month > 0) {
        return fmt::format("[{}]", with_spread({*finding.usd_per_month, "USD/month", finding.usd_spread}));
    }
    if (finding.usd_each && *finding.usd_each > 0) {
        return fmt::format("[{} each time]", with_spread({*finding.usd_each, "USD", finding.usd_spread}));
    }
    return "";
}

std::string layers_text(const LayerOwners& owners) {
    std::string text;
    for (std::size_t first = 0, end = 0; first < owners.size(); first = end) {
        while (end < owners.size() && owners[end] == owners[first]) {
            ++end;
        }
        text += fmt::format("{}{}{}{}", text.empty() ? "" : ", ", k_layers.of(static_cast<Layer>(first)),
                            end - first > 1 ? fmt::format(" to {}", k_layers.of(static_cast<Layer>(end - 1))) : "",
                            owners[first] == Owner::provider ? " of the provider" : " yours");
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

/// As the scenario language reads it: shares in percent, and a month's dollars or kilograms without the month.
std::string suggestion_text(const Suggestion& suggestion) {
    const std::string& unit = suggestion.bound.unit;
    const double value = suggestion.bound.value;
    const std::string_view bare = std::string_view(unit).substr(0, unit.find('/'));
    const bool is_counted = bare == "1" || bare == "h" || bare == "days" || bare == "host-days";
    const std::string text = unit == "fraction" ? fmt::format("{:.12g} %", value * 100)
                             : is_counted       ? fmt::format("{:.12g}", value)
                             : unit == "1/s"    ? fmt::format("{:.12g}/s", value)
                                                : fmt::format("{:.12g} {}", value, bare);
    return fmt::format("{}: \"{} {}\"", suggestion.metric, suggestion.at_least ? ">=" : "<=", text);
}

std::string distribution_text(const Metric& metric) {
    const auto of = [&](std::string_view name) {
        const auto found = std::find_if(metric.quantiles.begin(), metric.quantiles.end(),
                                        [&](const QuantileFigure& one) { return one.name == name; });
        return found == metric.quantiles.end() || !found->value ? "" : human_quantity(*found->value, metric.unit);
    };
    const std::string half = of("p50");
    const std::string most = of("p95");
    return half.empty() || half == most ? "" : fmt::format("half of them below {}, 95 % below {}", half, most);
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
