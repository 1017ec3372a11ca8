#include "tools/output/trials_page.hpp"

#include <fmt/format.h>

#include <cmath>

#include "tools/console/humanize.hpp"
#include "tools/output/review_text.hpp"
#include "tools/output/versus_text.hpp"
#include "tools/output/words.hpp"

namespace nines {

namespace {

constexpr double k_exact = 1e-6;           // an interval so narrow beside the difference is rounding
constexpr std::size_t k_figures_told = 4;  // of each kind; the JSON has all

/// "cost.per_month -112 USD (+/- 0.4 USD), availability +0.003 %": of those with that decision.
std::string told(const Trial& trial, Decision decision, bool unicode) {
    std::vector<std::string> parts;
    for (const Versus& one : trial.figures) {
        const double difference = one.difference.value_or(0);
        if (one.decision == decision && parts.size() < k_figures_told) {
            const bool is_exact = one.lo && one.hi && *one.hi - *one.lo < k_exact * std::fabs(difference);
            const std::string half = is_exact ? "" : half_width_text(one);
            parts.push_back(fmt::format("{} {}{}", one.metric, signed_quantity(difference, one.unit),
                                        half.empty() ? "" : fmt::format(" ({} {})", unicode ? "±" : "+/-", half)));
        }
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

/// "better: ...; worse: ..."; of a trial without any of these, what is open.
std::string difference_text(const Trial& trial, bool unicode) {
    std::vector<std::string> parts;
    for (const Decision decision : {Decision::better, Decision::worse, Decision::undecided}) {
        const bool is_open = decision == Decision::undecided;
        const std::string figures = is_open && !parts.empty() ? "" : told(trial, decision, unicode);
        if (!figures.empty()) {
            parts.push_back(fmt::format("{}: {}", k_decisions.of(decision), figures));
        }
    }
    return fmt::format("{}", fmt::join(parts, "; "));
}

bool has_figures(Worth worth) {
    return worth != Worth::nothing;
}

Ink ink_of(Worth worth) {
    switch (worth) {
        case Worth::gain:
            return Ink::green;
        case Worth::loss:
            return Ink::red;
        case Worth::trade:
        case Worth::undecided:
            return Ink::yellow;
        case Worth::nothing:
            break;
    }
    return Ink::plain;
}

std::vector<std::string> names_of(const Trials& trials, Worth worth) {
    std::vector<std::string> names;
    for (const Trial& trial : trials.trials) {
        if (trial.worth == worth) {
            names.push_back(trial.remedy.name);
        }
    }
    return names;
}

struct Line {
    const char* what;
    std::vector<std::string> names;
};

/// What needs no figures.
std::vector<Line> lines_of(const Trials& trials) {
    return {{"no difference worth telling", names_of(trials, Worth::nothing)},
            {"not possible beside the rest of the scenario", trials.impossible},
            {"not tried, there are too many", trials.left_out}};
}

std::string how_tried(const Trials& trials) {
    return fmt::format("one change at a time, the same luck: {}, {} replications, all intervals at once {}",
                       trials.fidelity, trials.replications, human_percent(trials.confidence));
}

}  // namespace

std::string format_trials(const Trials& trials, const Style& style) {
    Page page(style);
    page.section("TRIED", how_tried(trials));
    if (trials.trials.empty()) {
        page.line("  there is nothing to try: no remedy that nines knows fits the scenario");
    }
    if (trials.partial) {
        page.line(page.ink(Ink::yellow, "  PARTIAL: interrupted before all replications were done"));
    }
    int number = 0;
    for (const Trial& trial : trials.trials) {
        if (has_figures(trial.worth)) {
            page.paragraph(fmt::format("  {}. ", ++number),
                           fmt::format("{} [{}]", page.plain(trial.remedy.name),
                                       page.ink(ink_of(trial.worth), k_worths.of(trial.worth))));
            page.paragraph("     ", difference_text(trial, style.unicode));
        }
    }
    for (const Line& line : lines_of(trials)) {
        if (!line.names.empty()) {
            page.paragraph("  - ", page.plain(fmt::format("{}: {}", line.what, fmt::join(line.names, "; "))));
        }
    }
    return page.take();
}

std::string trials_markdown(const Trials& trials) {
    std::string text = fmt::format("\n## Tried\n\nOne change at a time under the same luck: {}, {} replications.\n\n",
                                   trials.fidelity, trials.replications);
    for (const Trial& trial : trials.trials) {
        if (has_figures(trial.worth)) {
            text += fmt::format("1. {} ({}). {}\n", markdown_text(trial.remedy.name), k_worths.of(trial.worth),
                                markdown_text(difference_text(trial, true)));
        }
    }
    for (const Line& line : lines_of(trials)) {
        if (!line.names.empty()) {
            text += fmt::format("- {}: {}\n", line.what, markdown_text(fmt::format("{}", fmt::join(line.names, "; "))));
        }
    }
    return text;
}

}  // namespace nines
