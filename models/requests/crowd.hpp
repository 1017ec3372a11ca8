#pragma once
// Crowd: the instances of a counted group. Of a hundred million alike, nearly all are idle and up, and nothing tells
// one from another: they are a number. A few thousand stand-ins are kept as instances; one is engaged while requests or
// faults make it differ from the rest, and then means one certain member. Idle stand-ins mean any of the others.

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/base/check.hpp"
#include "models/plan/plan.hpp"

namespace nines {

/// The order of stand-ins is cut in two: those engaged, then those idle. A count for each says how many reasons
/// (requests outstanding, workers held, faults) keep it engaged.
class Crowd {
public:
    Crowd() = default;
    Crowd(std::uint64_t members, std::uint32_t stand_ins)
        : members_(members), order_(stand_ins), place_(stand_ins), reasons_(stand_ins) {
        for (std::uint32_t i = 0; i < stand_ins; ++i) {
            order_[i] = place_[i] = i;
        }
    }

    std::uint64_t members() const { return members_; }
    std::uint32_t engaged() const { return engaged_; }
    /// Whether a stand-in is left for one more.
    bool has_idle() const { return engaged_ < order_.size(); }
    /// Whether a stand-in was needed and none was idle: requests then crowd on fewer instances than there are.
    bool was_short() const { return was_short_; }

    void engage(std::uint32_t stand_in) {
        if (reasons_[stand_in]++ == 0) {
            swap_places(place_[stand_in], engaged_++);
        }
    }
    void disengage(std::uint32_t stand_in) {
        if (--reasons_[stand_in] == 0) {
            swap_places(place_[stand_in], --engaged_);
        }
    }

    /// The stand-in for member `number`: the first members are those that are engaged, all others are alike.
    template <class Words>
    std::uint32_t stand_in_for(std::uint64_t number, Words& luck) {
        if (number < engaged_) {
            return order_[number];
        }
        const auto idle = static_cast<std::uint32_t>(order_.size()) - engaged_;
        was_short_ = was_short_ || idle == 0;
        return idle == 0 ? order_[luck.below(order_.size())] : order_[engaged_ + luck.below(idle)];
    }

    /// Aborts unless those engaged stand before those idle, each in the place where it is looked for.
    void verify() const {
        for (std::uint32_t i = 0; i < order_.size(); ++i) {
            check(place_[order_[i]] == i, "a stand-in is where its place says");
            check((reasons_[order_[i]] > 0) == (i < engaged_), "those engaged stand before those idle");
        }
    }

private:
    void swap_places(std::uint32_t a, std::uint32_t b) {
        std::swap(order_[a], order_[b]);
        place_[order_[a]] = a;
        place_[order_[b]] = b;
    }

    std::uint64_t members_ = 0;
    std::vector<std::uint32_t> order_, place_, reasons_;
    std::uint32_t engaged_ = 0;
    bool was_short_ = false;
};

/// A crowd for each counted group, an empty one for each other.
Column<GroupId, Crowd> crowds_of(const Plan& plan);

/// An instance has one reason more, or one fewer, to differ from the rest of its group. Nothing where it is listed.
inline void keep_engaged(const Plan& plan, Column<GroupId, Crowd>& crowds, InstanceId instance, bool more) {
    const GroupId group = plan.group_of[instance];
    if (plan.serving[group].is_counted) {
        const std::uint32_t stand_in = plan.number_in_group(instance);
        more ? crowds[group].engage(stand_in) : crowds[group].disengage(stand_in);
    }
}

}  // namespace nines
