#pragma once
// RunFlow: a scenario's text run in `flow`, for the tests of this folder.

#include <string>
#include <vector>

#include "models/flow/flow.hpp"
#include "models/pillars/measures.hpp"
#include "tests/support/simulate.hpp"

namespace nines {

/// The plan of a scenario in flow (the text need not say so).
inline Plan flow_plan(const std::string& yaml) {
    Plan plan = support::plan_of(yaml);
    plan.run.fidelity = "flow";
    return plan;
}

inline Run run_flow(const std::string& yaml, Luck luck = {1, 0}) {
    const Plan plan = flow_plan(yaml);
    return Flow(plan).run(luck);
}

/// All figures of a run, in the order of the table of names.
inline std::vector<double> figures_of(const Plan& plan, const Run& run) {
    const MetricTable table(plan);
    std::vector<double> values(table.size());
    table.measure(gather(plan, run), values);
    return values;
}

/// One figure of a run.
inline double figure_of(const Plan& plan, const Run& run, const std::string& name) {
    const MetricTable table(plan);
    const std::vector<double> values = figures_of(plan, run);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (table.rows()[i].name == name) {
            return values[i];
        }
    }
    ADD_FAILURE() << "no metric " << name;
    return 0;
}

}  // namespace nines
