// Bad input, end to end: each file of tests/golden/bad has its whole message beside it; what cannot be kept in a
// repository is made here. Nothing may crash, hang, eat the machine, or end with anything but 2.
// NINES_REWRITE_GOLDEN=1 writes the messages anew; read them in the diff as their user will.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/support/run_nines.hpp"

namespace nines {
namespace {

namespace fs = std::filesystem;

const fs::path k_folder = fs::path(NINES_SOURCE_DIR) / "tests/golden/bad";

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The promises that hold for any input.
void expect_refused(const NinesRun& run) {
    EXPECT_FALSE(run.timed_out) << "it was killed: it waited, or never ended";
    EXPECT_EQ(run.signal, 0) << "it crashed";
    EXPECT_EQ(run.exit_code, 2) << run.err;
    EXPECT_EQ(run.out, "");
    EXPECT_NE(run.err, "");
    if (!k_is_sanitized) {
        EXPECT_LT(run.cpu_s, 2);
        EXPECT_LT(run.peak_bytes, 500 << 20);
    }
}

// --- files with their messages --------------------------------------------------------------------------------------

std::vector<std::string> scenario_names() {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(k_folder)) {
        if (entry.path().extension() == ".yaml") {
            names.push_back(entry.path().stem().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// One argument a line.
std::vector<std::string> extra_arguments(const std::string& name) {
    std::vector<std::string> arguments;
    std::ifstream file(k_folder / (name + ".args"));
    for (std::string line; std::getline(file, line);) {
        arguments.push_back(line);
    }
    return arguments;
}

class BadScenario : public testing::TestWithParam<std::string> {};

TEST_P(BadScenario, SaysWhatIsWrong) {
    const std::string& name = GetParam();
    std::vector<std::string> arguments = {"run", name + ".yaml"};
    const auto extra = extra_arguments(name);
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    const NinesRun run = run_nines(arguments, k_folder);
    expect_refused(run);
    const fs::path golden = k_folder / (name + ".txt");
    if (std::getenv("NINES_REWRITE_GOLDEN") != nullptr) {
        std::ofstream(golden, std::ios::binary) << run.err;
        FAIL() << "rewritten: " << golden;
    }
    EXPECT_EQ(run.err, read_file(golden));
}
INSTANTIATE_TEST_SUITE_P(Golden, BadScenario, testing::ValuesIn(scenario_names()), [](const auto& test) {
    std::string name = test.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

TEST(BadInput, HasAHundredFilesAndNoStrayMessage) {
    const std::vector<std::string> names = scenario_names();
    EXPECT_GE(names.size(), 100U);
    for (const fs::directory_entry& entry : fs::directory_iterator(k_folder)) {
        const bool is_beside = entry.path().extension() == ".txt" || entry.path().extension() == ".args";
        if (is_beside) {
            EXPECT_TRUE(fs::exists(fs::path(entry.path()).replace_extension(".yaml"))) << entry.path();
        }
    }
}

// --- usage ----------------------------------------------------------------------------------------------------------

struct Usage {
    const char* name;
    std::vector<std::string> arguments;
    const char* message;
};

class BadUsage : public testing::TestWithParam<Usage> {};

TEST_P(BadUsage, SaysWhatIsWrong) {
    const NinesRun run = run_nines(GetParam().arguments, k_folder);
    expect_refused(run);
    EXPECT_EQ(run.err, std::string(GetParam().message) + "\n");
}
INSTANTIATE_TEST_SUITE_P(
    Commands, BadUsage,
    testing::ValuesIn(std::vector<Usage>{
        {"unknown_command", {"rnu", "x.yaml"}, "nines: there is no command `rnu`: did you mean `run`?"},
        {"far_command", {"frobnicate"}, "nines: there is no command `frobnicate`: see nines --help"},
        {"command_not_built", {"sweep", "x.yaml"}, "nines: the command `sweep` is known, not built yet"},
        {"no_file", {"run"}, "nines run: expected a scenario file: nines run FILE"},
        {"no_file_to_check", {"check"}, "nines check: expected a scenario file: nines check FILE"},
        {"two_files", {"run", "a.yaml", "b.yaml"}, "nines run: `b.yaml` is one argument too many"},
        {"unknown_option",
         {"run", "x.yaml", "--sead", "3"},
         "nines run: unknown option `--sead`; did you mean `--seed`?"},
        {"far_option", {"run", "x.yaml", "-z"}, "nines run: unknown option `-z`"},
        {"seed_text",
         {"run", "x.yaml", "--seed", "abc"},
         "nines run: --seed wants a whole number from 0 to 18446744073709551615, not `abc`"},
        {"seed_negative",
         {"run", "x.yaml", "--seed", "-1"},
         "nines run: --seed wants a whole number from 0 to 18446744073709551615, not `-1`"},
        {"seed_twice", {"run", "x.yaml", "--seed", "1", "--seed", "2"}, "nines run: --seed is given more than once"},
        {"threads",
         {"run", "x.yaml", "--threads", "0"},
         "nines run: --threads wants a whole number from 1 to 4096, not `0`"},
        {"colour", {"run", "x.yaml", "--color", "pink"}, "nines run: --color wants auto, always or never, not `pink`"},
        {"value_missing", {"run", "x.yaml", "--json"}, "nines run: --json wants a value"},
        {"value_of_a_flag", {"run", "x.yaml", "--quiet=3"}, "nines run: --quiet takes no value"},
        {"set_nonsense", {"run", "x.yaml", "--set", "nonsense"}, "nines run: --set wants PATH=VALUE, not `nonsense`"},
        {"file_missing", {"run", "nowhere-at-all"}, "nowhere-at-all: error: the file `nowhere-at-all` does not exist"},
        {"file_misspelt",
         {"check", "rate-nam.yaml"},
         "rate-nam.yaml: error: the file `rate-nam.yaml` does not exist\n      = hint: did you mean `rate-nan.yaml`?"},
    }),
    [](const auto& test) { return test.param.name; });

TEST(BadUsage, NoCommandShowsTheHelp) {
    const NinesRun run = run_nines({}, k_folder);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_NE((run.out + run.err).find("nines COMMAND"), std::string::npos);
}

// --- what no repository should hold ---------------------------------------------------------------------------------

constexpr const char* k_good_service = "services: {s: {kind: fleet, endpoints: {p: {steps: [{work: 1 ms}]}}}}\n";
constexpr const char* k_good_demand = "demand: {u: {calls: s.p, rate: 1/s}}\n";

class BadFile : public testing::Test {
protected:
    BadFile() {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    ~BadFile() override { fs::remove_all(folder_); }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    /// Runs `bad.yaml`, made of `text`; the message must have `part` in it.
    void expect_message(const std::string& text, const std::string& part) const {
        write("bad.yaml", text);
        expect_message_of("bad.yaml", part);
    }
    void expect_message_of(const std::string& name, const std::string& part) const {
        const NinesRun run = run_nines({"run", name}, folder_);
        expect_refused(run);
        EXPECT_NE(run.err.find(part), std::string::npos) << run.err.substr(0, 2'000);
        EXPECT_LT(run.err.size(), 100'000U) << "nobody reads so much";
    }
    /// `count` pieces, one for each i.
    template <class Piece>
    static std::string each(int count, Piece piece) {
        std::string text;
        for (int i = 0; i < count; ++i) {
            text += piece(std::to_string(i));
        }
        return text;
    }

    const fs::path folder_ =
        fs::path(testing::TempDir()) /
        (std::string("nines_bad_") + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(BadFile, HundredMegabytes) {
    write("bad.yaml", "nines: 1\n");
    fs::resize_file(folder_ / "bad.yaml", 100 << 20);
    expect_message_of("bad.yaml", "is larger than 2 MiB");
}
TEST_F(BadFile, HundredMegabytesIncluded) {
    write("large.yaml", "");
    fs::resize_file(folder_ / "large.yaml", 100 << 20);
    expect_message("include: large.yaml\n", "bad.yaml:1:10: error: the file `large.yaml` is larger than 2 MiB");
}
TEST_F(BadFile, Folder) {
    expect_message_of(".", "is a folder, not a file");
}
TEST_F(BadFile, Pipe) {
    ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
    expect_message_of("pipe", "is not a regular file");
}
TEST_F(BadFile, Device) {
    expect_message_of("/dev/zero", "is not a regular file");
}
TEST_F(BadFile, LinkToItself) {
    fs::create_symlink("loop.yaml", folder_ / "loop.yaml");
    expect_message_of("loop.yaml", "cannot be read");
}
TEST_F(BadFile, IncludeByLinkOutside) {
    fs::create_symlink("/etc/passwd", folder_ / "out.yaml");
    expect_message("include: out.yaml\n", "leaves the folder of the file that names it, by a link");
}
TEST_F(BadFile, BinaryJunk) {
    std::string junk;
    for (std::uint32_t state = 1; junk.size() < 100'000;) {
        state = state * 1664525U + 1013904223U;
        junk += static_cast<char>(state >> 24U);
    }
    expect_message(junk, "is not text (byte 0x");
}
TEST_F(BadFile, ZeroBytes) {
    expect_message(std::string(1'000, '\0'), "is not text (byte 0x00 on line 1)");
}
TEST_F(BadFile, Utf16) {
    expect_message(std::string("\xff\xfen\0i\0", 6), "is not text (byte 0xff on line 1)");
}
TEST_F(BadFile, BrokenUtf8) {
    expect_message("nines: 1\nname: \"\xc3(\"\n", "is not text (byte 0xc3 on line 2)");
}
TEST_F(BadFile, Program) {
    expect_message_of(NINES_BINARY, "error: the file");
}
TEST_F(BadFile, BracketsHundredThousandDeep) {
    expect_message(std::string(100'000, '['), "the `[` that begins here is never closed");
    expect_message(std::string(100'000, '[') + std::string(100'000, ']'), "nested more than 64 levels deep");
}
TEST_F(BadFile, BracesHundredThousandDeep) {
    expect_message(each(100'000, [](const std::string&) { return "{a: "; }),
                   "the `{` that begins here is never closed");
    expect_message(each(100'000, [](const std::string&) { return "{a: "; }) + std::string(100'000, '}'),
                   "nested more than 64 levels deep");
}
TEST_F(BadFile, DashesDeep) {
    expect_message(each(10'000, [](const std::string&) { return "- "; }) + "a\n", "more than 64 levels");
}
TEST_F(BadFile, IndentationDeep) {
    std::string text;
    for (std::size_t depth = 0; depth < 1'000; ++depth) {
        text += std::string(depth, ' ') + "a:\n";
    }
    expect_message(text, "more than 64 levels");
}
TEST_F(BadFile, ParenthesesDeep) {
    expect_message(std::string("nines: 1\nname: x\n") + k_good_service + "demand: {u: {calls: s.p, rate: " +
                       each(100'000, [](const std::string&) { return "a("; }) + "}}\n",
                   "parentheses are nested more than 64 deep");
}
TEST_F(BadFile, BillionLaughs) {
    std::string text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
    for (int i = 1; i < 20; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int j = 0; j < 8; ++j) {
            text += ", " + before;
        }
        text += "]\n";
    }
    expect_message(text, "more than 100000 values in one document");
}
TEST_F(BadFile, LongTextInManyAliases) {
    expect_message("a: &a " + std::string(1'000'000, 'x') + "\nb: [" +
                       each(10'000, [](const std::string&) { return "*a, "; }) + "]\n",
                   "more than 16 MiB of text");
}
TEST_F(BadFile, OneLongWord) {
    expect_message(std::string(2'000'000, 'x'), "expected a scenario (a mapping)");
}
TEST_F(BadFile, DeepIncludes) {
    for (int i = 0; i < 100; ++i) {
        write("part" + std::to_string(i) + ".yaml", "include: part" + std::to_string(i + 1) + ".yaml\n");
    }
    expect_message_of("part0.yaml", "includes more than 32 deep");
}
// A list of choices for each of 14,000 mistakes took 15 GB and 50 s.
TEST_F(BadFile, ManyWrongCalls) {
    expect_message("nines: 1\nname: x\nservices:\n  s:\n    kind: fleet\n    endpoints:\n" +
                       each(14'000,
                            [](const std::string& i) {
                                return "      endpoint-number-" + i + ": {steps: [{call: s.endpoint-numbers-" + i +
                                       "}]}\n";
                            }) +
                       k_good_demand,
                   "did you mean `s.endpoint-number-0`?");
}
// Each of these looked through the whole catalogue: 49 s.
TEST_F(BadFile, ManyUnknownPlaces) {
    expect_message(std::string("nines: 1\nname: x\nworld: {regions: [us-east-1]}\n") + k_good_service +
                       "demand:\n  u:\n    calls: s.p\n    rate: 1/s\n    from:\n" +
                       each(40'000, [](const std::string& i) { return "      Town" + i + ": 1 %\n"; }),
                   "found `Town0`");
}
TEST_F(BadFile, ManyUnknownEdges) {
    expect_message(std::string("nines: 1\nname: x\nworld: {regions: [us-east-1], edges: [") +
                       each(90'000, [](const std::string&) { return "xxx, "; }) + "]}\n" + k_good_service,
                   "expected an edge location, found `xxx`");
}
TEST_F(BadFile, ManyUnknownMachines) {
    expect_message("nines: 1\nname: x\nservices:\n" +
                       each(12'000, [](const std::string& i) { return "  s" + i + ": {kind: fleet, on: x}\n"; }),
                   "expected an instance type, found `x`");
}
// All mistakes of the aliases stand at one place, and each was compared with all others there: 22 s.
TEST_F(BadFile, OneMistakeInManyAliases) {
    expect_message("nines: 1\nname: x\nservices:\n  a: &a {kind: x, on: y, workers: 0, queue: 3}\n" +
                       each(11'000, [](const std::string& i) { return "  s" + i + ": *a\n"; }),
                   "more errors");
}
TEST_F(BadFile, TraceOfHundredMegabytes) {
    write("trace.csv", "t_s,rate_per_s\n0,1\n");
    fs::resize_file(folder_ / "trace.csv", 100 << 20);
    expect_message(
        std::string("nines: 1\nname: x\n") + k_good_service + "demand: {u: {calls: s.p, rate: trace(trace.csv)}}\n",
        "the file `trace.csv` is larger than 8 MiB");
}

// A folder that is not there is told before anything is simulated. What shows only at the end comes after the
// scorecard, which has been earned by then; the exit code says that a file is missing.
TEST_F(BadFile, ResultsThatCannotBeWritten) {
    write("good.yaml", std::string("nines: 1\nname: x\nrun: {horizon: 1 min}\n") + k_good_service + k_good_demand);
    for (const char* option : {"--json", "--out"}) {
        const NinesRun run = run_nines({"run", "good.yaml", option, "no/such/folder/results"}, folder_);
        EXPECT_EQ(run.exit_code, 4) << option;
        EXPECT_EQ(run.out, "") << option;
        EXPECT_NE(run.err.find("no/such/folder/results"), std::string::npos) << run.err;
    }
    fs::create_directory(folder_ / "taken");
    const NinesRun late = run_nines({"run", "good.yaml", "--json", "taken"}, folder_);
    EXPECT_EQ(late.exit_code, 4);
    EXPECT_NE(late.out, "");
    EXPECT_NE(late.err.find("taken"), std::string::npos) << late.err;
}

}  // namespace
}  // namespace nines
