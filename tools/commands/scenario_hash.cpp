#include "tools/commands/scenario_hash.hpp"

#include <fmt/format.h>

#include <bit>

#include "engine/base/hash.hpp"
#include "tools/commands/resolved.hpp"

namespace nines {

std::string scenario_hash(const Architecture& architecture) {
    constexpr int k_times = 64;
    Architecture same = architecture;
    same.run.seed = 0;
    same.objectives.clear();
    same.study = {};
    std::uint64_t hash = hash_of(resolved_text(same));
    for (const Demand& demand : architecture.demands) {
        for (int i = 0; i <= k_times; ++i) {
            const double at_s = architecture.run.horizon_s * i / k_times;
            hash = combine(hash, std::bit_cast<std::uint64_t>(demand.rate.at(at_s)));
        }
    }
    return fmt::format("{:016x}", hash);
}

}  // namespace nines
