// Importance sampling of long-run figures: chains of natural states, a marked failure in each, the exact twin as judge.

#include "engine/experiment/importance_sampling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/experiment/independent_twin.hpp"
#include "engine/experiment/marked_branch.hpp"
#include "engine/experiment/path_blocks.hpp"

namespace nines {

namespace {

constexpr std::uint64_t k_marks_per_chain = 64;
constexpr std::uint64_t k_marks_per_ageing_chain = 8;  // ages hardly change from mark to mark: many chains are needed
constexpr std::uint64_t k_marks_per_block = 4096;
constexpr std::uint64_t k_chain_events_max = 10'000'000;
constexpr double k_warm_up_repairs = 20;  // the longest mean repair, so many times
constexpr double k_utilization_max = 0.95;
constexpr double k_all_up_min = 1e-3;      // below it cycles from all up to all up hardly end
constexpr std::uint64_t k_twin_share = 4;  // the twin gets one of so many paths

/// Values are rates: what comes of a failure, times the rate of failures.
struct Rates {
    PathTally paths;
    Tally chains;

    void merge(const Rates& other) {
        paths.merge(other.paths);
        chains.merge(other.chains);
    }
};

struct LongRunTallies {
    Rates downtime;        // 1
    Rates failures;        // per second
    Rates first_failures;  // the same, of the first after all up only
    Tally rest;            // share of time between such a failure and all up
    Tally all_up;          // share of time
    std::uint64_t unfinished = 0;

