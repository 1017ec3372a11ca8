#pragma once
// Trials: remedies tried under the same luck as the study that found what is wrong, the most worth first.

#include <string>
#include <vector>

#include "engine/base/names.hpp"
#include "models/pillars/remedies.hpp"
#include "models/results/comparison_results.hpp"

namespace nines {

/// What trying a remedy has shown, all that is told of it taken together.
enum class Worth : std::uint8_t {
    gain,       ///< something is better, nothing worse; or the bill with what losses cost is lower
    trade,      ///< some better, some worse
    undecided,  ///< there are differences, and none is sure
    nothing,    ///< no difference worth telling
    loss        ///< something is worse, nothing better; or the bill with what losses cost is higher
};

inline constexpr Names<Worth, 5> k_worths{{{
    {"gain", Worth::gain},
    {"trade", Worth::trade},
    {"undecided", Worth::undecided},
    {"nothing", Worth::nothing},
    {"loss", Worth::loss},
}}};

struct Trial {
    Remedy remedy;
    Worth worth{};
    std::vector<Versus> figures;  ///< the metrics that a person decides by, those that differ by a thousandth or more
};

struct Trials {
    std::string fidelity;
    std::uint64_t replications = 0;
    double confidence = 0.95;
    bool partial = false;
    std::vector<Trial> trials;            ///< by worth; of one worth the largest gain first
    std::vector<std::string> left_out;    ///< names of remedies that were not tried: there are too many
    std::vector<std::string> impossible;  ///< those that the rest of the scenario does not allow
    std::vector<std::string> warnings;    ///< of the base
};

/// @param remedies  of each contestant after the base
Trials trials_of(const ComparisonResults& comparison, const std::vector<Remedy>& remedies);

}  // namespace nines
