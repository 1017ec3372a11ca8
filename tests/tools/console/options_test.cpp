// Options: what is read, and that every mistake is a sentence.

#include "tools/console/options.hpp"

#include <gtest/gtest.h>

#include <boost/program_options/value_semantic.hpp>

namespace nines {
namespace {

namespace po = boost::program_options;

Result<CommandLine> parse(const std::vector<std::string>& words, std::size_t most_arguments = 1) {
    po::options_description options("Options");
    add_common_options(options);
    options.add_options()("over", po::value<std::string>(), "of one command alone");
    return parse_options(words, options, most_arguments);
}

TEST(Options, AllAreRead) {
    const auto line =
        parse({"shop.yaml", "--set", "a.b=1",      "--set=c=-2", "--seed", "18446744073709551615", "--threads", "2",
               "--json",    "-",     "--out=r.db", "--variant",  "thin",   "--fidelity",           "flow",      "-q",
               "--color",   "never", "--over",     "x=1..2"});
    ASSERT_TRUE(line) << line.error();
    EXPECT_EQ(line->common.file, "shop.yaml");
    EXPECT_EQ(line->common.sets, (std::vector<std::string>{"a.b=1", "c=-2"}));
    EXPECT_EQ(line->common.seed, 18446744073709551615U);
    EXPECT_EQ(line->common.threads, 2);
    EXPECT_EQ(line->common.json, "-");
    EXPECT_EQ(line->common.out, "r.db");
    EXPECT_EQ(line->common.variant, "thin");
    EXPECT_EQ(line->common.fidelity, "flow");
    EXPECT_TRUE(line->common.quiet);
    EXPECT_EQ(line->common.color, "never");
    EXPECT_FALSE(line->common.help);
    EXPECT_EQ(line->options["over"].as<std::string>(), "x=1..2");
}

TEST(Options, DefaultsAreThoseOfTheStruct) {
    const auto line = parse({});
    ASSERT_TRUE(line) << line.error();
    EXPECT_EQ(line->common.file, "");
    EXPECT_FALSE(line->common.seed);
    EXPECT_EQ(line->common.threads, 0);
    EXPECT_EQ(line->common.color, "auto");
}

TEST(Options, SeveralArgumentsWhereTheCommandTakesThem) {
    const auto line = parse({"a.db", "b.db", "c.db"}, 10);
    ASSERT_TRUE(line) << line.error();
    EXPECT_EQ(line->arguments, (std::vector<std::string>{"a.db", "b.db", "c.db"}));
}

struct Mistake {
    const char* name;
    std::vector<std::string> words;
    const char* sentence;
};
const Mistake k_mistakes[] = {
    {"unknown", {"f", "--sead", "1"}, "unknown option `--sead`; did you mean `--seed`?"},
    {"unlike_any", {"f", "--frobnicate-all"}, "unknown option `--frobnicate-all`"},
    {"abbreviated", {"f", "--thread", "2"}, "unknown option `--thread`; did you mean `--threads`?"},
    {"short_unknown", {"f", "-z"}, "unknown option `-z`"},
    {"no_value", {"f", "--seed"}, "--seed wants a value"},
    {"value_for_a_flag", {"f", "--quiet=yes"}, "--quiet takes no value"},
    {"negative_seed", {"f", "--seed=-1"}, "--seed wants a whole number from 0 to 18446744073709551615, not `-1`"},
    {"seed_with_a_tail", {"f", "--seed", "7x"}, "--seed wants a whole number from 0 to 18446744073709551615, not `7x`"},
    {"no_threads", {"f", "--threads", "0"}, "--threads wants a whole number from 1 to 4096, not `0`"},
    {"twice", {"f", "--seed", "1", "--seed", "2"}, "--seed is given more than once"},
    {"color", {"f", "--color", "red"}, "--color wants auto, always or never, not `red`"},
    {"set", {"f", "--set", "a.b"}, "--set wants PATH=VALUE, not `a.b`"},
    {"too_many", {"f", "g"}, "`g` is one argument too many"},
};

class OptionsMistake : public testing::TestWithParam<Mistake> {};

TEST_P(OptionsMistake, IsASentence) {
    const auto line = parse(GetParam().words);
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error(), GetParam().sentence);
}
INSTANTIATE_TEST_SUITE_P(Console, OptionsMistake, testing::ValuesIn(k_mistakes),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace nines
