#pragma once
// Faults as the user names them: targets and effects.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/names.hpp"
#include "engine/random/distribution.hpp"
#include "models/language/document.hpp"

namespace nines {

enum class TargetKind : std::uint8_t {
    provider,
    region,
    zone,
    edge,
    link,
    control,
    service,
    group,
    instance,
    domain,
    any,
    share
};

/// Kinds that `any KIND` and `share p of KIND` can pick from.
enum class MemberKind : std::uint8_t { region, zone, edge, link, service, instance };
inline constexpr Names<MemberKind, 6> k_member_kinds{{{
    {"region", MemberKind::region},
    {"zone", MemberKind::zone},
    {"edge", MemberKind::edge},
    {"link", MemberKind::link},
    {"service", MemberKind::service},
    {"instance", MemberKind::instance},
}}};

struct TargetSpec {
    TargetKind kind{};
    std::string text;  ///< as written
    Place place;
    std::string name;          ///< region (of a control plane too), zone, edge, link, service or domain
    std::string zone;          ///< of a group or an instance; empty: the only or nameless zone
    std::uint32_t number = 0;  ///< of an instance within its group, from 0
    MemberKind member{};       ///< of any and share
    std::string of_service;    ///< `any instance of S`
    double share = 0;          ///< of share
};

enum class EffectKind : std::uint8_t {
    down,
    crash,
    partition,
    delay,
    loss,
    slow,
    errors,
    capacity,
    no_new_capacity,
    reclaim,
    flood,
    throttle
};

/// Effects that are a word, and those that carry a number: `effect: down`, `effect: {errors: 5 %}`.
inline constexpr Names<EffectKind, 12> k_effects{{{
    {"down", EffectKind::down},
    {"crash", EffectKind::crash},
    {"partition", EffectKind::partition},
    {"delay", EffectKind::delay},
    {"loss", EffectKind::loss},
    {"slow", EffectKind::slow},
    {"errors", EffectKind::errors},
    {"capacity", EffectKind::capacity},
    {"no-new-capacity", EffectKind::no_new_capacity},
    {"reclaim", EffectKind::reclaim},
    {"flood", EffectKind::flood},
    {"throttle", EffectKind::throttle},
}}};

/// Effects that are whole in one word, without a figure.
constexpr bool is_word(EffectKind kind) {
    return kind == EffectKind::down || kind == EffectKind::crash || kind == EffectKind::partition ||
           kind == EffectKind::no_new_capacity;
}

/// How long before a spot instance is taken back its owner is told, where the scenario says nothing else.
/// Source: Amazon EC2 User Guide, Spot Instance interruption notices: two minutes before.
inline constexpr double k_spot_notice_s = 120;

struct EffectSpec {
    EffectKind kind{};
    double amount = 0;        ///< loss, errors, capacity: a share; slow: a factor; reclaim: seconds of notice; flood:
                              ///< requests a second, before any is absorbed; throttle: per second
    Distribution delay_s;     ///< delay
    double share = 1;         ///< delay: of messages
    bool after_work = false;  ///< errors: once the work is done
};

/// Whether some effect is a flood: requests of nobody's for a service.
inline bool is_flood(const std::vector<EffectSpec>& effects) {
    return std::any_of(effects.begin(), effects.end(),
                       [](const EffectSpec& effect) { return effect.kind == EffectKind::flood; });
}

/// Whether some effect is a throttle: it needs a service, or places in which services stand.
inline bool throttles(const std::vector<EffectSpec>& effects) {
    return std::any_of(effects.begin(), effects.end(),
                       [](const EffectSpec& effect) { return effect.kind == EffectKind::throttle; });
}

/// Whether some effect is a reclaim: it stands alone, and hits what is bought on spot.
inline bool is_reclaim(const std::vector<EffectSpec>& effects) {
    return std::any_of(effects.begin(), effects.end(),
                       [](const EffectSpec& effect) { return effect.kind == EffectKind::reclaim; });
}

}  // namespace nines
