// Tidy: rules of the tree that no compiler knows. Each check has an example that it must reject.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct File {
    std::string path;  // from the root of the repository
    std::string text;
};

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

std::vector<File> sources() {
    std::vector<File> files;
    const fs::path root = NINES_SOURCE_DIR;
    for (const char* folder : {"engine", "models", "tools", "tests", "bench"}) {
        if (!fs::exists(root / folder)) {
            continue;
        }
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            const std::string extension = entry.path().extension();
            if (extension == ".cpp" || extension == ".hpp") {
                files.push_back({fs::relative(entry.path(), root).string(), read(entry.path())});
            }
        }
    }
    std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.path < b.path; });
    return files;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::stringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

using Findings = std::vector<std::string>;

std::string show(const Findings& findings) {
    std::string text;
    for (const std::string& finding : findings) {
        text += "\n  " + finding;
    }
    return text;
}

// --- layers -------------------------------------------------------------------------------------------------------

std::string folder_of(const std::string& path) {
    return path.substr(0, path.rfind('/'));
}

/// Includes must point up the list of .ci/layers.txt; a folder that is not in it is a finding too.
Findings wrong_includes(const std::vector<File>& files, const std::vector<std::string>& order) {
    std::map<std::string, std::size_t> rank;
    for (std::size_t i = 0; i < order.size(); ++i) {
        rank[order[i]] = i;
    }
    Findings findings;
    for (const File& file : files) {
        const std::string folder = folder_of(file.path);
        if (file.path.starts_with("tests/") || file.path.starts_with("bench/") || folder == "tools") {
            continue;  // they may use everything
        }
        if (!rank.contains(folder)) {
            findings.push_back(file.path + ": its folder is not in .ci/layers.txt");
            continue;
        }
        for (const std::string& line : lines_of(file.text)) {
            if (!line.starts_with("#include \"")) {
                continue;
            }
            const std::string include = line.substr(10, line.find('"', 10) - 10);
            const std::string target = folder_of(include);
            if (!rank.contains(target) || rank[target] > rank[folder]) {
                findings.push_back(file.path + " includes " + include);
            }
        }
    }
    return findings;
}

TEST(Tidy, IncludesPointUpTheLayers) {
    const auto order_text = lines_of(read(fs::path(NINES_SOURCE_DIR) / ".ci/layers.txt"));
    std::vector<std::string> order;
    std::copy_if(order_text.begin(), order_text.end(), std::back_inserter(order),
                 [](const std::string& line) { return !line.empty() && line[0] != '#'; });
    const auto findings = wrong_includes(sources(), order);
    EXPECT_TRUE(findings.empty()) << show(findings);
}

TEST(Tidy, IncludesPointUpTheLayersRejects) {
    const std::vector<std::string> order = {"engine/base", "models/plan"};
    EXPECT_EQ(wrong_includes({{"engine/base/x.cpp", "#include \"models/plan/plan.hpp\"\n"}}, order).size(), 1U);
    EXPECT_EQ(wrong_includes({{"models/new/x.cpp", ""}}, order).size(), 1U);
    EXPECT_EQ(wrong_includes({{"models/plan/x.cpp", "#include \"engine/base/check.hpp\"\n"}}, order).size(), 0U);
}

// --- banned names -------------------------------------------------------------------------------------------------

struct Ban {
    std::string word;
    std::string instead;
    std::vector<std::string> where;  // prefixes of paths
    std::vector<std::string> except;
};

const std::vector<Ban>& bans() {
    static const std::vector<Ban> k_bans = {
        {"std::uniform_", "engine/random: the standard does not fix its bytes", {"engine/", "models/", "tools/"}, {}},
        {"std::normal_distribution", "Stream::normal", {"engine/", "models/", "tools/"}, {}},
        {"std::exponential_distribution", "Stream::exponential", {"engine/", "models/", "tools/"}, {}},
        {"std::mt19937", "Stream", {"engine/", "models/", "tools/"}, {}},
        {"random_device", "Stream: results follow the seed", {"engine/", "models/", "tools/"}, {}},
        {"std::rand(", "Stream", {"engine/", "models/", "tools/"}, {}},
        {"system_clock", "virtual time; wall time belongs to tools/", {"engine/", "models/"}, {}},
        {"steady_clock", "virtual time; wall time belongs to tools/", {"engine/", "models/"}, {}},
        {"unordered_map", "std::map or a vector: no hash order in results", {"engine/", "models/"}, {}},
        {"unordered_set", "std::set or a vector: no hash order in results", {"engine/", "models/"}, {}},
        {"std::log(", "portable::log", {"engine/random/", "models/"}, {}},
        {"std::exp(", "portable::exp", {"engine/random/", "models/"}, {}},
        {"std::pow(", "portable::pow", {"engine/random/", "models/"}, {}},
        {"std::cout", "the output of tools/", {"engine/", "models/"}, {}},
    };
    return k_bans;
}

