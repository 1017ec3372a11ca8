#include "tools/output/comparison_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/pillars/review.hpp"
#include "tools/console/humanize.hpp"
#include "tools/output/page.hpp"
#include "tools/output/review_text.hpp"
#include "tools/output/versus_text.hpp"
#include "tools/output/words.hpp"

namespace nines {

namespace {

constexpr std::size_t k_columns_most = 8;   // metrics in the table of contestants
constexpr std::size_t k_largest_shown = 5;  // of each variant, beside the metrics shown anyway

std::string join(std::vector<std::string> parts, const char* between) {
    return fmt::format("{}", fmt::join(parts, between));
}

/// "not decided beside a, b; the same as c"; "for certain" where there is none of either.
std::string sure_text(const std::vector<std::string>& open, const std::vector<std::string>& same) {
    std::vector<std::string> parts;
    if (!open.empty()) {
        parts.push_back("not decided beside " + join(open, ", "));
    }
    if (!same.empty()) {
        parts.push_back("the same as " + join(same, ", "));
    }
    return parts.empty() ? "for certain" : join(parts, "; ");
}

/// A column of the table of contestants: a name as short as people say it, with the unit where cells leave it out.
struct Column {
    std::string_view metric;
    std::string_view heading;
    bool bare = false;  ///< cells without a unit
};

Column column_of(const std::string& metric) {
    constexpr std::array<Column, 4> k_short{{{"latency.p99", "p99"},
                                             {"cost.per_month", "USD/month", true},
                                             {"downtime.per_year", "down/yr"},
                                             {"carbon.kg_per_month", "kg/month", true}}};
    for (const Column& column : k_short) {
        if (column.metric == metric) {
            return column;
        }
    }
    return {metric, metric};
}

std::string cell_of(const Metric* metric, const Column& column) {
    if (metric == nullptr || !metric->mean) {
        return "-";
    }
    return column.bare ? human_number(*metric->mean) : short_quantity(metric->mean, metric->unit);
}

std::string_view mark_of(Decision decision) {
    switch (decision) {
        case Decision::better:
            return "+";
        case Decision::worse:
            return "-";
        case Decision::differs:
            return "~";
        case Decision::same:
            return "=";
        case Decision::undecided:
            return "?";
        case Decision::unmeasured:
            break;
    }
    return " ";
}

std::string objectives_text(const Results& results) {
    const auto count = [&](Verdict verdict) {
        return std::count_if(results.objectives.begin(), results.objectives.end(),
                             [&](const ObjectiveResult& o) { return o.verdict == verdict; });
    };
    const auto missed = count(Verdict::missed), undecided = count(Verdict::undecided);
    if (missed == 0 && undecided == 0) {
        return "all met";
    }
    std::string text = missed > 0 ? fmt::format("{} missed", missed) : "";
    if (undecided > 0) {
        text += fmt::format("{}{} open", text.empty() ? "" : ", ", undecided);
    }
    return text;
}

void add_title(Page& page, const ComparisonResults& c) {
    const Results& r = c.base();
    const std::string dot = page.style().unicode ? " · " : " | ";
    std::uint64_t events = 0;
    for (const VariantResults& one : c.contestants) {
        events += one.results.events;
    }
    const double each_s = r.replications > 0 ? r.simulated_s / static_cast<double>(r.replications) : 0;
    page.line(page.ink(Ink::bold, page.plain(r.scenario.empty() ? "unnamed scenario" : r.scenario)));
    page.paragraph(
        {}, fmt::format("{} and {} variant{} under the same luck{}{}{}seed {}{}{} replications of {} each{}{} events",
                        page.plain(c.contestants.front().name), c.contestants.size() - 1,
                        c.contestants.size() == 2 ? "" : "s", dot, r.fidelity, dot, r.seed, dot, r.replications,
                        human_duration(each_s), dot, human_number(static_cast<double>(events))));
}

/// Which to take, and how sure that is.
void add_advice(Page& page, const ComparisonResults& c) {
    if (!c.advice) {
        page.line("no objectives: nothing says which to take; see who is best in what");
    } else {
        const Advice& a = *c.advice;
        const bool all_met = a.missed == 0 && a.undecided == 0;
        std::string text = "take " + page.plain(a.name) + ": ";
        text += all_met ? "it meets all objectives"
                : a.missed == 0
                    ? fmt::format("it leaves {} objective{} undecided, no other fewer", a.undecided,
                                  a.undecided == 1 ? "" : "s")
                    : fmt::format("it misses {} objective{}, no other fewer", a.missed, a.missed == 1 ? "" : "s");
        if (a.candidates > 1) {
            text += fmt::format("; of the {} that stand alike it has the best {}", a.candidates, a.by);
            text += ", " + page.plain(sure_text(a.open, a.same));
        }
        page.paragraph({}, page.ink(all_met ? Ink::green : Ink::yellow, text));
    }
    if (c.base().partial) {
        page.line(page.ink(Ink::yellow, "PARTIAL: all figures are of the replications until then"));
    }
}

std::string pareto_text(const ParetoMark& mark) {
    const std::string doubt = mark.sure ? "" : " ?";
    return (mark.dominated_by.empty() ? "front" : "after " + mark.dominated_by) + doubt;
}

void add_contestants(Page& page, const ComparisonResults& c) {
    const std::size_t columns = std::min(c.shown.size(), k_columns_most);
    const bool judged = !c.base().objectives.empty();
    std::vector<TableColumn> headings{{""}};
    if (judged) {
        headings.push_back({"verdict"});
    }
    for (std::size_t i = 0; i < columns; ++i) {
        headings.push_back({std::string(column_of(c.shown[i]).heading) + "  ", Align::right});
    }
    headings.push_back({"pareto"});
    Table table(headings);
    for (std::size_t i = 0; i < c.contestants.size(); ++i) {
        const VariantResults& one = c.contestants[i];
        std::vector<std::string> cells{page.plain(one.name)};
        if (judged) {
            cells.push_back(objectives_text(one.results));
        }
        for (std::size_t k = 0; k < columns; ++k) {
            const Metric* metric = one.results.find(c.shown[k]);
            const Versus* versus = one.find(c.shown[k]);
            const Decision decision = versus == nullptr ? Decision::unmeasured : versus->decision;
            cells.push_back(cell_of(metric, column_of(c.shown[k])) + " " +
                            page.ink(ink_of(decision), mark_of(decision)));
        }
        cells.push_back(page.plain(pareto_text(c.pareto[i])));
        table.add(std::move(cells));
    }
    page.section("VARIANTS", "means; beside the base: + better, - worse, ~ different, = the same, ? undecided");
    page.table(table);
}

/// "3.4 x"; "exact" where luck no longer matters.
std::string saving_text(const Versus& versus) {
    if (!versus.saving) {
        return "-";
    }
    return std::isfinite(*versus.saving) ? human_number(*versus.saving) + " x" : "exact";
}

void add_differences(Page& page, const ComparisonResults& c) {
    Table table({{"metric"},
                 {"variant"},
                 {"difference", Align::right},
                 {page.style().unicode ? "±" : "+/-", Align::right},
                 {""},
                 {"better in", Align::right},
                 {"saves", Align::right}});
    std::vector<std::string> notes;
    for (const std::string& metric : c.shown) {
        std::string heading = metric;
        for (const VariantResults& one : c.contestants) {
            const Versus* v = one.find(metric);
            if (v == nullptr) {
                continue;
            }
            table.add({page.plain(heading), page.plain(one.name),
                       v->difference ? signed_quantity(*v->difference, v->unit) : "-", half_width_text(*v),
                       page.ink(ink_of(v->decision), k_decisions.of(v->decision)),
                       v->chance_better ? human_percent(v->chance_better->probability) : "-", saving_text(*v)});
            heading.clear();
            if (!v->note.empty() && v->decision == Decision::undecided) {
                notes.push_back(fmt::format("{} of {}: no interval: {}", metric, one.name, v->note));
            }
        }
    }
    page.section("DIFFERENCES", fmt::format("variant minus base; the intervals of a metric hold at once with {}",
                                            human_percent(c.base().confidence)));
    page.table(table);
    for (const std::string& note : notes) {
        page.paragraph("  ", page.plain(note));
    }
    page.paragraph("  ",
                   "better in: share of replications. saves: so many times more replications would be needed "
                   "under luck of their own for intervals as narrow");
}

/// Whether a metric of one demand or service says what the whole says: there is but one.
bool repeats_whole(const VariantResults& one, const Versus& v) {
    const std::size_t at = v.metric.find('@');
    const Versus* whole = at == std::string::npos ? nullptr : one.find(v.metric.substr(0, at));
    return whole != nullptr && whole->base == v.base && whole->variant == v.variant;
}

bool is_decided(Decision decision) {
    return decision == Decision::better || decision == Decision::worse || decision == Decision::differs;
}

void add_largest(Page& page, const ComparisonResults& c) {
    Table table({{"variant"},
                 {"metric"},
                 {"base", Align::right},
                 {"variant", Align::right},
                 {"difference", Align::right},
                 {""}});
    for (const VariantResults& one : c.contestants) {
        std::vector<const Versus*> largest;
        for (const Versus& v : one.versus) {
            const bool shown = std::find(c.shown.begin(), c.shown.end(), v.metric) != c.shown.end();
            const bool of_zone = std::count(v.metric.begin(), v.metric.end(), '@') > 1;
            if (!shown && !of_zone && is_decided(v.decision) && !repeats_whole(one, v)) {
                largest.push_back(&v);
            }
        }
        std::stable_sort(largest.begin(), largest.end(),
                         [](const Versus* a, const Versus* b) { return relative_size(*a) > relative_size(*b); });
        largest.resize(std::min(largest.size(), k_largest_shown));
        std::string heading = one.name;
        for (const Versus* v : largest) {
            table.add({page.plain(heading), page.plain(v->metric), short_quantity(v->base, v->unit),
                       short_quantity(v->variant, v->unit), signed_quantity(*v->difference, v->unit),
                       page.ink(ink_of(v->decision), k_decisions.of(v->decision))});
            heading.clear();
        }
    }
    if (!table.empty()) {
        page.section("LARGEST", "of the other differences that are decided, relative to the figures");
        page.table(table);
    }
}

void add_best(Page& page, const ComparisonResults& c) {
    if (c.best.empty()) {
        return;
    }
    Table table({{"metric"}, {"best"}, {"mean", Align::right}, {"how sure"}});
    for (const BestOf& best : c.best) {
        const Metric* metric = c.base().find(best.metric);
        table.add({page.plain(best.metric), page.plain(best.name),
                   short_quantity(best.mean, metric == nullptr ? "" : metric->unit),
                   page.plain(sure_text(best.open, best.same))});
    }
    page.section("BEST", fmt::format("by the mean; certain: with {} ahead of all others at once",
                                     human_percent(c.base().confidence)));
    page.table(table);
}

/// "1,200  42 %" of what one side owns; nothing where there is nothing to share.
std::string side_text(const OwnerMatrix* matrix, Owner owner) {
    if (matrix == nullptr || matrix->total() == 0) {
        return "-";
    }
    const double part = matrix->of(owner);
    return part == 0 ? std::string("-")
                     : fmt::format("{}  {}", unit_text(*matrix, part), human_percent(part / matrix->total()));
}

/// Whose what is: how the shared responsibility moves from one contestant to the other.
void add_owners(Page& page, const ComparisonResults& c) {
    std::vector<std::vector<OwnerMatrix>> of_each;
    std::vector<std::string> metrics;
    for (const VariantResults& one : c.contestants) {
        of_each.push_back(matrices_of(one.results));
        for (const OwnerMatrix& matrix : of_each.back()) {
            if (std::find(metrics.begin(), metrics.end(), matrix.metric) == metrics.end()) {
                metrics.push_back(matrix.metric);
            }
        }
    }
    Table table({{"what, per replication"},
                 {"variant"},
                 {"of the cloud (provider)", Align::right},
                 {"in the cloud (yours)", Align::right}});
    for (const std::string& metric : metrics) {
        std::string heading = metric;
        std::vector<std::string> of_base;
        for (std::size_t i = 0; i < c.contestants.size(); ++i) {
            const auto found = std::find_if(of_each[i].begin(), of_each[i].end(),
                                            [&](const OwnerMatrix& matrix) { return matrix.metric == metric; });
            const OwnerMatrix* matrix = found == of_each[i].end() ? nullptr : &*found;
            const std::vector<std::string> sides{side_text(matrix, Owner::provider),
                                                 side_text(matrix, Owner::customer)};
            if (i > 0 && sides == of_base) {
                continue;
            }
            of_base = i == 0 ? sides : of_base;
            table.add({page.plain(heading), page.plain(c.contestants[i].name), sides[0], sides[1]});
            heading.clear();
        }
    }
    if (!table.empty()) {
        page.section("SHARED RESPONSIBILITY", "which side caused what; variants that are not named are as the base");
        page.table(table);
    }
}

void add_warnings(Page& page, const ComparisonResults& c) {
    std::vector<std::string> warnings = c.warnings;
    for (const VariantResults& one : c.contestants) {
        for (const std::string& warning : one.results.warnings) {
            const bool of_base =
                std::find(c.base().warnings.begin(), c.base().warnings.end(), warning) != c.base().warnings.end();
            if (&one.results == &c.base() || !of_base) {
                warnings.push_back(&one.results == &c.base() ? warning : one.name + ": " + warning);
            }
        }
    }
    if (warnings.empty()) {
        return;
    }
    page.section("WARNINGS");
    for (const std::string& warning : warnings) {
        page.paragraph("  " + page.ink(Ink::yellow, "!") + " ", page.plain(warning));
    }
}

}  // namespace

std::string format_comparison(const ComparisonResults& results, const Style& style) {
    Page page(style);
    if (!style.quiet) {
        add_title(page, results);
        page.line();
    }
    add_advice(page, results);
    add_contestants(page, results);
    if (!style.quiet) {
        add_differences(page, results);
        add_largest(page, results);
        add_best(page, results);
        add_owners(page, results);
        add_warnings(page, results);
    }
    return page.take();
}

}  // namespace nines
