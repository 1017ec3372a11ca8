#pragma once
// Failure systems for tests of rare-event estimators: groups, k-of-n, and types of components.

#include <fmt/format.h>

#include <cstdint>
#include <vector>

#include "engine/analytic/failure_system.hpp"

namespace nines::support {

/// Adds `count` components alike, and returns the position of the first.
inline std::uint32_t add_components(FailureSystem& system, std::uint32_t count, const Distribution& up,
                                    const Distribution& down, std::uint32_t pool = UINT32_MAX) {
    const auto first = static_cast<std::uint32_t>(system.components.size());
    for (std::uint32_t i = 0; i < count; ++i) {
        system.components.push_back({fmt::format("c{}", first + i), up, down, pool});
    }
    return first;
}

/// Adds all subsets of `size` of the components first ... first + count - 1 as cut sets.
inline void add_cuts(FailureSystem& system, std::uint32_t first, std::uint32_t count, std::uint32_t size) {
    std::vector<std::uint32_t> cut;
    const auto choose = [&](auto&& self, std::uint32_t from) -> void {
        if (cut.size() == size) {
            system.cut_sets.push_back(cut);
            return;
        }
        for (std::uint32_t i = from; i < first + count; ++i) {
            cut.push_back(i);
            self(self, i + 1);
            cut.pop_back();
        }
    };
    choose(choose, first);
}

/// `groups` groups of `size` alike; the system is down when all of any group are.
inline FailureSystem groups_of(std::uint32_t groups, std::uint32_t size, const Distribution& up,
                               const Distribution& down) {
    FailureSystem system;
    for (std::uint32_t i = 0; i < groups; ++i) {
        add_cuts(system, add_components(system, size, up, down), size, size);
    }
    return system;
}

/// n alike of which k are needed.
inline FailureSystem k_of_n(std::uint32_t k, std::uint32_t n, const Distribution& up, const Distribution& down) {
    FailureSystem system;
    add_cuts(system, add_components(system, n, up, down), n, n - k + 1);
    return system;
}

}  // namespace nines::support
