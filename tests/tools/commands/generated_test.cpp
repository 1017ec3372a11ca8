// Random scenarios with all words of the language, as a user runs them: nothing breaks, whatever is said beside what.
// NINES_SCENARIOS=2000 looks at so many.

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/support/generate.hpp"
#include "tests/support/nines_folder.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using Json = nlohmann::json;

class GeneratedRuns : public support::NinesFolder {
protected:
    GeneratedRuns() : NinesFolder("generated_runs") {}

    /// The results of one replication without the one line that differs from run to run.
    std::string run(const std::string& scenario, const std::string& fidelity, const std::string& threads) const {
        const NinesRun run = run_in_folder(
            {"run", scenario, "--fidelity", fidelity, "--threads", threads, "--json", "results.json", "-q"}, {},
            {.wall_s = 60});
        EXPECT_EQ(run.exit_code, 0) << run.err;  // there are no objectives that could be missed
        return run.exit_code == 0 ? results() : "{}";
    }

    std::string resolved(const std::string& scenario) const {
        const NinesRun run = run_in_folder({"check", scenario, "--resolved"}, {});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return run.out;
    }
};

/// Figures that are shares are shares, and the bill adds up.
void expect_sound(const Json& results) {
    for (const auto& [name, metric] : results["metrics"].items()) {
        if (!metric["mean"].is_null() && metric["unit"] == "fraction" && name != "deploy.exposure") {
            EXPECT_GE(metric["mean"].get<double>(), 0) << name;
            EXPECT_LE(metric["mean"].get<double>(), 1) << name;
        }
    }
    double bill = 0;
    for (const Json& line : results["bill"]) {
        const double usd = line["usd"].get<double>();
        bill += usd;
        EXPECT_NEAR(line["quantity"].get<double>() * line["price"].get<double>(), usd, 1e-9 * (1 + usd)) << line;
        EXPECT_NE(line["row"], "") << line;
    }
    const Json& mean = results["metrics"]["cost.per_month"]["mean"];
    const double cost = mean.is_null() ? 0 : mean.get<double>();  // null where nothing has a price
    EXPECT_NEAR(bill, cost, 1e-6 * (1 + cost));
    for (const Json& warning : results["warnings"]) {
        EXPECT_EQ(warning.get<std::string>().find("  "), std::string::npos) << warning;
    }
}

TEST_F(GeneratedRuns, AreSoundAndTheSameForAnyThreadsAndResolved) {
    const std::uint64_t scenarios = support::scenarios_wanted(12);
    for (std::uint64_t number = 0; number < scenarios; ++number) {
        SCOPED_TRACE(number);
        write("scenario.yaml", support::generate_with_all_words(number).yaml);
        const std::string spelled_out = resolved("scenario.yaml");
        write("resolved.yaml", spelled_out);
        EXPECT_EQ(resolved("resolved.yaml"), spelled_out);
        for (const std::string fidelity : {"requests", "flow"}) {
            const std::string results = run("scenario.yaml", fidelity, "1");
            EXPECT_EQ(results, run("scenario.yaml", fidelity, "2"));
            EXPECT_EQ(results.find(": nan"), std::string::npos);
            EXPECT_EQ(results.find(": inf"), std::string::npos);
            Json said = Json::parse(results);
            Json again = Json::parse(run("resolved.yaml", fidelity, "1"));
            expect_sound(said);
            said.erase("assumptions");  // who writes a figure assumes it no longer
            again.erase("assumptions");
            EXPECT_EQ(said, again);
        }
    }
}

TEST_F(GeneratedRuns, StudiesAreTheSameWholeAndInParts) {
    for (std::uint64_t number = 0; number < (support::runs_are_short() ? 1U : 4U); ++number) {
        SCOPED_TRACE(number);
        write("scenario.yaml", support::generate_with_all_words(number).yaml);
        const std::vector<std::string> words = {"study", "scenario.yaml",   "-q", "--set", "study.replications=6",
                                                "--set", "run.horizon=40 s"};
        const auto study = [&](const std::vector<std::string>& more) {
            const NinesRun run = run_in_folder(words, more, {.wall_s = 60});
            EXPECT_EQ(run.exit_code, 0) << run.err;
        };
        for (const char* const old : {"whole.db", "threads.db", "first.db", "second.db", "merged.db"}) {
            std::filesystem::remove(file(old));
        }
        study({"--threads", "1", "--out", "whole.db"});
        study({"--threads", "2", "--out", "threads.db"});
        study({"--out", "first.db", "--shard", "1/2"});
        study({"--out", "second.db", "--shard", "2/2"});
        const NinesRun merged = run_in_folder({"merge", "first.db", "second.db", "--out", "merged.db", "-q"}, {});
        EXPECT_EQ(merged.exit_code, 0) << merged.err;
        EXPECT_EQ(dump("whole.db"), dump("threads.db"));
        EXPECT_EQ(dump("whole.db"), dump("merged.db"));
    }
}

}  // namespace
}  // namespace nines
