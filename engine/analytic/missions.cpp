// Missions by absorbing chains and binomial sums.

#include "engine/analytic/missions.hpp"

#include <boost/math/quadrature/gauss.hpp>
#include <cmath>

#include "engine/analytic/decay.hpp"
#include "engine/analytic/sparse_chain.hpp"
#include "engine/random/portable_math.hpp"

namespace nines::analytic {

namespace {

UnitGroup group_of(const StoredData& data) {
    return {data.fragments, data.needed, data.fragment_up_mean, data.rebuild_mean, data.rebuilds};
}

/// [k]: chance that k of `units` are alive at the end of a stretch, of those alive at its beginning.
std::vector<double> survivors(std::uint32_t units, Chance alive) {
    std::vector<double> chances;
    double choose = 1;
    for (std::uint32_t k = 0; k <= units; ++k) {
        chances.push_back(choose * std::pow(alive.up, k) * std::pow(alive.down, units - k));
        choose = choose * (units - k) / (k + 1);
    }
    return chances;
}

/// Mean over t in [0, x] of (1 - e^-t)(1 - e^-(t + ahead)), by quadrature: the closed form loses the digits of rare
/// failures. Beyond x = 4 in pieces.
double mean_of_product(double x, double ahead) {
    const auto both_failed = [&](double t) { return portable::expm1(-t) * portable::expm1(-t - ahead); };
    const int pieces = 1 + static_cast<int>(x / 4);
    double sum = 0;
    for (int i = 0; i < pieces; ++i) {
        sum += boost::math::quadrature::gauss<double, 20>::integrate(both_failed, x * i / pieces, x * (i + 1) / pieces);
    }
    return sum / x;
}

Chance exponential_alive(double rate, double time) {
    return {portable::exp(-rate * time), -portable::expm1(-rate * time)};
}

}  // namespace

std::optional<Chance> mission_chance(const UnitGroup& group, double time) {
    const AvailabilityChain chain = chain_of(group);
    std::vector<bool> failed = chain.works;
    failed.flip();
    std::vector<double> initial(chain.states, 0);
    initial[0] = 1;
    const auto met = chance_met_by(chain.states, chain.transitions, initial, failed, time);
    return met ? std::optional(Chance{1 - *met, *met}) : std::nullopt;
}

Chance mission_chance_of_lives(std::uint32_t units, std::uint32_t needed, Chance alive_at_end) {
    return at_least_of(units, needed, alive_at_end);
}

double weibull_scale(double mean, double shape) {
    return mean / portable::gamma(1 + 1 / shape);
}

Chance weibull_alive(double scale, double shape, double time) {
    return exponential_alive(portable::pow(time / scale, shape), 1);
}

double phased_mission_reliability(std::uint32_t units, double failure_rate, const std::vector<Phase>& phases) {
    std::vector<double> alive(units + 1, 0);
    alive[units] = 1;
    for (const Phase& phase : phases) {
        const Chance one = exponential_alive(failure_rate, phase.length);
        std::vector<double> next(units + 1, 0);
        for (std::uint32_t before = phase.needed; before <= units; ++before) {
            const std::vector<double> left = survivors(before, one);
            for (std::uint32_t after = phase.needed; after <= before; ++after) {
                next[after] += alive[before] * left[after];
            }
        }
        alive = std::move(next);
    }
    double sum = 0;
    for (const double chance : alive) {
        sum += chance;
    }
    return sum;
}

double phases_taken_as_independent(std::uint32_t units, double failure_rate, const std::vector<Phase>& phases) {
    double product = 1;
    for (const Phase& phase : phases) {
        product *= at_least_of(units, phase.needed, exponential_alive(failure_rate, phase.length)).up;
    }
    return product;
}

double DormantFailure::unavailability() const {
    return mean_of_growth(test_period / up_mean);
}

double DormantFailure::pair_tested_together() const {
    return mean_of_product(test_period / up_mean, 0);
}

double DormantFailure::pair_staggered() const {
    // Over half a period the second is half a period older; over the other half the first is.
    const double half = test_period / up_mean / 2;
    return mean_of_product(half, half);
}

double DormantFailure::mean_time_to_discovery() const {
    return unavailability() * test_period / -portable::expm1(-test_period / up_mean);
}

std::optional<double> StoredData::mean_time_to_loss() const {
    return mean_time_to_failure(chain_of(group_of(*this)));
}

std::optional<double> StoredData::loss_by(double time) const {
    const auto chance = mission_chance(group_of(*this), time);
    return chance ? std::optional(chance->down) : std::nullopt;
}

}  // namespace nines::analytic
