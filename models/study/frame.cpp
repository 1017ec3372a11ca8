#include "models/study/frame.hpp"

#include <algorithm>
#include <array>

#include "models/flow/doubts.hpp"
#include "models/study/rare.hpp"
#include "models/study/tell.hpp"

namespace nines {

namespace {

FigureKind kind_of(std::string_view name) {
    if (name == "availability" || name == "uptime") {
        return FigureKind::share_up;
    }
    if (name == "nines") {
        return FigureKind::nines;
    }
    return name == "incidents.per_year" ? FigureKind::incidents : FigureKind::plain;
}

bool is_of_incidents(std::string_view name) {
    constexpr std::array<std::string_view, 5> k_names{"uptime", "downtime.per_year", "incidents.per_year", "mttr",
                                                      "mtbf"};
    return std::find(k_names.begin(), k_names.end(), name) != k_names.end();
}

}  // namespace

std::size_t StudyFrame::find(std::string_view name) const {
    const auto found =
        std::find_if(metrics.begin(), metrics.end(), [&](const FrameMetric& m) { return m.name == name; });
    return static_cast<std::size_t>(found - metrics.begin());
}

StudyFrame frame_of(const Plan& plan, std::uint64_t seed) {
    StudyFrame frame;
    frame.scenario = plan.names.scenario;
    frame.fidelity = plan.run.fidelity;
    frame.seed = seed;
    frame.start_clock = clock_text(plan.run.start_clock_s);
    frame.start_clock_s = plan.run.start_clock_s;
    frame.slice_s = plan.run.slice_s;
    frame.horizon_s = plan.run.horizon_s;
    const MetricTable table(plan);
    for (const MetricTable::Row& row : table.rows()) {
        frame.metrics.push_back(
            {row.name, std::string(row.info->unit), kind_of(row.info->name), is_of_incidents(row.info->name)});
    }
    frame.bill = bill_items(plan);
    frame.usage = usage_items(plan);
    frame.attribution = attribution_items(plan);
    frame.objectives = plan.objectives;
    frame.spec = plan.study;
    if (frame.is_controlled()) {
        frame.exact_in_flow = exact_availability_of_flow(plan);
    }
    frame.assumptions = plan.assumptions;
    frame.warnings = plan.warnings;
    if (plan.run.fidelity == "flow") {
        const std::vector<std::string> doubts = doubts_about_flow(plan);
        frame.warnings.insert(frame.warnings.end(), doubts.begin(), doubts.end());
    }
    return frame;
}

}  // namespace nines
