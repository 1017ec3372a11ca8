// FailedState: crews, cut sets and their owners, ages; and the true next failure.

#include "engine/experiment/failed_state.hpp"

#include <algorithm>
#include <cmath>

#include "engine/random/portable_math.hpp"

namespace nines {

namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr int k_rejections_max = 16;
constexpr double k_cancels = 1e-3;  // of a sum: below it a difference has lost digits that likelihoods need

/// Rate of the components that are up and not excepted, by taking off the others as long as that does not cancel.
double free_rate(const RareModel& model, const FailedState& state, const Excepted& except) {
    double rate = model.rate - except.rate;
    for (const auto& failed : state.failed()) {
        rate -= model.components[failed.component].rate;
    }
    if (rate > k_cancels * model.rate) {
        return rate;
    }
    rate = 0;
    for (std::uint32_t i = 0; i < model.size(); ++i) {
        rate += state.is_down(i) || except.holds(i) ? 0.0 : model.components[i].rate;
    }
    return rate;
}

/// In proportion to their rates among the components that are up and not excepted.
std::uint32_t choose_by_rate(const RareModel& model, const FailedState& state, const Excepted& except,
                             BlockStream& stream) {
    const auto is_free = [&](std::uint32_t i) { return !state.is_down(i) && !except.holds(i); };
    for (int i = 0; i < k_rejections_max; ++i) {
        const auto found = position_in(model.rates_until, stream.uniform());
        if (is_free(found)) {
            return found;
        }
    }
    double sum = 0;
    for (std::uint32_t i = 0; i < model.size(); ++i) {
        sum += is_free(i) ? model.components[i].rate : 0.0;
    }
    double place = stream.uniform() * sum;
    std::uint32_t last_free = 0;
    for (std::uint32_t i = 0; i < model.size(); ++i) {
        if (is_free(i)) {
            last_free = i;
            place -= model.components[i].rate;
            if (place < 0) {
                break;
            }
        }
    }
    return last_free;
}

}  // namespace

FailedState::FailedState(const RareModel& model)
    : model_(model),
      is_down_(model.size(), 0),
      failed_at_(model.size(), 0),
      up_since_s_(model.size(), 0),
      busy_(model.crews.size(), 0) {
    for (std::uint32_t cut = 0; cut + 1 < model.cut_begin.size(); ++cut) {
        up_in_cut_.push_back(static_cast<std::uint32_t>(model.members(cut).size()));
    }
}

void FailedState::clear() {
    while (!failed_.empty()) {
        repair(failed_.size() - 1);
    }
    marked_ = UINT32_MAX;
}

void FailedState::copy_from(const FailedState& other) {
    clear();
    now_s_ = 0;
    for (const Failed& failed : other.failed_) {
        fail(failed.component, failed.work_s);
    }
    if (!model_.is_memoryless) {
        for (std::size_t i = 0; i < up_since_s_.size(); ++i) {
            up_since_s_[i] = other.up_since_s_[i] - other.now_s_;
        }
    }
}

/// Whether the marked component is the member of a cut set, now down, that failed first.
bool FailedState::is_owned(std::uint32_t cut) const {
    if (marked_ == UINT32_MAX) {
        return false;
    }
    const auto members = model_.members(cut);
    return std::find(members.begin(), members.end(), marked_) != members.end() &&
           std::none_of(members.begin(), members.end(), [&](auto i) { return failed_at_[i] < failed_at_[marked_]; });
}

void FailedState::fail(std::uint32_t component, double work_s) {
    failed_.push_back({component, work_s, 1});
    is_down_[component] = 1;
    failed_at_[component] = ++failures_;
    for (const std::uint32_t cut : model_.cuts_with(component)) {
        if (--up_in_cut_[cut] == 0) {
            ++cuts_down_;
            owned_cuts_down_ += is_owned(cut) ? 1 : 0;
        }
    }
    find_speeds();
}

void FailedState::repair(std::size_t position) {
    const std::uint32_t component = failed_[position].component;
    for (const std::uint32_t cut : model_.cuts_with(component)) {
        if (up_in_cut_[cut]++ == 0) {
            --cuts_down_;
            owned_cuts_down_ -= is_owned(cut) ? 1 : 0;
        }
    }
    failed_.erase(failed_.begin() + static_cast<std::ptrdiff_t>(position));
    is_down_[component] = 0;
    up_since_s_[component] = now_s_;
    find_speeds();
}

void FailedState::advance(double duration_s) {
    now_s_ += duration_s;
    for (Failed& failed : failed_) {
        failed.work_s = std::max(0.0, failed.work_s - failed.speed * duration_s);
    }
}

