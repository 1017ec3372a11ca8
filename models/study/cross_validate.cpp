// Cross-validation: replications of one case in both fidelities, under the same luck.

#include "models/study/cross_validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/base/check.hpp"
#include "models/architecture/read_architecture.hpp"
#include "models/catalog/embedded.hpp"
#include "models/language/patch.hpp"
#include "models/language/source.hpp"
#include "models/pillars/measures.hpp"
#include "models/plan/compile.hpp"
#include "models/structure/explain.hpp"
#include "models/study/replicator.hpp"

namespace nines {

/// The files of scenarios/validation. Generated.
std::span<const EmbeddedFile> nines_validation_data_files();

namespace {

constexpr double k_shown = 0.95;
/// Of a verdict: among a hundred figures that agree, one is called different once in a hundred tables.
constexpr double k_sure = 0.9999;
/// What has no luck in it must be right to rounding: twelve digits of the metrics and whole nanoseconds.
constexpr double k_rounding = 1e-7;

Result<Plan> plan_of(const ValidationCase& one, const std::string& fidelity, const Catalog& catalog) {
    std::string text;
    for (const EmbeddedFile& file : nines_validation_data_files()) {
        if (file.name == one.file + ".yaml") {
            text = file.text;
        }
    }
    Problems problems;
    Document document = read_document_text(one.file + ".yaml", text, problems);
    if (problems.empty() && !one.variant.empty()) {
        apply_variant(document, one.variant, problems);
    }
    if (problems.empty()) {
        apply_set(document, "run.fidelity=" + fidelity, problems);
    }
    Architecture architecture;
    if (problems.empty()) {
        architecture = read_architecture(document, catalog, problems);
    }
    if (!problems.empty()) {
        return unexpected(
            fmt::format("the validation case `{}` cannot be read:\n{}", one.name, format_problems(document, problems)));
    }
    return compile(architecture, catalog);
}

/// Where a case's figures stand among the metrics of a plan.
struct Reading {
    MetricTable table;
    std::vector<std::size_t> positions;  // by figure

