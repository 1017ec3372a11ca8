#pragma once
// Text places: byte offsets in a text to lines and columns in characters.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/language/document.hpp"

namespace nines {

/// An index over one text, so that a place costs the same in a file of one very long line.
class TextPlaces {
public:
    TextPlaces(std::string_view text, std::uint32_t file);

    /// The place of `bytes` bytes from `begin`; both are moved into the text when they lie outside.
    Place at(std::size_t begin, std::size_t bytes) const;

    /// The line that `offset` lies in, without its end, and where it begins.
    std::string_view line_around(std::size_t offset) const;
    std::size_t line_begin(std::size_t offset) const;

    std::string_view text() const { return text_; }

private:
    std::size_t characters_before(std::size_t offset) const;

    std::string_view text_;
    std::uint32_t file_;
    std::vector<std::size_t> line_begins_;
    std::vector<std::size_t> characters_;  // before each block of k_block bytes
};

}  // namespace nines
