// MarkedBranch: decisions, their likelihood ratios, and the race of what was decided with all else.

#include "engine/experiment/marked_branch.hpp"

#include <algorithm>

#include "engine/random/portable_math.hpp"

namespace nines {

namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();
// A decision ends with the repair that ended its window; their times differ by rounding.
constexpr double k_same_time = 1e-12;
constexpr double k_just_inside = 1 - 0x1p-53;

}  // namespace

MarkedBranch::MarkedBranch(const RareModel& model)
    : model_(model),
      state_(model),
      is_relevant_(model.size(), 0),
      is_on_way_(model.size(), 0),
      worth_(model.size(), 0) {
}

BranchFacts MarkedBranch::run(const FailedState& before, std::uint32_t marked, const BranchLimits& limits,
                              BlockStream& stream) {
    facts_ = {};
    state_.copy_from(before);
    state_.mark(marked);
    marked_ = marked;
    has_failed_ = state_.cuts_down() > 0;
    is_biasing_ = true;
    decisions_left_ = model_.largest_cut + model_.bias.decisions_beyond_cut;
    has_decided_ = false;
    fail_on_the_way(marked, stream);
    follow(limits, stream);
    if (limits.follow == Follow::all_up && facts_.first_failure > 0 && facts_.is_whole) {
        follow_to_all_up(stream);
    }
    return facts_;
}

void MarkedBranch::follow(const BranchLimits& limits, BlockStream& stream) {
    for (std::uint64_t events = 0; state_.is_down(marked_); ++events) {
        if (events >= k_branch_events_max) {
            facts_.is_whole = false;
            return;
        }
        if (limits.follow == Follow::first_failure && has_failed_) {
            return;
        }
        const double left_s = limits.horizon_s - state_.now_s();
        if (is_biasing_ && !has_decided_ && decisions_left_ > 0) {
            find_relevant();
            const double window_s = std::min(window(), left_s);
            if (!relevant_.empty() && window_s > 0) {
                decision_ = decide(window_s, stream);
                decision_.at_s = state_.now_s() + std::min(decision_.at_s, window_s);
                has_decided_ = true;
            }
        }
        const NextEvent mended = state_.next_repair();
        double decided_s = has_decided_ ? std::max(0.0, decision_.at_s - state_.now_s()) : k_infinity;
        if (decision_.component == UINT32_MAX && mended.after_s - decided_s <= k_same_time * decision_.at_s) {
            decided_s = k_infinity;
        }
        const double window_s = std::min({mended.after_s, decided_s, left_s});
        const NextEvent failure = natural_failure(
            model_, state_, has_decided_ ? Excepted{&is_relevant_, relevant_rate_} : Excepted{}, window_s, stream);
        if (failure.after_s < window_s) {
            advance(failure.after_s);
            const auto component = static_cast<std::uint32_t>(failure.which);
            const std::uint32_t cuts_down = state_.cuts_down();
            state_.fail(component, model_.components[component].repair.natural(stream));
            note_failures(cuts_down);
        } else if (decided_s <= window_s) {
            advance(decided_s);
            has_decided_ = false;
            if (decision_.component != UINT32_MAX) {
                fail_on_the_way(decision_.component, stream);
            }
        } else if (mended.after_s <= window_s) {
            advance(mended.after_s);
            state_.repair(mended.which);
            has_decided_ = has_decided_ &&
                           (decision_.component != UINT32_MAX || state_.now_s() < decision_.at_s * (1 - k_same_time));
        } else {
            advance(window_s);
            return;  // the horizon
        }
    }
}

void MarkedBranch::follow_to_all_up(BlockStream& stream) {
    for (std::uint64_t events = 0; !state_.is_all_up(); ++events) {
        if (events >= k_branch_events_max) {
            facts_.is_whole = false;
            return;
        }
        const NextEvent mended = state_.next_repair();
        const NextEvent failure = natural_failure(model_, state_, {}, mended.after_s, stream);
        state_.advance(std::min(failure.after_s, mended.after_s));
        if (failure.after_s < mended.after_s) {
            const auto component = static_cast<std::uint32_t>(failure.which);
            state_.fail(component, model_.components[component].repair.natural(stream));
        } else {
            state_.repair(mended.which);
        }
    }
    facts_.rest_s = state_.now_s() - first_failure_s_;
}

void MarkedBranch::fail_on_the_way(std::uint32_t component, BlockStream& stream) {
    const RepairMixture& repair = model_.components[component].repair;
    WeightedDraw drawn;
    if (model_.repairs == Repairs::as_given) {
        drawn = is_biasing_ ? repair.biased(stream) : WeightedDraw{repair.natural(stream), 1};
    }
    facts_.weight *= drawn.weight;
    const std::uint32_t cuts_down = state_.cuts_down();
    state_.fail(component, drawn.value);
    note_failures(cuts_down);
}

void MarkedBranch::note_failures(std::uint32_t cuts_down_before) {
    if (cuts_down_before > 0 || state_.cuts_down() == 0) {
        return;
    }
    const double share = static_cast<double>(state_.owned_cuts_down()) / state_.cuts_down();
    facts_.failures += share;
    if (!has_failed_) {
        has_failed_ = true;
        facts_.first_failure = share;
        first_failure_s_ = state_.now_s();
    }
    is_biasing_ = false;
}

void MarkedBranch::advance(double duration_s) {
    if (state_.owned_cuts_down() > 0) {
        facts_.downtime_s += duration_s * state_.owned_cuts_down() / state_.cuts_down();
    }
    state_.advance(duration_s);
}

