// Table: widths are measured first, then shrunk where they do not fit, then the rows are written.

#include "tools/console/table.hpp"

#include <algorithm>
#include <numeric>

#include "tools/console/text_width.hpp"

namespace nines {

namespace {

constexpr int k_narrowest = 4;  // a clipped column keeps a letter or two

std::string spaces(int count) {
    return std::string(static_cast<std::size_t>(std::max(0, count)), ' ');
}

}  // namespace

std::string Table::format(const TableLook& look) const {
    const std::vector<int> column_widths = widths(look);
    std::string text;
    const bool headed = std::any_of(columns_.begin(), columns_.end(), [](const auto& c) { return !c.heading.empty(); });
    if (headed) {
        std::vector<std::string> headings;
        for (const TableColumn& column : columns_) {
            headings.push_back(column.heading);
        }
        text += look.heading_on + format_row(headings, column_widths, look) + look.heading_off + "\n";
    }
    for (const auto& row : rows_) {
        text += format_row(row, column_widths, look) + "\n";
    }
    return text;
}

std::vector<int> Table::widths(const TableLook& look) const {
    std::vector<int> widths;
    for (const TableColumn& column : columns_) {
        widths.push_back(std::max(column.least, text_width(column.heading)));
    }
    for (const auto& row : rows_) {
        for (std::size_t c = 0; c < std::min(row.size(), widths.size()); ++c) {
            widths[c] = std::max(widths[c], text_width(row[c]));
        }
    }
    const int gaps = look.gap * static_cast<int>(std::max<std::size_t>(widths.size(), 1) - 1);
    int excess = look.indent + gaps + std::accumulate(widths.begin(), widths.end(), 0) - look.width;
    while (excess > 0) {
        std::size_t widest = widths.size();
        for (std::size_t c = 0; c < widths.size(); ++c) {
            const bool shrinks = columns_[c].align == Align::left && widths[c] > k_narrowest;
            if (shrinks && (widest == widths.size() || widths[c] > widths[widest])) {
                widest = c;
            }
        }
        if (widest == widths.size()) {
            break;  // numbers are never cut: the line runs over
        }
        --widths[widest];
        --excess;
    }
    return widths;
}

std::string Table::format_row(const std::vector<std::string>& cells, const std::vector<int>& widths,
                              const TableLook& look) const {
    std::string line = spaces(look.indent);
    for (std::size_t c = 0; c < widths.size(); ++c) {
        const std::string cell = c < cells.size() ? clip(cells[c], widths[c], look.unicode) : std::string();
        const std::string padding = spaces(widths[c] - text_width(cell));
        line += columns_[c].align == Align::right ? padding + cell : cell + padding;
        line += spaces(c + 1 < widths.size() ? look.gap : 0);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

}  // namespace nines
