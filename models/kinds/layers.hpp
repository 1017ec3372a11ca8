#pragma once
// Layers of a service and who owns each: the shared responsibility model, as a table.

#include <array>
#include <cstdint>

#include "engine/base/names.hpp"
#include "models/kinds/kinds.hpp"

namespace nines {

/// What a service stands on, from the ground up.
enum class Layer : std::uint8_t {
    facility,
    hardware,
    network,
    virtualisation,
    operating_system,
    runtime,
    application,
    identity,
    data,
    configuration
};
inline constexpr std::size_t k_layer_count = 10;

inline constexpr Names<Layer, k_layer_count> k_layers{{{
    {"facility", Layer::facility},
    {"hardware", Layer::hardware},
    {"network", Layer::network},
    {"virtualisation", Layer::virtualisation},
    {"operating-system", Layer::operating_system},
    {"runtime", Layer::runtime},
    {"application", Layer::application},
    {"identity", Layer::identity},
    {"data", Layer::data},
    {"configuration", Layer::configuration},
}}};

enum class Owner : std::uint8_t { provider, customer };

inline constexpr Names<Owner, 2> k_owners{{{
    {"provider", Owner::provider},
    {"customer", Owner::customer},
}}};

using LayerOwners = std::array<Owner, k_layer_count>;

/// How much of a service the provider runs.
enum class Hosting : std::uint8_t { instances, containers, managed, serverless };

/// From which layer on a service is the customer's. Identity, data and configuration are always the customer's.
/// Source: the AWS shared responsibility model (aws.amazon.com/compliance/shared-responsibility-model): instances are
/// infrastructure services, nodes of databases and caches are container services of which AWS runs operating system
/// and engine, the rest are abstracted services.
constexpr Layer first_layer_of_customer(Hosting hosting) {
    switch (hosting) {
        case Hosting::instances:
            return Layer::operating_system;
        case Hosting::containers:
            return Layer::runtime;
        case Hosting::managed:
        case Hosting::serverless:
            break;
    }
    return Layer::identity;
}

constexpr LayerOwners default_owners(Hosting hosting) {
    LayerOwners owners{};
    for (std::size_t layer = 0; layer < k_layer_count; ++layer) {
        owners[layer] =
            layer < static_cast<std::size_t>(first_layer_of_customer(hosting)) ? Owner::provider : Owner::customer;
    }
    // A function's code is its customer's, whatever runs it.
    if (hosting == Hosting::serverless) {
        owners[static_cast<std::size_t>(Layer::application)] = Owner::customer;
    }
    return owners;
}

constexpr Hosting hosting_of(ServiceKind kind) {
    switch (kind) {
        case ServiceKind::fleet:
            return Hosting::instances;
        case ServiceKind::database:
        case ServiceKind::cache:
        case ServiceKind::cdn:
        case ServiceKind::load_balancer:
        case ServiceKind::nat:
        case ServiceKind::managed:
            return Hosting::managed;
        case ServiceKind::function:
            return Hosting::serverless;
    }
    return Hosting::instances;
}

}  // namespace nines
