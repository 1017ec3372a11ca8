#pragma once
// ScalingPolicy: when a scaler orders instances and when it takes some away. No clock and no luck of its own: whoever
// runs it tells what it would see at each evaluation.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "models/architecture/policies.hpp"

namespace nines {

/// What a scaler sees at an evaluation.
struct ScalingView {
    double needed = 0;          ///< instances that would just meet the target, with what was measured; not rounded
    std::uint32_t serving = 0;  ///< instances up, without those that drain
    std::uint32_t pending = 0;  ///< launches on their way
};

struct ScalingOrder {
    std::uint32_t launches = 0;
    std::uint32_t removals = 0;
    std::uint32_t refused = 0;  ///< launches that were wanted, and that the quota does not allow
};

/// Episodes of scaling that are over: how many, and how long all together.
struct ScalingLags {
    std::uint64_t episodes = 0;
    double sum_s = 0;
};

/// Times are seconds since the warm-up began.
///
/// 1. Over the target for `out_after` (more than the band above it): as many are ordered as it then needs, less what
///    serves and what is on its way.
/// 2. Under it for `in_after` (more than the band below it, nothing on its way): all are taken away that were not
///    needed at any evaluation of that time; then the time begins anew.
/// 3. Never more than `max` serve or are on their way; as long as fewer than `min` are, more are ordered.
/// 4. As long as there is a quota, no more than that; what is refused is told by each evaluation.
/// 5. `min` and `max` are those of the schedule from its times on; as many are ordered, or taken away, at once.
class ScalingPolicy {
public:
    explicit ScalingPolicy(const ScaleSpec& spec)
        : spec_(&spec), least_(spec.min), max_(spec.max), quota_(spec.quota), most_(allowed()) {}

    ScalingOrder evaluate(double at_s, const ScalingView& view);
    /// What an action of the schedule sets holds from now on.
    void set_bounds(const ScheduledScale& action);
    /// What it makes of who is there.
    ScalingOrder follow(const ScheduledScale& action, const ScalingView& view);
    /// The quota allows as many as `max` from now on.
    void raise_quota() {
        quota_.reset();
        most_ = allowed();
    }
    /// Whether more are needed than serve by more than the band; or fewer, and as many as may be taken away.
    bool is_over(const ScalingView& view) const;
    bool is_under(const ScalingView& view) const;
    /// When an evaluation could order something or change what the policy remembers, if all stays as it is; infinite:
    /// never. Between now and then evaluations need not be simulated.
    double next_look_s(double at_s, const ScalingView& view) const;

    // --- lags -------------------------------------------------------------------------------------------------------
    // An episode begins with the first period found over the target. It ends when as many serve as the last evaluation
    // found needed. Where what is needed sinks first, it ends with the beginning of the period that shows it. One that
    // begins where the last one ended has not ended there: what was needed had only not shown yet.

    /// As many serve from now on.
    void serve(double at_s, std::uint32_t serving);
    /// Episodes that began before are forgotten.
    void start_measuring(double at_s);
    /// One that is open at the end counts up to then.
    ScalingLags close(double end_s);

private:
    std::uint32_t wanted(double needed) const;
    std::uint32_t launches(const ScalingView& view, std::uint32_t wanted, std::uint32_t most) const;
    std::uint32_t refused(const ScalingView& view, std::uint32_t wanted) const {
        return launches(view, wanted, max_) - launches(view, wanted, most_);
    }
    std::uint32_t allowed() const { return std::min(max_, quota_.value_or(max_)); }
    void follow_episode(double at_s, const ScalingView& view);
    void end_episode(double at_s);
    void count_ended();

    static constexpr double k_never_s = std::numeric_limits<double>::infinity();
    const ScaleSpec* spec_;
    std::uint32_t least_ = 0, max_ = 0;  // of now
    std::optional<std::uint32_t> quota_;
    std::uint32_t most_ = 0;     // instances that may be ordered: `max`, or the quota
    std::uint32_t refused_ = 0;  // by the last evaluation
    bool is_followed_ = false;   // by a refusal of the schedule, which the next evaluation upholds or not
    std::optional<double> over_since_s_, under_since_s_;
    std::uint32_t most_wanted_ = 0;  // since it has been under the target
    std::optional<double> episode_begin_s_;
    std::optional<double> capacity_there_s_;  // of the episode, if what the last evaluation wanted is enough
    double episode_needs_ = 0;
    struct Span {
        double begin_s = 0, end_s = 0;
    };
    std::optional<Span> ended_;  // the last one, while another may turn out to go on from it
    double measured_from_s_ = 0;
    ScalingLags lags_;
};

}  // namespace nines
