// Show: a user's text inside our messages, with control characters escaped and long text cut.

#include "models/language/show.hpp"

#include <fmt/format.h>

namespace nines {

namespace {

constexpr std::size_t k_quote_most = 60;

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// How many bytes a character has by its first one; 0 when no character begins so.
std::size_t bytes_by_lead(unsigned char lead) {
    if (lead < 0x80U) {
        return 1;
    }
    if (lead >= 0xC2U && lead < 0xE0U) {
        return 2;
    }
    if (lead >= 0xE0U && lead < 0xF0U) {
        return 3;
    }
    return lead >= 0xF0U && lead < 0xF5U ? 4 : 0;
}

/// Terminals obey control characters, and the bidirectional ones make a line read differently from what it says.
bool is_dangerous(char32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0x2028 || code == 0x2029 || code == 0x200E || code == 0x200F;
}

}  // namespace

Utf8Step utf8_at(std::string_view text, std::size_t offset) {
    const auto lead = static_cast<unsigned char>(text[offset]);
    const std::size_t bytes = bytes_by_lead(lead);
    if (bytes == 0 || offset + bytes > text.size()) {
        return {};
    }
    if (bytes == 1) {
        return {1, true, lead};
    }
    char32_t code = lead & (0xFFU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if (!is_continuation(text[offset + i])) {
            return {};
        }
        code = (code << 6U) | (static_cast<unsigned char>(text[offset + i]) & 0x3FU);
    }
    const bool overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    if (overlong || surrogate || code > 0x10FFFF) {
        return {};
    }
    return {bytes, true, code};
}

std::size_t utf8_length(std::string_view text) {
    std::size_t length = 0;
    for (std::size_t at = 0; at < text.size(); at += utf8_at(text, at).bytes) {
        ++length;
    }
    return length;
}

std::string escape_text(std::string_view text) {
    std::string shown;
    for (std::size_t at = 0; at < text.size();) {
        const Utf8Step step = utf8_at(text, at);
        if (!step.valid) {
            shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
        } else if (step.code == '\n' || step.code == '\t' || step.code == '\r') {
            shown += step.code == '\n' ? "\\n" : step.code == '\t' ? "\\t" : "\\r";
        } else if (is_dangerous(step.code)) {
            shown += step.code < 0x100 ? fmt::format("\\x{:02x}", static_cast<unsigned>(step.code))
                                       : fmt::format("\\u{:04x}", static_cast<unsigned>(step.code));
        } else {
            shown += text.substr(at, step.bytes);
        }
        at += step.bytes;
    }
    return shown;
}

std::string quote(std::string_view text) {
    if (text.empty()) {
        return "nothing";
    }
    std::size_t end = 0;
    for (std::size_t count = 0; end < text.size() && count < k_quote_most; ++count) {
        end += utf8_at(text, end).bytes;
    }
    return fmt::format("`{}{}`", escape_text(text.substr(0, end)), end < text.size() ? "..." : "");
}

}  // namespace nines