    void merge(const LongRunTallies& other) {
        downtime.merge(other.downtime);
        failures.merge(other.failures);
        first_failures.merge(other.first_failures);
        rest.merge(other.rest);
        all_up.merge(other.all_up);
        unfinished += other.unfinished;
    }
};

struct CrewLoad {
    bool waits = false;      ///< some pool has fewer crews than components: only then do components couple
    double utilization = 0;  ///< the highest of a pool: mean work over crews
};

CrewLoad load_of(const FailureSystem& system) {
    std::vector<double> members(system.crews.size(), 0);
    std::vector<double> work(system.crews.size(), 0);
    for (const FailureComponent& component : system.components) {
        if (component.crew_pool < system.crews.size()) {
            members[component.crew_pool] += 1;
            work[component.crew_pool] += component.down_s.mean() / component.up_s.mean();
        }
    }
    CrewLoad load;
    for (std::size_t pool = 0; pool < members.size(); ++pool) {
        if (members[pool] > system.crews[pool]) {
            load.waits = true;
            load.utilization = std::max(load.utilization, work[pool] / system.crews[pool]);
        }
    }
    return load;
}

/// How natural states are taken from a chain.
struct ChainPlan {
    std::uint64_t marks = k_marks_per_chain;
    double warm_up_s = 0;
    double spacing_s = 0;  ///< between marks
    bool follows_cycles = true;
};

ChainPlan plan_chain(const RareModel& model, const CrewLoad& load, const std::optional<IndependentTwin>& twin) {
    ChainPlan plan;
    plan.marks = model.is_memoryless ? k_marks_per_chain : k_marks_per_ageing_chain;
    double work = 0;
    double longest_s = 0;
    for (const auto& part : model.components) {
        work += part.rate * part.repair_mean_s;
        longest_s = std::max(longest_s, part.repair_mean_s);
    }
    // A queue for crews settles in a time that grows with (1 - utilization)^-2.
    const double idle = 1 - load.utilization;
    plan.warm_up_s = k_warm_up_repairs * longest_s / (idle * idle);
    plan.spacing_s = work / model.rate;
    plan.follows_cycles = model.is_memoryless && twin && twin->all_up >= k_all_up_min;
    return plan;
}

/// One chain: long-run states, and a biased branch from a marked failure in each.
void run_chain(const RareModel& model, const ChainPlan& plan, NaturalPath& natural, MarkedBranch& branch,
               BlockStream& stream, LongRunTallies& tallies) {
    natural.start_in_the_long_run(stream);
    natural.run_for(plan.warm_up_s, stream);
    const BranchLimits limits{.follow = plan.follows_cycles ? Follow::all_up : Follow::marked};
    double downtime = 0;
    double failures = 0;
    double first_failures = 0;
    double rest = 0;
    double all_up = 0;
    for (std::uint64_t i = 0; i < plan.marks; ++i) {
        natural.run_for(plan.spacing_s, stream);
        const FailedState& state = natural.state();
        all_up += state.is_all_up() ? 1 : 0;
        const Mark mark = choose_mark(model, stream);
        BranchFacts facts;
        double rate = 0;
        if (!state.is_down(mark.component)) {
            rate = model.rate * state.hazard(mark.component) / model.components[mark.component].rate;
            facts = branch.run(state, mark.component, limits, stream);
        }
        const double weight = mark.weight * facts.weight;
        const double first = natural.has_failed_since_all_up() ? 0.0 : rate * facts.first_failure;
        tallies.downtime.paths.add(rate * facts.downtime_s, weight);
        tallies.failures.paths.add(rate * facts.failures, weight);
        tallies.first_failures.paths.add(first, weight);
        tallies.unfinished += facts.is_whole ? 0 : 1;
        downtime += weight * rate * facts.downtime_s;
        failures += weight * rate * facts.failures;
        first_failures += weight * first;
        rest += weight * first * facts.rest_s;
    }
    tallies.unfinished += natural.events() < k_chain_events_max ? 0 : 1;
    const auto marks = static_cast<double>(plan.marks);
    tallies.downtime.chains.add(downtime / marks);
    tallies.failures.chains.add(failures / marks);
    tallies.first_failures.chains.add(first_failures / marks);
    tallies.rest.add(rest / marks);
    tallies.all_up.add(all_up / marks);
}

LongRunTallies run_block(const RareModel& model, const ChainPlan& plan, const PathBlock& block, Luck luck,
                         std::string_view purpose) {
    NaturalPath natural(model);
    MarkedBranch branch(model);
    BlockStream stream(luck, purpose, std::to_string(block.number));
    LongRunTallies tallies;
    for (std::uint64_t chain = 0; chain < block.paths && tallies.unfinished == 0; ++chain) {
        run_chain(model, plan, natural, branch, stream, tallies);
    }
    return tallies;
}

struct Rounds {
    LongRunTallies all;
    LongRunTallies before;
};

RareEstimate judge_rate(const Rounds& rounds, Rates LongRunTallies::*rates, std::optional<double> twin_z,
                        double confidence) {
    const Rates& all = rounds.all.*rates;
    return judge_groups(all.paths, (rounds.before.*rates).paths, all.chains, twin_z, confidence);
}

/// Growing rounds until the unavailability is as narrow as wanted.
Rounds sample_long_run(const RareModel& model, const ChainPlan& plan, const RareEffort& effort,
                       std::string_view purpose, const ParallelFor& parallel) {
    Rounds rounds;
    PathBlocks blocks(k_marks_per_block / plan.marks);
    RareEstimate so_far;
    std::uint64_t marks = 0;
    for (;;) {
        const std::uint64_t end = next_round_end(effort, marks, so_far);
        if (end == marks) {
            return rounds;
        }
        rounds.before = rounds.all;
        const std::uint64_t chains = (end + plan.marks - 1) / plan.marks;
        rounds.all.merge(blocks.run_until<LongRunTallies>(chains, parallel, [&](const PathBlock& block) {
            return run_block(model, plan, block, effort.luck, purpose);
        }));
        if (rounds.all.unfinished > 0) {
            return rounds;
        }
        marks = end;
        so_far = judge_rate(rounds, &LongRunTallies::downtime, std::nullopt, effort.confidence);
    }
}

double z_against(const RareEstimate& estimate, double exact) {
    return estimate.value > 0 ? (estimate.value - exact) / (estimate.relative_error * estimate.value)
                              : -std::numeric_limits<double>::infinity();
}

/// The sampler on the system with a repairer for each component, in standard errors from the exact answer.
Result<double> twin_check(const FailureSystem& system, const IndependentTwin& exact, const RareOptions& options,
                          std::uint64_t paths, const ParallelFor& parallel) {
    FailureSystem twin = system;
    for (FailureComponent& component : twin.components) {
        component.crew_pool = UINT32_MAX;
    }
    const auto model = RareModel::make(twin, options.bias, options.order, Repairs::as_given);
    if (!model) {
        return unexpected(model.error());
    }
    RareEffort effort = options.effort;
    effort.paths_min = effort.paths_max = std::max(paths / k_twin_share, effort.paths_min);
    const Rounds rounds = sample_long_run(*model, plan_chain(*model, {}, exact), effort, "rare.twin", parallel);
    return z_against(judge_rate(rounds, &LongRunTallies::downtime, std::nullopt, effort.confidence),
                     exact.unavailability);
}

void fill(RareFigures& figures, const RareModel& model, const Rounds& rounds, bool with_cycles,
          std::optional<double> twin_z, double confidence) {
    figures.unavailability = judge_rate(rounds, &LongRunTallies::downtime, twin_z, confidence);
    figures.failures_per_s = judge_rate(rounds, &LongRunTallies::failures, twin_z, confidence);
    figures.plain_s = figures.unavailability.plain_paths / model.rate;
    if (!with_cycles) {
        return;
    }
    const RareEstimate first = judge_rate(rounds, &LongRunTallies::first_failures, twin_z, confidence);
    const double all_up = rounds.all.all_up.mean();
    const double all_up_error =
        rounds.all.all_up.standard_deviation() / std::sqrt(static_cast<double>(rounds.all.all_up.count())) / all_up;
    figures.cycle_mean_s = 1 / (model.rate * all_up);  // all up for 1 / rate of each cycle
    figures.failure_in_cycle = scaled(first, *figures.cycle_mean_s, all_up_error, confidence);
    // A cycle that fails is waited through until it does, the others to their end (Wald's identity); the length of a
    // cycle is in both, and cancels.
    figures.mean_time_to_failure_s = reciprocal(first, 1 - rounds.all.rest.mean(), confidence);
}

}  // namespace

Result<RareFigures> estimate_rare(const FailureSystem& system, const RareOptions& options,
                                  const ParallelFor& parallel) {
    const auto model = RareModel::make(system, options.bias, options.order, Repairs::as_given);
    if (!model) {
        return unexpected(model.error());
    }
    RareFigures figures;
    for (std::size_t i = 0; i < model->size(); ++i) {
        if (model->components[i].repair.tilts() == 1 && model->largest_cut > 1 && options.bias.tilts_repairs) {
            figures.natural_repairs.push_back(system.components[i].name);
        }
    }
    const auto twin = independent_twin(system);
    const CrewLoad load = load_of(system);
    if (load.utilization > k_utilization_max) {
        return unexpected(
            fmt::format("the crews of a pool are wanted {:.3g} % of the time (at most {} % can be sampled)",
                        100 * load.utilization, 100 * k_utilization_max));
    }
    const ChainPlan plan = plan_chain(*model, load, twin);
    const double confidence = options.effort.confidence;
    const Rounds rounds = sample_long_run(*model, plan, options.effort, "rare.long_run", parallel);
    if (rounds.all.unfinished > 0) {
        return unexpected(std::string(k_branches_do_not_end));
    }
    std::optional<double> twin_z;
    if (twin && load.waits) {
        const auto z = twin_check(system, *twin, options, rounds.all.downtime.paths.paths().count(), parallel);
        if (!z) {
            return unexpected(z.error());
        }
        twin_z = *z;
    } else if (twin) {
        twin_z =
            z_against(judge_rate(rounds, &LongRunTallies::downtime, std::nullopt, confidence), twin->unavailability);
    }
    figures.twin_unavailability = twin ? std::optional(twin->unavailability) : std::nullopt;
    fill(figures, *model, rounds, plan.follows_cycles, twin_z, confidence);
    return figures;
}

}  // namespace nines
