#pragma once
// Operations as the user writes them: alarms, people on call, runbooks, deployments, upkeep.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/names.hpp"
#include "engine/random/distribution.hpp"
#include "models/architecture/effects.hpp"
#include "models/architecture/ids.hpp"
#include "models/language/document.hpp"
#include "models/language/quantity_text.hpp"

namespace nines {

// --- alarms ---------------------------------------------------------------------------------------------------------

/// What an alarm looks at, over one window.
enum class AlarmMetric : std::uint8_t {
    error_share,  ///< of a service: attempts that ended and were not ok; of clients: requests
    latency,      ///< mean of those that ended ok
    utilization,  ///< of a service: workers held over workers existing
    queue,        ///< of a service: attempts waiting, mean over the window
    cost,         ///< the bill by the hour, if a month were all like the window
    budget        ///< the bill of the calendar month so far, at the end of the window
};
inline constexpr Names<AlarmMetric, 6> k_alarm_metrics{{{
    {"error_share", AlarmMetric::error_share},
    {"latency", AlarmMetric::latency},
    {"utilization", AlarmMetric::utilization},
    {"queue", AlarmMetric::queue},
    {"cost", AlarmMetric::cost},
    {"budget", AlarmMetric::budget},
}}};

/// What its thresholds are.
constexpr Dimension dimension_of(AlarmMetric metric) {
    switch (metric) {
        case AlarmMetric::latency:
            return Dimension::time;
        case AlarmMetric::queue:
            return Dimension::number;
        case AlarmMetric::cost:
            return Dimension::money_per_time;
        case AlarmMetric::budget:
            return Dimension::money;
        case AlarmMetric::error_share:
        case AlarmMetric::utilization:
            break;
    }
    return Dimension::fraction;
}
/// Whether it is measured at workers: at a service alone, and where there are so many of them.
constexpr bool is_of_workers(AlarmMetric metric) {
    return metric == AlarmMetric::utilization || metric == AlarmMetric::queue;
}
/// Whether it looks at the bill, which is of everything together.
constexpr bool is_of_the_bill(AlarmMetric metric) {
    return metric == AlarmMetric::cost || metric == AlarmMetric::budget;
}

/// What a window in which nothing happened says.
enum class MissingData : std::uint8_t { ok, bad, ignore };
inline constexpr Names<MissingData, 3> k_missing_data{{{
    {"ok", MissingData::ok},
    {"bad", MissingData::bad},
    {"ignore", MissingData::ignore},
}}};

/// An alarm looks back at so many windows at most.
inline constexpr std::uint32_t k_alarm_points_most = 60;

struct AlarmSpec {
    std::string name;
    Place place;
    AlarmMetric metric{};
    ServiceId service;  ///< none: as clients see it
    double above = 0;   ///< by dimension_of: share, seconds, attempts, USD/h, USD
    double window_s = 60;
    std::uint32_t points = 1;     ///< that are above, ...
    std::uint32_t of_points = 1;  ///< ... of the last so many
    MissingData missing = MissingData::ignore;
};

// --- people ---------------------------------------------------------------------------------------------------------

struct NightSpec {
    double from_s = 0, to_s = 0;  ///< seconds of the day, UTC; may span midnight
    double slower = 1;            ///< acknowledging takes so many times as long
    double diagnose = 1;          ///< a diagnosis that begins then, likewise
};

/// Practice: for a while after each game day a diagnosis takes less time.
struct GameDaysSpec {
    double every_s = 0;
    double shorten = 0;  ///< share of a diagnosis that practice saves
    double lasts_s = 0;
    double takes_s = 0;  ///< work of people, each time
};

struct OncallSpec {
    Distribution acknowledge_s;
    Distribution diagnose_s;
    double wrong = 0;  ///< share of diagnoses that miss, so that another follows
    std::optional<NightSpec> night;
    std::optional<GameDaysSpec> game_days;
};

struct RunbookSpec {
    std::string name;
    Place place;
    bool automatic = false;
    Distribution takes_s;
    double error = 0;  ///< share of times that following it does not help
};

/// Who ends a fault that does not end by itself.
struct RepairSpec {
    std::optional<std::uint32_t> runbook;  ///< none: those on call, by what they find
};

// --- deployments ----------------------------------------------------------------------------------------------------

enum class DeployStrategy : std::uint8_t {
    all_at_once,
    rolling,
    canary,
    blue_green,
    one_zone_at_a_time,
    one_region_at_a_time
};
inline constexpr Names<DeployStrategy, 6> k_deploy_strategies{{{
    {"all-at-once", DeployStrategy::all_at_once},
    {"rolling", DeployStrategy::rolling},
    {"canary", DeployStrategy::canary},
    {"blue-green", DeployStrategy::blue_green},
    {"one-zone-at-a-time", DeployStrategy::one_zone_at_a_time},
    {"one-region-at-a-time", DeployStrategy::one_region_at_a_time},
}}};

enum class Rollback : std::uint8_t { automatic, manual };
inline constexpr Names<Rollback, 2> k_rollbacks{{{
    {"automatic", Rollback::automatic},
    {"manual", Rollback::manual},
}}};

struct DeploySpec {
    ServiceId service;
    std::string name;  ///< "web", or "web/config" where a service has several
    std::string path;  ///< "services.web.deploy"
    Place place;
    Distribution every_s;  ///< from one being ready to the next being ready
    DeployStrategy strategy = DeployStrategy::all_at_once;
    std::string strategy_text = "all-at-once";
    double share = 1;           ///< rolling: of a batch; canary: of the first instances
    double pause_s = 0;         ///< between stages
    double bake_s = 0;          ///< watched for so long once it is everywhere
    double bad_change = 0;      ///< share of changes that are bad
    std::uint32_t changes = 1;  ///< how many go out together
    double bad = 0;             ///< share of deployments that carry a bad change: 1 - (1 - bad_change)^changes
    std::vector<EffectSpec> effects;
    Rollback rollback = Rollback::automatic;
    Distribution takes_s;  ///< a rollback
    double by_hand_s = 0;  ///< work of people for each deployment
};

// --- upkeep ---------------------------------------------------------------------------------------------------------

enum class Renewal : std::uint8_t { automatic, by_hand };
inline constexpr Names<Renewal, 2> k_renewals{{{
    {"automatic", Renewal::automatic},
    {"by-hand", Renewal::by_hand},
}}};

/// `certificate`: what callers of a service trust until it expires.
struct CertificateSpec {
    Place place;
    double valid_s = 0;
    Renewal renew = Renewal::automatic;
    double takes_s = 0;                 ///< work of people for each renewal by hand
    double missed = 0;                  ///< share of renewals that nobody does in time
    std::optional<RepairSpec> repair;   ///< who ends an expiry, once an alarm tells
    std::optional<Distribution> for_s;  ///< or how long one lasts
};

enum class MaintenanceOrder : std::uint8_t { one_at_a_time, all };
inline constexpr Names<MaintenanceOrder, 2> k_maintenance_orders{{{
    {"one-at-a-time", MaintenanceOrder::one_at_a_time},
    {"all", MaintenanceOrder::all},
}}};

/// `maintenance`: windows in which a service's places have fewer workers, or none.
struct MaintenanceSpec {
    Place place;
    double every_s = 0;  ///< whole days
    double at_s = 0;     ///< of the day, UTC
    double takes_s = 0;  ///< of one place
    double leaves = 0;   ///< share of the workers that is left
    MaintenanceOrder places = MaintenanceOrder::one_at_a_time;
};

struct OperationsSpec {
    std::vector<AlarmSpec> alarms;
    std::optional<OncallSpec> oncall;
    std::vector<RunbookSpec> runbooks;
    std::vector<DeploySpec> deploys;
};

}  // namespace nines
