#include "models/language/token_reader.hpp"

#include <fmt/format.h>

namespace nines {

void TokenReader::fail(std::string message) {
    if (!error_) {
        error_ = std::move(message);
    }
    at_ = tokens_.size();
}

bool TokenReader::accept(std::string_view word) {
    if (at_end() || tokens_[at_].is_call || tokens_[at_].text != word) {
        return false;
    }
    ++at_;
    return true;
}

void TokenReader::expect(std::string_view word, std::string_view form) {
    if (!accept(word)) {
        fail(fmt::format("expected `{}` in `{}`, found {}", word, form,
                         at_end() ? std::string("nothing more") : fmt::format("`{}`", tokens_[at_].text)));
    }
}

double TokenReader::quantity(Dimension dimension, std::string_view form) {
    if (at_end()) {
        fail(fmt::format("expected {} in `{}`, found nothing more", expected_text(dimension), form));
        return 0;
    }
    const Token& first = tokens_[at_];
    if (!first.is_call && at_ + 1 < tokens_.size() && !tokens_[at_ + 1].is_call) {
        const auto two = parse_quantity(first.text + " " + tokens_[at_ + 1].text, dimension);
        if (two) {
            at_ += 2;
            return *two;
        }
        if (parse_quantity("1 " + tokens_[at_ + 1].text, dimension)) {  // the unit is right
            fail(two.error());
            return 0;
        }
    }
    const auto one = parse_quantity(first.text, dimension);
    if (!one) {
        fail(one.error());
        return 0;
    }
    ++at_;
    return *one;
}

std::int64_t TokenReader::count(std::string_view form) {
    if (at_end()) {
        fail(fmt::format("expected a whole number in `{}`, found nothing more", form));
        return 0;
    }
    const auto value = parse_count(tokens_[at_].text);
    if (!value) {
        fail(value.error());
        return 0;
    }
    ++at_;
    return *value;
}

std::span<const Token> TokenReader::distribution(std::string_view form) {
    if (at_end()) {
        fail(fmt::format("expected a distribution in `{}`, found nothing more", form));
        return {};
    }
    std::size_t length = 1;
    if (!tokens_[at_].is_call && at_ + 1 < tokens_.size() && !tokens_[at_ + 1].is_call &&
        parse_quantity(tokens_[at_].text + " " + tokens_[at_ + 1].text, Dimension::time)) {
        length = 2;
    }
    const auto taken = tokens_.subspan(at_, length);
    at_ += length;
    return taken;
}

std::string TokenReader::word(std::string_view form) {
    if (at_end() || tokens_[at_].is_call) {
        fail(fmt::format("expected a name in `{}`", form));
        return {};
    }
    return tokens_[at_++].text;
}

void TokenReader::finish(std::string_view form) {
    if (!at_end()) {
        fail(fmt::format("did not expect `{}` in `{}`", tokens_[at_].text, form));
    }
}

}  // namespace nines
