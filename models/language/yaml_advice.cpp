// YAML advice: the messages of yaml-cpp, in words that tell a writer of scenarios what to do.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/language/show.hpp"
#include "models/language/yaml_tree.hpp"

namespace nines {

namespace {

struct Translation {
    std::string_view yaml;  ///< how the message of yaml-cpp begins
    std::string_view message;
    std::string_view hint;
};

constexpr std::string_view k_indent_hint =
    "look at the indentation of this line and of those above it: the keys of one mapping begin in one column";
constexpr std::string_view k_quote_hint = "a text that begins with such a character, or contains `: `, needs quotes";

constexpr std::array k_translations = std::to_array<Translation>({
    {"end of map flow not found", "a `}` or a comma is missing", "each value of {...} is followed by `,` or `}`"},
    {"end of sequence flow not found", "a `]` or a comma is missing", "each item of [...] is followed by `,` or `]`"},
    {"end of map not found", "expected the next key of this mapping", k_indent_hint},
    {"end of sequence not found", "expected the next `- ` of this list", k_indent_hint},
    {"illegal flow end", "a `]` or `}` without its beginning", ""},
    {"illegal block entry", "a list cannot begin here", "put `- ` on a line of its own, or write [a, b]"},
    {"illegal map key", "a key cannot begin here", k_indent_hint},
    {"illegal map value", "a second `:` in one line, or a key with a wrong indentation",
     "a nested mapping begins on a line of its own, indented deeper; a text with `: ` in it needs quotes"},
    {"illegal EOF in scalar", "the text ends inside quotes", "a closing quote is missing"},
    {"illegal document indicator", "`---` or `...` inside quotes", "a closing quote is missing above"},
    {"illegal tab", "a tab where YAML wants spaces", "indent with spaces"},
    {"unknown escape character", "unknown escape after `\\` in double quotes",
     "write `\\\\` for a backslash, or use single quotes"},
    {"invalid unicode", "an escape in double quotes that is no character", ""},
    {"bad character found while scanning hex", "an escape in double quotes that is no hexadecimal number", ""},
    {"unknown token", "a text cannot begin with this character", k_quote_hint},
    {"the referenced anchor is not defined", "an alias `*name` without its anchor `&name` before it", k_quote_hint},
    {"alias not found after *", "a name is missing after `*`", k_quote_hint},
    {"anchor not found after &", "a name is missing after `&`", k_quote_hint},
    {"illegal character found while scanning alias", "no name of an alias after `*`", k_quote_hint},
    {"illegal character found while scanning anchor", "no name of an anchor after `&`", k_quote_hint},
    {"aliases can't have any content", "an alias `*name` stands alone", k_quote_hint},
    {"cannot assign multiple", "two anchors or tags at one value", ""},
    {"unexpected character in block scalar", "`>` and `|` begin a text of several lines, with nothing behind them", ""},
    {"cannot set zero indentation", "`>` and `|` begin a text of several lines, with nothing behind them", ""},
});

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r");
    return begin == std::string_view::npos ? std::string_view{}
                                           : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// A value that begins with `>` and is no header of a block of text: an objective without its quotes. Empty if none.
std::string_view unquoted_comparison(std::string_view line, std::size_t column) {
    for (std::size_t at = line.find('>'); at != std::string_view::npos; at = line.find('>', at + 1)) {
        const std::string_view before = trimmed(line.substr(0, at));
        const bool is_value = before.ends_with(':') || before.ends_with('-') || before.ends_with('[');
        if (!is_value || at > column) {
            continue;
        }
        const bool in_flow = before.find_first_of("{[") != std::string_view::npos;
        std::string_view value = line.substr(at);
        value = value.substr(0, std::min(value.find(" #"), in_flow ? value.find_first_of(",}]") : value.size()));
        value = trimmed(value);
        if (value.find_first_of("0123456789") != std::string_view::npos) {
            return value;
        }
    }
    return {};
}

}  // namespace

SyntaxAdvice explain_syntax(std::string_view yaml_message, std::string_view line, std::size_t column) {
    SyntaxAdvice advice{fmt::format("not YAML: {}", yaml_message), "", column, 1};
    for (const Translation& translation : k_translations) {
        if (yaml_message.starts_with(translation.yaml)) {
            advice.message = translation.message;
            advice.hint = translation.hint;
            break;
        }
    }
    const std::string_view comparison = unquoted_comparison(line, column);
    const std::string_view indentation = line.substr(0, line.find_first_not_of(" \t"));
    if (!comparison.empty()) {
        advice.message = fmt::format("a text that begins with `>` needs quotes: {}", quote(comparison));
        advice.hint = fmt::format("write it in quotes: \"{}\"", escape_text(comparison.substr(0, 80)));
        advice.column = static_cast<std::size_t>(comparison.data() - line.data());
        advice.bytes = comparison.size();
    } else if (indentation.find('\t') != std::string_view::npos) {
        advice.hint = "indent with spaces: this line begins with a tab";
    } else if (trimmed(line.substr(std::min(column, line.size()))).starts_with('%')) {
        advice.hint = "a text that begins with `%` needs quotes; a share is written `70 %`";
    }
    return advice;
}

}  // namespace nines