bool begins_with_any(const std::string& path, const std::vector<std::string>& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const std::string& prefix) { return path.starts_with(prefix); });
}

Findings banned_names(const std::vector<File>& files) {
    Findings findings;
    for (const File& file : files) {
        for (const Ban& ban : bans()) {
            if (begins_with_any(file.path, ban.where) && !begins_with_any(file.path, ban.except) &&
                file.text.find(ban.word) != std::string::npos) {
                findings.push_back(file.path + " uses " + ban.word + ": take " + ban.instead);
            }
        }
    }
    return findings;
}

TEST(Tidy, NoBannedNames) {
    const auto findings = banned_names(sources());
    EXPECT_TRUE(findings.empty()) << show(findings);
}

TEST(Tidy, NoBannedNamesRejects) {
    EXPECT_EQ(banned_names({{"models/x.cpp", "std::mt19937 luck;"}}).size(), 1U);
    EXPECT_EQ(banned_names({{"tools/x.cpp", "std::chrono::steady_clock::now()"}}).size(), 0U);
}

// --- every source is listed ---------------------------------------------------------------------------------------

Findings unlisted(const std::vector<File>& files, const std::string& source_list, const std::string& test_list) {
    Findings findings;
    for (const File& file : files) {
        if (!file.path.ends_with(".cpp") || file.path == "tools/nines.cpp" || file.path == "tools/nines_mpi.cpp" ||
            file.path.starts_with("bench/") || file.path.starts_with("tests/fuzz/")) {
            continue;
        }
        const bool test = file.path.starts_with("tests/");
        const std::string name = test ? file.path.substr(6) : file.path;
        if ((test ? test_list : source_list).find("  " + name + "\n") == std::string::npos) {
            findings.push_back(file.path + " is in no list of sources");
        }
    }
    return findings;
}

TEST(Tidy, EverySourceIsListed) {
    const fs::path root = NINES_SOURCE_DIR;
    const auto findings = unlisted(sources(), read(root / "cmake/sources.cmake"), read(root / "tests/sources.cmake"));
    EXPECT_TRUE(findings.empty()) << show(findings);
}

TEST(Tidy, EverySourceIsListedRejects) {
    EXPECT_EQ(unlisted({{"engine/base/new.cpp", ""}}, "  engine/base/old.cpp\n", "").size(), 1U);
    EXPECT_EQ(unlisted({{"tests/engine/new_test.cpp", ""}}, "", "  engine/new_test.cpp\n").size(), 0U);
}

// --- heads, leftovers, outside paths ------------------------------------------------------------------------------

Findings without_head(const std::vector<File>& files) {
    Findings findings;
    for (const File& file : files) {
        const auto lines = lines_of(file.text);
        const std::size_t first = !lines.empty() && lines[0] == "#pragma once" ? 1 : 0;
        // A source beside its header is introduced by the header.
        const bool introduced = file.path.ends_with(".cpp") && !lines.empty() && lines[0].starts_with("#include \"");
        if (!introduced && (lines.size() <= first || !lines[first].starts_with("// "))) {
            findings.push_back(file.path + " does not say what it is");
        }
    }
    return findings;
}

TEST(Tidy, EveryFileSaysWhatItIs) {
    const auto findings = without_head(sources());
    EXPECT_TRUE(findings.empty()) << show(findings);
}

TEST(Tidy, EveryFileSaysWhatItIsRejects) {
    EXPECT_EQ(without_head({{"engine/x.hpp", "#pragma once\n\n#include <vector>\n"}}).size(), 1U);
}

Findings leftovers(const std::vector<File>& files) {
    Findings findings;
    // Split, so that this file does not find itself.
    const std::vector<std::string> words = {std::string("TO") + "DO", std::string("FIX") + "ME",
                                            std::string("XX") + "X", std::string("..") + "/shared",
                                            std::string("/work") + "/"};
    for (const File& file : files) {
        for (const std::string& word : words) {
            if (file.text.find(word) != std::string::npos) {
                findings.push_back(file.path + " holds " + word);
            }
        }
    }
    return findings;
}

TEST(Tidy, NothingIsLeftOver) {
    const auto findings = leftovers(sources());
    EXPECT_TRUE(findings.empty()) << show(findings);
}

TEST(Tidy, NothingIsLeftOverRejects) {
    EXPECT_EQ(leftovers({{"engine/x.cpp", std::string("// TO") + "DO: later\n"}}).size(), 1U);
}

TEST(Tidy, LongFilesAreNamed) {
    // Told, not failed: splitting at a line count is worse than a long file with one concept.
    for (const File& file : sources()) {
        const std::size_t lines = lines_of(file.text).size();
        if (lines > 500) {
            std::printf("long: %s has %zu lines\n", file.path.c_str(), lines);
        }
    }
}

}  // namespace
