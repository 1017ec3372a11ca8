#include "bench/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/check.hpp"

namespace nines::bench {

namespace {

using enum Better;

constexpr std::string_view k_coin_tosses =
    "mispredicted branches: which of few events comes first, and of what kind it is, are coin tosses";
constexpr std::string_view k_python =
    "the floor was measured against processes, the idiom of SimPy's manual (the remark above has that ratio); bare "
    "callbacks are several times as fast, and are what is measured here";

constexpr Goal k_goals[] = {
    {"hold_1e2", "times", higher, 2, 2.5, "hold model, 100 pending, against `std::priority_queue` of 16-byte entries",
     k_coin_tosses},
    {"hold_1e4", "times", higher, 3, 5, "the same with 10,000 pending",
     "mispredicted branches, and moving each event of 24 bytes (time, order, kind, subject, epoch) about twice"},
    {"hold_1e6", "times", higher, 4, 8, "the same with 1,000,000 pending",
     "cache misses: 24 MB move through the ladder"},
    {"mm1_vs_simgrid", "times", higher, 12, 22, "M/M/1 at 0.9 through the public kernel, against SimGrid's timers",
     k_coin_tosses},
    {"mm1_vs_systemc", "times", higher, 3, 6, "the same against SystemC's methods", k_coin_tosses},
    {"mm1_vs_simpy", "times", higher, 100, 200, "the same against SimPy's timeouts with callbacks", k_python},
    {"mm1_vs_lindley", "times", higher, 0.15, 0.3, "the same against the bare Lindley recursion, the bound",
     "mispredicted branches, of which the recursion has none"},
    {"three_hop_mhops_per_s", "Mhops/s", higher, 4, 10,
     "the request model: queue, worker, balancer, timeout, retry policy, histograms, cost",
     "3.3 events a hop, each a mispredicted dispatch, and the tallies that a hop writes"},
    {"three_hop_vs_simpy", "times", higher, 100, 300, "the same chain written in SimPy, by callbacks", k_python},
    {"bytes_per_request", "B", lower, 96, 60, "memory of an attempt in flight, its pending timers included",
     "the attempt's record, the event that is pending for it, and what arrays keep free to grow into"},
    {"renewal_years_per_s", "years/s", higher, 50'000, 200'000, "58 alternating renewals, named streams, one core",
     "390 events a year, each with a draw of its own stream; superposed failures would save most, and lose the names"},
    {"inventory_200k_s", "s", lower, 2, 0.5, "200,000 instances in 30 zones, 800,000 requests: `nines run`, wall",
     "what each of 30 callers knows of each instance that it may ask, read at random"},
    {"inventory_200k_gb", "GB", lower, 1, 0.2, "the same: the most memory",
     "what each of 30 callers knows of each instance that it may ask"},
    {"inventory_100m_s", "s", lower, 0.2, 0.05, "100 million instances, faults on any of them, one hour: wall",
     "start-up, and the requests of the hour"},
    {"fingerprint_cost", "%", lower, 5, 2, "share of instructions: the trajectory's fingerprint",
     "a dozen instructions an event"},
    {"checks_cost", "%", lower, 5, 2, "share of instructions: conservation checks that are always on",
     "how often books are checked, and for how many things"},
    {"replication_years_per_s", "years/s", higher, 100'000, 400'000,
     "58 processes of zones, regions and parts through `nines study` in `flow`, named streams, two threads",
     "a step to a scene solved before: its draw, its event, and a look into a table"},
    {"study_two_threads", "times", higher, 1.9, 2, "`nines study`, 200 replications in `requests`: one thread over two",
     "start-up, and the last replication that runs alone"},
    {"flow_ten_years_ms", "ms", lower, 50, 10,
     "ten years of three tiers in three zones in `flow`, nothing known before",
     "solving each scene once: laws of latencies, and waits to a fixed point"},
    {"flow_zone_loss_1000_s", "s", lower, 5, 1,
     "a study of 1,000 replications of the hour that loses a zone, in `flow`",
     "health checks have phases of their own, so scenes in which some have noticed are solved anew"},
    {"rare_1e11_s", "s", lower, 1, 0.2, "an unavailability of 1e-11 with lognormal repair, to 2 %",
     "how many failures the biased branches have to follow"},
    {"rare_1e15_s", "s", lower, 10, 1, "an unavailability of 1e-15 with lognormal repair, to 10 %",
     "how many failures the biased branches have to follow"},
    {"rare_escape_s", "s", lower, 2, 0.5, "the escape of a retry storm, 2e-11, to 10 %",
     "steps of a chain: 20 independent runs of all levels"},
    {"startup_ms", "ms", lower, 50, 15, "`nines run` of a small scenario, catalogue included: wall",
     "starting a process, and reading the catalogue's tables"},
};

bool is_goal(std::string_view name) {
    return std::any_of(std::begin(k_goals), std::end(k_goals), [&](const Goal& goal) { return goal.name == name; });
}

}  // namespace

std::span<const Goal> goals() {
    return k_goals;
}

void Ledger::record(std::string_view name, double value, std::string remark) {
    check(is_goal(name), fmt::format("`{}` stands in the table of figures", name));
    figures_[std::string(name)] = {value, std::move(remark)};
}

void Ledger::leave_out(std::string_view name, std::string why) {
    check(is_goal(name), fmt::format("`{}` stands in the table of figures", name));
    figures_[std::string(name)] = {std::nullopt, std::move(why)};
}

const Ledger::Figure* Ledger::find(std::string_view name) const {
    const auto found = figures_.find(name);
    return found == figures_.end() ? nullptr : &found->second;
}

Curve& Ledger::curve(const std::string& title, std::vector<std::string> columns, std::string explanation) {
    for (Curve& curve : curves_) {
        if (curve.title == title) {
            return curve;
        }
    }
    return curves_.emplace_back(Curve{title, std::move(explanation), std::move(columns), {}});
}

Ledger& ledger() {
    static Ledger the_ledger;
    return the_ledger;
}

}  // namespace nines::bench
