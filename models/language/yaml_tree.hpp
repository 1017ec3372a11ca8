#pragma once
// YAML tree: one text, through yaml-cpp's events, to nodes with places; within limits against hostile text.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/language/document.hpp"
#include "models/language/problem.hpp"

namespace nines {

inline constexpr std::size_t k_depth_most = 64;                     ///< nested lists and mappings
inline constexpr std::size_t k_nodes_most = 100'000;                ///< of a whole document, after expansion of aliases
inline constexpr std::size_t k_text_most = std::size_t{16} << 20U;  ///< bytes in its scalars, after expansion

/// What a document has used of its limits so far; shared by all of its files.
struct TreeBudget {
    std::size_t nodes = 0;
    std::size_t text = 0;
};

/// Why `text` is no text ("is not text: byte 0x00 on line 3"), or nothing.
std::optional<std::string> why_not_text(std::string_view text);

/// Reads one YAML document, by the core schema of YAML 1.2. At the first mistake of syntax it stops, adds the problem,
/// and gives what was complete until then. `text` must be UTF-8 without control characters.
Node read_yaml(const std::string& text, std::uint32_t file, TreeBudget& budget, Problems& problems);

/// The advice for a mistake of syntax: what YAML's own message means, looked up in the text around it.
struct SyntaxAdvice {
    std::string message;
    std::string hint;
    std::size_t column = 0;  ///< of what is to be marked, in bytes from 0
    std::size_t bytes = 1;
};

/// `line` is the text of the line of the mistake, `column` where it was noticed in it, from 0.
SyntaxAdvice explain_syntax(std::string_view yaml_message, std::string_view line, std::size_t column);

}  // namespace nines
