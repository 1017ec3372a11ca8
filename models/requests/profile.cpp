// The profile of a run: events by kind, memory by kind of thing, random words by what they were for.

#include "models/results/profile.hpp"

#include "models/requests/requests.hpp"

namespace nines {

namespace {

template <class Id>
std::size_t histogram_bytes(const Column<Id, ScopeTally>& tallies) {
    std::size_t sum = 0;
    for (const ScopeTally& tally : tallies) {
        sum += tally.ok_latency.bytes() + tally.other_latency.bytes();
    }
    return sum;
}

template <class Streams>
std::uint64_t words_of(const Streams& streams) {
    std::uint64_t sum = 0;
    for (const auto& stream : streams) {
        sum += stream.position();
    }
    return sum;
}

template <class T>
std::size_t bytes_of(const std::vector<T>& values) {
    return values.capacity() * sizeof(T);
}

}  // namespace

Profile Requests::profile() const {
    Profile profile;
    profile.simulated_s = to_seconds(now_);
    profile.pending_most = pending_peak_.all;
    profile.timers_most = pending_peak_.timers;
    for (std::size_t kind = 0; kind < k_event_kinds; ++kind) {
        profile.events_happened += counts_.happened[kind];
        profile.events_stale += counts_.stale[kind];
        if (counts_.happened[kind] > 0 || pending_peak_.of_kind[kind] > 0) {
            profile.events.push_back({std::string(k_event_names.of(static_cast<EventKind>(kind))),
                                      counts_.happened[kind], counts_.stale[kind], pending_peak_.of_kind[kind]});
        }
    }
    profile.memory = memory_by_thing();
    profile.draws = words_by_purpose();
    if (attempts_.most_in_use() > 0) {
        const std::uint64_t bytes = attempts_.most_in_use() * sizeof(Attempt) +
                                    clients_.most_in_use() * sizeof(Client) + retries_.most_in_use() * sizeof(Retry) +
                                    (pending_peak_.all - pending_peak_.timers) * sizeof(Event);
        profile.bytes_per_attempt = static_cast<double>(bytes) / static_cast<double>(attempts_.most_in_use());
    }
    return profile;
}

std::vector<Profile::Memory> Requests::memory_by_thing() const {
    std::size_t sharing = bytes_of(sharings_) + bytes_of(working_);
    for (const Sharing& one : sharings_) {
        sharing += bytes_of(one.heap);
    }
    for (const std::vector<AttemptId>& one : working_) {
        sharing += bytes_of(one);
    }
    const std::size_t instances = plan_.group_of.size();
    const std::size_t seats = instances * sizeof(Seat) + bytes_of(queues_) + sharing;
    const std::size_t tallies = run_.demands.size() + run_.services.size() + run_.group_attempts.size();
    const std::size_t streams = demands_.size() * 5 + work_streams_.size();
    return {
        {"attempts", attempts_.most_in_use(), sizeof(Attempt), attempts_.bytes()},
        {"clients", clients_.most_in_use(), sizeof(Client), clients_.bytes()},
        {"retries", retries_.most_in_use(), sizeof(Retry), retries_.bytes()},
        {"events", pending_peak_.all - pending_peak_.timers, sizeof(Event), events_.bytes()},
        {"instances", instances, instances == 0 ? 0 : seats / instances, seats},
        {"balancers", plan_.balancers.size(), 0, balancers_.bytes()},
        {"health checks", plan_.watches, sizeof(WatchState) + sizeof(WatchTarget),
         plan_.watches * (sizeof(WatchState) + sizeof(WatchTarget))},
        {"histograms", 2 * tallies, 0,
         histogram_bytes(run_.demands) + histogram_bytes(run_.services) + histogram_bytes(run_.group_attempts)},
        {"slices", run_.slices.size(), sizeof(SliceTally), bytes_of(run_.slices)},
        {"notes", run_.notes.size(), sizeof(Note), bytes_of(run_.notes)},
        {"random streams", streams, sizeof(BlockStream), streams * sizeof(BlockStream)},
    };
}

std::uint64_t Requests::bytes_held() const {
    std::uint64_t sum = sizeof(Requests);
    for (const Profile::Memory& thing : memory_by_thing()) {
        sum += thing.bytes_held;
    }
    return sum;
}

std::vector<Profile::Draws> Requests::words_by_purpose() const {
    std::uint64_t arrivals = 0;
    std::uint64_t places = 0;
    std::uint64_t endpoints = 0;
    std::uint64_t phases = 0;
    std::uint64_t think = 0;
    for (const DemandState& demand : demands_) {
        arrivals += demand.arrivals.luck.position();
        places += demand.places.position();
        endpoints += demand.endpoints.position();
        phases += demand.phases.position();
        think += demand.think.position();
    }
    return {
        {"demand.arrivals", arrivals},
        {"demand.places", places},
        {"demand.endpoints", endpoints},
        {"demand.dns", phases},
        {"demand.think", think},
        {"work", words_of(work_streams_)},
        {"balancer", balancers_.words_drawn()},
        {"call.jitter", words_of(jitter_)},
        {"network", network_.words_drawn()},
        {"queue.patience", words_of(patience_streams_)},
        {"fault.errors", words_of(error_streams_)},
        {"fault", faults_.words_drawn() + member_luck_.position()},
        {"failover", failover_.words_drawn()},
    };
}

}  // namespace nines
