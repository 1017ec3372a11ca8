#pragma once
// Importance: what a system of independent repairable components is like in the long run, and which component matters.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/analytic/bdd.hpp"
#include "engine/analytic/minimal_sets.hpp"

namespace nines::analytic {

/// What the steady state needs to know of one variable of a structure function: a component, or a mere chance that is
/// drawn anew for each question (failures_per_s is then 0).
struct ComponentRates {
    Chance chance;              ///< that it works, that it does not
    double failures_per_s = 0;  ///< how often it goes down, in the long run: 1 / (mean up + mean down)

    /// Of an alternating renewal process with these means, whatever its laws. An infinite mean is allowed.
    static ComponentRates of_means(double up_s, double down_s);
};

/// The long run of a system whose components fail and are repaired independently of one another.
struct SystemRates {
    Chance chance;              ///< availability and unavailability, each with all its digits
    double failures_per_s = 0;  ///< how often the system goes down

    double mean_outage_s() const { return chance.down / failures_per_s; }
    double mean_up_s() const { return chance.up / failures_per_s; }
    double mtbf_s() const { return 1 / failures_per_s; }
};

/// Failure frequency: sum over components of Birnbaum importance times the component's own frequency.
/// Source: Barlow, Proschan: Statistical Theory of Reliability and Life Testing (1975), chapter 7; Ross (1975).
SystemRates solve_system(const Bdd& bdd, BddNode works, std::span<const ComponentRates> levels);

/// P(the system works with the component up and would not without it), by level: no subtraction of near equals.
/// Source: Birnbaum (1969), in Multivariate Analysis II, 581.
std::vector<double> birnbaum_importance(const Bdd& bdd, BddNode works, std::span<const ComponentRates> levels);

/// How one component matters. Shares are of the system's unavailability; 0 where that is 0.
struct Importance {
    double birnbaum = 0;
    /// Criticality: the component is down and critical; the share of unavailability that goes if it never fails.
    double criticality = 0;
    double unavailability_if_perfect = 0;
    double unavailability_if_down = 0;
    double risk_achievement_worth = 1;           ///< unavailability if down over unavailability
    std::optional<double> risk_reduction_worth;  ///< unavailability over unavailability if perfect; none: no bound
    std::optional<double> fussell_vesely;        ///< some minimal cut set with it is down; none: not computed
};

/// All components, by level. Fussell-Vesely needs all minimal cut sets (as levels), and is left out without them.
/// O(nodes x levels). Source: Trivedi, Bobbio (2017), section 4.2; NUREG/CR-3385 (risk worths).
std::vector<Importance> importance_of_all(const Bdd& bdd, BddNode works, std::span<const ComponentRates> levels,
                                          const MinimalSets& cut_sets);

}  // namespace nines::analytic
