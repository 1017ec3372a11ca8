#pragma once
// Policies: how calls, queues, balancers and routes behave; each with its table of words.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/names.hpp"
#include "engine/random/distribution.hpp"

namespace nines {

// --- calls ----------------------------------------------------------------------------------------------------------

enum class Jitter : std::uint8_t { none, equal, full, decorrelated };
inline constexpr Names<Jitter, 4> k_jitters{{{
    {"none", Jitter::none},
    {"equal", Jitter::equal},
    {"full", Jitter::full},
    {"decorrelated", Jitter::decorrelated},
}}};

enum class BackoffLaw : std::uint8_t { none, exponential, fixed };

struct RetryPolicy {
    std::uint32_t attempts = 1;  ///< the first one counts
    BackoffLaw backoff = BackoffLaw::none;
    double base_s = 0;     ///< exponential: doubles from here
    double cap_s = 0;      ///< ... up to here
    Distribution fixed_s;  ///< fixed: drawn anew each time
    Jitter jitter = Jitter::none;
    std::optional<double> budget;  ///< retries per first attempt, a token bucket with a burst of ten
};

inline constexpr double k_budget_burst = 10;
inline constexpr double k_transport_timeout_s = 60;

struct CallPolicy {
    std::optional<double> timeout_s;   ///< of each attempt
    std::optional<double> deadline_s;  ///< of all attempts together
    RetryPolicy retry;
    std::optional<std::uint32_t> priority;  ///< 0 first; none: the caller's
    bool optional = false;                  ///< its failure is skipped
    bool is_needed = false;                 ///< `optional: false` is written: no remedy may do without it
    bool cancel = false;                    ///< a timeout ends the work at the callee too
};

// --- queues ---------------------------------------------------------------------------------------------------------

enum class Discipline : std::uint8_t { fifo, lifo, priority, preemptive, sharing };
inline constexpr Names<Discipline, 5> k_disciplines{{{
    {"fifo", Discipline::fifo},
    {"lifo", Discipline::lifo},
    {"priority", Discipline::priority},
    {"preemptive", Discipline::preemptive},
    {"sharing", Discipline::sharing},
}}};

enum class QueueOf : std::uint8_t { instance, group };
inline constexpr Names<QueueOf, 2> k_queue_scopes{{{{"instance", QueueOf::instance}, {"group", QueueOf::group}}}};

struct QueuePolicy {
    std::optional<std::uint32_t> limit;  ///< those who wait; none: unlimited
    Discipline discipline = Discipline::fifo;
    QueueOf of = QueueOf::instance;
    std::optional<Distribution> patience_s;
};

// --- limits
// -----------------------------------------------------------------------------------------------------------

/// Who shares a token bucket: all who call the service, all who call it in one place, or each caller (a service or a
/// demand) alone.
enum class LimitPer : std::uint8_t { service, place, client };
inline constexpr Names<LimitPer, 3> k_limit_scopes{{{
    {"service", LimitPer::service},
    {"place", LimitPer::place},
    {"client", LimitPer::client},
}}};

/// A token bucket in front of a service: it starts full, and an attempt that finds no whole token is rejected at once.
struct LimitSpec {
    double per_s = 0;  ///< tokens
    double burst = 1;  ///< tokens that it holds, >= 1
    LimitPer per = LimitPer::service;
};

/// As many tokens as one second brings, and one at least: with less nothing would ever pass.
inline double burst_of_one_second(double per_s) {
    return per_s > 1 ? per_s : 1;
}

// --- balancers ------------------------------------------------------------------------------------------------------

enum class BalancePolicy : std::uint8_t { round_robin, least_outstanding, random, power_of_two };
inline constexpr Names<BalancePolicy, 4> k_balance_policies{{{
    {"round-robin", BalancePolicy::round_robin},
    {"least-outstanding", BalancePolicy::least_outstanding},
    {"random", BalancePolicy::random},
    {"power-of-two", BalancePolicy::power_of_two},
}}};

enum class Prefer : std::uint8_t { same_zone, same_region, any };
inline constexpr Names<Prefer, 3> k_preferences{{{
    {"same-zone", Prefer::same_zone},
    {"same-region", Prefer::same_region},
    {"any", Prefer::any},
}}};

struct HealthPolicy {
    bool instant = false;  ///< the balancer knows at once
    double every_s = 10;
    double timeout_s = 1;
    std::uint32_t fail = 3;
    std::uint32_t pass = 1;
};

struct BalancePolicySpec {
    BalancePolicy policy = BalancePolicy::round_robin;
    Prefer prefer = Prefer::same_region;
    HealthPolicy health;
};

// --- scaling --------------------------------------------------------------------------------------------------------

/// What a scaler looks at, as a mean over the last period: workers held, attempts inside, attempts waiting.
enum class ScaleSignal : std::uint8_t { utilization, concurrency, queue };
inline constexpr Names<ScaleSignal, 3> k_scale_signals{{{
    {"utilization", ScaleSignal::utilization},
    {"concurrency", ScaleSignal::concurrency},
    {"queue", ScaleSignal::queue},
}}};

/// Whether a scaler counts what it has ordered and is not there yet.
enum class PendingLaunches : std::uint8_t { counted, ignored };
inline constexpr Names<PendingLaunches, 2> k_pending_launches{{{
    {"counted", PendingLaunches::counted},
    {"ignored", PendingLaunches::ignored},
}}};

enum class Weekday : std::uint8_t { mon, tue, wed, thu, fri, sat, sun };
inline constexpr Names<Weekday, 7> k_weekdays{{{
    {"mon", Weekday::mon},
    {"tue", Weekday::tue},
    {"wed", Weekday::wed},
    {"thu", Weekday::thu},
    {"fri", Weekday::fri},
    {"sat", Weekday::sat},
    {"sun", Weekday::sun},
}}};
inline constexpr std::uint32_t k_every_day = 0x7F;  ///< a bit for each weekday, Monday's the lowest

/// `schedule` of a scaler: what is set at a time of day, as by a scheduled action of EC2 Auto Scaling.
struct ScheduledScale {
    std::int32_t at_s = 0;                  ///< of the day, UTC
    std::uint32_t days = k_every_day;       ///< bits
    std::optional<std::uint32_t> min, max;  ///< from then on
    std::optional<std::uint32_t> desired;   ///< so many are to stand at that moment
};

struct ScaleSpec {
    ScaleSignal on = ScaleSignal::utilization;
    double target = 0;  ///< utilization: a share of the workers; concurrency, queue: attempts for each instance
    std::uint32_t min = 1, max = 1;  ///< instances of the whole service
    double every_s = 60;             ///< between evaluations
    Distribution launch_s;           ///< from the order until it serves
    double out_after_s = 0;          ///< as long over the target before more are ordered
    double in_after_s = 900;         ///< as long under it before any are taken away
    double band = 0.1;               ///< up to this share over or under the target nothing is done
    PendingLaunches pending = PendingLaunches::counted;
    double drain_s = 300;                 ///< what is taken away may finish for as long
    std::optional<std::uint32_t> quota;   ///< instances that the account may have; none: as many as `max`
    std::optional<Distribution> raise_s;  ///< from the first order that it refuses until it is `max`; none: never
    std::vector<ScheduledScale> schedule;

    /// Instances that there may ever be, whatever the schedule says.
    std::uint32_t most() const {
        std::uint32_t most = max;
        for (const ScheduledScale& one : schedule) {
            most = std::max(most, one.max.value_or(0));
        }
        return most;
    }
};

// --- routes (DNS) ---------------------------------------------------------------------------------------------------

enum class RoutePolicy : std::uint8_t { nearest, weighted, failover };
inline constexpr Names<RoutePolicy, 3> k_route_policies{{{
    {"nearest", RoutePolicy::nearest},
    {"weighted", RoutePolicy::weighted},
    {"failover", RoutePolicy::failover},
}}};

struct RouteWeight {
    std::string place;  ///< region or edge
    double weight = 0;
};

struct RoutePolicySpec {
    RoutePolicy policy = RoutePolicy::nearest;
    double ttl_s = 60;
    HealthPolicy health;
    std::vector<RouteWeight> weights;  ///< weighted
    std::vector<std::string> order;    ///< failover: places from first to last
};

}  // namespace nines
