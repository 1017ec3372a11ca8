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

void add_figures(Page& page, const PillarReview& pillar) {
    std::vector<Fact> left;
    std::vector<Fact> right;
    const std::size_t shown = std::min(pillar.figures.size(), k_figures_shown);
    for (std::size_t i = 0; i < shown; ++i) {
        const Metric& metric = pillar.figures[i];
        std::string figure = human_quantity(metric.mean, metric.unit);
        // An interval is worth its room where it is wider than the figure's last digit.
        const bool is_wide = metric.lo && metric.hi &&
                             human_quantity(*metric.lo, metric.unit) != human_quantity(*metric.hi, metric.unit);
        if (is_wide) {
            figure += fmt::format(" ({})", human_interval(metric.lo, metric.hi, metric.unit, figure));
        }
        (i < (shown + 1) / 2 ? left : right).emplace_back(page.plain(metric.name), figure);
    }
    page.facts(left, right);
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
        return;
    }
    add_figures(page, pillar);
    add_objectives(page, pillar);
    for (const Finding& finding : pillar.findings) {
        page.paragraph("  - ", fmt::format("{} ({})", page.plain(finding_text(finding)), whose_text(finding)));
    }
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
    }
    page.section("SHARED RESPONSIBILITY",
                 "which side caused what, and runs what is paid for; layers: nines review --json");
    page.table(table);
}

void add_first(Page& page, const Review& review) {
    if (review.first.empty()) {
        return;
    }
    page.section("WHAT FIRST",
                 "what misses an objective, then the dearest; what has no price by its share of its pillar's harm");
    int number = 0;
    for (const Finding& finding : review.first) {
        std::string worth;
        const bool told = !finding.effect.empty() && finding.effect.front().unit == "USD/month";
        if (!told && finding.usd_per_month && *finding.usd_per_month > 0) {
            worth = fmt::format(" [{}]", human_quantity(*finding.usd_per_month, "USD/month"));
        }
        page.paragraph(fmt::format("  {}. ", ++number), fmt::format("{}{}", page.plain(finding_text(finding)), worth));
        page.paragraph("     ", page.plain(finding.advice));
    }
}

// --- Markdown -------------------------------------------------------------------------------------------------------

std::string pillar_markdown(const PillarReview& pillar) {
    std::string text = fmt::format("\n## {}\n\n", pillar_title(pillar.pillar));
    text[4] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[4])));
    if (pillar.figures.empty()) {
        return text + "Nothing was measured: the scenario says nothing about it.\n";
    }
    text += "| figure | mean | interval |\n| --- | ---: | --- |\n";
    for (const Metric& metric : pillar.figures) {
        const std::string mean = human_quantity(metric.mean, metric.unit);
        text += fmt::format("| {} | {} | {} |\n", markdown_text(metric.name), mean,
                            human_interval(metric.lo, metric.hi, metric.unit, mean));
    }
    text += "\n";
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

std::string owners_markdown(const Review& review) {
    std::string text = "\n## Shared responsibility\n" + layers_markdown(review);
    for (const OwnerMatrix& matrix : review.owners) {
        text += fmt::format("\n| {} | of the cloud (provider) | in the cloud (yours) |\n| --- | ---: | ---: |\n",
                            markdown_text(matrix.metric));
        for (std::size_t layer = 0; layer < k_layer_count; ++layer) {
            const auto& parts = matrix.parts[layer];
            if (parts[0] != 0 || parts[1] != 0) {
                text += fmt::format("| {} | {} | {} |\n", k_layers.of(static_cast<Layer>(layer)),
                                    unit_text(matrix, parts[0]), unit_text(matrix, parts[1]));
            }
        }
        text += fmt::format("| all | {} | {} |\n", unit_text(matrix, matrix.of(Owner::provider)),
                            unit_text(matrix, matrix.of(Owner::customer)));
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
        text += fmt::format("1. {}. {}\n", markdown_text(finding_text(finding)), markdown_text(finding.advice));
    }
    return text;
}

}  // namespace nines
