// Expressions: tokens, calls and their places in the text.

#include "models/language/expression_text.hpp"

#include <gtest/gtest.h>

#include <random>

namespace nines {
namespace {

std::string show(const std::vector<Token>& tokens) {
    std::string text;
    for (const Token& token : tokens) {
        text += (text.empty() ? "" : " ") + token.text + (token.is_call ? "(" + show(token.arguments) + ")" : "");
    }
    return text;
}

TEST(ExpressionText, SplitsWordsAndCalls) {
    const char* cases[][2] = {
        {"", ""},
        {"  90 %  ", "90 %"},
        {"800/s", "800/s"},
        {"exponential(20 ms cap 1 s)", "exponential(20 ms cap 1 s)"},
        {"steps(800/s 0 s, 1200/s 10 min)", "steps(800/s 0 s 1200/s 10 min)"},
        {"f(a,b, c)", "f(a b c)"},
        {"f (a)", "f(a)"},
        {"f()", "f()"},
        {"mixture(90 % exponential(1 ms) 10 % constant(1 s))", "mixture(90 % exponential(1 ms) 10 % constant(1 s))"},
        {"diurnal(peak 900/s trough 250/s at 20:00)", "diurnal(peak 900/s trough 250/s at 20:00)"},
        {"f(a)g(b) c", "f(a) g(b) c"},
    };
    for (const auto& [text, expected] : cases) {
        const Result<std::vector<Token>> tokens = parse_tokens(text);
        ASSERT_TRUE(tokens) << tokens.error();
        EXPECT_EQ(show(*tokens), expected);
    }
}

TEST(ExpressionText, TokensKnowWhereTheyBegin) {
    const auto tokens = parse_tokens(" f(ab  g(c))").value();
    EXPECT_EQ(tokens[0].offset, 1U);
    EXPECT_EQ(tokens[0].arguments[0].offset, 3U);
    EXPECT_EQ(tokens[0].arguments[1].arguments[0].offset, 9U);
}

TEST(ExpressionText, DepthIsLimited) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) {
        text += "f(";
    }
    EXPECT_EQ(parse_tokens(text).error(), "parentheses are nested more than 64 deep");
}

TEST(ExpressionText, RandomBytesNeverCrash) {
    std::mt19937 random(17);
    const std::string alphabet = "ab(), 1.%/";
    for (int round = 0; round < 50'000; ++round) {
        std::string text;
        for (std::size_t i = random() % 30; i > 0; --i) {
            text += alphabet[random() % alphabet.size()];
        }
        const auto tokens = parse_tokens(text);
        if (tokens) {
            const auto again = parse_tokens(show(*tokens));
            ASSERT_TRUE(again) << text << ": " << again.error();
            ASSERT_EQ(show(*again), show(*tokens)) << text;
        }
    }
}

}  // namespace
}  // namespace nines
