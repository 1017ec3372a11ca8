// How mistakes look on the terminal, character by character, and the nearest word.

#include "models/language/problem.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "models/language/word_distance.hpp"

namespace nines {
namespace {

Document document_of(std::string text) {
    Document document;
    document.files.push_back({"shop.yaml", "/", std::move(text), std::nullopt});
    return document;
}

TEST(Problem, LooksAsInTheStyleGuide) {
    const Document document =
        document_of(std::string(30, '\n') + "    balance: {policy: least-outstandng, prefer: same-zone}\n");
    Problems problems;
    Problem& problem = problems.add({0, 31, 23, 16}, "services.web.balance.policy",
                                    "expected a balance policy, found `least-outstandng`");
    problem.choices = {"least-outstanding", "round-robin", "random"};
    problem.found = "least-outstandng";
    problem.hint = "Read the manual.";
    EXPECT_EQ(format_problems(document, problems),
              "shop.yaml:31:23: error: expected a balance policy, found `least-outstandng`\n"
              "   31 |     balance: {policy: least-outstandng, prefer: same-zone}\n"
              "      |                       ^~~~~~~~~~~~~~~~ did you mean `least-outstanding`?\n"
              "      = at: services.web.balance.policy\n"
              "      = one of: least-outstanding, round-robin, random\n"
              "      = hint: Read the manual.\n");
}

TEST(Problem, TheWholeFileHasNoLine) {
    Problems problems;
    problems.add({0, 0, 0, 1}, "", "the file is empty");
    EXPECT_EQ(format_problems(document_of(""), problems), "shop.yaml: error: the file is empty\n");
}

TEST(Problem, AnUnknownFileIsShownAsSuch) {
    Problems problems;
    problems.add({7, 3, 1, 1}, "", "lost");
    EXPECT_EQ(format_problems(document_of(""), problems), "?:3:1: error: lost\n");
}

TEST(Problem, SortedByPlaceOnceEachAndCapped) {
    const Document document = document_of("a\nb\nc\n");
    Problems problems;
    problems.add({0, 3, 1, 1}, "", "third");
    problems.add({0, 1, 1, 1}, "", "first");
    problems.add({0, 1, 1, 1}, "", "second");
    problems.add({0, 1, 1, 1}, "", "first");
    const std::string all = format_problems(document, problems);
    EXPECT_EQ(all,
              "shop.yaml:1:1: error: first\n    1 | a\n      | ^\n"
              "shop.yaml:1:1: error: second\n    1 | a\n      | ^\n"
              "shop.yaml:3:1: error: third\n    3 | c\n      | ^\n");
    EXPECT_EQ(format_problems(document, problems, 1),
              "shop.yaml:1:1: error: first\n    1 | a\n      | ^\n... and 2 more errors\n");
}

TEST(Problem, ControlCharactersAreShownNotObeyed) {
    Problems problems;
    problems.add({0, 1, 5, 1}, "", "found `\x1b[31m\xe2\x80\xae`");
    const std::string text = format_problems(document_of("a: \x1b!\tx"), problems);
    EXPECT_EQ(text,
              "shop.yaml:1:5: error: found `\\x1b[31m\\u202e`\n"
              "    1 | a: \\x1b!    x\n"
              "      |        ^\n");
}

TEST(Problem, ColumnsAreCharactersNotBytes) {
    Problems problems;
    problems.add({0, 1, 4, 3}, "", "here");
    EXPECT_EQ(format_problems(document_of("é: üöä"), problems),
              "shop.yaml:1:4: error: here\n    1 | é: üöä\n      |    ^~~\n");
}

TEST(Problem, LongLinesAreCutAroundTheCaret) {
    Problems problems;
    problems.add({0, 1, 501, 7}, "", "here");
    const std::string text =
        format_problems(document_of(std::string(500, 'x') + "mistake" + std::string(500, 'y')), problems);
    EXPECT_NE(text.find("mistake"), std::string::npos);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        EXPECT_LE(end - at, 130U);
        at = end + 1;
    }
    const std::size_t line = text.find("    1 | ");
    const std::size_t caret = text.find("      | ", line);
    EXPECT_EQ(text.find("mistake") - line, text.find('^') - caret);
    EXPECT_NE(text.find("^~~~~~~\n"), std::string::npos);
}

TEST(Problem, LongListsShowTheNearest) {
    Problems problems;
    Problem& problem = problems.add({0, 1, 1, 1}, "", "expected a region");
    for (int i = 0; i < 40; ++i) {
        problem.choices.push_back(fmt::format("region-{}", i));
    }
    problem.found = "regoin-7";
    const std::string text = format_problems(document_of("x"), problems);
    EXPECT_NE(text.find("did you mean `region-7`?"), std::string::npos) << text;
    EXPECT_NE(text.find("= one of 40, such as: region-7, "), std::string::npos) << text;
    EXPECT_EQ(text.find("region-39"), std::string::npos) << text;
}

TEST(Problem, IncludesAreShownToTheFirstFile) {
    Document document = document_of("include: b.yaml\n");
    document.files.push_back({"b.yaml", "/", "include: c.yaml\n", Place{0, 1, 10, 6}});
    document.files.push_back({"c.yaml", "/", "x\n", Place{1, 1, 10, 6}});
    Problems problems;
    problems.add({2, 1, 1, 1}, "", "wrong");
    EXPECT_EQ(format_problems(document, problems),
              "c.yaml:1:1: error: wrong\n    1 | x\n      | ^\n"
              "      = included from b.yaml:1:10\n      = included from shop.yaml:1:10\n");
}

TEST(Problem, PlacesOutsideOfTheTextAreHarmless) {
    Problems problems;
    problems.add({0, 99, 1, 1}, "", "a");
    problems.add({0, 1, 99, 50}, "", "b");
    problems.add({0, 1, -5, -5}, "", "c");
    EXPECT_FALSE(format_problems(document_of("x"), problems).empty());
}

TEST(Nearest, FindsSlipsAndNothingElse) {
    const std::vector<std::string> words = {"least-outstanding", "round-robin", "random", "timeout", "retry", "in"};
    EXPECT_EQ(nearest("least-outstandng", words), "least-outstanding");
    EXPECT_EQ(nearest("radnom", words), "random");
    EXPECT_EQ(nearest("retires", words), "retry");
    EXPECT_EQ(nearest("TIMEOUT", words), "timeout");
    EXPECT_EQ(nearest("round", words), "round-robin") << "the beginning of one word only";
    EXPECT_EQ(nearest("r", words), "");
    EXPECT_EQ(nearest("banana", words), "");
    EXPECT_EQ(nearest("", words), "");
    EXPECT_EQ(nearest("x", {}), "");
    EXPECT_EQ(nearest(std::string(100'000, 'r'), words), "");
}

TEST(WordDistance, CountsATranspositionAsOne) {
    EXPECT_EQ(word_distance("", ""), 0U);
    EXPECT_EQ(word_distance("abc", ""), 3U);
    EXPECT_EQ(word_distance("", "abc"), 3U);
    EXPECT_EQ(word_distance("abc", "acb"), 1U);
    EXPECT_EQ(word_distance("kitten", "sitting"), 3U);
}

}  // namespace
}  // namespace nines
