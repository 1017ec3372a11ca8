#pragma once
// Page: the lines of a terminal page as they are put together; colour and ASCII are decided here alone.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/console/table.hpp"
#include "tools/output/scorecard.hpp"

namespace nines {

enum class Ink { plain, bold, dim, green, yellow, red };

/// A label and its figure.
using Fact = std::pair<std::string, std::string>;

class Page {
public:
    explicit Page(const Style& style) : style_(style) {}

    const Style& style() const { return style_; }
    std::string take() { return std::move(text_); }

    /// `text` in colour, if the style has any.
    std::string ink(Ink ink, std::string_view text) const;

    /// A text of the user, safe to print.
    std::string plain(std::string_view text) const;

    /// One line, clipped to the width.
    void line(std::string_view text = {});

    /// An empty line, then NAME and a remark behind it.
    void section(std::string_view name, std::string_view remark = {});

    /// `text` over as many lines as it needs; the first begins with `lead`, the others are indented as far.
    void paragraph(std::string_view lead, std::string_view text);

    void table(const Table& table);

    /// Two columns of facts; "-" alone when no fact has a figure.
    void facts(const std::vector<Fact>& left, const std::vector<Fact>& right);

private:
    Style style_;
    std::string text_;
};

}  // namespace nines
