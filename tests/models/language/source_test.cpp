// Reading files: places, the core schema, includes, and limits against hostile input.

#include "models/language/source.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>

namespace nines {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, removed at the end.
class SourceFiles : public testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() / ("nines_source_" + std::to_string(::getpid()) + "_" +
                                               testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::create_directories(folder_ / "parts");
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name, std::ios::binary) << text;
        return (folder_ / name).string();
    }
    Document read(const std::string& name) { return read_document((folder_ / name).string(), problems_); }
    std::string first() const { return problems_.empty() ? "no problem" : problems_.list.front().message; }
    std::string tail() const {
        const std::string text = first();
        return text.substr(std::min(text.find("` "), text.size() - 2) + 2);
    }

    fs::path folder_;
    Problems problems_;
};

std::string show(const Place& place) {
    return std::to_string(place.line) + ":" + std::to_string(place.column) + "+" + std::to_string(place.length);
}

Document read_good(const std::string& text) {
    Problems problems;
    Document document = read_document_text("x.yaml", text, problems);
    EXPECT_TRUE(problems.empty()) << format_problems(document, problems);
    return document;
}

std::string first_problem(const std::string& text) {
    Problems problems;
    read_document_text("x.yaml", text, problems);
    return problems.empty() ? "no problem" : problems.list.front().message;
}

TEST(Source, PlacesCoverTheScalar) {
    const Document document =
        read_good("a: one two\nb:\n  - 'it''s'  # c\n  - {é: \"ü\\\"x\", z: 1}\nc: &n 20:00\nd: *n\n");
    const Node& root = document.root;
    EXPECT_EQ(show(root.find("a")->place), "1:4+7");
    const Node& list = *root.find("b");
    EXPECT_EQ(show(list.items[0].place), "3:5+7");
    EXPECT_EQ(list.items[0].text, "it's");
    EXPECT_TRUE(list.items[0].quoted);
    EXPECT_EQ(show(list.items[1].entries[0].key_place), "4:6+1");
    EXPECT_EQ(show(list.items[1].entries[0].value.place), "4:9+6");
    EXPECT_EQ(show(list.items[1].entries[1].value.place), "4:20+1");
    EXPECT_EQ(show(root.find("c")->place), "5:7+5");
    EXPECT_EQ(root.find("d")->text, "20:00");
}

TEST(Source, OnlyTheWordsOfTheCoreSchemaAreSpecial) {
    const Document document = read_good("a: null\nb: ~\nc:\nd: 'null'\ne: true\non: off\nf: NULL\ng: nullable\nh: 1\n");
    const Node& root = document.root;
    for (const char* key : {"a", "b", "c", "f"}) {
        EXPECT_TRUE(root.find(key)->is_null()) << key;
    }
    for (const char* key : {"d", "e", "on", "g", "h"}) {
        EXPECT_TRUE(root.find(key)->is_scalar()) << key;
    }
    EXPECT_TRUE(root.find("d")->quoted);
    EXPECT_FALSE(root.find("e")->quoted);
    EXPECT_EQ(show(root.find("c")->place), "3:1+1") << "a value that is not there has the place of its key";
}

TEST(Source, ByteOrderMarkAndWindowsLineEndsAreAccepted) {
    const Document document = read_good(
        "\xEF\xBB\xBF"
        "a: 1\r\nb: x y\r\n");
    EXPECT_EQ(document.root.find("b")->text, "x y");
    EXPECT_EQ(show(document.root.find("a")->place), "1:4+1");
}

TEST(Source, OneMistakeWithACommaIsOneProblem) {
    Problems problems;
    const Document document =
        read_document_text("x.yaml", "d: {rate: steps(1/s 0 s, 2/s 1 min), b: 3}\ne: 4\n", problems);
    EXPECT_EQ(problems.list.size(), 1U);
    EXPECT_EQ(document.root.find("d")->find("rate")->text, "steps(1/s 0 s 2/s 1 min)");
    EXPECT_EQ(document.root.find("d")->entries.size(), 2U);
    EXPECT_EQ(document.root.find("e")->text, "4");
}

TEST(Source, TheFirstOfTwoEqualKeysStays) {
    Problems problems;
    const Document document = read_document_text("x.yaml", "a: 1\nb: 2\na: {c: 3}\nb: 4\nd: 5\n", problems);
    EXPECT_EQ(problems.list.size(), 2U);
    EXPECT_EQ(document.root.entries.size(), 3U);
    EXPECT_EQ(document.root.find("a")->text, "1");
}

