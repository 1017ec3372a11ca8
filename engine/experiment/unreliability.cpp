// Unreliability: the chance of a system failure within a mission, by biased branches from natural missions.

#include <algorithm>
#include <cmath>

#include "engine/experiment/importance_sampling.hpp"
#include "engine/experiment/marked_branch.hpp"
#include "engine/experiment/path_blocks.hpp"

namespace nines {

namespace {

constexpr std::uint64_t k_marks_per_block = 4096;
constexpr double k_marks_per_mission_max = 64;

struct MissionTallies {
    PathTally marks;
    Tally missions;  // of each the mean over its marks
    std::uint64_t unfinished = 0;

    void merge(const MissionTallies& other) {
        marks.merge(other.marks);
        missions.merge(other.missions);
        unfinished += other.unfinished;
    }
};

/// Marks of one natural mission, evenly spread at random: one in each of `marks` equal parts of it.
void run_mission(const RareModel& model, double mission_s, std::uint64_t marks, NaturalPath& natural,
                 MarkedBranch& branch, BlockStream& stream, MissionTallies& tallies) {
    natural.reset();
    double sum = 0;
    for (std::uint64_t i = 0; i < marks; ++i) {
        const double share = (static_cast<double>(i) + stream.uniform_positive()) / static_cast<double>(marks);
        const double at_s = share * mission_s;
        natural.run_for(at_s - natural.state().now_s(), stream);
        const FailedState& state = natural.state();
        const Mark mark = choose_mark(model, stream);
        double weight = mark.weight;
        double value = 0;
        if (!natural.has_failed() && !state.is_down(mark.component)) {
            const BranchLimits limits{.follow = Follow::first_failure, .horizon_s = mission_s - at_s};
            const BranchFacts facts = branch.run(state, mark.component, limits, stream);
            const double rate = model.rate * state.hazard(mark.component) / model.components[mark.component].rate;
            value = mission_s * rate * facts.first_failure;
            weight *= facts.weight;
            tallies.unfinished += facts.is_whole ? 0 : 1;
        }
        tallies.marks.add(value, weight);
        sum += value * weight;
    }
    tallies.missions.add(sum / static_cast<double>(marks));
}

MissionTallies run_block(const RareModel& model, double mission_s, std::uint64_t marks, const PathBlock& block,
                         Luck luck) {
    NaturalPath natural(model);
    MarkedBranch branch(model);
    BlockStream stream(luck, "rare.missions", std::to_string(block.number));
    MissionTallies tallies;
    for (std::uint64_t i = 0; i < block.paths && tallies.unfinished == 0; ++i) {
        run_mission(model, mission_s, marks, natural, branch, stream, tallies);
    }
    return tallies;
}

RareEstimate judge(const MissionTallies& all, const MissionTallies& before, double confidence) {
    RareEstimate estimate = judge_groups(all.marks, before.marks, all.missions, std::nullopt, confidence);
    const double p = estimate.value;
    if (p > 0) {  // a plain mission fails or does not
        estimate.plain_paths = (1 - std::min(p, 1.0)) / (p * estimate.relative_error * estimate.relative_error);
    }
    return estimate;
}

}  // namespace

Result<RareEstimate> estimate_unreliability(const FailureSystem& system, double mission_s, Repairs repairs,
                                            const RareOptions& options, const ParallelFor& parallel) {
    const auto model = RareModel::make(system, options.bias, options.order, repairs);
    if (!model) {
        return unexpected(model.error());
    }
    const auto marks =
        static_cast<std::uint64_t>(std::clamp(std::ceil(model->rate * mission_s), 1.0, k_marks_per_mission_max));
    PathBlocks blocks(k_marks_per_block / marks);
    MissionTallies all;
    MissionTallies before;
    RareEstimate so_far;
    std::uint64_t done = 0;
    for (;;) {
        const std::uint64_t end = next_round_end(options.effort, done, so_far);
        if (end == done) {
            return so_far;
        }
        before = all;
        all.merge(blocks.run_until<MissionTallies>((end + marks - 1) / marks, parallel, [&](const PathBlock& block) {
            return run_block(*model, mission_s, marks, block, options.effort.luck);
        }));
        if (all.unfinished > 0) {
            return unexpected(std::string(k_branches_do_not_end));
        }
        done = end;
        so_far = judge(all, before, options.effort.confidence);
    }
}

}  // namespace nines