    Reading(const Plan& plan, const ValidationCase& one) : table(plan) {
        for (const ValidationFigure& figure : one.figures) {
            const auto found = std::find_if(table.rows().begin(), table.rows().end(),
                                            [&](const MetricTable::Row& row) { return row.name == figure.metric; });
            check(found != table.rows().end(), "a validation case names metrics that exist");
            positions.push_back(static_cast<std::size_t>(found - table.rows().begin()));
        }
    }
    std::vector<double> figures(const Plan& plan, const Run& run, const ValidationCase& one) const {
        std::vector<double> all(table.size());
        table.measure(gather(plan, run), all);
        std::vector<double> values;
        for (std::size_t i = 0; i < positions.size(); ++i) {
            const double value = all[positions[i]];
            values.push_back(one.figures[i].of_rest ? 1 - value : value);
        }
        return values;
    }
};

struct Tallies {
    Tally requests, flow, apart;  // flow - requests, under the same luck
};

double half_width(const Tally& tally, double confidence) {
    const auto interval = mean_interval(tally, confidence);
    return interval ? interval->half_width() : 0;
}

double wanted_width(const ValidationFigure& figure, const ValidationEffort& effort) {
    if (figure.width > 0) {
        return figure.width;
    }
    return figure.metric.starts_with("latency.p") ? effort.tail_half_width : effort.half_width;
}

bool is_narrow(const Tallies& tallies, const ValidationFigure& figure, const ValidationEffort& effort) {
    // Where faults come by chance, the same ones come to both: what counts is how far they are apart.
    const double half = std::min(half_width(tallies.requests, k_shown), half_width(tallies.apart, k_shown));
    return half <= wanted_width(figure, effort) * std::abs(tallies.requests.mean());
}

ValidationRow judge(const Tallies& tallies, const ValidationFigure& figure, std::optional<double> exact,
                    const ValidationEffort& effort) {
    ValidationRow row;
    row.exact = exact;
    row.replications = tallies.requests.count();
    row.requests = tallies.requests.mean();
    row.interval = mean_interval(tallies.requests, k_shown).value_or(Interval{row.requests, row.requests});
    row.flow = tallies.flow.mean();
    const double reference = exact.value_or(row.requests);
    const double size = std::abs(reference);
    row.off = size > 0 ? (row.flow - reference) / size : row.flow;
    if (!std::isfinite(row.requests) || !std::isfinite(row.flow)) {
        row.verdict = ValidationVerdict::differs;
        row.note = "nothing was measured";
        return row;
    }
    const double apart = std::abs(tallies.apart.mean());
    if (exact && std::abs(row.requests - *exact) > half_width(tallies.requests, k_sure) + k_rounding * size) {
        row.verdict = ValidationVerdict::differs;
        row.note = "requests is not what is exact";
    } else if (exact && std::abs(row.flow - *exact) >
                            figure.allowed * size + half_width(tallies.flow, k_sure) + k_rounding * size) {
        row.verdict = ValidationVerdict::differs;
        row.note = "flow is not what is exact";
    } else if (apart > figure.allowed * size + half_width(tallies.apart, k_sure) + k_rounding * size) {
        row.verdict = ValidationVerdict::differs;
        row.note = "flow is not what requests says";
    } else if (effort.judges_width && !is_narrow(tallies, figure, effort)) {
        row.verdict = ValidationVerdict::wide;
        row.note = fmt::format("{} replications do not tell", row.replications);
    }
    return row;
}

}  // namespace

Result<std::vector<ValidationRow>> cross_validate(const ValidationCase& one, std::size_t of_case,
                                                  const Catalog& catalog, const ValidationEffort& effort,
                                                  const ParallelFor& parallel_for) {
    const Result<Plan> by_requests = plan_of(one, "requests", catalog);
    if (!by_requests) {
        return unexpected(by_requests.error());
    }
    const Result<Plan> by_flow = plan_of(one, "flow", catalog);
    if (!by_flow) {
        return unexpected(by_flow.error());
    }
    const Reading reading(*by_requests, one);
    Replicator flow(*by_flow);
    std::vector<Tallies> tallies(one.figures.size());
    for (std::uint64_t first = 0; first < effort.most; first += effort.round) {
        std::vector<std::vector<double>> rows(effort.round);
        parallel_for(rows.size(), [&](std::size_t i) {
            Replicator requests(*by_requests);
            rows[i] = reading.figures(*by_requests, requests.run({by_requests->run.seed, first + i}), one);
        });
        bool all_narrow = true;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto other = reading.figures(*by_flow, flow.run({by_flow->run.seed, first + i}), one);
            for (std::size_t f = 0; f < tallies.size(); ++f) {
                tallies[f].requests.add(rows[i][f]);
                tallies[f].flow.add(other[f]);
                tallies[f].apart.add(other[f] - rows[i][f]);
            }
        }
        for (std::size_t f = 0; f < tallies.size(); ++f) {
            all_narrow = all_narrow && is_narrow(tallies[f], one.figures[f], effort);
        }
        if (all_narrow) {
            break;
        }
    }
    std::optional<double> explained;
    if (one.explained) {
        explained = explain(*by_flow, compile_structure(*by_flow)).requests.down;
    }
    std::vector<ValidationRow> rows;
    for (std::size_t f = 0; f < tallies.size(); ++f) {
        const ValidationFigure& figure = one.figures[f];
        rows.push_back(judge(tallies[f], figure, figure.of_rest && explained ? explained : figure.exact, effort));
        rows.back().of_case = of_case;
        rows.back().figure = f;
        rows.back().unit = reading.table.rows()[reading.positions[f]].info->unit;
    }
    return rows;
}

}  // namespace nines
