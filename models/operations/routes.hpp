#pragma once
// Routes: which links a message takes between two places, whether it can pass now, and under which price its bytes
// count. Routing believes what it has converged to; what is really cut is in the state.

#include <optional>
#include <vector>

#include "engine/base/time.hpp"
#include "models/plan/plan.hpp"
#include "models/plan/state.hpp"

namespace nines {

/// One end of a message: a place, and the instance there (none: a client).
struct MessageEnd {
    LocationId location;
    InstanceId instance = InstanceId::none();
};

/// Under which price rows a message between two places counts.
struct WayPrice {
    std::uint32_t row = k_free;
    std::uint32_t request_row = k_free;  ///< a client's request to an edge is a priced thing of its own
    double ends = 1;                     ///< zone to zone is paid at both ends

    bool is_between_zones() const { return ends > 1; }
};

class Routes {
public:
    Routes(const Plan& plan, const State& state);
    /// A copy reads the state that it belongs to.
    void rebind(const State& state) { state_ = &state; }

    /// The links that routing sends a message over; nothing where it knows no way.
    std::optional<std::vector<LinkId>> find(LocationId from, LocationId to) const;
    WayPrice price_of(LocationId from, LocationId to) const;

    /// Whether anything at all disturbs messages now.
    bool is_clean() const { return state_->network_effects.empty() && state_->broken_places == 0; }
    /// Whether a link on the way is cut, or a region in the middle of the way is down.
    bool is_broken(const std::vector<LinkId>& way, LocationId from, LocationId to) const;
    /// Whether exactly one end is inside what the effect names: the message crosses its border.
    bool crosses(const NetworkEffect& effect, const MessageEnd& from, const MessageEnd& to) const;
    /// Whether the message has to do with what the effect names: an end inside, or a link on its way.
    bool touches(const NetworkEffect& effect, const std::vector<LinkId>& way, const MessageEnd& from,
                 const MessageEnd& to) const;
    /// Whether a partition in force lies between the two.
    bool is_parted(const MessageEnd& from, const MessageEnd& to) const;

    /// From now on routing takes this link or place for what it is now.
    void converge(LinkId link);
    void converge(LocationId location);
    /// How long after a change of this link or place routes change.
    double convergence_s(LinkId link) const;
    double convergence_s(LocationId location) const { return convergence_s(plan_, location); }
    static double convergence_s(const Plan& plan, LocationId location);
    /// Takes over what routing believes of links and places.
    void believe(const std::vector<std::uint8_t>& links, const std::vector<std::uint8_t>& places) {
        link_up_ = links;
        location_up_ = places;
    }

    /// What routing believes of links and places, one after the other: 1 is up.
    const std::vector<std::uint8_t>& links_believed() const { return link_up_; }
    const std::vector<std::uint8_t>& places_believed() const { return location_up_; }

private:
    bool is_inside(const TargetAtom& atom, const MessageEnd& end) const;

    const Plan& plan_;
    const State* state_;
    std::vector<std::uint8_t> link_up_, location_up_;
};

}  // namespace nines
