#include "engine/analytic/interrupted_work.hpp"

#include <algorithm>
#include <cmath>

#include "engine/random/portable_math.hpp"

namespace nines {

namespace {

constexpr double k_rounding = 1e-9;  // 12 h of 72 s each are 600 stretches, whatever a division says

constexpr double k_whole_most = 9007199254740992.0;  // 2^53

/// Adds up something of each stretch.
template <class Of>
double sum_over(const Stretches& stretches, Of of) {
    const double rest_s = stretches.rest_s();
    const auto whole = static_cast<double>(stretches.whole());
    return (whole > 0 ? whole * of(stretches.whole_s()) : 0) + (rest_s > 0 ? of(rest_s) : 0);
}

}  // namespace

std::uint64_t Stretches::whole() const {
    const double stretches = work_s / every_s * (1 + k_rounding);
    // Beyond that a double tells no stretch from the next: it is all one.
    return are_saved() && stretches < k_whole_most ? static_cast<std::uint64_t>(stretches) : 0;
}

double Stretches::rest_s() const {
    if (!are_saved()) {
        return work_s;
    }
    const double rest = work_s - static_cast<double>(whole()) * every_s;
    return rest > k_rounding * work_s ? rest + takes_s : 0;
}

double Stretches::left_s(std::uint64_t saved) const {
    const std::uint64_t left = whole() - saved;
    return (left > 0 ? static_cast<double>(left) * whole_s() : 0) + rest_s();
}

double expected_run_s(const InterruptedWork& work) {
    const double rate = work.interruptions_per_s;
    return sum_over(work.stretches, [&](double run_s) {
        return rate > 0 ? portable::expm1(rate * run_s) * (1 / rate + work.restart_s) : run_s;
    });
}

double expected_interruptions(const InterruptedWork& work) {
    return sum_over(work.stretches, [&](double run_s) { return portable::expm1(work.interruptions_per_s * run_s); });
}

double young_interval_s(double saving_s, double interruptions_per_s) {
    return std::sqrt(2 * saving_s / interruptions_per_s);
}

}  // namespace nines
