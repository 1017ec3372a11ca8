#include "models/demand/arrivals.hpp"

namespace nines {

namespace {

/// How many arrivals are expected up to the next one: 1 for a clock, exponential for a Poisson process.
std::optional<double> draw_expected(const DemandPlan& demand, ArrivalProcess& process) {
    switch (demand.law) {
        case ArrivalLaw::constant:
            return 1;
        case ArrivalLaw::renewal:
            return demand.between.sample(process.luck);
        case ArrivalLaw::poisson:
            return process.luck.exponential();
        case ArrivalLaw::modulated: {
            const double draw = process.luck.exponential();
            const double per_s = process.state(demand).per_s;
            const double mean = mean_rate(demand.modulated);
            // The demand's rate says how many come on the whole; the state, how they are spread.
            return per_s > 0 && mean > 0 ? std::optional(draw * mean / per_s) : std::nullopt;
        }
    }
    return std::nullopt;
}

}  // namespace

double mean_rate(const std::vector<ModulatedState>& states) {
    double arrivals = 0;
    double time_s = 0;
    for (const ModulatedState& state : states) {
        arrivals += state.per_s * state.stay_mean_s;
        time_s += state.stay_mean_s;
    }
    return arrivals / time_s;
}

std::optional<Nanoseconds> next_arrival(const DemandPlan& demand, ArrivalProcess& process, double now_s) {
    const auto expected = draw_expected(demand, process);
    if (!expected) {
        return std::nullopt;
    }
    const Nanoseconds gap = to_ns(demand.rate.after(now_s, *expected) - now_s);
    return gap == k_never ? std::nullopt : std::optional(gap);
}

std::uint32_t first_state(const DemandPlan& demand, ArrivalProcess& process) {
    double all_s = 0;
    for (const ModulatedState& state : demand.modulated) {
        all_s += state.stay_mean_s;
    }
    const auto count = static_cast<std::uint32_t>(demand.modulated.size());
    double draw_s = process.luck.uniform() * all_s;
    for (std::uint32_t i = 0; i < count; ++i) {
        draw_s -= demand.modulated[i].stay_mean_s;
        if (draw_s < 0) {
            return i + count - 1;
        }
    }
    return count - 1;
}

Nanoseconds change_state(const DemandPlan& demand, ArrivalProcess& process) {
    ++process.changes;
    return to_ns(process.state(demand).stay_mean_s * process.luck.exponential());
}

}  // namespace nines
