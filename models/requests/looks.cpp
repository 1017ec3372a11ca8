// Looks, every few thousand events: progress is told, and a run that would never end, or would eat the machine, stops
// with a sentence that names the cause.

#include "models/requests/looks.hpp"

#include <fmt/format.h>

#include "models/requests/requests.hpp"

namespace nines {

namespace {

constexpr std::size_t k_named = 3;  // of those that take turns, or wait

constexpr std::array<std::string_view, 7> k_stages{"sent or to be sent again, not there yet,",
                                                   "on their way",
                                                   "waiting in a queue",
                                                   "at work",
                                                   "waiting for calls of their own",
                                                   "waiting for copies",
                                                   "answered"};
static_assert(k_stages.size() == static_cast<std::size_t>(Stage::answered) + 1);

template <class Count>
struct Named {
    std::string name;
    Count count = 0;
};

/// The largest first, equal ones by name.
template <class Count>
std::vector<Named<Count>> largest(std::vector<Named<Count>> all) {
    std::sort(all.begin(), all.end(), [](const Named<Count>& a, const Named<Count>& b) {
        return a.count != b.count ? a.count > b.count : a.name < b.name;
    });
    all.resize(std::min(all.size(), k_named));
    return all;
}

/// "1,048,577".
std::string grouped(std::uint64_t number) {
    std::string text = fmt::format("{}", number);
    for (std::size_t i = text.size(); i > 3; i -= 3) {
        text.insert(i - 3, ",");
    }
    return text;
}

/// " (most of them 1,234 work_done, 56 arrival)"; nothing where there is none.
std::string most_of(std::vector<Named<std::uint64_t>> all) {
    std::string text;
    for (const auto& [name, count] : largest(std::move(all))) {
        text += count > 0 ? fmt::format("{}{} {}", text.empty() ? " (most of them " : ", ", grouped(count), name) : "";
    }
    return text.empty() ? text : text + ")";
}

std::string size_text(std::uint64_t bytes) {
    return bytes < 1'000'000'000 ? fmt::format("{:.3g} MB", static_cast<double>(bytes) / 1e6)
                                 : fmt::format("{:.3g} GB", static_cast<double>(bytes) / 1e9);
}

}  // namespace

/// Whether the run goes on. `last` is the event that has just happened.
bool Requests::look(const Event& last, const Watcher& watcher, const RunLimits& limits) {
    next_look_ = run_.events + std::min(run_.events, k_events_between_looks);
    pending_peak_.look(counts_, events_.size());
    if (watcher && !watcher(static_cast<double>(now_) / static_cast<double>(plan_.end), run_.events)) {
        run_.stop = {StopCause::interrupted, ""};
    } else if (standstill_.is_reached(now_, run_.events, events_.size())) {
        next_look_ = run_.events + 1;  // one by one, to see who takes turns
        if (takes_turns(last)) {
            run_.stop = {StopCause::standstill, why_it_stands_still()};
        }
        return run_.stop.cause == StopCause::none;
    }
    turns_ = {};  // time has moved on, if it had stood still
    if (const std::uint64_t needed = bytes_needed();
        run_.stop.cause == StopCause::none && needed > limits.memory_bytes) {
        run_.stop = {StopCause::memory, fmt::format("out of memory: {}, and with room to grow that is more than {}",
                                                    what_is_held(), size_text(limits.memory_bytes))};
    }
    return run_.stop.cause == StopCause::none;
}

// --- time that stands still -----------------------------------------------------------------------------------------

/// True when enough events were seen to tell who takes turns.
bool Requests::takes_turns(const Event& event) {
    const auto kind = static_cast<EventKind>(event.kind());
    std::string name{k_event_names.of(kind)};
    if (kind >= EventKind::request_arrives && kind <= EventKind::backoff_over) {
        // The record may be another's by now; over thousands of events that does not matter.
        const CallPlanId call = attempts_[AttemptId{event.subject}].plan;
        name += fmt::format(" of `{}`", plan_.names.services[plan_.calls[call].service]);
    } else if (kind == EventKind::arrival) {
        name += fmt::format(" of `{}`", plan_.names.demands[DemandId{event.subject}]);
    } else if (kind == EventKind::sharing_departure) {
        name += fmt::format(" of `{}`", plan_.names.services[service_of(InstanceId{event.subject})]);
    }
    ++turns_.by_name[name];
    return ++turns_.seen == Turns::k_events;
}

std::string Requests::why_it_stands_still() const {
    std::vector<Named<std::uint32_t>> all;
    for (const auto& [name, count] : turns_.by_name) {
        all.push_back({name, count});
    }
    std::string turns;
    for (const auto& [name, count] : largest(std::move(all))) {
        const std::uint32_t percent = (100 * count + turns_.seen / 2) / turns_.seen;
        turns += percent > 0 ? fmt::format("{}{} ({} %)", turns.empty() ? "" : ", ", name, percent) : "";
    }
    return fmt::format(
        "time stands still at {:.9g} s: {} events have happened at this instant, and there is no end of them. They "
        "take turns: {}. Something repeats in no time: it needs a back-off, a latency, a work, or fewer attempts",
        to_seconds(now_ - plan_.warmup), grouped(standstill_.events_at(run_.events)), turns);
}

// --- memory ---------------------------------------------------------------------------------------------------------

/// What is held, and once more the largest array: an array that grows is held twice while it is copied.
std::uint64_t Requests::bytes_needed() const {
    const std::array<std::uint64_t, 6> parts{attempts_.bytes(),
                                             clients_.bytes(),
                                             retries_.bytes(),
                                             events_.bytes(),
                                             run_.slices.capacity() * sizeof(SliceTally),
                                             run_.faults.capacity() * sizeof(FaultRecord)};
    std::uint64_t sum = 0;
    for (const std::uint64_t part : parts) {
        sum += part;
    }
    return sum + *std::max_element(parts.begin(), parts.end());
}

/// In figures, with the kinds of events and the stages of attempts that are most of it.
std::string Requests::what_is_held() const {
    std::vector<Named<std::uint64_t>> events;
    for (std::size_t kind = 0; kind < k_event_kinds; ++kind) {
        events.push_back({std::string(k_event_names.of(static_cast<EventKind>(kind))), counts_.pending(kind)});
    }
    std::vector<Named<std::uint64_t>> attempts;
    Column<ServiceId, std::array<std::uint64_t, k_stages.size()>> at(plan_.services.size());
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
        const Attempt& attempt = attempts_[index_at<AttemptId>(i)];
        if (attempt.waits || attempt.stage != Stage::absent) {
            ++at[plan_.calls[attempt.plan].service][static_cast<std::size_t>(attempt.stage)];
        }
    }
    for (std::size_t s = 0; s < at.size(); ++s) {
        for (std::size_t stage = 0; stage < k_stages.size(); ++stage) {
            const auto service = index_at<ServiceId>(s);
            attempts.push_back(
                {fmt::format("{} at `{}`", k_stages[stage], plan_.names.services[service]), at[service][stage]});
        }
    }
    return fmt::format("{} events pending{} and {} attempts in flight{} hold {} at {:.9g} s", grouped(events_.size()),
                       most_of(std::move(events)), grouped(attempts_.in_use()), most_of(std::move(attempts)),
                       size_text(attempts_.bytes() + clients_.bytes() + retries_.bytes() + events_.bytes()),
                       to_seconds(now_ - plan_.warmup));
}

/// The machine gave no more. The events that will not happen any more leave room to close the books.
void Requests::memory_ran_out() {
    run_.stop = {StopCause::memory, "the machine gave no more memory: " + what_is_held()};
    pending_peak_.look(counts_, events_.size());
    events_ = EventSet();
}

}  // namespace nines
