#pragma once
// Review: results told by the six pillars and the two owners of the shared responsibility model. Every line is a figure
// that was simulated or computed; a pillar without an objective gets a suggestion, and no grade.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "models/kinds/layers.hpp"
#include "models/language/metric_names.hpp"
#include "models/plan/plan.hpp"
#include "models/results/results.hpp"

namespace nines {

/// In the order of the framework.
inline constexpr std::array k_pillar_order{Pillar::operations,  Pillar::security, Pillar::reliability,
                                           Pillar::performance, Pillar::cost,     Pillar::sustainability};
std::string_view pillar_title(Pillar pillar);

/// How far a figure is from its objective.
struct Distance {
    ObjectiveResult objective;
    /// Share of the bound by which the figure is on the good side (positive) or misses it; nothing without a figure.
    std::optional<double> margin;
};

/// A figure with its unit and its interval, for whoever writes it out.
struct Quantity {
    double value = 0;
    std::string unit;  ///< of metrics: "USD/month", "fraction", "s"
    Spread spread = {{}, {}, IntervalKind::exact};
};

/// What harms, by how much, and whose it is.
struct Finding {
    Pillar pillar{};
    std::string text;  ///< "lose-an-az: of the requests lost"
    Owner owner{};
    Layer layer{};
    std::vector<Quantity> effect;         ///< the share or size of the harm, then what else is known of it
    std::string advice;                   ///< what may be done; empty: nothing is known
    double weight = 0;                    ///< in [0, 1]: share of the pillar's harm, for the order
    std::optional<double> usd_per_month;  ///< what it costs, or would save, where that can be told
    std::optional<double> usd_each;       ///< what it costs whenever it comes, where the scenario says no rate
    Spread usd_spread = {{}, {}, IntervalKind::exact};  ///< of whichever of the two there is
    bool tells_of_the_whole = false;  ///< where most of it goes: told beside the most harmful, however little that is
};

/// A bound that the system as simulated would just meet.
struct Suggestion {
    std::string metric;
    bool at_least = false;  ///< else at most
    Quantity bound;
};

struct PillarReview {
    Pillar pillar{};
    std::vector<Metric> figures;  ///< the pillar's own, those that were measured
    std::vector<Distance> objectives;
    std::vector<Finding> findings;  ///< the most harmful, at most three, and those that tell of the whole
    std::vector<Suggestion> suggestions;
};

/// Parts of one metric by layer and owner.
struct OwnerMatrix {
    std::string metric, unit;
    std::array<std::array<double, 2>, k_layer_count> parts{};  ///< [layer][owner]: per replication
    std::array<std::array<Spread, 2>, k_layer_count> spreads{};
    std::array<Spread, 2> sum_spreads{};  ///< [owner]: of all layers

    double of(Owner owner) const;
    double total() const { return of(Owner::provider) + of(Owner::customer); }
};

/// Of each metric that is attributed, in the order of the attribution.
std::vector<OwnerMatrix> matrices_of(const Results& results);

/// Who runs which layer of a service.
struct ServiceLayers {
    std::string service;
    LayerOwners owners;
};

struct Review {
    std::vector<PillarReview> pillars;
    std::vector<OwnerMatrix> owners;
    std::vector<ServiceLayers> layers;
    std::vector<Finding> first;  ///< over all pillars: what to do first
};

/// @param plan     what was simulated
/// @param results  of a run or a study of it
Review review_of(const Plan& plan, const Results& results);

}  // namespace nines
