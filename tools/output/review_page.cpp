#include "tools/output/review_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "tools/console/humanize.hpp"
#include "tools/output/review_text.hpp"
#include "tools/output/words.hpp"

namespace nines {

namespace {

constexpr std::size_t k_figures_shown = 12;

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::toupper(c); });
    return out;
}

/// In two columns where their intervals leave room for that, else in one: the first dozen, and what has an objective.
void add_figures(Page& page, const PillarReview& pillar) {
    constexpr std::size_t k_room = 24;
    std::vector<Fact> facts;
    bool fits = true;
    for (std::size_t i = 0; i < pillar.figures.size(); ++i) {
        const Metric& metric = pillar.figures[i];
        const bool is_asked = std::any_of(pillar.objectives.begin(), pillar.objectives.end(),
                                          [&](const Distance& one) { return one.objective.metric == metric.name; });
        if (i < k_figures_shown || is_asked) {
            facts.emplace_back(page.plain(metric.name), with_spread({*metric.mean, metric.unit, spread_of(metric)}));
            fits = fits && facts.back().second.size() <= k_room;
        }
    }
    const std::size_t left = pillar.figures.size() - facts.size();
    const auto half = facts.begin() + static_cast<std::ptrdiff_t>(fits ? (facts.size() + 1) / 2 : facts.size());
    page.facts({facts.begin(), half}, {half, facts.end()});
    if (left > 0) {
        page.line(fmt::format("  ... and {} more: --markdown, --json", left));
    }
}

/// Figures of which the mean alone says little: a bill is paid month by month.
bool is_told_by_its_distribution(const Metric& metric) {
    return metric.name == "cost.per_month" || metric.name == "cost.with_losses";
}

void add_distributions(Page& page, const PillarReview& pillar) {
    for (const Metric& metric : pillar.figures) {
        const std::string text = is_told_by_its_distribution(metric) ? distribution_text(metric) : "";
        if (!text.empty()) {
            page.paragraph("  ", fmt::format("{} over the replications: {}", page.plain(metric.name), text));
        }
    }
}

void add_warnings(Page& page, const Results& results) {
    if (results.warnings.empty()) {
        return;
    }
    page.section("WARNINGS");
    for (const std::string& warning : results.warnings) {
        page.paragraph("  ", page.plain(warning));
    }
}

void add_objectives(Page& page, const PillarReview& pillar) {
    constexpr std::array<Ink, 3> k_inks{Ink::green, Ink::red, Ink::yellow};
    for (const Distance& one : pillar.objectives) {
        const ObjectiveResult& o = one.objective;
        const std::string margin = margin_text(one);
        page.line(fmt::format("  objective  {} {}  {}{}", page.plain(o.metric), page.plain(o.wanted),
                              page.ink(k_inks[static_cast<std::size_t>(o.verdict)], k_verdicts.of(o.verdict)),
                              margin.empty() ? "" : ": " + margin));
        if (!o.note.empty()) {
            page.paragraph("             ", page.plain(o.note));
        }
    }
    for (const Suggestion& suggestion : pillar.suggestions) {
        page.line(fmt::format("  no objective: as simulated it would just meet  {}", suggestion_text(suggestion)));
    }
}

void add_pillar(Page& page, const PillarReview& pillar) {
    page.section(upper(pillar_title(pillar.pillar)));
    if (pillar.figures.empty()) {
        page.line("  nothing was measured: the scenario says nothing about it");
    } else {
        add_figures(page, pillar);
        add_distributions(page, pillar);
    }
    add_objectives(page, pillar);
    for (const Finding& finding : pillar.findings) {
        page.paragraph("  - ", fmt::format("{} ({})", page.plain(finding_text(finding)), whose_text(finding)));
    }
}

/// One line for all services whose layers have the same owners.
void add_layers(Page& page, const Review& review) {
    std::vector<std::pair<LayerOwners, std::string>> rows;
    for (const ServiceLayers& one : review.layers) {
        const auto known =
            std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.first == one.owners; });
        if (known == rows.end()) {
            rows.emplace_back(one.owners, one.service);
        } else {
            known->second += ", " + one.service;
        }
    }
    for (const auto& [owners, services] : rows) {
        page.paragraph("  ", fmt::format("{}: {}", page.plain(services), layers_text(owners)));
    }
}

