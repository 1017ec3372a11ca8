#pragma once
// Layers: what a service stands on, from the building up; each has an owner under the shared responsibility model.

#include <cstdint>

#include "engine/base/names.hpp"

namespace nines {

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

inline constexpr Names<Layer, 10> k_layers{{{
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

}  // namespace nines
