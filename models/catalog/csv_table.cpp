// CSV tables of the catalogue: line scanning by hand, cells by Boost.Tokenizer.

#include "models/catalog/csv_table.hpp"

#include <fmt/format.h>

#include <boost/tokenizer.hpp>
#include <charconv>

#include "engine/base/check.hpp"
#include "models/catalog/embedded.hpp"

namespace nines {

CsvRow::CsvRow(std::string_view header, std::string_view line) : header_(header) {
    using Separator = boost::escaped_list_separator<char>;
    const boost::tokenizer<Separator, std::string_view::const_iterator> cells(line.begin(), line.end(), Separator());
    cells_.assign(cells.begin(), cells.end());
}

const std::string& CsvRow::text(std::string_view column) const {
    std::string_view rest = header_;
    for (const std::string& cell : cells_) {
        const std::size_t comma = rest.find(',');
        if (rest.substr(0, comma) == column) {
            return cell;
        }
        if (comma == std::string_view::npos) {
            break;
        }
        rest.remove_prefix(comma + 1);
    }
    check(false, fmt::format("the catalogue has a column {}", column));
    return cells_.front();
}

std::optional<double> CsvRow::number(std::string_view column) const {
    const std::string& cell = text(column);
    if (cell.empty()) {
        return std::nullopt;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    check(error == std::errc() && end == cell.data() + cell.size(),
          fmt::format("the catalogue's {} is a number, not '{}'", column, cell));
    return value;
}

double CsvRow::required_number(std::string_view column) const {
    const std::optional<double> value = number(column);
    check(value.has_value(), fmt::format("the catalogue's {} is never blank", column));
    return *value;
}

CsvTable::CsvTable(std::string_view name) {
    const std::string_view text = embedded_file(std::string(name) + ".csv");
    const std::size_t line_end = text.find('\n');
    check(line_end != std::string_view::npos, fmt::format("the catalogue has a table {}", name));
    header_ = text.substr(0, line_end);
    body_ = text.substr(line_end);  // begins with a line break, so that every line can be found behind one
}

std::string_view CsvTable::next_line(std::size_t& position, std::string_view line_start, std::string_view part) const {
    const std::string wanted = '\n' + std::string(line_start);
    while ((position = body_.find(wanted, position)) != std::string_view::npos) {
        const std::size_t begin = position + 1;
        const std::size_t end = std::min(body_.find('\n', begin), body_.size());
        const std::string_view line = body_.substr(begin, end - begin);
        position = end;
        if (!line.empty() && line.find(part) != std::string_view::npos) {
            return line;
        }
    }
    position = body_.size();
    return {};
}

std::vector<CsvRow> CsvTable::rows(std::string_view line_start, std::string_view part) const {
    std::vector<CsvRow> found;
    std::size_t position = 0;
    for (std::string_view line = next_line(position, line_start, part); !line.empty();
         line = next_line(position, line_start, part)) {
        found.emplace_back(header_, line);
    }
    return found;
}

std::optional<CsvRow> CsvTable::row(std::string_view line_start, std::string_view part) const {
    std::size_t position = 0;
    const std::string_view line = next_line(position, line_start, part);
    if (line.empty()) {
        return std::nullopt;
    }
    return CsvRow(header_, line);
}

std::string csv_line_start(std::initializer_list<std::string_view> cells) {
    std::string start;
    for (const std::string_view cell : cells) {
        const bool quoted = cell.find(',') != std::string_view::npos;
        start += quoted ? fmt::format("\"{}\",", cell) : fmt::format("{},", cell);
    }
    return start;
}

}  // namespace nines
