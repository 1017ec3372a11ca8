// The validation cases: what each shows, its exact values from closed forms, and how far `flow` may be off, with the
// reason. docs/validation.md derives the bounds; scenarios/validation holds the scenarios.

#include <array>
#include <cmath>

#include "engine/analytic/queueing.hpp"
#include "engine/random/portable_math.hpp"
#include "models/study/cross_validate.hpp"

namespace nines {

namespace {

using Figures = std::vector<ValidationFigure>;
using namespace analytic;

// How exact a LatencyLaw and a histogram of it are: quantiles of what is exact otherwise (docs/flow.md).
constexpr double k_p50 = 0.01;
constexpr double k_p99 = 0.01;

ValidationFigure mean(double exact, double allowed = 0) {
    return {.metric = "latency.mean", .exact = exact, .allowed = allowed};
}
ValidationFigure mean_of_both(double allowed) {
    return {.metric = "latency.mean", .allowed = allowed};
}
ValidationFigure p50(std::optional<double> exact, double allowed = k_p50) {
    return {.metric = "latency.p50", .exact = exact, .allowed = allowed};
}
ValidationFigure p99(std::optional<double> exact, double allowed = k_p99) {
    return {.metric = "latency.p99", .exact = exact, .allowed = allowed};
}
/// The share of requests that is lost.
ValidationFigure lost(std::optional<double> exact, double allowed = 0) {
    return {.metric = "availability", .of_rest = true, .exact = exact, .allowed = allowed};
}

// --- one queue
// --------------------------------------------------------------------------------------------------------

/// The share lost to parts that fail by chance: known by `explain`. Both fidelities meet the same faults, so they are
/// told apart far more finely than either is known.
ValidationFigure by_parts() {
    return {.metric = "availability", .of_rest = true, .width = 0.05};
}

/// Of a hyperexponential law with balanced means: the Laplace transform of its density.
double hyperexponential_transform(double mean_s, double cv, double s) {
    const double square = cv * cv;
    const double p = (1 + std::sqrt((square - 1) / (square + 1))) / 2;
    const double fast = 2 * p / mean_s;
    const double slow = 2 * (1 - p) / mean_s;
    return p * fast / (fast + s) + (1 - p) * slow / (slow + s);
}

double solve_dealt_to_four() {
    const auto transform = [](double s) { return portable::pow(320 / (320 + s), 4); };
    return solve_gim1(transform, 80, 0.01)->sojourn_mean_s;
}

void add_single_queues(std::vector<ValidationCase>& cases) {
    const MmcState mm1 = *solve_mmc(80, 0.01, 1);
    const MmcState mm4 = *solve_mmc(340, 0.01, 4);
    const auto constant = solve_gim1([](double s) { return portable::exp(-s / 80); }, 80, 0.01);
    const auto wild = solve_gim1([](double s) { return hyperexponential_transform(0.0125, 2, s); }, 80, 0.01);
    const auto add = [&](std::string name, std::string variant, std::string from, std::string why, Figures figures) {
        cases.push_back(
            {std::move(name), "queue", std::move(variant), std::move(from), std::move(why), std::move(figures)});
    };
    add("M/M/1, load 0.8", "", "M/M/1", "quantiles are read off 80 points",
        {mean(mm1.sojourn_mean_s),
         p50(mm1.sojourn_quantile_s(0.5)),
         p99(mm1.sojourn_quantile_s(0.99)),
         {.metric = "utilization@s", .exact = 0.8}});
    add("M/D/1, load 0.8", "constant-work", "Pollaczek, Khinchine", "two moments do not tell the law of the wait",
        {mean(solve_mg1(80, 0.01, 0)->sojourn_mean_s), p99({}, 0.05)});
    add("M/lognormal/1, cv 2, load 0.8", "wild-work", "Pollaczek, Khinchine",
        "the tail of the work shows in that of waits", {mean(solve_mg1(80, 0.01, 2)->sojourn_mean_s), p99({}, 0.08)});
    add("D/M/1, load 0.8", "constant-arrivals", "root of GI/M/1", "", {mean(constant->sojourn_mean_s)});
    add("H2/M/1, cv 2, load 0.8", "wild-arrivals", "root of GI/M/1", "", {mean(wild->sojourn_mean_s)});
    add("M/M/4, load 0.85", "four-workers", "Erlang C", "quantiles are read off 80 points",
        {mean(mm4.sojourn_mean_s), p99(mm4.sojourn_quantile_s(0.99))});
    add("E2/M/4, load 0.85", "even-arrivals", "exact chain", "", {mean(0.017983344812707786)});
    add("M/lognormal/4, cv 2, load 0.8", "wild-work-four", "", "no exact theory of M/G/m: Burman and Smith",
        {mean_of_both(0.03), p99({}, 0.08)});
    add("modulated: 60/s and 90/s, 5 min each", "slow-bursts", "", "each stretch is taken as steady at once",
        {mean_of_both(0.03)});
}

void add_limited_queues(std::vector<ValidationCase>& cases) {
    const auto add = [&](std::string name, std::string variant, std::string from, std::string why, Figures figures) {
        cases.push_back(
            {std::move(name), "queue", std::move(variant), std::move(from), std::move(why), std::move(figures)});
    };
    const FiniteState room = solve_mmck(380, 0.01, 4, 12);
    const FiniteState full = solve_mm1k(120, 0.01, 10);
    const ErlangAState impatient = solve_erlang_a(95, 0.1, 10, 0.2);
    add("M/M/4/12, offered 3.8", "finite-room", "M/M/c/K", "",
        {lost(room.blocking_probability), mean(room.sojourn_mean_s)});
    add("M/M/1/10, offered 1.2", "overloaded-room", "M/M/1/K", "",
        {lost(full.blocking_probability), mean(full.sojourn_mean_s)});
    add("M/G/10/10, offered 8", "no-queue", "Erlang B", "", {lost(erlang_b(8, 10)), mean(0.1)});
    add("M/M/10+M, offered 9.5", "impatient", "Erlang A", "",
        {lost(impatient.abandon_probability), mean(impatient.wait_mean_served_s + 0.1)});
}

void add_shared_queues(std::vector<ValidationCase>& cases) {
    const auto add = [&](std::string name, std::string variant, std::string from, std::string why, Figures figures) {
        cases.push_back(
            {std::move(name), "queue", std::move(variant), std::move(from), std::move(why), std::move(figures)});
    };
    add("processor sharing, lognormal cv 2, load 0.7", "sharing", "insensitive: service / (1 - load)", "",
        {mean(0.01 / 0.3)});
    add("round robin over 4, load 0.8", "round-robin", "E4/M/1", "", {mean(solve_dealt_to_four())});
    add("shortest of 2 queues, load 0.8", "least-outstanding", "exact chain", "fitted (docs/validation.md)",
        {mean(0.02955736617637527, 0.01)});
    add("better of two of 12, load 0.8", "power-of-two", "", "between limits for two and for many",
        {mean_of_both(0.02)});
    const FiniteState users = solve_closed(50, 0.7, 0.01, 1);
    const FiniteState four = solve_closed(200, 0.5, 0.01, 4);
    add("closed loop: 50 users, one worker", "closed", "machine repair", "",
        {mean(users.sojourn_mean_s), {.metric = "throughput", .exact = users.throughput_per_s, .allowed = 1e-4}});
    add("closed loop: 200 users, four workers, load 0.94", "closed-four", "machine repair", "",
        {mean(four.sojourn_mean_s), {.metric = "throughput", .exact = four.throughput_per_s, .allowed = 1e-4}});
}

void add_priorities(std::vector<ValidationCase>& cases) {
    const std::array<PriorityClass, 2> classes{{{30, 0.01, 1}, {40, 0.01, 1}}};
    const std::vector<PriorityState> states = *solve_priority(classes);
    cases.push_back({"two priorities, load 0.7",
                     "priority",
                     "",
                     "Cobham",
                     "",
                     {{.metric = "latency.mean@first", .exact = states[0].wait_mean_s + 0.01},
                      {.metric = "latency.mean@second", .exact = states[1].wait_mean_s + 0.01}}});
    cases.push_back({"two preemptive priorities, load 0.7",
                     "priority",
                     "preemptive",
                     "Kleinrock",
                     "",
                     {{.metric = "latency.mean@first", .exact = states[0].preemptive_sojourn_mean_s},
                      {.metric = "latency.mean@second", .exact = states[1].preemptive_sojourn_mean_s}}});
}

// --- calls, errors, retries
// -------------------------------------------------------------------------------------------

void add_calls(std::vector<ValidationCase>& cases) {
    const auto add = [&](std::string name, std::string variant, std::string from, std::string why, Figures figures) {
        cases.push_back(
            {std::move(name), "calls", std::move(variant), std::move(from), std::move(why), std::move(figures)});
    };
    const double one = solve_mmc(70, 0.01, 1)->sojourn_mean_s;
    add("tandem of two M/M/1, load 0.7", "", "Jackson", "", {mean(2 * one)});
    add("4 workers held by calls to one", "few-workers-held", "exact chain",
        "callers are few: they cannot queue up behind each other as an open stream does",
        {mean(0.04790773571635097, 0.2)});
    add("40 workers held by calls to two", "many-workers-held", "", "departures are taken as Poisson",
        {mean_of_both(0.01)});
    add("two calls at once, nobody waits", "parallel", "the later of two exponentials", "",
        {mean(0.03 - 1 / (1 / 0.01 + 1 / 0.02), 0.001)});
    add("fork and join of two M/M/1, load 0.8", "fork-join", "Flatto, Hahn",
        "branches meet the same arrivals: not independent", {mean((12 - 0.8) / 8 * 0.05, 0.075)});
    add("80 % hits in a cache, the rest to M/M/2", "cache", "Erlang C", "",
        {mean(0.01 + 0.2 * solve_mmc(20, 0.05, 2)->sojourn_mean_s)});
}

void add_errors(std::vector<ValidationCase>& cases) {
    const auto add = [&](std::string name, std::string variant, std::string from, std::string why, Figures figures) {
        cases.push_back(
            {std::move(name), "errors", std::move(variant), std::move(from), std::move(why), std::move(figures)});
    };
    add("half fail, four attempts", "", "arithmetic", "",
        {lost(0.0625), {.metric = "attempts.per_request@back", .exact = 1.875}});
    add("30 % fail, two attempts", "one-retry", "arithmetic", "",
        {lost(0.09), {.metric = "attempts.per_request@back", .exact = 1.3}});
    add("back-off with full jitter", "backoff", "arithmetic", "quantiles: sums of waits are read off 80 points",
        {lost(0.00243), mean(0.043489930531190796), p99({}, 0.03)});
    add("half fail, a budget of 10 %", "budget", "fluid", "the burst of ten tokens is left out",
        {lost(0.45), {.metric = "attempts.per_request@back", .allowed = 1e-4}});
    const double required = (1 - 0.2 * 0.2) * (1 - 0.1 * 0.1 * 0.1) * (1 - 0.04);
    add("four calls, one of them optional", "graph", "arithmetic", "",
        {lost(1 - required),
         {.metric = "requests.degraded", .exact = 200 * 1200 * required / 2, .allowed = 1e-4},
         {.metric = "attempts.per_request@auth", .exact = 1.2}});
    add("timeouts and two retries, nobody waits", "timeouts", "", "the work's law is known at 80 points",
        {lost({}, 0.03), mean_of_both(0.003)});
}

void add_congestion(std::vector<ValidationCase>& cases) {
    const auto add = [&](std::string name, std::string variant, std::string from, std::string why, Figures figures) {
        cases.push_back(
            {std::move(name), "congestion", std::move(variant), std::move(from), std::move(why), std::move(figures)});
    };
    add("M/M/1 at 0.9, callers give up after 20 works", "", "M/M/1", "a tail read off 80 points",
        {lost(portable::exp(-2.0), 0.01), mean(0.06869647145006687, 0.005)});
    add("timeouts at 0.7, retries spread over seconds", "retries-in-time", "", "retries are taken as Poisson",
        {{.metric = "attempts.per_request", .allowed = 0.001}, mean_of_both(0.01)});
    add("timeouts at 0.7, retries at once", "retries-at-once", "", "retries are taken as Poisson",
        {{.metric = "attempts.per_request", .allowed = 0.001}, mean_of_both(0.01)});
    add("rejected once more after two works", "rejected-once-more", "exact chain",
        "the retry meets the queue that rejected it", {lost(1 - 0.8447097281859673, 0.15), mean_of_both(0.08)});
    add("rejected once more much later", "rejected-much-later", "", "retries are taken as Poisson",
        {lost({}, 0.01), {.metric = "attempts.per_request", .allowed = 0.005}});
}

// --- overload, faults
// ---------------------------------------------------------------------------------------------------

void add_overload(std::vector<ValidationCase>& cases) {
    const auto add = [&](std::string name, std::string variant, std::string from, std::string why, Figures figures) {
        cases.push_back(
            {std::move(name), "storm", std::move(variant), std::move(from), std::move(why), std::move(figures)});
    };
    add("half the workers away: a backlog grows and drains", "", "", "waits are the backlog over the capacity of now",
        {mean_of_both(0.2)});
    add("half the workers away, room for 20 each", "room", "", "queues fill at once",
        {lost({}, 0.05), mean_of_both(0.03)});
    add("half the workers away, callers give up", "timeouts", "", "the backlog's levels", {lost({}, 0.06)});
    add("a retry storm that outlives its trigger", "storm", "", "the backlog's levels",
        {lost({}, 0.01), {.metric = "attempts.per_request", .allowed = 0.01}});
    add("a retry storm that ends by itself", "recovery", "", "the backlog's levels",
        {lost({}, 0.08), {.metric = "attempts.per_request", .allowed = 0.04}});
    add("the same as the storm, with a budget of 10 %", "budget", "", "the backlog's levels", {lost({}, 0.08)});
    add("work is slower by 30 % for a while", "slow", "", "waits settle at once", {mean_of_both(0.01)});
    add("a fifth of the workers away, one queue", "less", "", "waits settle at once", {mean_of_both(0.01)});
}

// --- overload that lasts
// ---------------------------------------------------------------------------------------------------

/// 200/s for 120/s. What callers take out of service is worked on in vain.
void add_impatient(std::vector<ValidationCase>& cases) {
    const auto add = [&](std::string name, std::string variant, std::string from, std::string why, Figures figures) {
        cases.push_back(
            {std::move(name), "impatient", std::move(variant), std::move(from), std::move(why), std::move(figures)});
    };
    const std::string fluid = "a fluid whose wait varies like a few arrivals";
    // Of exponential work as much is left as ever: all that workers do is some answer.
    add("overload, cancelled after 2 s", "", "fluid", fluid, {lost(0.4, 0.01), mean_of_both(0.01), p99({})});
    // The time left is Erlang of six stages of 5 ms, were none served: P(Poisson of mean 10 <= 5) are.
    add("the same, constant work", "constant", "", fluid, {lost({}, 0.01), mean_of_both(0.01)});
    add("the same, lognormal work", "lognormal", "", fluid, {lost({}, 0.02), mean_of_both(0.01)});
    add("the same, a queue each", "own-queues", "fluid", fluid, {lost(0.4, 0.02), mean_of_both(0.02)});
    add("the same, not cancelled", "in-vain", "fluid", "", {lost(1.0, 0.001)});
    add("the same, tried three times", "retries", "", fluid,
        {lost({}, 0.02), {.metric = "attempts.per_request", .allowed = 0.01}, mean_of_both(0.01)});
    add("the same, room for 300", "room", "", fluid,
        {lost({}, 0.02), {.metric = "requests.rejected", .allowed = 0.06}, mean_of_both(0.01)});
    add("overload, patience of 3 s", "patience", "fluid", fluid, {lost(0.4, 0.01), mean_of_both(0.03), p99({}, 0.05)});
    add("patience of 3 s, cancelled after 2 s", "both", "", fluid, {lost({}, 0.01), mean_of_both(0.05)});
    add("patience of 1 s, cancelled after 0.3 s", "patient", "", fluid, {lost({}, 0.02), mean_of_both(0.02)});
    add("newest first, cancelled after 2 s", "newest", "fluid", "a busy period's two moments",
        {lost(0.4, 0.01), mean_of_both(0.03)});
    add("newest first, not cancelled", "newest-in-vain", "fluid", "a busy period's two moments",
        {lost(0.4, 0.01), mean_of_both(0.03)});
    add("newest first, more for five minutes", "newest-passes", "", "a busy period's two moments",
        {lost({}, 0.02), {.metric = "queue.mean@s", .allowed = 0.03}});
    add("cancelled after 0.5 s and 3 s", "two", "", fluid, {lost({}, 0.03), mean_of_both(0.02)});
    add("calls cancelled after 1 s, tried twice", "call", "", fluid, {lost({}, 0.02), mean_of_both(0.02)});
    add("overload for five minutes, cancelled", "passes", "", "the backlog's levels", {lost({}, 0.02)});
}

/// What limits let in is no more than their rate; how often is tried for it hangs on both.
void add_limits(std::vector<ValidationCase>& cases) {
    const auto add = [&](std::string name, const std::string& variant, double attempts_off) {
        cases.push_back({std::move(name),
                         "limits",
                         variant,
                         "fluid",
                         "what comes to a limit is random",
                         {lost(variant == "second" ? 1 - 80 / 150.0 : 1 - 100 / 150.0, 0.01),
                          {.metric = "attempts.per_request", .allowed = attempts_off}}});
    };
    add("two limits of one rate in a row, tried again", "", 0.03);
    add("two limits in a row, the second lower", "second", 0.03);
    add("a limit and a throttle of one rate, tried again", "throttled", 0.01);
}

void add_zones(std::vector<ValidationCase>& cases) {
    const auto add = [&](std::string name, std::string file, std::string variant, std::string from, std::string why,
                         Figures figures) {
        cases.push_back({std::move(name), std::move(file), std::move(variant), std::move(from), std::move(why),
                         std::move(figures)});
    };
    const std::string transition = "a transition of beliefs is a straight line; what is in flight when a zone goes";
    add("a zone goes silent, checks find out", "zones", "", "", transition, {lost({}, 0.03)});
    add("a zone crashes, checks find out", "zones", "crash", "", transition, {lost({}, 0.03)});
    add("a zone goes silent, callers try again", "zones", "retries", "", transition,
        {{.metric = "attempts.per_request", .allowed = 0.001}, mean_of_both(0.01)});
    add("a zone goes silent, the rest is too small", "zones", "too-small", "", "queues fill at once",
        {lost({}, 0.02), mean_of_both(0.02)});
    add("one message in ten to a zone is lost", "zones", "gray", "", "checks that are lost take healthy instances out",
        {lost({}, 0.12), mean_of_both(0.005)});
    add("200 ms more, each way, to a zone", "zones", "delay", "", "", {mean_of_both(0.002)});
    add("a region goes silent, users follow DNS", "zones", "dns", "", transition, {lost({}, 0.03)});
    add("a database fails over in 75 s", "database", "", "arithmetic", "", {lost(75.0 / 1800)});
    add("an asynchronous copy is promoted", "database", "async", "rate x lag", "",
        {{.metric = "records.lost", .exact = 32, .width = 0.06}});
}

void add_parts(std::vector<ValidationCase>& cases) {
    const auto add = [&](std::string name, std::string variant, std::string why, Figures figures, bool explained) {
        cases.push_back({std::move(name), "parts", std::move(variant), explained ? "explain" : "renewal theory",
                         std::move(why), std::move(figures), explained});
    };
    add("one part, exponential repair", "", "", {by_parts()}, true);
    add("one part, lognormal repair", "lognormal", "", {by_parts()}, true);
    add("two of three, one crew", "two-of-three-one-crew", "", {by_parts()}, true);
    add("one of two", "one-of-two", "", {by_parts()}, true);
    add("three zones of four, eight needed", "zones", "", {by_parts()}, true);
    add("two regions of two, either serves", "regions", "", {by_parts()}, true);
    add("a server that loses its work", "loses-work", "what is in flight at a loss is not counted",
        {lost(1 - 0.9577227130206007, 0.1), mean_of_both(0.02)}, false);
    cases.push_back({"scheduled faults that overlap", "scheduled", "", "arithmetic", "", {lost(0.0725)}});
}

// Alarms say the same in both fidelities, but where the errors of half a window by chance reach the threshold or not.
void add_operations(std::vector<ValidationCase>& cases) {
    const double exposure = 9 * 0.25 * 162 / 36'000;
    cases.push_back({"bad deployments, rolled back by an alarm",
                     "operations",
                     "",
                     "arithmetic",
                     "counts near an alarm's threshold have luck in them",
                     {lost(exposure, 0.01), {.metric = "deploy.exposure", .exact = exposure, .allowed = 0.01}}});
    cases.push_back({"bad deployments, rolled back by people",
                     "operations",
                     "people",
                     "",
                     "counts near an alarm's threshold have luck in them",
                     {{.metric = "repair", .allowed = 0.01},
                      {.metric = "availability", .of_rest = true, .allowed = 0.01, .width = 0.05},
                      {.metric = "toil.hours_per_month", .allowed = 0.01, .width = 0.05}}});
}

/// What a period's mean owes to luck: with n workers held for w seconds each, a deviation of sqrt(2 n w / period)
/// workers. A scaler that takes away what was never needed in 15 minutes keeps the most of 15 such draws, 1.7
/// deviations: at n = 20 and w = 0.1 s a quarter of an instance, 2 % of the fleet.
void add_scaling(std::vector<ValidationCase>& cases) {
    const auto add = [&](std::string name, std::string variant, Figures figures) {
        cases.push_back({std::move(name), "scaling", std::move(variant), "",
                         "a scaler keeps what the worst of several periods needed, and periods have luck in them",
                         std::move(figures)});
    };
    const auto cost = [](double allowed) { return ValidationFigure{.metric = "cost.compute", .allowed = allowed}; };
    const ValidationFigure lag{.metric = "scaling.lag", .allowed = 0.02};
    add("a rush is met by scaling", "", {lost({}, 0.03), cost(0.01), lag});
    add("a ramp is followed by scaling", "ramp", {mean_of_both(0.03), cost(0.03)});
    add("a lost zone is launched again elsewhere", "zone-lost", {lost({}, 0.05), cost(0.04), lag});
    add("... but not without the control plane", "control-plane-lost", {lost({}, 0.03), cost(0.04), lag});
}

void add_reclaims(std::vector<ValidationCase>& cases) {
    const auto add = [&](std::string name, std::string variant) {
        cases.push_back({std::move(name),
                         "reclaims",
                         std::move(variant),
                         "",
                         "what an instance holds when it is gone is lost in requests alone",
                         {lost({}, 0.01), {.metric = "cost.compute", .allowed = 0.01}}});
    };
    add("spot instances go one by one", "");
    add("the spot instances of a zone go", "pool-at-a-time");
    add("... one by one, and are replaced", "replaced");
    add("... a zone of them, and are replaced", "replaced-pool");
}

void add_load(std::vector<ValidationCase>& cases) {
    cases.push_back(
        {"ten machines at 0.4", "load", "", "straight lines of power", "", {{.metric = "energy.kwh", .exact = 1.56}}});
    cases.push_back({"a day of load, 0.95 at its peak",
                     "load",
                     "day",
                     "",
                     "a queue near saturation lags behind its load",
                     {mean_of_both(0.03), {.metric = "energy.kwh", .allowed = 0.002}}});
    cases.push_back({"calls over three zones",
                     "load",
                     "bytes",
                     "two times in three",
                     "",
                     {{.metric = "cost.transfer", .exact = 2242.56}}});
}

}  // namespace

std::vector<ValidationCase> validation_cases() {
    std::vector<ValidationCase> cases;
    add_single_queues(cases);
    add_limited_queues(cases);
    add_shared_queues(cases);
    add_priorities(cases);
    add_calls(cases);
    add_errors(cases);
    add_congestion(cases);
    add_overload(cases);
    add_impatient(cases);
    add_limits(cases);
    add_zones(cases);
    add_parts(cases);
    add_scaling(cases);
    add_reclaims(cases);
    add_load(cases);
    add_operations(cases);
    return cases;
}

}  // namespace nines
