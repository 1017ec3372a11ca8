// Redundant systems as small chains.

#include "engine/analytic/redundancy.hpp"

#include <algorithm>
#include <cmath>

#include "engine/random/portable_math.hpp"

namespace nines::analytic {

AvailabilityChain chain_of(const UnitGroup& group) {
    return chain_with_common_cause(group, 0);
}

AvailabilityChain chain_with_common_cause(const UnitGroup& group, double beta) {
    AvailabilityChain chain;
    chain.states = group.units + 1;
    for (std::uint32_t down = 0; down <= group.units; ++down) {
        chain.works.push_back(group.units - down >= group.needed);
        const std::uint32_t up = group.units - down;
        if (up > 0) {
            chain.transitions.push_back({down, down + 1, up * (1 - beta) / group.up_mean});
            chain.transitions.push_back({down, group.units, beta / group.up_mean});
        }
        if (down > 0 && group.down_mean > 0) {
            chain.transitions.push_back({down, down - 1, std::min(down, group.crews) / group.down_mean});
        }
    }
    return chain;
}

double mean_units_up(const UnitGroup& group) {
    const AvailabilityChain chain = chain_of(group);
    const auto weights = stationary(chain.states, chain.transitions);
    double mean = 0;
    for (std::uint32_t down = 0; weights && down <= group.units; ++down) {
        mean += (*weights)[down] * (group.units - down);
    }
    return mean;
}

Chance at_least_of(std::uint32_t units, std::uint32_t needed, Chance unit) {
    std::vector<double> up_count{1};  // [k]: chance that k of those seen so far are up
    for (std::uint32_t seen = 0; seen < units; ++seen) {
        up_count.push_back(0);
        for (std::size_t k = up_count.size() - 1; k > 0; --k) {
            up_count[k] = up_count[k] * unit.down + up_count[k - 1] * unit.up;
        }
        up_count[0] *= unit.down;
    }
    Chance chance{0, 0};
    for (std::uint32_t k = 0; k <= units; ++k) {
        (k >= needed ? chance.up : chance.down) += up_count[k];
    }
    return chance;
}

AvailabilityChain chain_of(const StandbyPair& pair) {
    enum : std::uint32_t { both_good, one_good, none_good, switching };
    const double fail = 1 / pair.active_up_mean;
    const double standby_fail = pair.standby_rate_share * fail;
    const double repair = 1 / pair.repair_mean;
    AvailabilityChain chain;
    chain.states = 4;
    chain.works = {true, true, false, false};
    chain.transitions = {
        {both_good, one_good, fail * pair.switch_success + standby_fail},
        {both_good, switching, fail * (1 - pair.switch_success)},
        {switching, one_good, 1 / pair.manual_switch_mean},
        {one_good, none_good, fail},
        {one_good, both_good, repair},
        {none_good, one_good, std::min(2U, pair.crews) * repair},
    };
    return chain;
}

AvailabilityChain chain_of(const CoveredPair& pair) {
    enum : std::uint32_t { both_up, one_up, none_up, reconfiguring };
    const double fail = 1 / pair.up_mean;
    AvailabilityChain chain;
    chain.states = 4;
    chain.works = {true, true, false, false};
    chain.transitions = {
        {both_up, one_up, 2 * fail * pair.coverage},
        {both_up, reconfiguring, 2 * fail * (1 - pair.coverage)},
        {reconfiguring, one_up, 1 / pair.reconfiguration_mean},
        {one_up, none_up, fail},
        {one_up, both_up, 1 / pair.repair_mean},
        {none_up, one_up, 1 / pair.repair_mean},
    };
    return chain;
}

double MarshallOlkin::first_alive(double time) const {
    return portable::exp(-(first_rate + shared_rate) * time);
}

double MarshallOlkin::second_alive(double time) const {
    return portable::exp(-(second_rate + shared_rate) * time);
}

double MarshallOlkin::both_alive(double time) const {
    return portable::exp(-(first_rate + second_rate + shared_rate) * time);
}

double MarshallOlkin::some_alive(double time) const {
    return first_alive(time) + second_alive(time) - both_alive(time);
}

double MarshallOlkin::end_at_once() const {
    return shared_rate / (first_rate + second_rate + shared_rate);
}

double MarshallOlkin::parallel_mean() const {
    return 1 / (first_rate + shared_rate) + 1 / (second_rate + shared_rate) - series_mean();
}

}  // namespace nines::analytic
