#pragma once
// Table: text in aligned columns, by the width that the terminal shows.

#include <string>
#include <vector>

namespace nines {

enum class Align { left, right };

struct TableColumn {
    std::string heading;  ///< the line of headings is left out when all are empty
    Align align = Align::left;
    int least = 0;  ///< columns of the terminal that it takes at least
};

struct TableLook {
    int indent = 2;
    int gap = 2;      ///< spaces between columns
    int width = 100;  ///< where the columns need more, the widest left-aligned ones are clipped
    bool unicode = true;
    std::string heading_on = {}, heading_off = {};  ///< colour codes around the headings, or empty
};

/// Rows of cells. Missing cells are empty, and cells may hold colour codes. No line ends in spaces.
class Table {
public:
    explicit Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    bool empty() const { return rows_.empty(); }

    /// The lines, each ended by a newline; headings first.
    std::string format(const TableLook& look) const;

private:
    std::vector<int> widths(const TableLook& look) const;
    std::string format_row(const std::vector<std::string>& cells, const std::vector<int>& widths,
                           const TableLook& look) const;

    std::vector<TableColumn> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace nines
