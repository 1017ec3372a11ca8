// Expectations: reading them, and holding them against results.

#include "tests/scenarios/expectations.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <optional>

#include "engine/base/result.hpp"
#include "models/architecture/read_architecture.hpp"
#include "models/language/keys.hpp"
#include "models/language/metric_names.hpp"
#include "models/language/patch.hpp"
#include "models/language/quantity_text.hpp"
#include "models/language/source.hpp"
#include "models/plan/compile.hpp"

namespace nines::scenarios {

namespace {

// --- reading --------------------------------------------------------------------------------------------------------

std::string texts(const Document& document, const Problems& problems) {
    return problems.empty() ? std::string() : format_problems(document, problems);
}

/// The scenario of a check: the named file, or what stands there itself.
Document scenario_of(const Document& file, const Node& scenario, Problems& problems) {
    if (scenario.is_mapping()) {
        Document inside = file;
        inside.root = scenario;
        return inside;
    }
    const std::filesystem::path folder = file.files.front().folder;
    return read_document((folder / scenario.text).lexically_normal().string(), problems);
}

Check read_check(const Document& file, Problems& problems) {
    Check check;
    MappingReader reader(file.root, "", problems, "a check");
    const Node* scenario = reader.required("scenario");
    const Node* variant = reader.optional("variant");
    const Node* set = reader.optional("set");
    const Node* seeds = reader.optional("seeds");
    const Node* expect = reader.required("expect");
    reader.finish();
    check.mistakes = texts(file, problems);
    if (!check.mistakes.empty()) {
        return check;
    }
    check.expect = *expect;
    if (!expect->is_mapping() || expect->entries.empty()) {
        check.mistakes = "`expect` has nothing in it, so the check could not fail\n";
    }
    check.document = scenario_of(file, *scenario, problems);
    if (variant != nullptr) {
        apply_variant(check.document, variant->text, problems);
    }
    for (const Node& assignment : set != nullptr ? set->items : std::vector<Node>()) {
        apply_set(check.document, assignment.text, problems);
    }
    check.mistakes += texts(check.document, problems);
    for (const Node& seed : seeds != nullptr ? seeds->items : std::vector<Node>()) {
        check.seeds.push_back(static_cast<std::uint64_t>(parse_count(seed.text).value_or(0)));
    }
    if (check.seeds.empty()) {
        check.seeds = {1};
    }
    return check;
}

// --- holding against results ----------------------------------------------------------------------------------------

/// A figure, and what its bounds are quantities of.
struct Figure {
    std::optional<double> value;
    Dimension dimension = Dimension::number;
};

/// "ok from 5 min to 10 min": the share of the requests wanted then that ended ok.
Result<Figure> ok_share(std::string_view period, const Results& results) {
    const auto middle = period.find(" to ");
    if (middle == std::string_view::npos) {
        return tl::unexpected(std::string("expected a period such as `ok from 5 min to 10 min`"));
    }
    const auto from = parse_quantity(period.substr(0, middle), Dimension::time);
    const auto to = parse_quantity(period.substr(middle + 4), Dimension::time);
    if (!from || !to) {
        return tl::unexpected(from ? to.error() : from.error());
    }
    double ended = 0;
    double ok = 0;
    for (const SliceRow& slice : results.slices) {
        if (slice.begin_s >= *from && slice.begin_s + results.slice_s <= *to) {
            ok += static_cast<double>(slice.ok);
            ended += static_cast<double>(slice.ok + slice.error + slice.timeout + slice.rejected + slice.abandoned);
        }
    }
    return Figure{ended > 0 ? std::optional(ok / ended) : std::nullopt, Dimension::fraction};
}

Result<Figure> figure_of(const std::string& name, const Results& results) {
    constexpr std::string_view k_ok = "ok from ";
    if (name.starts_with(k_ok)) {
        return ok_share(std::string_view(name).substr(k_ok.size()), results);
    }
    const MetricInfo* info = find_metric(name.substr(0, name.find('@')));
    const Metric* metric = results.find(name);
    if (info == nullptr || metric == nullptr) {
        return tl::unexpected(std::string("no such metric in the results"));
    }
    return Figure{metric->mean, info->dimension};
}

/// A bound in the units of the figure; a plain number will do for what has no unit.
Result<double> bound_of(const Node& node, Dimension dimension) {
    return node.text == "0" ? Result<double>(0) : parse_quantity(node.text, dimension);
}

/// Whether one bound of a figure holds: at_least, at_most, or about (with `within` beside it).
Result<bool> holds(const Entry& bound, const Node& all, const Figure& figure) {
    const auto value = bound_of(bound.value, bound.key == "within" ? Dimension::fraction : figure.dimension);
    if (!value) {
        return tl::unexpected(value.error());
    }
    if (bound.key == "at_least") {
        return *figure.value >= *value;
    }
    if (bound.key == "at_most") {
        return *figure.value <= *value;
    }
    const Node* within = all.find("within");
    const Node* about = all.find("about");
    if ((bound.key != "about" && bound.key != "within") || within == nullptr || about == nullptr) {
        return tl::unexpected(std::string("expected at_least, at_most, or about with within"));
    }
    if (bound.key == "within") {
        return true;  // judged with `about`
    }
    const auto share = bound_of(*within, Dimension::fraction);
    return share.has_value() && std::fabs(*figure.value - *value) <= *share * std::fabs(*value);
}

std::string shown(const Figure& figure) {
    return figure.value ? fmt::format("{} ({})", format_quantity(*figure.value, figure.dimension), *figure.value)
                        : "nothing to measure";
}

void judge_figure(const Entry& entry, const Results& results, std::vector<std::string>& failures) {
    const auto figure = figure_of(entry.key, results);
    if (!figure) {
        failures.push_back(fmt::format("{}: {}", entry.key, figure.error()));
        return;
    }
    if (entry.value.is_scalar() && entry.value.text == "none") {
        if (figure->value) {
            failures.push_back(fmt::format("{}: expected nothing to measure, got {}", entry.key, shown(*figure)));
        }
        return;
    }
    if (!figure->value) {
        failures.push_back(fmt::format("{}: there was nothing to measure", entry.key));
        return;
    }
    if (entry.value.is_scalar()) {
        const auto wanted = bound_of(entry.value, figure->dimension);
        if (!wanted || *wanted != *figure->value) {
            failures.push_back(
                fmt::format("{}: expected exactly {}, got {}", entry.key, entry.value.text, shown(*figure)));
        }
        return;
    }
    if (entry.value.entries.empty()) {
        failures.push_back(fmt::format("{}: nothing is expected of it", entry.key));
    }
    for (const Entry& bound : entry.value.entries) {
        const auto held = holds(bound, entry.value, *figure);
        if (!held) {
            failures.push_back(fmt::format("{}: {}: {}", entry.key, bound.key, held.error()));
        } else if (!*held) {
            failures.push_back(
                fmt::format("{}: expected {} {}, got {}", entry.key, bound.key, bound.value.text, shown(*figure)));
        }
    }
}

std::string verdict_of(const ObjectiveResult& objective) {
    switch (objective.verdict) {
        case Verdict::met:
            return "met";
        case Verdict::missed:
            return "missed";
        case Verdict::undecided:
            return "undecided";
    }
    return "";
}

void judge_objective(const Entry& entry, const std::string& metric, const Results& results,
                     std::vector<std::string>& failures) {
    for (const ObjectiveResult& objective : results.objectives) {
        if (objective.metric == metric) {
            if (verdict_of(objective) != entry.value.text) {
                failures.push_back(
                    fmt::format("{}: expected {}, got {}", entry.key, entry.value.text, verdict_of(objective)));
            }
            return;
        }
    }
    failures.push_back(fmt::format("{}: the scenario has no such objective", entry.key));
}

void judge_exit(const Entry& entry, const Results& results, std::vector<std::string>& failures) {
    std::string exit = "0";
    for (const ObjectiveResult& objective : results.objectives) {
        if (objective.verdict == Verdict::missed) {
            exit = "1";
        }
    }
    if (entry.value.text != exit) {
        failures.push_back(fmt::format("exit: expected {}, got {}", entry.value.text, exit));
    }
}

void judge_timeline(const Entry& entry, const Results& results, std::vector<std::string>& failures) {
    if (!entry.value.is_sequence() || entry.value.items.empty()) {
        failures.push_back("timeline: expected a list of texts");
    }
    std::size_t at = 0;
    for (const Node& wanted : entry.value.items) {
        while (at < results.timeline.size() && results.timeline[at].text.find(wanted.text) == std::string::npos) {
            ++at;
        }
        if (at == results.timeline.size()) {
            failures.push_back(fmt::format("timeline: no `{}` after those before it", wanted.text));
            return;
        }
        ++at;
    }
}

}  // namespace

Check read_check(const std::string& path) {
    Problems problems;
    const Document file = read_document(path, problems);
    return read_check(file, problems);
}

Check read_check_text(const std::string& text) {
    Problems problems;
    const Document file = read_document_text("check", text, problems);
    return read_check(file, problems);
}

Plan compile_document(const Document& document, std::string& mistakes, double horizon_share) {
    Problems problems;
    const Catalog catalog;
    Architecture architecture = read_architecture(document, catalog, problems);
    mistakes += texts(document, problems);
    if (!problems.empty()) {
        return {};
    }
    architecture.run.horizon_s *= horizon_share;
    return compile(architecture, catalog);
}

std::vector<std::string> unmet(const Node& expect, const Results& results) {
    constexpr std::string_view k_objective = "objective ";
    std::vector<std::string> failures;
    for (const Entry& entry : expect.entries) {
        if (entry.key == "exit") {
            judge_exit(entry, results, failures);
        } else if (entry.key == "timeline") {
            judge_timeline(entry, results, failures);
        } else if (entry.key.starts_with(k_objective)) {
            judge_objective(entry, entry.key.substr(k_objective.size()), results, failures);
        } else {
            judge_figure(entry, results, failures);
        }
    }
    return failures;
}

}  // namespace nines::scenarios
