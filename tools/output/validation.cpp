// The validation table in its three forms.

#include "tools/output/validation.hpp"

#include <fmt/format.h>

#include <cmath>

#include "tools/console/table.hpp"
#include "tools/output/json_text.hpp"

namespace nines {

namespace {

constexpr std::string_view k_begin = "<!-- nines validate: begin -->\n";
constexpr std::string_view k_end = "<!-- nines validate: end -->\n";

std::string_view verdict_text(ValidationVerdict verdict) {
    switch (verdict) {
        case ValidationVerdict::agrees:
            return "agrees";
        case ValidationVerdict::differs:
            return "differs";
        case ValidationVerdict::wide:
            return "too wide";
    }
    return "";
}

std::string figure_name(const ValidationFigure& figure) {
    return figure.of_rest ? "1 - " + figure.metric : figure.metric;
}

std::string number(double value) {
    return fmt::format("{:.6g}", value);
}

std::string per_cent(double share, std::string_view sign = "") {
    return sign.empty() ? fmt::format("{:.2g} %", 100 * share) : fmt::format("{:+.2f} %", 100 * share);
}

struct Cells {
    std::string name, figure, exact, requests, flow, off, allowed, verdict;
};

Cells cells_of(const std::vector<ValidationCase>& cases, const ValidationRow& row) {
    const ValidationCase& one = cases[row.of_case];
    const ValidationFigure& figure = one.figures[row.figure];
    return {row.figure == 0 ? one.name : "",
            figure_name(figure),
            row.exact ? number(*row.exact) : "",
            fmt::format("{} +- {:.1g}", number(row.requests), row.interval.half_width()),
            number(row.flow),
            per_cent(row.off, "+"),
            figure.allowed > 0 ? per_cent(figure.allowed) : "0",
            std::string(verdict_text(row.verdict))};
}

}  // namespace

std::string validation_text(const std::vector<ValidationCase>& cases, const std::vector<ValidationRow>& rows,
                            const Terminal& terminal) {
    Table table({{"case"},
                 {"figure"},
                 {"exact", Align::right},
                 {"requests", Align::right},
                 {"flow", Align::right},
                 {"off", Align::right},
                 {"allowed", Align::right},
                 {"verdict"}});
    for (const ValidationRow& row : rows) {
        const Cells cells = cells_of(cases, row);
        table.add({cells.name, cells.figure, cells.exact, cells.requests, cells.flow, cells.off, cells.allowed,
                   row.note.empty() ? cells.verdict : cells.verdict + ": " + row.note});
    }
    TableLook look;
    look.indent = 0;
    look.width = 200;
    look.unicode = terminal.unicode;
    return table.format(look);
}

std::string validation_json(const std::vector<ValidationCase>& cases, const std::vector<ValidationRow>& rows) {
    Json document;
    document["cases"] = json_list(rows, [&](const ValidationRow& row) {
        const ValidationCase& one = cases[row.of_case];
        const ValidationFigure& figure = one.figures[row.figure];
        Json entry;
        entry["case"] = one.name;
        entry["scenario"] = one.file;
        entry["variant"] = one.variant;
        entry["figure"] = figure_name(figure);
        entry["unit"] = row.unit;
        entry["exact"] = json_real(row.exact);
        entry["exact_from"] = one.exact_from;
        entry["requests"] = json_real(row.requests);
        entry["lo"] = json_real(row.interval.lo);
        entry["hi"] = json_real(row.interval.hi);
        entry["replications"] = row.replications;
        entry["flow"] = json_real(row.flow);
        entry["off"] = json_real(row.off);
        entry["allowed"] = json_real(figure.allowed);
        entry["why"] = one.why;
        entry["verdict"] = verdict_text(row.verdict);
        entry["note"] = row.note;
        return entry;
    });
    return json_text(document);
}

Result<std::string> put_validation_table(const std::string& page, const std::vector<ValidationCase>& cases,
                                         const std::vector<ValidationRow>& rows) {
    const std::size_t begin = page.find(k_begin);
    const std::size_t end = page.find(k_end);
    if (begin == std::string::npos || end == std::string::npos || end < begin) {
        return unexpected(fmt::format("no place for the table: two lines are wanted, `{}` and `{}`",
                                      k_begin.substr(0, k_begin.size() - 1), k_end.substr(0, k_end.size() - 1)));
    }
    std::string table = "| case | figure | exact | from | requests | flow | off | allowed, because |\n";
    table += "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
    for (const ValidationRow& row : rows) {
        const ValidationCase& one = cases[row.of_case];
        const Cells cells = cells_of(cases, row);
        const bool first = row.figure == 0;
        const double allowed = one.figures[row.figure].allowed;
        const std::string because = allowed > 0 ? cells.allowed + (one.why.empty() ? "" : ": " + one.why) : "0";
        table += fmt::format("| {} | {} | {} | {} | {} | {} | {}{} | {} |\n", cells.name, cells.figure, cells.exact,
                             first ? one.exact_from : "", cells.requests, cells.flow, cells.off,
                             row.verdict == ValidationVerdict::agrees ? "" : ", " + cells.verdict, because);
    }
    return page.substr(0, begin + k_begin.size()) + "\n" + table + "\n" + page.substr(end);
}

}  // namespace nines
