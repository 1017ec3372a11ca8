// nines review --try: each remedy is tried under the luck of the study, and told by what it is worth.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/nines_folder.hpp"

namespace nines {
namespace {

using Json = nlohmann::json;

// A tenth of all attempts fails, at random, and nobody asks a second time. Half of the instances would do.
constexpr const char* k_flaky = R"(nines: 1
name: flaky
world: {regions: [us-east-1]}
services:
  web:
    kind: fleet
    on: m5.large
    in: {region: us-east-1, zones: 2, each: 4}
    workers: 4
    balance: {health: instant}
    endpoints: {page: {steps: [{work: 20 ms}]}}
demand: {users: {calls: web.page, rate: 20/s, timeout: 1 s}}
faults: {bugs: {target: service/web, effect: {errors: 10 %}, at: 0, for: forever}}
value: {request: 0.001 USD}
run: {fidelity: flow, horizon: 1 h}
study: {replications: 40}
)";

class ReviewCommand : public support::NinesFolder {
protected:
    ReviewCommand() : NinesFolder("review_command") { write("flaky.yaml", k_flaky); }

    Json tried(const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words{"--json", "r.json"};
        words.insert(words.end(), more.begin(), more.end());
        const NinesRun run = run_in_folder({"review", "flaky.yaml", "--quiet"}, words);
        EXPECT_LE(run.exit_code, 3) << run.err;
        return Json::parse(read("r.json"))["review"]["tried"];
    }
    static Json of(const Json& tried, const std::string& remedy) {
        for (const Json& one : tried["remedies"]) {
            if (one["remedy"] == remedy) {
                return one;
            }
        }
        ADD_FAILURE() << "not tried: " << remedy;
        return {};
    }
};

TEST_F(ReviewCommand, TriesNothingUnlessAsked) {
    EXPECT_TRUE(tried().is_null());
}

// A second attempt for each failure (the budget allows a tenth): 99 % instead of 90 %, and 20 x 3,600 x 730 x 9 % of a
// month's requests are worth 4,730 USD.
TEST_F(ReviewCommand, ASecondAttemptIsWorthWhatItSaves) {
    const Json trials = tried({"--try"});
    EXPECT_EQ(trials["fidelity"], "flow");
    EXPECT_EQ(trials["replications"], 40);
    const Json second = of(trials, "clients ask a second time");
    EXPECT_EQ(second["worth"], "gain");
    EXPECT_EQ(second["pillar"], "reliability");
    EXPECT_NEAR(second["versus"]["availability"]["mean"].get<double>(), 0.09, 0.002);
    EXPECT_NEAR(second["versus"]["cost.with_losses"]["mean"].get<double>(), -4730, 100);
    EXPECT_EQ(trials["remedies"][0]["remedy"], "clients ask a second time") << "the largest gain comes first";
}

// Instances at 0.096 USD an hour, one fewer in each of two zones; reserved ones are 37.5 % off.
TEST_F(ReviewCommand, MoneyIsThatOfTheBill) {
    const Json trials = tried({"--try"});
    const Json fewer = of(trials, "one instance fewer of web in each zone");
    EXPECT_EQ(fewer["worth"], "gain");
    EXPECT_NEAR(fewer["versus"]["cost.per_month"]["mean"].get<double>(), -2 * 730 * 0.096, 0.01);
    const Json reserved = of(trials, "reserved instances for what runs most of the time");
    EXPECT_NEAR(reserved["versus"]["cost.per_month"]["mean"].get<double>(), -8 * 730 * 0.096 * 0.375, 0.01);
    const Json more = of(trials, "one instance more of web in each zone");
    EXPECT_EQ(more["worth"], "loss") << "more of what fails at random fails as often";
}

TEST_F(ReviewCommand, TheSameBytesForAnyNumberOfThreads) {
    EXPECT_EQ(tried({"--try", "--threads", "1"}), tried({"--try", "--threads", "2"}));
}

TEST_F(ReviewCommand, MarkdownTellsThemToo) {
    const NinesRun run = run_in_folder({"review", "flaky.yaml", "--try"}, {"--markdown", "-", "--quiet"});
    EXPECT_NE(run.out.find("## Tried"), std::string::npos);
    EXPECT_NE(run.out.find("1. clients ask a second time (gain). better: cost.with\\_losses"), std::string::npos)
        << run.out.substr(run.out.find("## Tried"));
}

}  // namespace
}  // namespace nines
