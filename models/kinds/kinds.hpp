#pragma once
// Kinds of service: one table row each; what a kind does follows from its policies, not from its name.

#include <array>
#include <cstdint>

#include "engine/base/names.hpp"

namespace nines {

enum class ServiceKind : std::uint8_t { fleet, database, cache, cdn, load_balancer, nat, managed, function };

inline constexpr Names<ServiceKind, 8> k_service_kinds{{{
    {"fleet", ServiceKind::fleet},
    {"database", ServiceKind::database},
    {"cache", ServiceKind::cache},
    {"cdn", ServiceKind::cdn},
    {"load-balancer", ServiceKind::load_balancer},
    {"nat", ServiceKind::nat},
    {"managed", ServiceKind::managed},
    {"function", ServiceKind::function},
}}};

/// Kinds of the language that a later version brings.
inline constexpr std::array<std::string_view, 2> k_kinds_not_built = {"queue", "dns"};

/// How many requests an instance of a kind works on at once where the user says nothing.
enum class WorkerDefault : std::uint8_t { one, vcpus, unlimited };

/// Who runs what a service stands on, for the owner of a fault (shared responsibility).
struct KindTraits {
    ServiceKind kind;
    WorkerDefault workers;
    bool stands_at_edges;      ///< groups are edge locations, users come in by DNS or anycast
    bool has_primary;          ///< one instance serves; replication and failover apply
    bool may_be_on_a_machine;  ///< takes `on:`
};

inline constexpr std::array<KindTraits, 8> k_kind_traits{{
    {ServiceKind::fleet, WorkerDefault::one, false, false, true},
    {ServiceKind::database, WorkerDefault::vcpus, false, true, true},
    {ServiceKind::cache, WorkerDefault::vcpus, false, false, true},
    {ServiceKind::cdn, WorkerDefault::unlimited, true, false, false},
    {ServiceKind::load_balancer, WorkerDefault::unlimited, false, false, false},
    {ServiceKind::nat, WorkerDefault::unlimited, false, false, false},
    {ServiceKind::managed, WorkerDefault::unlimited, false, false, false},
    {ServiceKind::function, WorkerDefault::unlimited, false, false, true},
}};

constexpr const KindTraits& traits_of(ServiceKind kind) {
    return k_kind_traits[static_cast<std::size_t>(kind)];
}

}  // namespace nines
