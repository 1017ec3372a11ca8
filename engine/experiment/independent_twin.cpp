// The independent twin: the cut sets as a decision diagram, solved from the means of the laws.

#include "engine/experiment/independent_twin.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "engine/analytic/importance.hpp"
#include "engine/analytic/structure_function.hpp"

namespace nines {

std::optional<IndependentTwin> independent_twin(const FailureSystem& system) {
    analytic::StructureFunction structure;
    std::vector<analytic::GateId> cuts;
    for (const auto& cut : system.cut_sets) {
        std::vector<analytic::GateId> members;
        for (const std::uint32_t member : cut) {
            members.push_back(structure.component(member));
        }
        cuts.push_back(structure.any_of(std::move(members)));
    }
    // Components that share cut sets come next to each other in this order, which keeps the diagram small.
    const std::array works{structure.all_of(std::move(cuts))};
    const std::array orders{structure.components_below(works)};
    const auto compiled = analytic::compile_structure_function(structure, works, orders);
    if (!compiled) {
        return std::nullopt;
    }
    IndependentTwin twin{.all_up = 1};
    for (const FailureComponent& component : system.components) {
        twin.all_up *= analytic::ComponentRates::of_means(component.up_s.mean(), component.down_s.mean()).chance.up;
    }
    std::vector<analytic::ComponentRates> levels;
    for (const std::uint32_t i : compiled->component_of) {
        levels.push_back(
            analytic::ComponentRates::of_means(system.components[i].up_s.mean(), system.components[i].down_s.mean()));
    }
    const analytic::SystemRates rates = analytic::solve_system(compiled->bdd, compiled->works.front(), levels);
    twin.unavailability = rates.chance.down;
    twin.failures_per_s = rates.failures_per_s;
    return twin;
}

}  // namespace nines
