// Parts: what of the bill, of the energy and of the carbon is a service's own.

#include <algorithm>
#include <array>
#include <cmath>

#include "models/pillars/footprint.hpp"

namespace nines {

namespace {

enum Figure : std::size_t { cost, energy, carbon, k_figures };
constexpr std::array<std::string_view, k_figures> k_names{"cost.per_month", "energy.kwh", "carbon.kg"};

/// The lines of the bill that are a service's; nothing where it has none.
double usd_of(const Evidence& evidence, ServiceId service) {
    double usd = k_nothing;
    for (std::size_t i = 0; i < evidence.plan.charges.size(); ++i) {
        if (evidence.plan.charges[i].service == service) {
            usd = (std::isnan(usd) ? 0 : usd) + evidence.charges[i].bill.usd;
        }
    }
    return usd;
}

}  // namespace

FigureNames part_names() {
    return k_names;
}

void measure_part(const Evidence& evidence, ServiceId service, std::span<double> figures) {
    std::fill(figures.begin(), figures.end(), k_nothing);
    if (evidence.months <= 0) {
        return;
    }
    figures[cost] = usd_of(evidence, service);
    if (const auto footprint = footprint_of(evidence, service)) {
        figures[energy] = footprint->kwh;
        if (evidence.plan.has_world) {  // without a place there is no grid
            figures[carbon] = footprint->operational_kg() + footprint->embodied_kg();
        }
    }
}

}  // namespace nines
