#pragma once
// CSV tables of the catalogue: rows found by how their line begins; only the lines that match are parsed.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nines {

/// One row; its cells are read by the names of the table's header line.
class CsvRow {
public:
    /// `header` must outlive the row.
    CsvRow(std::string_view header, std::string_view line);

    /// The cell of a column, empty when it is blank. The column must be one of the header.
    const std::string& text(std::string_view column) const;
    /// The cell as a number; nothing when it is blank.
    std::optional<double> number(std::string_view column) const;
    /// The cell as a number that the table always has.
    double required_number(std::string_view column) const;
    std::size_t cell_count() const { return cells_.size(); }

private:
    std::string_view header_;
    std::vector<std::string> cells_;
};

/// A table of the embedded catalogue. Cheap to make: nothing is parsed until a row is asked for.
class CsvTable {
public:
    /// `name` without its ending: "regions".
    explicit CsvTable(std::string_view name);

    std::string_view header() const { return header_; }
    /// All rows whose line begins with `line_start` and has `part` somewhere (both may be empty), in file order.
    std::vector<CsvRow> rows(std::string_view line_start = {}, std::string_view part = {}) const;
    /// The first such row.
    std::optional<CsvRow> row(std::string_view line_start, std::string_view part = {}) const;

private:
    /// The next line at or after `position` that matches; moves `position` behind it. Empty at the end.
    std::string_view next_line(std::size_t& position, std::string_view line_start, std::string_view part) const;

    std::string_view header_;
    std::string_view body_;
};

/// How a line with these first cells begins: each cell with its comma, quoted where it holds one.
std::string csv_line_start(std::initializer_list<std::string_view> cells);

}  // namespace nines
