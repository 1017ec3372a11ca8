#include "models/flow/law_values.hpp"

#include <bit>

#include "engine/base/check.hpp"
#include "engine/base/hash.hpp"
#include "engine/random/portable_math.hpp"

namespace nines {

namespace {

struct Slices {
    std::array<double, k_law_values> at{};      // a quantile in the middle of each
    std::array<double, k_law_values> weight{};  // its share of the law
};

Slices make_slices() {
    constexpr int k_body = 85;  // 1 % around 0.01, 0.02 ... 0.85
    constexpr int k_slices_in_decade = 30;
    constexpr int k_first = 26;  // 10^(-26/30) = 0.136
    constexpr int k_last = 5 * k_slices_in_decade;
    Slices slices;
    std::size_t next = 0;
    double from = 0;
    const auto cut = [&](double at, double to) {
        slices.at[next] = at;
        slices.weight[next++] = to - from;
        from = to;
    };
    cut(0.0025, 0.005);
    for (int i = 1; i <= k_body; ++i) {
        cut(0.01 * i, 0.01 * i + 0.005);
    }
    constexpr double k_ln_10 = 2.302585092994046;
    const auto tail = [](double step) { return portable::exp(-step / k_slices_in_decade * k_ln_10); };
    for (int k = k_first; k <= k_last; ++k) {
        cut(1 - tail(k), k == k_last ? 1 : 1 - tail(k + 0.5));
    }
    check(next == k_law_values, "every slice has its place");
    return slices;
}

const Slices& slices() {
    static const Slices the_slices = make_slices();
    return the_slices;
}

}  // namespace

LawValues values_of(const analytic::LatencyLaw& law) {
    LawValues values;
    const double mean_s = law.mean();
    values.mean_ns = mean_s * k_ns_per_s;
    values.is_constant = law.is_constant();
    if (values.is_constant) {
        values.at.front() = to_ns(mean_s);
        return values;
    }
    for (std::size_t i = 0; i < k_law_values; ++i) {
        values.at[i] = to_ns(law.quantile(slices().at[i]));
    }
    return values;
}

const std::array<double, k_law_values>& law_weights() {
    return slices().weight;
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