/// Of each pool the first failed are worked on, or all share the work; without a pool everyone has a repairer.
void FailedState::find_speeds() {
    if (model_.crews.empty()) {
        return;
    }
    std::fill(busy_.begin(), busy_.end(), 0U);
    for (Failed& failed : failed_) {
        const std::uint32_t pool = model_.components[failed.component].pool;
        if (pool != UINT32_MAX) {
            failed.speed = busy_[pool]++ < model_.crews[pool] ? 1.0 : 0.0;
        }
    }
    if (model_.order == RepairOrder::in_order) {
        return;
    }
    for (Failed& failed : failed_) {
        const std::uint32_t pool = model_.components[failed.component].pool;
        if (pool != UINT32_MAX && busy_[pool] > model_.crews[pool]) {
            failed.speed = static_cast<double>(model_.crews[pool]) / busy_[pool];
        }
    }
}

NextEvent FailedState::next_repair() const {
    NextEvent next;
    if (model_.repairs == Repairs::none) {
        return next;
    }
    for (std::size_t i = 0; i < failed_.size(); ++i) {
        if (failed_[i].speed > 0 && failed_[i].work_s / failed_[i].speed < next.after_s) {
            next = {failed_[i].work_s / failed_[i].speed, i};
        }
    }
    return next;
}

double FailedState::hazard(std::uint32_t component) const {
    const auto& part = model_.components[component];
    if (part.shape == 1) {
        return part.rate;
    }
    const double age = (now_s_ - up_since_s_[component]) / part.scale_s;
    return part.shape / part.scale_s * portable::pow(age, part.shape) / age;
}

double FailedState::hazard_between(std::uint32_t component, double duration_s) const {
    const auto& part = model_.components[component];
    if (part.shape == 1) {
        return part.rate * duration_s;
    }
    const double age_s = now_s_ - up_since_s_[component];
    return portable::pow((age_s + duration_s) / part.scale_s, part.shape) -
           portable::pow(age_s / part.scale_s, part.shape);
}

double FailedState::life_left(std::uint32_t component, double hazard) const {
    const auto& part = model_.components[component];
    if (part.shape == 1) {
        return hazard / part.rate;
    }
    const double age_s = now_s_ - up_since_s_[component];
    const double reached = portable::pow(age_s / part.scale_s, part.shape) + hazard;
    return std::max(0.0, part.scale_s * portable::pow(reached, 1 / part.shape) - age_s);
}

NextEvent natural_failure(const RareModel& model, const FailedState& state, const Excepted& except, double window_s,
                          BlockStream& stream) {
    NextEvent next;
    if (model.is_memoryless) {
        const double rate = state.has_up() ? free_rate(model, state, except) : 0.0;
        next.after_s = rate > 0 ? stream.exponential() / rate : k_infinity;
        if (next.after_s < window_s) {
            next.which = choose_by_rate(model, state, except, stream);
        }
        return next;
    }
    for (std::uint32_t i = 0; i < model.size(); ++i) {
        if (!state.is_down(i) && !except.holds(i)) {
            const double after_s = state.life_left(i, stream.exponential());
            if (after_s < next.after_s) {
                next = {after_s, i};
            }
        }
    }
    return next;
}

void NaturalPath::reset() {
    state_.clear();
    for (std::uint32_t i = 0; i < model_.size(); ++i) {
        state_.set_age(i, 0);
    }
    has_failed_ = false;
    has_failed_since_all_up_ = false;
    events_ = 0;
}

void NaturalPath::start_in_the_long_run(BlockStream& stream) {
    reset();
    for (std::uint32_t i = 0; i < model_.size(); ++i) {
        const RareModel::Component& part = model_.components[i];
        const double down = part.rate * part.repair_mean_s / (1 + part.rate * part.repair_mean_s);
        if (stream.uniform() < down) {
            state_.fail(i, part.repair.left(stream));
        } else if (part.shape != 1) {
            // At a random time a life is length-biased, and its age a uniform part of it.
            const Distribution longer{.law = Law::gamma, .a = 1, .b = 1 + 1 / part.shape};
            state_.set_age(i, stream.uniform() * part.scale_s * portable::pow(longer.sample(stream), 1 / part.shape));
        }
    }
    note();
}

void NaturalPath::run_for(double duration_s, BlockStream& stream) {
    const double end_s = state_.now_s() + duration_s;
    while (state_.now_s() < end_s) {
        const NextEvent mended = state_.next_repair();
        const double left_s = end_s - state_.now_s();
        const double window_s = std::min(mended.after_s, left_s);
        const NextEvent failure = natural_failure(model_, state_, {}, window_s, stream);
        if (failure.after_s < window_s) {
            state_.advance(failure.after_s);
            const auto component = static_cast<std::uint32_t>(failure.which);
            state_.fail(component, model_.components[component].repair.natural(stream));
        } else if (mended.after_s < left_s) {
            state_.advance(mended.after_s);
            state_.repair(mended.which);
        } else {
            state_.advance(left_s);
            return;  // not by the loop's condition: rounding could leave a last step of length 0
        }
        ++events_;
        note();
    }
}

void NaturalPath::note() {
    has_failed_ = has_failed_ || state_.cuts_down() > 0;
    has_failed_since_all_up_ = !state_.is_all_up() && (has_failed_since_all_up_ || state_.cuts_down() > 0);
}

}  // namespace nines
