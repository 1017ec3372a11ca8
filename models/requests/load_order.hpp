#pragma once
// LoadOrder: things ordered by how many requests each has outstanding, so that the least loaded are known at once.
// The order is an array cut into blocks of equal load. One request more or less moves a thing across one border: it
// trades places with the thing at the border. Everything but joining and leaving takes constant time.

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/base/check.hpp"

namespace nines {

/// Members are numbers below a bound, each at most once.
class LoadOrder {
public:
    LoadOrder() = default;
    explicit LoadOrder(std::uint32_t bound) : place_(bound, k_away) {}

    std::uint32_t size() const { return static_cast<std::uint32_t>(order_.size()); }
    bool has(std::uint32_t member) const { return place_[member] != k_away; }
    /// Members by load, the least loaded first.
    std::uint32_t operator[](std::uint32_t place) const { return order_[place]; }
    std::uint32_t place_of(std::uint32_t member) const { return place_[member]; }
    /// How many members have a load of at most `load`.
    std::uint32_t up_to(std::uint32_t load) const {
        return load + 1 < begin_.size() ? begin_[load + 1] : static_cast<std::uint32_t>(order_.size());
    }

    void join(std::uint32_t member, std::uint32_t load) {
        make_blocks(load);
        place_[member] = size();
        order_.push_back(member);
        // From the end of the order down to the end of its block: past one border for each greater load.
        for (auto above = static_cast<std::uint32_t>(begin_.size() - 1); above > load; --above) {
            swap_places(place_[member], begin_[above]++);
        }
    }

    void leave(std::uint32_t member, std::uint32_t load) {
        // Past one border for each greater load into the last block, and to its end.
        for (std::uint32_t above = load + 1; above < begin_.size(); ++above) {
            swap_places(place_[member], --begin_[above]);
        }
        swap_places(place_[member], size() - 1);
        order_.pop_back();
        place_[member] = k_away;
    }

    /// A member has one request more than `load`.
    void add(std::uint32_t member, std::uint32_t load) {
        make_blocks(load + 1);
        swap_places(place_[member], --begin_[load + 1]);
    }

    /// A member has one request fewer than `load`.
    void take(std::uint32_t member, std::uint32_t load) { swap_places(place_[member], begin_[load]++); }

    /// Aborts unless each member stands in the block of its load, load_of(member).
    template <class LoadOf>
    void verify(LoadOf load_of) const {
        for (std::uint32_t i = 0; i < size(); ++i) {
            const std::uint32_t load = load_of(order_[i]);
            check(place_[order_[i]] == i, "a member is where its place says");
            check(i < up_to(load) && (load == 0 || i >= up_to(load - 1)), "a member stands in the block of its load");
        }
    }

private:
    static constexpr std::uint32_t k_away = UINT32_MAX;

    void make_blocks(std::uint32_t load) {
        while (begin_.size() <= load) {
            begin_.push_back(size());
        }
    }
    void swap_places(std::uint32_t a, std::uint32_t b) {
        std::swap(order_[a], order_[b]);
        place_[order_[a]] = a;
        place_[order_[b]] = b;
    }

    std::vector<std::uint32_t> order_;
    std::vector<std::uint32_t> place_;        // by member; k_away: no member
    std::vector<std::uint32_t> begin_ = {0};  // of the block of each load
};

}  // namespace nines
