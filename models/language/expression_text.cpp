// Expressions, read by hand: with Boost.Spirit X3 a missing parenthesis is a position only, while our errors must say
// which one is missing and give the text to write; and the nesting of a hostile text must be limited.

#include "models/language/expression_text.hpp"

#include <fmt/format.h>

#include <cctype>

#include "models/language/show.hpp"

namespace nines {

namespace {

constexpr int k_depth_most = 64;

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}
bool is_word(char c) {
    return !is_space(c) && c != '(' && c != ')' && c != ',';
}

class Tokenizer {
public:
    explicit Tokenizer(std::string_view text) : text_(text) {}

    Result<std::vector<Token>> run() {
        std::vector<Token> tokens = list(0);
        if (error_.empty() && at_ < text_.size()) {
            error_ = fmt::format("unbalanced parenthesis in {}: a `)` has no `(` before it", quote(text_));
        }
        if (!error_.empty()) {
            return unexpected(error_);
        }
        return tokens;
    }

private:
    /// Tokens up to the end of the text or a `)`, which is left.
    std::vector<Token> list(int depth) {
        std::vector<Token> tokens;
        for (skip_spaces(); error_.empty() && at_ < text_.size() && text_[at_] != ')'; skip_spaces()) {
            if (text_[at_] == '(') {
                error_ = fmt::format("expected a name before `(` in {}", quote(text_));
                break;
            }
            tokens.push_back(token(depth));
        }
        return tokens;
    }

    Token token(int depth) {
        Token result;
        result.offset = at_;
        while (at_ < text_.size() && is_word(text_[at_])) {
            ++at_;
        }
        result.text = std::string(text_.substr(result.offset, at_ - result.offset));
        const std::size_t end = at_;
        while (at_ < text_.size() && is_space(text_[at_])) {
            ++at_;
        }
        if (at_ >= text_.size() || text_[at_] != '(') {
            at_ = end;
            return result;
        }
        if (depth >= k_depth_most) {
            error_ = fmt::format("parentheses are nested more than {} deep", k_depth_most);
            return result;
        }
        ++at_;
        result.is_call = true;
        result.arguments = list(depth + 1);
        if (at_ < text_.size()) {
            ++at_;
        } else if (error_.empty()) {
            error_ =
                fmt::format("unbalanced parenthesis in {}: a `)` is missing, write `{}{}`", quote(text_),
                            escape_text(text_.substr(0, 200)), std::string(static_cast<std::size_t>(depth) + 1, ')'));
        }
        return result;
    }

    /// Spaces and commas; a comma inside a number is refused, since `1,000` would silently become two arguments.
    void skip_spaces() {
        for (; at_ < text_.size() && (is_space(text_[at_]) || text_[at_] == ','); ++at_) {
            if (text_[at_] == ',' && at_ > 0 && at_ + 1 < text_.size() && is_digit(text_[at_ - 1]) &&
                is_digit(text_[at_ + 1])) {
                error_ = fmt::format(
                    "a comma between digits in {}: write `1000` for a thousand, and spaces between arguments",
                    quote(text_));
                return;
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string error_;
};

}  // namespace

Result<std::vector<Token>> parse_tokens(std::string_view text) {
    return Tokenizer(text).run();
}

}  // namespace nines
