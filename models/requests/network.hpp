#pragma once
// Network: how long a message takes between two places, whether it arrives, and under which price its bytes count.

#include <array>
#include <optional>
#include <vector>

#include "engine/kernel/event_set.hpp"
#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"
#include "models/plan/state.hpp"

namespace nines {

/// One end of a message: a place, and the instance there (none: a client).
struct MessageEnd {
    LocationId location;
    InstanceId instance = InstanceId::none();
};

/// Whose luck a message has: checks must not change that of the requests beside them.
enum class MessageKind : std::uint8_t { request, check };

class Network {
public:
    /// Asks `events` for a lane for each latency that is constant.
    Network(const Plan& plan, const State& state, Luck luck, EventSet& events);

    /// How long a message takes; a lane of events where that is the way's constant latency.
    struct Sent {
        Nanoseconds delay = 0;
        EventSet::Lane lane = EventSet::k_no_lane;
    };
    /// One message, or nothing when it is lost. Ends without a place are at no distance.
    std::optional<Sent> send(const MessageEnd& from, const MessageEnd& to, MessageKind kind = MessageKind::request);
    /// Counts what is sent under its price row; a client's request to an edge is a priced thing of its own.
    void count(LocationId from, LocationId to, double bytes, std::uint32_t requests);
    /// Whether a message could pass now, without luck.
    bool reachable(const MessageEnd& from, const MessageEnd& to);
    /// Whether anything at all disturbs messages now.
    bool is_clean() const { return state_.network_effects.empty() && state_.broken_places == 0; }

    /// From now on routes take this link or place for what it is now.
    void converge(LinkId link);
    void converge(LocationId location);
    /// How long after a change of this link or place routes change.
    Nanoseconds convergence(LinkId link) const;
    Nanoseconds convergence(LocationId location) const;

    void start_measuring() { units_.assign(units_.size(), 0); }
    const std::vector<double>& units() const { return units_; }

private:
    struct Leg {
        double log_mean = 0, log_sigma = 0;  // of a lognormal latency, seconds
    };
    struct Path {
        bool known = false;
        bool exists = false;
        Nanoseconds constant = 0;
        EventSet::Lane lane = EventSet::k_no_lane;  // where the latency is constant
        std::vector<Leg> legs;
        std::vector<LinkId> links;
        std::uint32_t price = k_free;
        double price_ends = 1;  // zone to zone is paid at both ends
        std::uint32_t request_price = k_free;
        std::array<Stream, 2> latency, trouble;  // by kind of message
    };

    Path& path(LocationId from, LocationId to);
    std::optional<Sent> send_disturbed(const Path& way, Nanoseconds delay, const MessageEnd& from, const MessageEnd& to,
                                       Stream& trouble);
    void forget_routes();
    void find(Path& path, LocationId from, LocationId to);
    void find_price(Path& path, LocationId from, LocationId to);
    bool is_broken(const Path& path, LocationId from, LocationId to) const;
    bool crosses(const NetworkEffect& effect, const MessageEnd& from, const MessageEnd& to) const;
    bool touches(const NetworkEffect& effect, const Path& path, const MessageEnd& from, const MessageEnd& to) const;
    bool is_inside(const TargetAtom& atom, const MessageEnd& end) const;

    const Plan& plan_;
    const State& state_;
    EventSet& events_;
    Luck luck_;
    std::vector<std::uint32_t> path_of_;  // [from * locations + to], position in paths_ plus one
    std::vector<Path> paths_;
    Path nowhere_;                                     // between things without a place
    std::vector<std::uint8_t> link_up_, location_up_;  // as routing believes
    std::vector<double> units_;
};

}  // namespace nines
