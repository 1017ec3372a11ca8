// Text places: byte offsets in a text to lines and columns in characters.

#include "models/language/text_places.hpp"

#include <algorithm>

namespace nines {

namespace {

constexpr std::size_t k_block = 256;

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

TextPlaces::TextPlaces(std::string_view text, std::uint32_t file) : text_(text), file_(file), line_begins_{0} {
    for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
        line_begins_.push_back(at + 1);
    }
    std::size_t count = 0;
    for (std::size_t at = 0; at <= text.size(); at += k_block) {
        characters_.push_back(count);
        count += count_characters(text.substr(at, k_block));
    }
}

std::size_t TextPlaces::characters_before(std::size_t offset) const {
    const std::size_t block = offset / k_block;
    return characters_[block] + count_characters(text_.substr(block * k_block, offset - block * k_block));
}

std::size_t TextPlaces::line_begin(std::size_t offset) const {
    offset = std::min(offset, text_.size());
    return *(std::upper_bound(line_begins_.begin(), line_begins_.end(), offset) - 1);
}

std::string_view TextPlaces::line_around(std::size_t offset) const {
    const std::string_view line = text_.substr(line_begin(offset));
    return line.substr(0, line.find('\n'));
}

Place TextPlaces::at(std::size_t begin, std::size_t bytes) const {
    begin = std::min(begin, text_.size());
    const std::size_t end = begin + std::min(bytes, text_.size() - begin);
    const auto line = std::upper_bound(line_begins_.begin(), line_begins_.end(), begin) - line_begins_.begin();
    const std::size_t before = characters_before(begin);
    Place place;
    place.file = file_;
    place.line = static_cast<int>(line);
    place.column = static_cast<int>(before - characters_before(line_begin(begin))) + 1;
    place.length = std::max(1, static_cast<int>(characters_before(end) - before));
    return place;
}

}  // namespace nines
