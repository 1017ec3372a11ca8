// Page: headings, facts and tables of one look.

#include "tools/output/page.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include "tools/console/text_width.hpp"

namespace nines {

namespace {

constexpr std::array<std::string_view, 6> k_codes{"", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
constexpr std::string_view k_code_end = "\x1b[0m";

// The same in all pillars, so that the eye finds the figures in one line; a narrow page has no room for that.
constexpr int k_label_width = 20;
constexpr int k_value_width = 28;
constexpr int k_wide_page = 96;

}  // namespace

std::string Page::ink(Ink ink, std::string_view text) const {
    if (!style_.color || ink == Ink::plain || text.empty()) {
        return std::string(text);
    }
    std::string colored(k_codes[static_cast<std::size_t>(ink)]);
    return colored.append(text).append(k_code_end);
}

std::string Page::plain(std::string_view text) const {
    return printable(text, style_.unicode);
}

void Page::line(std::string_view text) {
    text_ += clip(text, style_.width, style_.unicode) + "\n";
}

void Page::section(std::string_view name, std::string_view remark) {
    if (!text_.empty()) {
        line();
    }
    line(ink(Ink::bold, name) + (remark.empty() ? "" : "  ") + std::string(remark));
}

void Page::paragraph(std::string_view lead, std::string_view text) {
    const int indent = text_width(lead);
    std::string begin(lead);
    for (const std::string& part : wrap(text, style_.width - indent, style_.unicode)) {
        line(begin + part);
        begin.assign(static_cast<std::size_t>(indent), ' ');
    }
}

void Page::table(const Table& table) {
    TableLook look;
    look.width = style_.width;
    look.unicode = style_.unicode;
    if (style_.color) {
        look.heading_on = k_codes[static_cast<std::size_t>(Ink::dim)];
        look.heading_off = k_code_end;
    }
    std::istringstream lines(table.format(look));
    for (std::string each; std::getline(lines, each);) {
        line(each);
    }
}

void Page::facts(const std::vector<Fact>& left, const std::vector<Fact>& right) {
    const auto missing = [](const Fact& fact) { return fact.second == "-"; };
    if (std::all_of(left.begin(), left.end(), missing) && std::all_of(right.begin(), right.end(), missing)) {
        return line("  -");
    }
    const bool wide = style_.width >= k_wide_page;
    const TableColumn label{"", Align::left, wide ? k_label_width : 0};
    Table two({label, {"", Align::left, wide ? k_value_width : 0}, label, {}});
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
        const Fact& one = i < left.size() ? left[i] : Fact();
        const Fact& other = i < right.size() ? right[i] : Fact();
        two.add({one.first, one.second, other.first, other.second});
    }
    table(two);
}

}  // namespace nines
