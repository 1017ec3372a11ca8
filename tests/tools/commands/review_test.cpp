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

/// What the page suggests where a pillar has no objective, as assignments of --set.
std::vector<std::string> suggestions_of(const std::string& page) {
    const std::string before = "it would just meet  ";
    std::vector<std::string> found;
    for (std::size_t at = page.find(before); at != std::string::npos; at = page.find(before, at + 1)) {
        const std::size_t begin = at + before.size();
        const std::string line = page.substr(begin, page.find('\n', begin) - begin);
        const std::size_t colon = line.find(": \"");
        found.push_back("objectives." + line.substr(0, colon) + "=" + line.substr(colon + 2));
    }
    return found;
}

// A bill that is the same in all replications has no distribution; what outages take has one.
TEST_F(ReviewCommand, TellsHowWhatIsPaidIsSpread) {
    std::string text = k_flaky;
    const std::string always = "effect: {errors: 10 %}, at: 0, for: forever";
    text.replace(text.find(always), always.size(), "effect: down, every: exponential(10 min), for: exponential(2 min)");
    write("flaky.yaml", text);
    for (const std::string form : {"", "--markdown"}) {
        std::vector<std::string> words{"--color", "never"};
        if (!form.empty()) {
            words = {form, "-"};
        }
        const std::string page = run_in_folder({"review", "flaky.yaml"}, words).out;
        const std::size_t at = page.find("with\\_losses over the replications: half of them below ");
        const std::size_t plain = page.find("with_losses over the replications: half of them below ");
        EXPECT_NE(std::min(at, plain), std::string::npos) << page;
        EXPECT_EQ(page.find("per_month over the replications"), std::string::npos);
    }
}

// Written into the scenario, each suggestion is read, and met.
TEST_F(ReviewCommand, WhatItSuggestsIsReadAndMet) {
    const NinesRun page = run_in_folder({"review", "flaky.yaml"}, {"--color", "never"});
    const std::vector<std::string> suggestions = suggestions_of(page.out);
    EXPECT_GE(suggestions.size(), 4U) << page.out;
    for (const std::string& suggestion : suggestions) {
        const NinesRun run = run_in_folder({"study", "flaky.yaml", "--quiet", "--set", suggestion}, {});
        EXPECT_EQ(run.exit_code, 0) << suggestion << "\n" << run.out << run.err;
    }
}

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

// Ten minutes of 20/s, a tenth of it lost: a Poisson number of mean 1,200 in each replication, whose mean over 40 is
// known to 2.02 x sqrt(1200 / 40) = 11. All of it is one fault's, at a thousandth of
// a dollar each.
TEST_F(ReviewCommand, EachFigureHasItsIntervalOrSaysWhyNot) {
    const auto review_with = [&](const std::string& threads) {
        const NinesRun run = run_in_folder({"review", "flaky.yaml"},
                                           {"--json", "r.json", "--threads", threads, "--set", "run.fidelity=requests",
                                            "--set", "run.horizon=10 min", "--color", "never"});
        EXPECT_LE(run.exit_code, 3) << run.err;
        EXPECT_NE(run.out.find("  web: facility to virtualisation of the provider, operating-system to configuration "
                               "yours\n"),
                  std::string::npos)
            << run.out;
        Json json = Json::parse(read("r.json"));
        json.erase("wall_s");
        return json;
    };
    const Json json = review_with("2");
    EXPECT_EQ(json.dump(), review_with("1").dump());
    const Json& takes = json["review"]["first"][0];
    EXPECT_EQ(takes["text"], "bugs takes requests");
    EXPECT_EQ(takes["effect"][0]["interval"], "alike") << "all of them, in all replications";
    const Json& lost = takes["effect"][1];
    EXPECT_EQ(lost["interval"], "student");
    EXPECT_LT(lost["lo"], 1200);
    EXPECT_GT(lost["hi"], 1200);
    EXPECT_NEAR(lost["hi"].get<double>() - lost["lo"].get<double>(), 22, 6);
    const double months = 600.0 / (730 * 3600);
    EXPECT_NEAR(takes["usd_interval"]["hi"].get<double>() * months, 0.001 * lost["hi"].get<double>(), 1e-9);
    EXPECT_TRUE(takes["usd_each"].is_null()) << "what is there for ever is there in every month";
    const Json& owners = json["review"]["owners"][0];
    EXPECT_EQ(owners["metric"], "requests.lost");
    EXPECT_EQ(owners["customer_interval"]["lo"], lost["lo"]);
    EXPECT_TRUE(owners["provider_interval"].is_null()) << "nothing is the provider's";
    const Json& part = json["attribution"][0];
    EXPECT_NEAR(part["lo"].get<double>(), 40 * lost["lo"].get<double>(), 1e-6);
    // One run has no intervals, and says so in a word.
    const NinesRun one = run_in_folder({"review", "flaky.yaml"}, {"--json", "r.json", "--set", "study.replications=1"});
    EXPECT_LE(one.exit_code, 3) << one.err;
    EXPECT_EQ(Json::parse(read("r.json"))["review"]["first"][0]["effect"][1]["interval"], "few");
}

TEST_F(ReviewCommand, MarkdownTellsThemToo) {
    const NinesRun run = run_in_folder({"review", "flaky.yaml", "--try"}, {"--markdown", "-", "--quiet"});
    EXPECT_NE(run.out.find("## Tried"), std::string::npos);
    EXPECT_NE(run.out.find("1. clients ask a second time (gain). better: cost.with\\_losses"), std::string::npos)
        << run.out.substr(run.out.find("## Tried"));
}

}  // namespace
}  // namespace nines
