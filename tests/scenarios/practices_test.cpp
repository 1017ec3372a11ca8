// Practices: each row of the table in docs/pillars.md moves its figure as it says there, under the same luck.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "models/language/patch.hpp"
#include "models/language/source.hpp"
#include "models/study/run.hpp"
#include "tests/scenarios/expectations.hpp"
#include "tests/support/simulate.hpp"

namespace nines::scenarios {
namespace {

const std::filesystem::path k_source = NINES_SOURCE_DIR;

constexpr std::uint64_t k_pairs = 16;
constexpr std::uint64_t k_pairs_most = 64;
constexpr double k_by_chance = 5e-4;  // at each of two looks

struct Practice {
    std::string name;
    std::string scenario;
    std::string before;  ///< a variant; empty: the base
    std::string after;
    std::string figure;
    std::string moves;  ///< "up" or "down"
};

void PrintTo(const Practice& practice, std::ostream* out) {
    *out << practice.name;
}

/// The cells of a row, without back-quotes.
std::vector<std::string> cells_of(const std::string& row) {
    std::vector<std::string> cells;
    std::istringstream rest(row.substr(1));
    for (std::string cell; std::getline(rest, cell, '|');) {
        std::erase(cell, '`');
        const std::size_t begin = cell.find_first_not_of(' ');
        cells.push_back(begin == std::string::npos ? "" : cell.substr(begin, cell.find_last_not_of(' ') + 1 - begin));
    }
    return cells;
}

std::vector<Practice> practices() {
    std::ifstream page(k_source / "docs/pillars.md");
    std::vector<Practice> found;
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with("## ")) {
            inside = line == "## Practices, and where each is shown";
        } else if (inside && line.starts_with("|") && line.find(".yaml`") != std::string::npos) {
            const std::vector<std::string> cells = cells_of(line);
            const std::size_t to = cells.at(2).find(" to ");
            const bool two = to != std::string::npos;
            found.push_back({cells.at(0), cells.at(1), two ? cells.at(2).substr(0, to) : "",
                             two ? cells.at(2).substr(to + 4) : cells.at(2), cells.at(3), cells.at(4)});
        }
    }
    return found;
}

/// In `flow`; an empty name is the base.
Plan plan_of(const std::string& scenario, const std::string& variant) {
    Problems problems;
    Document document = read_document((k_source / "scenarios" / scenario).string(), problems);
    if (!variant.empty()) {
        apply_variant(document, variant, problems);
    }
    apply_set(document, "run.fidelity=flow", problems);
    EXPECT_TRUE(problems.empty()) << format_problems(document, problems);
    std::string mistakes;
    const Plan plan = compile_document(document, mistakes);
    EXPECT_EQ(mistakes, "");
    return plan;
}

/// How often the figure of the second is above that of the first, and how often below.
struct Moves {
    int up = 0;
    int down = 0;
    std::uint64_t pairs = 0;
};

void add_pairs(const Plan& base, const Plan& variant, const std::string& figure, std::uint64_t up_to, Moves& moves) {
    for (; moves.pairs < up_to; ++moves.pairs) {
        const Luck luck{base.run.seed, moves.pairs};
        const double before = support::figure_of(run_once(base, luck), figure);
        const double after = support::figure_of(run_once(variant, luck), figure);
        moves.up += after > before ? 1 : 0;
        moves.down += after < before ? 1 : 0;
    }
}

/// The sign test: whether a fair coin would show so few against it less often than k_by_chance.
bool is_shown(int with, int against) {
    return with + against > 0 &&
           boost::math::cdf(boost::math::binomial_distribution<>(with + against, 0.5), against) < k_by_chance;
}

TEST(PracticesPage, ShowsNothingByChance) {
    EXPECT_FALSE(is_shown(0, 0));
    EXPECT_FALSE(is_shown(10, 0));
    EXPECT_TRUE(is_shown(11, 0));
    EXPECT_FALSE(is_shown(17, 7));
    EXPECT_TRUE(is_shown(20, 3));
    EXPECT_FALSE(is_shown(4, 20));
    const Plan base = plan_of("practices.yaml", "");
    Moves none;
    add_pairs(base, base, "deploy.exposure", k_pairs, none);
    EXPECT_EQ(none.up + none.down, 0);
}

class Practices : public testing::TestWithParam<Practice> {};

TEST_P(Practices, MovesItsFigure) {
    const Practice& practice = GetParam();
    const Plan base = plan_of(practice.scenario, practice.before);
    const Plan variant = plan_of(practice.scenario, practice.after);
    ASSERT_TRUE(practice.moves == "up" || practice.moves == "down") << practice.moves;
    Moves moves;
    const auto shown = [&] {
        return practice.moves == "up" ? is_shown(moves.up, moves.down) : is_shown(moves.down, moves.up);
    };
    add_pairs(base, variant, practice.figure, k_pairs, moves);
    if (!shown()) {
        add_pairs(base, variant, practice.figure, k_pairs_most, moves);
    }
    EXPECT_TRUE(shown()) << practice.figure << " goes up " << moves.up << " times and down " << moves.down
                         << " times of " << moves.pairs;
}

std::string test_name(const testing::TestParamInfo<Practice>& info) {
    std::string name = std::to_string(info.index) + "_" + info.param.after;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Page, Practices, testing::ValuesIn(practices()), test_name);

}  // namespace
}  // namespace nines::scenarios