/// The interval of what an owner has, a star where it is Chebyshev's; nothing where the owner has nothing, or where it
/// is narrower than its last digit.
std::string sum_spread_text(const OwnerMatrix& matrix, Owner owner) {
    const double part = matrix.of(owner);
    const Spread& spread = matrix.sum_spreads[static_cast<std::size_t>(owner)];
    const bool is_narrow = spread.lo && spread.hi && unit_text(matrix, *spread.lo) == unit_text(matrix, *spread.hi);
    if (part == 0 || is_narrow) {
        return "";
    }
    const std::string beside = unit_text(matrix, part);
    return spread.kind == IntervalKind::chebyshev ? human_interval(spread.lo, spread.hi, matrix.unit, beside) + "*"
                                                  : spread_text(spread, matrix.unit, beside);
}

bool is_by_chebyshev(const OwnerMatrix& matrix) {
    return std::any_of(matrix.sum_spreads.begin(), matrix.sum_spreads.end(),
                       [](const Spread& spread) { return spread.kind == IntervalKind::chebyshev; });
}

void add_owners(Page& page, const Review& review) {
    if (review.owners.empty()) {
        return;
    }
    Table table({{"what, per replication"},
                 {"of the cloud (provider)", Align::right},
                 {"in the cloud (yours)", Align::right},
                 {"mostly"}});
    for (const OwnerMatrix& matrix : review.owners) {
        std::size_t most = 0;
        for (std::size_t layer = 0; layer < k_layer_count; ++layer) {
            const auto sum = [&](std::size_t at) { return matrix.parts[at][0] + matrix.parts[at][1]; };
            most = sum(layer) > sum(most) ? layer : most;
        }
        const auto side = [&](Owner owner) {
            const double part = matrix.of(owner);
            return part == 0 ? std::string("-")
                             : fmt::format("{}  {}", unit_text(matrix, part), human_percent(part / matrix.total()));
        };
        table.add({page.plain(matrix.metric), side(Owner::provider), side(Owner::customer),
                   std::string(k_layers.of(static_cast<Layer>(most)))});
        const auto around = [&](Owner owner) { return sum_spread_text(matrix, owner); };
        if (!around(Owner::provider).empty() || !around(Owner::customer).empty()) {
            table.add({"", around(Owner::provider), around(Owner::customer), ""});
        }
    }
    page.section("SHARED RESPONSIBILITY", "who caused what, and runs what is paid for; layers: --json");
    page.table(table);
    if (std::any_of(review.owners.begin(), review.owners.end(), is_by_chebyshev)) {
        page.line("  * too skewed for Student's t: by Chebyshev's inequality");
    }
    add_layers(page, review);
}

void add_first(Page& page, const Review& review) {
    if (review.first.empty()) {
        return;
    }
    page.section("WHAT FIRST", "what misses an objective, then the dearest, then by share of harm");
    int number = 0;
    for (const Finding& finding : review.first) {
        const bool told = !finding.effect.empty() && finding.effect.front().unit == "USD/month";
        const std::string worth = told ? "" : price_text(finding);
        page.paragraph(fmt::format("  {}. ", ++number),
                       fmt::format("{}{}{}", page.plain(finding_text(finding)), worth.empty() ? "" : " ", worth));
        page.paragraph("     ", page.plain(finding.advice));
    }
}

// --- Markdown -------------------------------------------------------------------------------------------------------

std::string pillar_markdown(const PillarReview& pillar) {
    std::string text = fmt::format("\n## {}\n\n", pillar_title(pillar.pillar));
    text[4] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[4])));
    text += pillar.figures.empty() ? "Nothing was measured: the scenario says nothing about it.\n"
                                   : "| figure | mean | interval |\n| --- | ---: | --- |\n";
    for (const Metric& metric : pillar.figures) {
        const std::string mean = human_quantity(metric.mean, metric.unit);
        text += fmt::format("| {} | {} | {} |\n", markdown_text(metric.name), mean,
                            spread_text(spread_of(metric), metric.unit, mean));
    }
    text += "\n";
    for (const Metric& metric : pillar.figures) {
        const std::string spread = is_told_by_its_distribution(metric) ? distribution_text(metric) : "";
        text +=
            spread.empty() ? "" : fmt::format("- {} over the replications: {}\n", markdown_text(metric.name), spread);
    }
    for (const Distance& one : pillar.objectives) {
        const ObjectiveResult& o = one.objective;
        const std::string margin = margin_text(one);
        text += fmt::format("- **{}** {}: {}{}{}\n", markdown_text(o.metric), markdown_text(o.wanted),
                            k_verdicts.of(o.verdict), margin.empty() ? "" : ", " + margin,
                            o.note.empty() ? "" : "; " + markdown_text(o.note));
    }
    for (const Suggestion& suggestion : pillar.suggestions) {
        text += fmt::format("- No objective; as simulated it would just meet {}\n",
                            markdown_text(suggestion_text(suggestion)));
    }
    for (const Finding& finding : pillar.findings) {
        text += fmt::format("- {} ({})\n", markdown_text(finding_text(finding)), whose_text(finding));
    }
    return text;
}

