#pragma once
// FailedState: which components of a FailureSystem are failed, what is left of their repairs, and which cut sets are
// down with them. Natural paths and biased branches move it.

#include <cstdint>
#include <limits>
#include <vector>

#include "engine/experiment/rare_model.hpp"
#include "engine/random/block_stream.hpp"

namespace nines {

/// What happens next to which: a position among the failed, or a component.
struct NextEvent {
    double after_s = std::numeric_limits<double>::infinity();
    std::size_t which = 0;
};

/// 1. failed() is in the order in which they failed.
/// 2. A cut set is down when all its members are failed; it is owned by the member that failed first.
/// Scratch space of one thread; it refers to the model.
class FailedState {
public:
    struct Failed {
        std::uint32_t component = 0;
        double work_s = 0;  ///< repair that is left
        double speed = 1;   ///< 0: it waits for a crew
    };

    explicit FailedState(const RareModel& model);

    /// All up. Ages remain.
    void clear();
    /// Failed as in `other`, at time 0, with the ages there.
    void copy_from(const FailedState& other);
    void fail(std::uint32_t component, double work_s);
    void repair(std::size_t position);
    void advance(double duration_s);

    /// Of the component whose cut sets are counted by owned_cuts_down(); it must be up.
    void mark(std::uint32_t component) { marked_ = component; }

    const std::vector<Failed>& failed() const { return failed_; }
    bool is_down(std::uint32_t component) const { return is_down_[component] != 0; }
    bool is_all_up() const { return failed_.empty(); }
    bool has_up() const { return failed_.size() < is_down_.size(); }
    double now_s() const { return now_s_; }
    std::uint32_t cuts_down() const { return cuts_down_; }
    std::uint32_t owned_cuts_down() const { return owned_cuts_down_; }
    /// Whether `component` is down and failed before the marked one.
    bool is_older_than_marked(std::uint32_t component) const {
        return is_down_[component] && failed_at_[component] < failed_at_[marked_];
    }
    NextEvent next_repair() const;

    void set_age(std::uint32_t component, double age_s) { up_since_s_[component] = now_s_ - age_s; }
    /// Failures per second of an up component at its present age.
    double hazard(std::uint32_t component) const;
    double hazard_between(std::uint32_t component, double duration_s) const;
    /// The time in which the component, now up, uses up so much hazard.
    double life_left(std::uint32_t component, double hazard) const;

private:
    void find_speeds();
    bool is_owned(std::uint32_t cut) const;

    const RareModel& model_;
    double now_s_ = 0;
    std::vector<Failed> failed_;
    std::vector<std::uint8_t> is_down_;
    std::vector<std::uint64_t> failed_at_;  // by component: counts failures, so that the order is known
    std::uint64_t failures_ = 0;
    std::vector<double> up_since_s_;
    std::vector<std::uint32_t> up_in_cut_;
    std::uint32_t cuts_down_ = 0;
    std::uint32_t owned_cuts_down_ = 0;
    std::uint32_t marked_ = UINT32_MAX;
    std::vector<std::uint32_t> busy_;  // by crew pool
};

/// Components that take no part in a draw, and the sum of the rates of those of them that are up.
struct Excepted {
    const std::vector<std::uint8_t>* flags = nullptr;  ///< one a component; none: nobody is excepted
    double rate = 0;

    bool holds(std::uint32_t component) const { return flags != nullptr && (*flags)[component] != 0; }
};

/// The next failure by the true laws among components that are up and not excepted; its component is set only for a
/// failure within `window_s`.
NextEvent natural_failure(const RareModel& model, const FailedState& state, const Excepted& except, double window_s,
                          BlockStream& stream);

/// A natural path of the whole system.
class NaturalPath {
public:
    explicit NaturalPath(const RareModel& model) : model_(model), state_(model) {}

    /// All up, ages 0, time 0.
    void reset();
    /// In the long-run state of the independent twin, as far as repair laws allow (see RepairMixture::left).
    void start_in_the_long_run(BlockStream& stream);
    void run_for(double duration_s, BlockStream& stream);

    const FailedState& state() const { return state_; }
    bool has_failed() const { return has_failed_; }  ///< the system, since the start
    bool has_failed_since_all_up() const { return has_failed_since_all_up_; }
    std::uint64_t events() const { return events_; }

private:
    void note();

    const RareModel& model_;
    FailedState state_;
    bool has_failed_ = false;
    bool has_failed_since_all_up_ = false;
    std::uint64_t events_ = 0;
};

}  // namespace nines
