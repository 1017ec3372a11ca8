#include "bench/report.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/machine.hpp"

namespace nines::bench {

namespace {

/// Three digits, without an exponent; whole numbers whole, in groups of three.
std::string number(double value) {
    if (!std::isfinite(value)) {
        return fmt::format("{}", value);
    }
    const bool whole = value == std::floor(value) || std::abs(value) >= 100;
    const int decimals = whole ? 0 : std::max(0, 2 - static_cast<int>(std::floor(std::log10(std::abs(value)))));
    std::string text = fmt::format("{:.{}f}", value, decimals);
    for (auto at = static_cast<std::ptrdiff_t>(text.find('.') == std::string::npos ? text.size() : text.find('.')) - 3;
         at > (value < 0 ? 1 : 0); at -= 3) {
        text.insert(static_cast<std::size_t>(at), ",");
    }
    return text;
}

std::string mark(const Goal& goal, double value) {
    return fmt::format("{} {}", goal.better == Better::higher ? ">=" : "<=", number(value));
}

std::string verdict(const Goal& goal, const Ledger::Figure& figure) {
    if (!figure.value) {
        return "left out";
    }
    if (goal.meets(*figure.value, goal.aim)) {
        return "aim met";
    }
    return goal.meets(*figure.value, goal.floor) ? "floor met" : "missed";
}

/// "28 % short of the floor", "1.3 times the ceiling".
std::string shortfall(const Goal& goal, double value) {
    return goal.better == Better::higher ? fmt::format("{:.0f} % short of the floor", 100 * (1 - value / goal.floor))
                                         : fmt::format("{:.2f} times the ceiling", value / goal.floor);
}

void add_figures(std::string& page, const Ledger& ledger) {
    page +=
        "| figure | what | value | unit | floor | aim | |\n"
        "| --- | --- | ---: | --- | ---: | ---: | --- |\n";
    for (const Goal& goal : goals()) {
        if (const Ledger::Figure* figure = ledger.find(goal.name)) {
            page += fmt::format("| `{}` | {} | {} | {} | {} | {} | {} |\n", goal.name, goal.what,
                                figure->value ? number(*figure->value) : "", goal.unit, mark(goal, goal.floor),
                                mark(goal, goal.aim), verdict(goal, *figure));
        }
    }
    page += "\n";
    for (const Goal& goal : goals()) {
        if (const Ledger::Figure* figure = ledger.find(goal.name); figure != nullptr && !figure->remark.empty()) {
            page += fmt::format("- `{}`: {}\n", goal.name, figure->remark);
        }
    }
}

void add_misses(std::string& page, const Ledger& ledger) {
    page += "\n## Floors that are not met\n\n";
    bool any = false;
    for (const Goal& goal : goals()) {
        const Ledger::Figure* figure = ledger.find(goal.name);
        if (figure != nullptr && figure->value && !goal.meets(*figure->value, goal.floor)) {
            page += fmt::format("- `{}`: {}. What bounds it: {}.\n", goal.name, shortfall(goal, *figure->value),
                                goal.bound);
            any = true;
        }
    }
    page += any ? "" : "None.\n";
}

void add_curve(std::string& page, const Curve& curve) {
    page += fmt::format("\n### {}\n\n|", curve.title);
    std::string rule = "\n|";
    for (const std::string& column : curve.columns) {
        page += fmt::format(" {} |", column);
        rule += " ---: |";
    }
    page += rule + "\n";
    for (const std::vector<double>& row : curve.rows) {
        page += "|";
        for (const double value : row) {
            page += fmt::format(" {} |", number(value));
        }
        page += "\n";
    }
    page += fmt::format("\n{}\n", curve.explanation);
}

}  // namespace

std::string to_table(const Ledger& ledger) {
    std::string table = fmt::format("{:<22} {:>10} {:<8} {:>12} {:>12}\n", "figure", "value", "unit", "floor", "aim");
    for (const Goal& goal : goals()) {
        const Ledger::Figure* figure = ledger.find(goal.name);
        if (figure == nullptr) {
            continue;
        }
        table += fmt::format("{:<22} {:>10} {:<8} {:>12} {:>12}  {}\n", goal.name,
                             figure->value ? number(*figure->value) : "-", goal.unit, mark(goal, goal.floor),
                             mark(goal, goal.aim), verdict(goal, *figure));
    }
    for (const Goal& goal : goals()) {
        if (const Ledger::Figure* figure = ledger.find(goal.name); figure != nullptr && !figure->value) {
            table += fmt::format("left out: {}: {}\n", goal.name, figure->remark);
        }
    }
    return table;
}

std::string to_json(const Ledger& ledger) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const Goal& goal : goals()) {
        const Ledger::Figure* figure = ledger.find(goal.name);
        if (figure != nullptr && figure->value) {
            json[std::string(goal.name)] = {{"value", *figure->value},
                                            {"unit", goal.unit},
                                            {"floor", goal.floor},
                                            {"better", goal.better == Better::higher ? "higher" : "lower"}};
        }
    }
    return json.dump(2) + "\n";
}

std::string to_page(const Ledger& ledger) {
    const Machine machine = this_machine();
    std::string page =
        "<!-- Written by `tools/dev bench --page docs/performance.md`; not to be edited by hand. -->\n"
        "# Performance\n\n"
        "Ratios are the medians of turns in which both sides do the same work one after the other in processor time;\n"
        "results are compared before a ratio is believed. The peers' programs stand in `bench/peers`.\n\n";
    page += fmt::format("- Processor: {}\n- Caches: {}\n- Memory: {}\n- Compiler: {}\n\n## Figures\n\n",
                        machine.processor, machine.caches, machine.memory, machine.compiler);
    add_figures(page, ledger);
    add_misses(page, ledger);
    if (!ledger.curves().empty()) {
        page += "\n## How cost grows\n";
    }
    for (const Curve& curve : ledger.curves()) {
        add_curve(page, curve);
    }
    return page;
}

}  // namespace nines::bench