/// The cut sets that the marked component would own: those without a member that failed before it.
void MarkedBranch::find_relevant() {
    for (const std::uint32_t i : relevant_) {
        is_relevant_[i] = 0;
        worth_[i] = 0;
    }
    for (const std::uint32_t i : on_way_) {
        is_on_way_[i] = 0;
    }
    relevant_.clear();
    on_way_.clear();
    worth_sum_ = 0;
    relevant_rate_ = 0;
    for (const std::uint32_t cut : model_.cuts_with(marked_)) {
        const auto members = model_.members(cut);
        if (std::any_of(members.begin(), members.end(), [&](auto i) { return state_.is_older_than_marked(i); })) {
            continue;
        }
        double likely = 1;
        for (const std::uint32_t i : members) {
            likely *= state_.is_down(i) ? 1.0 : model_.components[i].unlikelihood;
            if (state_.is_down(i) && !is_on_way_[i]) {
                is_on_way_[i] = 1;
                on_way_.push_back(i);
            } else if (!state_.is_down(i) && !is_relevant_[i]) {
                is_relevant_[i] = 1;
                relevant_.push_back(i);
                relevant_rate_ += model_.components[i].rate;
            }
        }
        for (const std::uint32_t i : members) {
            if (!state_.is_down(i)) {
                const double worth = likely * model_.components[i].rate / model_.components[i].unlikelihood;
                worth_[i] += worth;
                worth_sum_ += worth;
            }
        }
    }
}

/// Until the next repair of a component on the way; where all of these wait for crews, of any.
double MarkedBranch::window() const {
    double window_s = k_infinity;
    if (model_.repairs == Repairs::none) {
        return window_s;
    }
    for (const auto& failed : state_.failed()) {
        if (is_on_way_[failed.component] && failed.speed > 0) {
            window_s = std::min(window_s, failed.work_s / failed.speed);
        }
    }
    return window_s < k_infinity ? window_s : state_.next_repair().after_s;
}

/// The time is counted from now; with no component it is infinite, and the window's end is meant.
MarkedBranch::Decision MarkedBranch::decide(double window_s, BlockStream& stream) {
    --decisions_left_;
    const double within = relevant_within(window_s);
    const double forced = model_.bias.forced;
    NextEvent failure;
    if (stream.uniform() < forced) {
        failure = forced_failure(window_s, within, stream);
    } else {
        failure = natural_relevant_failure(stream);
        if (failure.after_s >= window_s) {
            facts_.weight /= 1 - forced;
            return {k_infinity, UINT32_MAX};
        }
    }
    facts_.weight /= forced * forced_over_natural(failure, window_s, within) + (1 - forced);
    return {failure.after_s, static_cast<std::uint32_t>(failure.which)};
}

/// The chance that a relevant component fails within the window; where lives age this is not needed.
double MarkedBranch::relevant_within(double window_s) const {
    return model_.is_memoryless ? -portable::expm1(-relevant_rate_ * window_s) : 0.0;
}

/// Memoryless: density chance_by_worth(j) * rate e^(-rate t) / within, with the rate of all relevant ones. Ageing: the
/// chosen component's own life, cut to the window.
NextEvent MarkedBranch::forced_failure(double window_s, double within, BlockStream& stream) {
    const std::uint32_t chosen = choose_by_worth(stream);
    const double place = stream.uniform();
    if (model_.is_memoryless) {
        return {std::min(-portable::log1p(-place * within) / relevant_rate_, window_s * k_just_inside), chosen};
    }
    const double own_within = -portable::expm1(-state_.hazard_between(chosen, window_s));
    const double hazard = -portable::log1p(-place * own_within);
    return {std::min(state_.life_left(chosen, hazard), window_s * k_just_inside), chosen};
}

NextEvent MarkedBranch::natural_relevant_failure(BlockStream& stream) const {
    NextEvent next;
    if (model_.is_memoryless) {
        next.after_s = stream.exponential() / relevant_rate_;
        double place = stream.uniform() * relevant_rate_;
        next.which = relevant_.back();
        for (const std::uint32_t i : relevant_) {
            place -= model_.components[i].rate;
            if (place < 0) {
                next.which = i;
                break;
            }
        }
        return next;
    }
    for (const std::uint32_t i : relevant_) {
        const double after_s = state_.life_left(i, stream.exponential());
        if (after_s < next.after_s) {
            next = {after_s, i};
        }
    }
    return next;
}

/// The forced density of a failure over its natural one. Natural: rate_j e^(-rate t); or where lives age the own
/// density times the chance that the other relevant ones live longer.
double MarkedBranch::forced_over_natural(const NextEvent& failure, double window_s, double within) const {
    const auto component = static_cast<std::uint32_t>(failure.which);
    const double chance = chance_by_worth(component);
    if (model_.is_memoryless) {
        return chance * relevant_rate_ / (model_.components[component].rate * within);
    }
    double others_hazard = 0;
    for (const std::uint32_t i : relevant_) {
        others_hazard += i == component ? 0.0 : state_.hazard_between(i, failure.after_s);
    }
    return chance * portable::exp(others_hazard) / -portable::expm1(-state_.hazard_between(component, window_s));
}

std::uint32_t MarkedBranch::choose_by_worth(BlockStream& stream) const {
    const auto count = static_cast<double>(relevant_.size());
    if (stream.uniform() < model_.bias.balanced) {
        return relevant_[static_cast<std::size_t>(stream.uniform() * count)];
    }
    double place = stream.uniform() * worth_sum_;
    for (const std::uint32_t i : relevant_) {
        place -= worth_[i];
        if (place < 0) {
            return i;
        }
    }
    return relevant_.back();
}

double MarkedBranch::chance_by_worth(std::uint32_t component) const {
    const double balanced = model_.bias.balanced;
    return balanced / static_cast<double>(relevant_.size()) + (1 - balanced) * worth_[component] / worth_sum_;
}

}  // namespace nines
