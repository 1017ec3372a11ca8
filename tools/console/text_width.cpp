// Widths of UTF-8 text. wcwidth() would follow the locale, and the same scorecard must look the same everywhere.

#include "tools/console/text_width.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace nines {

namespace {

struct Span {
    std::uint32_t first, last;
};

// Unicode 15, EastAsianWidth.txt: the blocks of W and F, whole blocks where a few unassigned points do not matter.
constexpr std::array<Span, 13> k_wide{{{0x1100, 0x115F},
                                       {0x231A, 0x231B},
                                       {0x2E80, 0x303E},
                                       {0x3041, 0xA4CF},
                                       {0xA960, 0xA97C},
                                       {0xAC00, 0xD7A3},
                                       {0xF900, 0xFAFF},
                                       {0xFE30, 0xFE6F},
                                       {0xFF00, 0xFF60},
                                       {0xFFE0, 0xFFE6},
                                       {0x1F300, 0x1F64F},
                                       {0x1F680, 0x1FAFF},
                                       {0x20000, 0x3FFFD}}};

// Combining marks, joiners and variation selectors.
constexpr std::array<Span, 8> k_combining{{{0x0300, 0x036F},
                                           {0x0483, 0x0489},
                                           {0x0591, 0x05BD},
                                           {0x1AB0, 0x1AFF},
                                           {0x1DC0, 0x1DFF},
                                           {0x200B, 0x200F},
                                           {0x20D0, 0x20FF},
                                           {0xFE00, 0xFE0F}}};

template <std::size_t count>
bool within(const std::array<Span, count>& spans, std::uint32_t point) {
    return std::any_of(spans.begin(), spans.end(), [&](Span s) { return s.first <= point && point <= s.last; });
}

enum class Piece { character, color, broken };

/// The next thing in a text: its bytes, and the columns it takes.
struct Glyph {
    Piece piece = Piece::character;
    std::size_t size = 1;
    std::uint32_t point = 0;
    int width = 1;
};

/// Bytes of a sequence that begins with `lead`, 0 when none does.
std::size_t sequence_size(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead < 0xE0) {
        return 2;
    }
    if (lead >= 0xE0 && lead < 0xF0) {
        return 3;
    }
    return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

/// Bytes of the colour code at the front of `text` ("\x1b[1;31m"), 0 when there is none.
std::size_t color_size(std::string_view text) {
    if (text.substr(0, 2) != "\x1b[") {
        return 0;
    }
    const std::size_t end = text.find_first_not_of("0123456789;", 2);
    return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

/// The glyph at the front of `text`, which is not empty.
Glyph first_glyph(std::string_view text) {
    if (const std::size_t size = color_size(text); size > 0) {
        return {.piece = Piece::color, .size = size, .point = 0, .width = 0};
    }
    const Glyph broken{.piece = Piece::broken, .size = 1, .point = 0xFFFD, .width = 1};
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t size = sequence_size(lead);
    if (size == 0 || size > text.size()) {
        return broken;
    }
    std::uint32_t point = size == 1 ? lead : lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) != 0x80U) {
            return broken;
        }
        point = point << 6U | (byte & 0x3FU);
    }
    const bool overlong = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
    if (overlong || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
        return broken;
    }
    const int width = within(k_combining, point) ? 0 : within(k_wide, point) ? 2 : 1;
    return {.piece = Piece::character, .size = size, .point = point, .width = width};
}

bool is_control(std::uint32_t point) {
    const bool direction = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029 || direction;
}

}  // namespace

int text_width(std::string_view text) {
    int width = 0;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        width += glyph.width;
        text.remove_prefix(glyph.size);
    }
    return width;
}

std::string clip(std::string_view text, int width, bool unicode) {
    if (text_width(text) <= width) {
        return std::string(text);
    }
    const std::string_view mark = unicode ? "…" : "...";
    const int room = width - text_width(mark);
    std::string clipped;
    int used = 0;
    bool full = false;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        if (!full && used + glyph.width > room) {
            full = true;
            clipped.erase(clipped.find_last_not_of(' ') + 1);
            clipped += room < 0 ? mark.substr(0, unicode ? 0 : static_cast<std::size_t>(std::max(0, width))) : mark;
        }
        // Colours after the cut are kept, or what follows the text would be coloured too.
        if (!full || glyph.piece == Piece::color) {
            clipped += text.substr(0, glyph.size);
            used += glyph.width;
        }
        text.remove_prefix(glyph.size);
    }
    return clipped;
}

std::vector<std::string> wrap(std::string_view text, int width, bool unicode) {
    std::vector<std::string> lines;
    std::string line;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string word = clip(text.substr(0, end), width, unicode);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) {
            continue;
        }
        if (!line.empty() && text_width(line) + 1 + text_width(word) > width) {
            lines.push_back(std::move(line));
            line.clear();
        }
        line += line.empty() ? word : " " + word;
    }
    lines.push_back(std::move(line));
    return lines;
}

std::string printable(std::string_view text, bool unicode) {
    std::string safe;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        const bool plain = glyph.piece == Piece::character && !is_control(glyph.point);
        if (plain && (unicode || glyph.point < 0x80)) {
            safe += text.substr(0, glyph.size);
        } else if (glyph.point == '\n' || glyph.point == '\t') {
            safe += ' ';
        } else {
            safe += '?';
        }
        text.remove_prefix(glyph.size);
    }
    return safe;
}

}  // namespace nines