TEST(Source, WhatIsNoTextIsRefused) {
    EXPECT_EQ(first_problem(std::string("a: 1\nb: \0", 9)),
              "the file is not text (byte 0x00 on line 2); a scenario is UTF-8");
    EXPECT_EQ(first_problem("a: \xff"), "the file is not text (byte 0xff on line 1); a scenario is UTF-8");
    EXPECT_EQ(first_problem("a: \x1b[31m"), "the file is not text (byte 0x1b on line 1); a scenario is UTF-8");
    EXPECT_EQ(first_problem("a: \xed\xa0\x80"), "the file is not text (byte 0xed on line 1); a scenario is UTF-8");
    EXPECT_EQ(first_problem("a: \x04"), "the file is not text (byte 0x04 on line 1); a scenario is UTF-8");
}

TEST(Source, DepthIsLimitedAtExactlySixtyFour) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_EQ(first_problem(nested(64)), "no problem");
    EXPECT_EQ(first_problem(nested(65)), "nested more than 64 levels deep");
    // An alias may not be used to go deeper.
    EXPECT_EQ(first_problem("a: &a " + nested(40) + "\nb: " + std::string(30, '[') + "*a" + std::string(30, ']')),
              "nested more than 64 levels deep");
}

TEST(Source, HostileTextsEndSoon) {
    const auto begin = std::chrono::steady_clock::now();
    const auto repeat = [](const std::string& part, std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) {
            text += part;
        }
        return text;
    };
    std::string laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 30; ++i) {
        const std::string before = "*a" + std::to_string(i - 1) + ",";
        laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeat(before, 10) + "]\n";
    }
    EXPECT_EQ(first_problem(laughs), "more than 100000 values in one document");
    EXPECT_EQ(first_problem("a: &a \"" + std::string(1'000'000, 'x') + "\"\nb: [" + repeat("*a,", 50'000) + "]"),
              "more than 16 MiB of text in one document, aliases expanded");
    for (const char* part : {"[", "{", "- ", "? ", "a: ", "{a: ", "[a, ", "&a [", "'", "\"", "f(a, "}) {
        first_problem(repeat(part, 100'000));
        first_problem("[" + repeat(part, 100'000));
    }
    EXPECT_EQ(first_problem("[" + repeat("f(a, ", 10'000) + "]").substr(0, 22), "unbalanced parenthesis");
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(std::chrono::duration<double>(took).count(), 30) << "some limit comes too late, or work is quadratic";
}

TEST(Source, RandomBytesNeverCrash) {
    std::mt19937 random(7);  // raw draws only, so that the bytes are the same everywhere
    const std::string alphabet = "aab: \n\n  -[]{},()&*!|>'\"%@#?~1.\t\\\xc3\xa9";
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (std::size_t i = random() % 60; i > 0; --i) {
            text += round % 4 == 0 ? static_cast<char>(random() % 256) : alphabet[random() % alphabet.size()];
        }
        Problems problems;
        const Document document = read_document_text("x.yaml", text, problems);
        for (const Problem& problem : problems.list) {
            ASSERT_GE(problem.place.length, 1);
        }
        ASSERT_EQ(problems.empty(), format_problems(document, problems).empty());
    }
}

TEST_F(SourceFiles, IncludesMergeBelowTheIncludingFile) {
    write("main.yaml", "include: [parts/a.yaml, parts/b.yaml]\nx: main\nmap: {one: main}\n");
    write("parts/a.yaml", "x: a\ny: a\nmap: {one: a, two: a}\n");
    write("parts/b.yaml", "include: c.yaml\ny: b\nlist: [b]\n");
    write("parts/c.yaml", "z: c\nlist: [c, c]\n");
    const Document document = read("main.yaml");
    ASSERT_TRUE(problems_.empty()) << format_problems(document, problems_);
    const Node& root = document.root;
    EXPECT_EQ(root.find("x")->text, "main");
    EXPECT_EQ(root.find("map")->find("one")->text, "main");
    EXPECT_EQ(root.find("map")->find("two")->text, "a");
    EXPECT_EQ(root.find("y")->text, "b") << "the later include wins";
    EXPECT_EQ(root.find("z")->text, "c") << "a path is relative to the file that it stands in";
    EXPECT_EQ(root.find("list")->items.size(), 1U) << "lists are not merged";
    EXPECT_EQ(root.find("include"), nullptr);
    EXPECT_EQ(document.files.size(), 4U);
    EXPECT_EQ(document.files[root.find("z")->place.file].folder, fs::weakly_canonical(folder_ / "parts").string());
}

TEST_F(SourceFiles, AnErrorInAnIncludedFileNamesTheIncludingLine) {
    write("main.yaml", "x: 1\ninclude:\n  - parts/a.yaml\n");
    write("parts/a.yaml", "y: [1\n");
    const Document document = read("main.yaml");
    const std::string text = format_problems(document, problems_);
    EXPECT_NE(text.find("parts/a.yaml:2:1: error: "), std::string::npos) << text;
    EXPECT_NE(text.find("      = included from " + (folder_ / "main.yaml").string() + ":3:5\n"), std::string::npos)
        << text;
}

TEST_F(SourceFiles, CirclesShowTheChain) {
    write("a.yaml", "include: b.yaml\n");
    write("b.yaml", "include: c.yaml\n");
    write("c.yaml", "include: b.yaml\n");
    read("a.yaml");
    const std::string base = folder_.string() + "/";
    EXPECT_EQ(first(), "includes in a circle: " + base + "b.yaml -> " + base + "c.yaml -> " + base + "b.yaml");
}

TEST_F(SourceFiles, IncludesStayBelowTheFolder) {
    write("secret.yaml", "x: 1\n");
    fs::create_symlink(folder_ / "secret.yaml", folder_ / "parts" / "link.yaml");
    for (const auto& [path, why] : std::vector<std::pair<std::string, std::string>>{
             {"/etc/passwd", "must be relative to the folder of the file that names it"},
             {"../secret.yaml", "must not contain `..`"},
             {"link.yaml", "leaves the folder of the file that names it, by a link"},
             {"none.yaml", "does not exist"}}) {
        problems_ = {};
        write("parts/main.yaml", "include: " + path + "\n");
        read("parts/main.yaml");
        EXPECT_EQ(tail(), why) << path;
        EXPECT_EQ(problems_.list.front().place.line, 1);
    }
}

TEST_F(SourceFiles, AMissingFileSuggestsItsNeighbour) {
    write("shop.yaml", "a: 1\n");
    read("shpo.yaml");
    EXPECT_EQ(tail(), "does not exist");
    EXPECT_EQ(problems_.list.front().place.line, 0);
    EXPECT_EQ(problems_.list.front().hint, "did you mean `" + (folder_ / "shop.yaml").string() + "`?");
}

TEST_F(SourceFiles, WhatIsNoRegularFileIsRefusedAtOnce) {
    ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
    read("pipe");
    EXPECT_EQ(tail(), "is not a regular file");
    problems_ = {};
    read("parts");
    EXPECT_EQ(tail(), "is a folder, not a file");
    problems_ = {};
    read_document("/dev/zero", problems_);
    EXPECT_EQ(tail(), "is not a regular file");
}

TEST_F(SourceFiles, LargeFilesAreRefusedBeforeReading) {
    const std::string path = write("big.yaml", "a: 1\n");
    fs::resize_file(path, std::uintmax_t{100} << 30U);  // sparse: reading it would take minutes
    read("big.yaml");
    EXPECT_EQ(tail(), "is larger than 2 MiB");
}

TEST_F(SourceFiles, IncludesTogetherAreLimited) {
    std::string list = "include: [";
    for (int i = 0; i < 6; ++i) {
        list += "parts/" + std::to_string(i) + ".yaml, ";
        write("parts/" + std::to_string(i) + ".yaml", "a: 1 #" + std::string(1'900'000, 'x') + "\n");
    }
    write("main.yaml", list + "]\n");
    read("main.yaml");
    EXPECT_EQ(first(), "the file and what it includes are larger than 8 MiB");
}

TEST_F(SourceFiles, IncludesThatGrowExponentiallyEnd) {
    for (int i = 0; i < 30; ++i) {
        const std::string next = "f" + std::to_string(i + 1) + ".yaml";
        write("f" + std::to_string(i) + ".yaml", "include: [" + next + ", " + next + "]\n");
    }
    write("f30.yaml", "x: 1\n");
    read("f0.yaml");
    EXPECT_EQ(first(), "more than 1000 files in one document");
}

TEST_F(SourceFiles, DataFilesAreReadBelowTheFolder) {
    write("parts/data.csv", "1\n2\n");
    EXPECT_EQ(read_data_file(folder_.string(), "parts/data.csv").value_or("?"), "1\n2\n");
    EXPECT_EQ(read_data_file((folder_ / "parts").string(), "dtaa.csv").error(),
              "the file `dtaa.csv` does not exist, did you mean `data.csv`?");
    EXPECT_EQ(read_data_file(folder_.string(), "/etc/passwd").error(),
              "the file `/etc/passwd` must be relative to the folder of the file that names it");
    EXPECT_EQ(read_data_file(folder_.string(), "parts").error(), "the file `parts` is a folder, not a file");
    EXPECT_FALSE(read_data_file(folder_.string(), ""));
    EXPECT_FALSE(read_data_file(folder_.string(), std::string("a\0b", 3)));
}

}  // namespace
}  // namespace nines
