// Studies, run as children: years of zone, instance and region faults in `flow`, two threads against one, the loss of a
// zone a thousand times over; and rare events to a stated error, by the clock on the wall.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/child.hpp"
#include "bench/ledger.hpp"
#include "bench/measure.hpp"
#include "bench/scenario_plan.hpp"
#include "models/flow/flow.hpp"

namespace nines::bench {
namespace {

struct StudyRun {
    double wall_s = 0;  ///< of the whole process
    nlohmann::json told;
    std::string problem;
};

StudyRun study(const std::string& scenario, int threads, std::vector<std::string> more = {}) {
    std::vector<std::string> words{NINES_PROGRAM,           "study",   scenario, "--threads",
                                   std::to_string(threads), "--quiet", "--json", "-"};
    words.insert(words.end(), more.begin(), more.end());
    const Child child = run_child(words);
    StudyRun run;
    run.wall_s = child.wall_s;
    run.told = nlohmann::json::parse(child.output, nullptr, false);
    if (!run.told.is_object()) {
        run.problem = fmt::format("exit code {}: {}", child.exit_code, child.errors.substr(0, child.errors.find('\n')));
    }
    return run;
}

/// Simulated years of all replications together over the wall clock of `nines study`, start-up and output included.
void replication_years(benchmark::State& state) {
    std::vector<double> rates;
    std::string problem;
    double events = 0;
    for (auto _ : state) {
        const StudyRun run = study(scenario_path("structure-58.yaml"), 2);
        problem = run.problem;
        state.SetIterationTime(run.wall_s);
        if (problem.empty()) {
            const double years = run.told.at("simulated_s").get<double>() / (8760.0 * 3600);
            events = run.told.at("events").get<double>() / years;
            rates.push_back(years / run.wall_s);
        }
    }
    if (rates.empty()) {
        return ledger().leave_out("replication_years_per_s", problem);
    }
    ledger().record("replication_years_per_s", median(rates), fmt::format("{:.0f} events a year", events));
}
BENCHMARK(replication_years)->Name("replication_years_per_s")->Iterations(3)->UseManualTime();

/// One thread and two, turn by turn.
void two_threads(benchmark::State& state) {
    std::vector<double> ratios;
    std::string problem;
    for (auto _ : state) {
        const StudyRun one = study(scenario_path("small-study.yaml"), 1);
        const StudyRun two = study(scenario_path("small-study.yaml"), 2);
        problem = one.problem + two.problem;
        state.SetIterationTime(two.wall_s);
        ratios.push_back(one.wall_s / two.wall_s);
    }
    if (!problem.empty()) {
        return ledger().leave_out("study_two_threads", problem);
    }
    ledger().record("study_two_threads", median(ratios), "200 replications of requests");
}
BENCHMARK(two_threads)->Name("study_two_threads")->Iterations(3)->UseManualTime();

/// Nothing is known beforehand: all scenes are solved in these ten years.
void flow_ten_years(benchmark::State& state) {
    const Plan plan = plan_of("three-tier-ten-years.yaml");
    std::vector<double> seconds;
    double events = 0;
    for (auto _ : state) {
        const double took_s = timed([&] {
                                  const Run run = Flow(plan).run({1, 0});
                                  events = static_cast<double>(run.events);
                                  return run.fingerprint;
                              }).seconds;
        state.SetIterationTime(took_s);
        seconds.push_back(took_s);
    }
    ledger().record("flow_ten_years_ms", median(seconds) * 1e3, fmt::format("{:.0f} events", events));
}
BENCHMARK(flow_ten_years)->Name("flow_ten_years_ms")->Iterations(9)->UseManualTime();

void flow_hours(benchmark::State& state) {
    std::vector<double> seconds;
    std::string problem;
    for (auto _ : state) {
        const StudyRun run = study(NINES_SOURCE_DIR "/scenarios/lose-an-az.yaml", 2,
                                   {"--fidelity", "flow", "--set", "study={replications: 1000}"});
        problem = run.problem;
        state.SetIterationTime(run.wall_s);
        seconds.push_back(run.wall_s);
    }
    if (!problem.empty()) {
        return ledger().leave_out("flow_zone_loss_1000_s", problem);
    }
    ledger().record("flow_zone_loss_1000_s", median(seconds));
}
BENCHMARK(flow_hours)->Name("flow_zone_loss_1000_s")->Iterations(3)->UseManualTime();

}  // namespace
}  // namespace nines::bench
