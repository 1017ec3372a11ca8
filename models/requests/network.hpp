#pragma once
// Network: how long a message takes between two places, whether it arrives, and under which price its bytes count.

#include <array>
#include <optional>
#include <vector>

#include "engine/kernel/event_set.hpp"
#include "engine/random/stream.hpp"
#include "models/operations/routes.hpp"
#include "models/plan/plan.hpp"
#include "models/plan/state.hpp"

namespace nines {

/// Whose luck a message has: checks must not change that of the requests beside them.
enum class MessageKind : std::uint8_t { request, check };

class Network {
public:
    /// Asks `events` for a lane for each latency that is constant.
    Network(const Plan& plan, const State& state, Luck luck, EventSet& events);
    /// A copy reads the state, and schedules in the events, that it belongs to.
    void rebind(const State& state, EventSet& events) {
        state_ = &state;
        events_ = &events;
        routes_.rebind(state);
    }
    /// New luck from now on, also on ways that no message has taken yet.
    void renew_luck(std::uint64_t key);

    /// How long a message takes; a lane of events where that is the way's constant latency.
    struct Sent {
        Nanoseconds delay = 0;
        EventSet::Lane lane = EventSet::k_no_lane;
    };
    /// One message, or nothing when it is lost. Ends without a place are at no distance.
    std::optional<Sent> send(const MessageEnd& from, const MessageEnd& to, MessageKind kind = MessageKind::request) {
        const Way& way = way_between(from.location, to.location);
        if (is_clean() && way.is_constant) {
            return way.exists ? std::optional(Sent{way.constant, way.lane}) : std::nullopt;
        }
        return send_with_luck(way, from, to, kind);
    }
    /// Counts what is sent under its price row; a client's request to an edge is a priced thing of its own.
    void count(LocationId from, LocationId to, double bytes, std::uint32_t requests, bool crosses_zones_free) {
        count_in(counted_, from, to, bytes, requests, crosses_zones_free);
    }
    /// The same once more, for an attacker's request.
    void count_attack(LocationId from, LocationId to, double bytes, std::uint32_t requests, bool crosses_zones_free) {
        count_in(of_attackers_, from, to, bytes, requests, crosses_zones_free);
    }
    /// Whether a message could pass now, without luck.
    bool reachable(const MessageEnd& from, const MessageEnd& to);
    /// Whether anything at all disturbs messages now.
    bool is_clean() const { return routes_.is_clean(); }

    /// From now on routes take this link or place for what it is now.
    void converge(LinkId link);
    void converge(LocationId location);
    /// How long after a change of this link or place routes change.
    Nanoseconds convergence(LinkId link) const { return to_ns(routes_.convergence_s(link)); }
    Nanoseconds convergence(LocationId location) const { return to_ns(routes_.convergence_s(location)); }

    void start_measuring();
    /// GB or requests under each price row.
    std::vector<double> units() const { return counted_.units(); }
    /// The same into memory that is there.
    void write_units(std::vector<double>& units) const { counted_.write_units(units); }
    /// Of them, those of attackers' requests.
    std::vector<double> units_of_attackers() const { return of_attackers_.units(); }

    /// Random words drawn for latencies, losses and delays, those of checks too.
    std::uint64_t words_drawn() const {
        std::uint64_t sum = 0;
        for (const Detail& detail : details_) {
            for (std::size_t kind = 0; kind < 2; ++kind) {
                sum += detail.latency[kind].position() + detail.trouble[kind].position();
            }
        }
        return sum;
    }

private:
    struct Leg {
        double log_mean = 0, log_sigma = 0;  // of a lognormal latency, seconds
    };
    /// What is read for each message between two places.
    struct Way {
        bool known = false;
        bool exists = false;
        bool is_constant = false;  // no leg of a random latency
        EventSet::Lane lane = EventSet::k_no_lane;
        std::uint32_t detail = 0;
        Nanoseconds constant = 0;
        WayPrice price;
    };
    /// What is read for some.
    struct Detail {
        std::vector<Leg> legs;
        std::vector<LinkId> links;
        std::array<Stream, 2> latency, trouble;  // by kind of message
    };

    const Way& way_between(LocationId from, LocationId to) {
        if (!plan_.has_world || !from.exists() || !to.exists()) {
            return ways_.front();
        }
        const Way& way = ways_[way_of_[from.value * plan_.world.locations.size() + to.value]];
        return way.known ? way : find(from, to);
    }
    const Way& find(LocationId from, LocationId to);
    void find_route_of(Way& way, LocationId from, LocationId to);
    std::optional<Sent> send_with_luck(const Way& way, const MessageEnd& from, const MessageEnd& to, MessageKind kind);
    std::optional<Sent> send_disturbed(const Way& way, Nanoseconds delay, const MessageEnd& from, const MessageEnd& to,
                                       Stream& trouble);
    void forget_routes();
    bool is_broken(const Way& way, LocationId from, LocationId to) const {
        return !way.exists || routes_.is_broken(details_[way.detail].links, from, to);
    }

    const Plan& plan_;
    const State* state_;
    Routes routes_;
    EventSet* events_;
    Luck luck_;
    // [from * locations + to]. Ways 0 and 1 are no way between two places: 0 is between things without a place, 1 is
    // not looked for yet.
    std::vector<std::uint32_t> way_of_;
    std::vector<Way> ways_;
    std::vector<Detail> details_;
    struct Counts {  // by price
        std::vector<double> bytes;
        std::vector<std::uint64_t> requests;

        explicit Counts(std::size_t prices) : bytes(prices, 0), requests(prices, 0) {}
        std::vector<double> units() const;
        void write_units(std::vector<double>& units) const;
    };
    void count_in(Counts& counts, LocationId from, LocationId to, double bytes, std::uint32_t requests,
                  bool crosses_zones_free) {
        const Way& way = way_between(from, to);
        if (way.price.row != k_free && !(crosses_zones_free && way.price.is_between_zones())) {
            counts.bytes[way.price.row] += way.price.ends * bytes;
        }
        if (way.price.request_row != k_free) {
            counts.requests[way.price.request_row] += requests;
        }
    }
    Counts counted_, of_attackers_;
};

}  // namespace nines
