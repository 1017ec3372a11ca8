// Tables: alignment by what the terminal shows, not by bytes.

#include "tools/console/table.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "tools/console/text_width.hpp"

namespace nines {
namespace {

TEST(Table, AlignsByColumnsOfTheTerminal) {
    Table table({{"name"}, {"count", Align::right}, {"note"}});
    table.add({"Zürich", "12", "a"});
    table.add({"東京", "1,234", "b"});
    table.add({"\x1b[31mred\x1b[0m", "5"});
    EXPECT_EQ(table.format({}),
              "  name    count  note\n"
              "  Zürich     12  a\n"
              "  東京    1,234  b\n"
              "  \x1b[31mred\x1b[0m         5\n");
}

TEST(Table, NoHeadingsNoHeadingLine) {
    Table table({{}, {"", Align::left, 4}, {}});
    table.add({"a", "b", "c"});
    EXPECT_EQ(table.format({.indent = 0}), "a  b     c\n");
}

TEST(Table, ShrinksTheWidestTextColumn) {
    Table table({{"text"}, {"number", Align::right}});
    table.add({"a rather long text that does not fit", "123456"});
    std::istringstream lines(table.format({.indent = 2, .gap = 2, .width = 30}));
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(text_width(line), 30);
    }
    EXPECT_NE(table.format({.indent = 2, .gap = 2, .width = 30}).find("a rather long text…   123456"),
              std::string::npos);
}

TEST(TextWidth, CountsColumns) {
    EXPECT_EQ(text_width(""), 0);
    EXPECT_EQ(text_width("größer"), 6);
    EXPECT_EQ(text_width("e\u0301"), 1);
    EXPECT_EQ(text_width("東京"), 4);
    EXPECT_EQ(text_width("▁▂▃━·…"), 6);
    EXPECT_EQ(text_width("\x1b[1;31mred\x1b[0m"), 3);
    EXPECT_EQ(text_width("\xff\xc3"), 2);
}

TEST(TextWidth, ClipsWithAMark) {
    EXPECT_EQ(clip("abcdef", 6), "abcdef");
    EXPECT_EQ(clip("abcdefg", 6), "abcde…");
    EXPECT_EQ(clip("abcdefg", 6, false), "abc...");
    EXPECT_EQ(clip("東京東京", 6), "東京…");
    EXPECT_EQ(clip("\x1b[31mabcdefg\x1b[0m", 4), "\x1b[31mabc…\x1b[0m");
    EXPECT_EQ(clip("abc", 0), "");
    EXPECT_EQ(clip("abcdef", 2, false), "..");
}

TEST(TextWidth, WrapsAtSpaces) {
    EXPECT_EQ(wrap("one two  three", 7), (std::vector<std::string>{"one two", "three"}));
    EXPECT_EQ(wrap("", 7), std::vector<std::string>{""});
    EXPECT_EQ(wrap("abcdefghij k", 5), (std::vector<std::string>{"abcd…", "k"}));
}

TEST(TextWidth, PrintableCannotMoveTheCursor) {
    EXPECT_EQ(printable("a\x1b[2Jb\r\nc\td"), "a?[2Jb? c d");
    EXPECT_EQ(printable("\x1b[31mred"), "?red");
    EXPECT_EQ(printable("ü\xff\u202E!"), "ü\?\?!");
    EXPECT_EQ(printable("für", false), "f?r");
    EXPECT_EQ(printable("\xC2\x9B"
                        "2J"),
              "?2J");
}

}  // namespace
}  // namespace nines
