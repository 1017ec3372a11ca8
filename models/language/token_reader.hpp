#pragma once
// TokenReader: takes keywords, quantities and nested calls from the arguments of an expression, in order.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "models/language/expression_text.hpp"
#include "models/language/quantity_text.hpp"

namespace nines {

/// Walks over tokens. The first mistake is kept and ends the walk: later takes give nothing.
class TokenReader {
public:
    explicit TokenReader(std::span<const Token> tokens) : tokens_(tokens) {}

    bool at_end() const { return at_ == tokens_.size(); }
    /// The next token without taking it; nullptr at the end.
    const Token* peek() const { return at_end() ? nullptr : &tokens_[at_]; }
    /// Takes the next token where it is this word.
    bool accept(std::string_view word);
    /// Takes this word, or fails with "NAME needs `word`".
    void expect(std::string_view word, std::string_view form);
    /// Takes a number and its unit (one token or two).
    double quantity(Dimension dimension, std::string_view form);
    /// Takes a whole number.
    std::int64_t count(std::string_view form);
    /// Takes the tokens that make one distribution: a call, or a bare quantity.
    std::span<const Token> distribution(std::string_view form);
    /// Takes one word as it stands (a file name).
    std::string word(std::string_view form);
    /// Fails when something is left.
    void finish(std::string_view form);
    void fail(std::string message);

    const std::optional<std::string>& error() const { return error_; }

private:
    std::span<const Token> tokens_;
    std::size_t at_ = 0;
    std::optional<std::string> error_;
};

}  // namespace nines
