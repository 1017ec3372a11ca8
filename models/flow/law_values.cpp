#include "models/flow/law_values.hpp"

#include <bit>

#include "engine/base/hash.hpp"

namespace nines {

LawValues values_of(const analytic::LatencyLaw& law) {
    LawValues values;
    values.is_constant = law.is_constant();
    if (values.is_constant) {
        values.at.front() = to_ns(law.mean());
        return values;
    }
    std::size_t next = 0;
    for (const LawPart& part : k_law_parts) {
        for (int i = 0; i < part.values; ++i) {
            values.at[next++] = to_ns(law.quantile(part.from + (part.to - part.from) * (i + 0.5) / part.values));
        }
    }
    return values;
}

std::uint64_t hash_of(const analytic::LatencyLaw& law) {
    std::uint64_t hash = 1;
    for (const double point : law.points()) {
        hash = (hash ^ std::bit_cast<std::uint64_t>(point)) * 0xD6E8FEB86659FD93U;
        hash ^= hash >> 32U;
    }
    return mix(hash);
}

}  // namespace nines
