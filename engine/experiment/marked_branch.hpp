#pragma once
// MarkedBranch: what comes of one failure. A component, marked, fails now; the branch follows the system until it is up
// again, drawn towards the cut sets that the marked component would own, with its likelihood ratio.

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "engine/experiment/failed_state.hpp"
#include "engine/random/block_stream.hpp"

namespace nines {

/// The refusal of systems that do not come to rest within k_branch_events_max events.
inline constexpr std::string_view k_branches_do_not_end =
    "failures come faster than repairs: what follows one failure does not end";
inline constexpr std::uint64_t k_branch_events_max = 10'000'000;

/// What happened on a branch. Where several cut sets are down at once, each has its share.
struct BranchFacts {
    double weight = 1;         ///< density under the true laws over that under the laws drawn from
    double downtime_s = 0;     ///< of the system, through cut sets that the marked component owns
    double failures = 0;       ///< of the system, through these
    double first_failure = 0;  ///< the share of these in the branch's first system failure; 0: none, or by others
    double rest_s = 0;         ///< from that to all up, where the follower asked for it
    bool is_whole = true;      ///< false: given up after k_branch_events_max events
};

/// How far a branch is followed.
enum class Follow : std::uint8_t {
    marked,         ///< until the marked component is up again
    first_failure,  ///< and no further than the first system failure
    all_up          ///< after a first system failure of its own on to all up
};

struct BranchLimits {
    Follow follow = Follow::marked;
    double horizon_s = std::numeric_limits<double>::infinity();
};

/// Scratch space of one thread; it refers to the model.
///
/// Method: bounded forcing. Repairs are drawn when failures happen, so that the next repair among the marked component
/// and those that go on with its cut sets is known: the window. With probability `forced` the next failure of a member
/// of these cut sets is drawn inside the window, chosen by worth; else nature decides. The likelihood ratio of such a
/// mixture is at most 1 / (1 - forced) a decision; decisions are limited, and end at the first system failure. Repairs
/// of the components on the way are drawn from length-biased mixtures. All other components keep to nature, in windows
/// and after them, and cost no weight: the ratio does not degrade with the size of the system.
/// Sources: Lewis, Boehm, Nuclear Engineering and Design 77 (1984) 49 (forcing); Heidelberger, Shahabuddin, Nicola, ACM
/// TOMACS 4 (1994) 137 (general repairs, bounded ratios); Nicola, Shahabuddin, Nakayama, IEEE Transactions on
/// Reliability 50 (2001) 246 (review).
class MarkedBranch {
public:
    explicit MarkedBranch(const RareModel& model);

    /// `marked` fails in the state `before`, in which it is up.
    BranchFacts run(const FailedState& before, std::uint32_t marked, const BranchLimits& limits, BlockStream& stream);

private:
    /// The outcome of a decision: a failure of a relevant component at a time, or none until the time.
    struct Decision {
        double at_s = 0;
        std::uint32_t component = UINT32_MAX;  ///< none
    };

    void fail_on_the_way(std::uint32_t component, BlockStream& stream);
    void follow(const BranchLimits& limits, BlockStream& stream);
    void follow_to_all_up(BlockStream& stream);
    void note_failures(std::uint32_t cuts_down_before);
    void advance(double duration_s);

    void find_relevant();
    double window() const;
    Decision decide(double window_s, BlockStream& stream);
    double relevant_within(double window_s) const;
    NextEvent forced_failure(double window_s, double within, BlockStream& stream);
    NextEvent natural_relevant_failure(BlockStream& stream) const;
    double forced_over_natural(const NextEvent& failure, double window_s, double within) const;
    std::uint32_t choose_by_worth(BlockStream& stream) const;
    double chance_by_worth(std::uint32_t component) const;

    const RareModel& model_;
    FailedState state_;
    std::uint32_t marked_ = 0;
    BranchFacts facts_;
    double first_failure_s_ = 0;
    bool has_failed_ = false;
    bool is_biasing_ = false;
    std::uint32_t decisions_left_ = 0;
    Decision decision_;
    bool has_decided_ = false;
    std::vector<std::uint8_t> is_relevant_;  // up, and member of a cut set that the marked one would own
    std::vector<std::uint8_t> is_on_way_;    // failed, and such a member
    std::vector<std::uint32_t> relevant_;
    std::vector<std::uint32_t> on_way_;
    std::vector<double> worth_;
    double worth_sum_ = 0;
    double relevant_rate_ = 0;
};

}  // namespace nines
