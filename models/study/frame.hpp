#pragma once
// StudyFrame: all that the reduction of a study must know, without the plan: names, units, objectives, rules. It is
// written into the study's file, so that shards can be merged and results told again without the scenario.

#include <string>
#include <vector>

#include "models/pillars/attribution.hpp"
#include "models/plan/plan.hpp"
#include "models/results/results.hpp"
#include "models/study/batch.hpp"

namespace nines {

/// What kind of figure a metric is, as far as its statistics go.
enum class FigureKind : std::uint8_t {
    plain,
    share_up,  ///< availability, uptime: its distance from 1 is what is known relatively
    nines,     ///< known by the availability of the same name
    incidents  ///< per year: its sum counts incidents
};

struct FrameMetric {
    std::string name;
    std::string unit;
    FigureKind kind = FigureKind::plain;
    bool of_incidents = false;  ///< not to be trusted before there were 100
};

struct StudyFrame {
    std::string version;   ///< of nines
    std::string scenario;  ///< its name
    std::string variant;
    std::string fidelity;
    std::uint64_t seed = 1;
    std::string start_clock;
    std::int64_t start_clock_s = 0;
    double slice_s = 10;
    double horizon_s = 0;
    std::vector<FrameMetric> metrics;
    std::vector<BillItem> bill;
    std::vector<UsageItem> usage;
    std::vector<AttributionItem> attribution;
    std::vector<Objective> objectives;
    StudySpec spec;
    std::vector<Assumption> assumptions;
    std::vector<std::string> warnings;
    std::optional<double> exact_in_flow;  ///< expectation of `availability` in `flow`; of a controlled study, if proved
    std::optional<RareFigure> rare;       ///< of availability; found before the replications
    std::vector<RareEventFigure> rare_events;  ///< of `study.rare`; found before the replications

    static constexpr std::size_t k_bill_figures = 3;
    static constexpr std::size_t k_bill_usd = 2;  ///< of them
    bool is_controlled() const { return spec.control == StudyControl::flow; }
    Widths widths() const {
        return {metrics.size(), attribution.size() + k_bill_figures * bill.size() + usage.size(),
                is_controlled() ? metrics.size() : 0};
    }
    /// The position of a metric, or metrics.size().
    std::size_t find(std::string_view name) const;
};

/// The frame of a plan under a seed; `version` and `variant` are the caller's to fill in.
StudyFrame frame_of(const Plan& plan, std::uint64_t seed);

}  // namespace nines
