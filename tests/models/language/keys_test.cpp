// Readers of mappings and single values: what they give, and the problems that they add.

#include "models/language/keys.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "models/language/source.hpp"

namespace nines {
namespace {

enum class Colour { red, green };
constexpr Names<Colour, 2> k_colours{{{{"red", Colour::red}, {"green", Colour::green}}}};

class Keys : public testing::Test {
protected:
    /// The value under `x` of a document with that one line.
    const Node& value(const std::string& text) {
        problems = {};
        document = read_document_text("x.yaml", "x: " + text + "\n", problems);
        EXPECT_TRUE(problems.empty()) << text;
        return document.root.entries.front().value;
    }
    std::string message() const { return problems.empty() ? "no problem" : problems.list.front().message; }

    Problems problems;
    Document document;
};

TEST_F(Keys, MappingsAreReadKeyByKey) {
    const Node& node = value("{a: 1, b: null, hedge: 3, retires: 2}");
    MappingReader reader(node, "services.web", problems, "a service");
    ASSERT_NE(reader.optional("a"), nullptr);
    EXPECT_EQ(reader.optional("a")->text, "1");
    EXPECT_EQ(reader.optional("b"), nullptr);
    EXPECT_EQ(reader.optional("retry"), nullptr);
    EXPECT_EQ(reader.required("c"), nullptr);
    reader.known_not_built("hedge");
    reader.known_not_built("bulkhead");
    reader.finish();
    ASSERT_EQ(problems.list.size(), 3U);
    EXPECT_EQ(problems.list[0].message, "a service needs `c`");
    EXPECT_EQ(problems.list[0].path, "services.web.c");
    EXPECT_EQ(problems.list[1].message, "`hedge` is known, not built yet");
    EXPECT_EQ(problems.list[2].message, "unknown field `retires` of a service");
    EXPECT_EQ(problems.list[2].path, "services.web.retires");
    EXPECT_EQ(problems.list[2].place.column, 30);
    EXPECT_EQ(problems.list[2].choices, (std::vector<std::string>{"a", "b", "retry", "c"}));
    EXPECT_EQ(nearest(problems.list[2].found, problems.list[2].choices), "retry");
}

TEST_F(Keys, WhatIsNoMappingIsOneProblem) {
    const Node& node = value("[1, 2]");
    MappingReader reader(node, "services.web", problems, "a service");
    EXPECT_FALSE(reader.is_mapping());
    EXPECT_EQ(reader.required("a"), nullptr);
    reader.finish();
    ASSERT_EQ(problems.list.size(), 1U);
    EXPECT_EQ(message(), "expected a service (a mapping), found a list");
}

TEST_F(Keys, NothingIsAnEmptyMapping) {
    const Node& node = value("");
    MappingReader reader(node, "run", problems, "a run");
    EXPECT_EQ(reader.optional("a"), nullptr);
    reader.finish();
    EXPECT_TRUE(problems.empty());
    EXPECT_EQ(reader.required("a"), nullptr);
    EXPECT_EQ(problems.list.front().place.line, 1);
}

TEST_F(Keys, FieldsKnowTheirPath) {
    const Node& node = value("{a: [1, {b: 2}]}");
    const Field field{&node, "x"};
    const Field inner = field.child("a").item(1).child("b");
    ASSERT_NE(inner.node, nullptr);
    EXPECT_EQ(inner.path, "x.a[1].b");
    EXPECT_EQ(field.child("none").child("z").item(3).node, nullptr);
    EXPECT_EQ(join_path("", "a"), "a");
}

TEST_F(Keys, Quantities) {
    EXPECT_EQ(read_quantity(value("250 ms"), "p", Dimension::time, problems), 0.25);
    EXPECT_FALSE(read_quantity(value("250"), "p", Dimension::time, problems));
    EXPECT_EQ(problems.list.front().path, "p");
    EXPECT_EQ(problems.list.front().place.column, 4);
    EXPECT_FALSE(read_quantity(value("{a: 1}"), "p", Dimension::time, problems));
    EXPECT_EQ(message(), "expected a time such as `250 ms`, found a mapping");
    EXPECT_FALSE(read_quantity(value("\"\""), "p", Dimension::time, problems));
    EXPECT_EQ(message(), "expected a time such as `250 ms`, found nothing");
}

TEST_F(Keys, Counts) {
    EXPECT_EQ(read_count(value("3"), "p", 1, 3, problems), 3);
    EXPECT_FALSE(read_count(value("4"), "p", 1, 3, problems));
    EXPECT_EQ(message(), "expected a whole number from 1 to 3, found `4`");
    EXPECT_FALSE(read_count(value("[4]"), "p", 1, 3, problems));
    EXPECT_EQ(message(), "expected a whole number such as `3`, found a list");
}

TEST_F(Keys, Booleans) {
    EXPECT_EQ(read_bool(value("true"), "p", problems), true);
    EXPECT_EQ(read_bool(value("false"), "p", problems), false);
    EXPECT_FALSE(read_bool(value("yes"), "p", problems));
    EXPECT_EQ(message(), "expected `true` or `false`, found `yes`");
    EXPECT_FALSE(read_bool(value("'true'"), "p", problems));
    EXPECT_EQ(problems.list.front().hint, "write it without quotes");
}

TEST_F(Keys, TextsNamesAndWords) {
    EXPECT_EQ(read_text(value("some text"), "p", problems), "some text");
    EXPECT_FALSE(read_text(value("[a]"), "p", problems));
    EXPECT_EQ(read_name(value("us-east_1"), "p", problems), "us-east_1");
    EXPECT_FALSE(read_name(value("a b"), "p", problems));
    EXPECT_EQ(message(), "expected a name (letters, digits, `-` and `_`, at most 64), found `a b`");
    EXPECT_FALSE(is_name(""));
    EXPECT_FALSE(is_name("é"));
    EXPECT_TRUE(is_name(std::string(64, 'a')));
    EXPECT_FALSE(is_name(std::string(65, 'a')));
    EXPECT_EQ(read_word(value("green"), "p", k_colours, "a colour", problems), Colour::green);
    EXPECT_FALSE(read_word(value("gren"), "p", k_colours, "a colour", problems));
    EXPECT_EQ(message(), "expected a colour, found `gren`");
    EXPECT_EQ(problems.list.front().choices, (std::vector<std::string>{"red", "green"}));
    EXPECT_EQ(problems.list.front().found, "gren");
    EXPECT_FALSE(read_word(value("{a: 1}"), "p", k_colours, "a colour", problems));
    EXPECT_EQ(message(), "expected a colour, found a mapping");
}

TEST_F(Keys, Distributions) {
    EXPECT_TRUE(read_distribution(value("lognormal(mean 40 ms cv 1)"), "p", Dimension::time, document, problems));
    EXPECT_FALSE(read_distribution(value("lognromal(mean 40 ms cv 1)"), "p", Dimension::time, document, problems));
    EXPECT_EQ(message(), "expected a distribution, found `lognromal`");
    EXPECT_EQ(nearest(problems.list.front().found, problems.list.front().choices), "lognormal");
    EXPECT_FALSE(read_distribution(value("[1]"), "p", Dimension::time, document, problems));
    EXPECT_EQ(message(), "expected a distribution, found a list");
}

TEST_F(Keys, EmpiricalFilesAreThoseOfTheNodesOwnFolder) {
    const auto folder = std::filesystem::temp_directory_path() / "nines_keys_test";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "t.csv") << "1\n3\n";
    const Node& node = value("empirical(t.csv)");
    document.files.front().folder = folder.string();
    const auto distribution = read_distribution(node, "p", Dimension::time, document, problems);
    std::filesystem::remove_all(folder);
    ASSERT_TRUE(distribution) << message();
    EXPECT_EQ(distribution->mean(), 2);
}

}  // namespace
}  // namespace nines