/// A row for each layer, a column for each service: who runs it.
std::string layers_markdown(const Review& review) {
    if (review.layers.empty()) {
        return "";
    }
    std::string text = "\n| layer |";
    std::string rule = "| --- |";
    for (const ServiceLayers& one : review.layers) {
        text += fmt::format(" {} |", markdown_text(one.service));
        rule += " --- |";
    }
    text += "\n" + rule + "\n";
    for (std::size_t layer = 0; layer < k_layer_count; ++layer) {
        text += fmt::format("| {} |", k_layers.of(static_cast<Layer>(layer)));
        for (const ServiceLayers& one : review.layers) {
            text += one.owners[layer] == Owner::provider ? " provider |" : " yours |";
        }
        text += "\n";
    }
    return text;
}

std::string part_text(const OwnerMatrix& matrix, double part, const Spread& spread) {
    return part == 0 ? unit_text(matrix, part) : with_spread({part, matrix.unit, spread});
}

std::string owners_markdown(const Review& review) {
    std::string text = "\n## Shared responsibility\n" + layers_markdown(review);
    for (const OwnerMatrix& matrix : review.owners) {
        text += fmt::format("\n| {} | of the cloud (provider) | in the cloud (yours) |\n| --- | ---: | ---: |\n",
                            markdown_text(matrix.metric));
        for (std::size_t layer = 0; layer < k_layer_count; ++layer) {
            const auto& parts = matrix.parts[layer];
            if (parts[0] != 0 || parts[1] != 0) {
                const auto& spreads = matrix.spreads[layer];
                text += fmt::format("| {} | {} | {} |\n", k_layers.of(static_cast<Layer>(layer)),
                                    part_text(matrix, parts[0], spreads[0]), part_text(matrix, parts[1], spreads[1]));
            }
        }
        text += fmt::format("| all | {} | {} |\n", part_text(matrix, matrix.of(Owner::provider), matrix.sum_spreads[0]),
                            part_text(matrix, matrix.of(Owner::customer), matrix.sum_spreads[1]));
    }
    return text;
}

}  // namespace

std::string format_review(const Review& review, const Results& results, const Style& style) {
    Page page(style);
    page.line(page.ink(Ink::bold, page.plain("Review: " + results.scenario)));
    page.line(fmt::format("{}, seed {}, {} replications, {} simulated", results.fidelity, results.seed,
                          human_number(static_cast<double>(results.replications)),
                          human_duration(results.simulated_s)));
    for (const PillarReview& pillar : review.pillars) {
        add_pillar(page, pillar);
    }
    add_owners(page, review);
    add_first(page, review);
    add_warnings(page, results);
    return page.take();
}

std::string format_review_end(const Review& review, const Style& style) {
    Page page(style);
    add_owners(page, review);
    add_first(page, review);
    return page.take();
}

std::string review_markdown(const Review& review, const Results& results) {
    std::string text =
        fmt::format("# Review: {}\n\n{}, seed {}, {} replications, {} simulated.\n", markdown_text(results.scenario),
                    results.fidelity, results.seed, results.replications, human_duration(results.simulated_s));
    for (const PillarReview& pillar : review.pillars) {
        text += pillar_markdown(pillar);
    }
    text += owners_markdown(review);
    text += "\n## What first\n\n";
    for (const Finding& finding : review.first) {
        const std::string worth = price_text(finding);
        text += fmt::format("1. {}{}{}. {}\n", markdown_text(finding_text(finding)), worth.empty() ? "" : " ", worth,
                            markdown_text(finding.advice));
    }
    if (!results.warnings.empty()) {
        text += "\n## Warnings\n\n";
        for (const std::string& warning : results.warnings) {
            text += fmt::format("- {}\n", markdown_text(warning));
        }
    }
    return text;
}

}  // namespace nines
