// The scorecard, from the verdict down to the assumptions: who stops reading early has read what matters most.

#include "tools/output/scorecard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "tools/console/humanize.hpp"
#include "tools/output/page.hpp"
#include "tools/output/story.hpp"
#include "tools/output/study_page.hpp"
#include "tools/output/words.hpp"

namespace nines {

namespace {

constexpr std::size_t k_bill_lines = 5;
constexpr std::size_t k_assumptions_shown = 5;
constexpr std::size_t k_warnings_shown = 20;
constexpr std::size_t k_causes_shown = 8;
constexpr std::size_t k_stretches_shown = 3;

/// Metrics by name: the page asks for some fifty among what may be thousands.
class Figures {
public:
    explicit Figures(const Results& results) {
        for (const Metric& metric : results.metrics) {
            by_name_.emplace(metric.name, &metric);
        }
    }
    const Metric* find(std::string_view name) const {
        const auto found = by_name_.find(name);
        return found == by_name_.end() ? nullptr : found->second;
    }
    std::optional<double> mean(std::string_view name) const {
        const Metric* metric = find(name);
        return metric == nullptr ? std::nullopt : metric->mean;
    }
    /// "312 ms", or "-".
    std::string text(std::string_view name) const {
        const Metric* metric = find(name);
        return metric == nullptr ? "-" : human_quantity(metric->mean, metric->unit);
    }

private:
    std::map<std::string_view, const Metric*> by_name_;
};

std::string_view stop_text(StopCause cause) {
    switch (cause) {
        case StopCause::none:
        case StopCause::interrupted:
            break;
        case StopCause::standstill:
            return "time stood still";
        case StopCause::memory:
            return "out of memory";
    }
    return "interrupted";
}

void add_title(Page& page, const Results& r) {
    const std::string dot = page.style().unicode ? " · " : " | ";
    page.line(page.ink(Ink::bold, page.plain(r.scenario.empty() ? "unnamed scenario" : r.scenario)));
    std::string facts = r.variant.empty() ? "" : "variant " + page.plain(r.variant) + dot;
    facts += r.fidelity + dot + fmt::format("seed {}", r.seed) + dot;
    if (r.replications > 1) {
        facts += human_number(static_cast<double>(r.replications)) + " replications" + dot;
    }
    facts += human_duration(r.simulated_s) + " simulated";
    facts += r.start_clock.empty() ? "" : " from " + page.plain(r.start_clock) + " UTC";
    facts += dot + human_number(static_cast<double>(r.events)) + " events";
    facts += r.stopped_by.empty() ? "" : dot + std::string(study_end_text(r));
    page.paragraph({}, facts);
}

void add_verdict(Page& page, const Results& r) {
    const auto count = [&](Verdict verdict) {
        return std::count_if(r.objectives.begin(), r.objectives.end(),
                             [&](const ObjectiveResult& o) { return o.verdict == verdict; });
    };
    const auto missed = count(Verdict::missed), undecided = count(Verdict::undecided);
    const char* plural = r.objectives.size() == 1 ? "" : "s";
    std::string sentence;
    Ink ink = missed > 0 ? Ink::red : undecided > 0 ? Ink::yellow : Ink::green;
    if (r.objectives.empty()) {
        sentence = "no objectives: nothing was judged";
        ink = Ink::plain;
    } else if (missed > 0) {
        sentence = fmt::format("{} of {} objective{} missed", missed, r.objectives.size(), plural);
        sentence += undecided > 0 ? fmt::format(", {} undecided", undecided) : "";
    } else if (undecided > 0) {
        sentence = fmt::format("{} of {} objective{} undecided, the rest met", undecided, r.objectives.size(), plural);
    } else {
        sentence = r.objectives.size() == 1 ? "the objective is met"
                                            : fmt::format("all {} objectives met", r.objectives.size());
    }
    page.line();
    page.line(page.ink(ink, sentence));
    if (r.partial) {
        page.line(page.ink(Ink::yellow, fmt::format("PARTIAL: {}; all figures are of what was simulated until then",
                                                    stop_text(r.stop.cause))));
    }
}

/// "+10:00 to +10:50, +14:00 to +14:10": slices that follow each other are one stretch.
std::string missed_stretches(const std::vector<double>& begins_s, double slice_s) {
    std::string text;
    std::size_t stretches = 0;
    for (std::size_t first = 0, next = 0; first < begins_s.size(); first = next) {
        for (next = first + 1; next < begins_s.size() && begins_s[next] - begins_s[next - 1] < 1.5 * slice_s;) {
            ++next;
        }
        if (++stretches <= k_stretches_shown) {
            text += fmt::format("{}+{} to +{}", text.empty() ? "" : ", ", human_stopwatch(begins_s[first]),
                                human_stopwatch(begins_s[next - 1] + slice_s));
        }
    }
    return stretches > k_stretches_shown ? text + fmt::format(" and {} more", stretches - k_stretches_shown) : text;
}

void add_objectives(Page& page, const Results& r) {
    if (r.objectives.empty()) {
        return;
    }
    constexpr std::array<Ink, 3> k_inks{Ink::green, Ink::red, Ink::yellow};
    const bool intervals =
        std::any_of(r.objectives.begin(), r.objectives.end(), [](const ObjectiveResult& o) { return o.lo && o.hi; });
    const bool misses =
        std::any_of(r.objectives.begin(), r.objectives.end(), [](const ObjectiveResult& o) { return o.miss; });
    Table table({{"metric"},
                 {"wanted"},
                 {"got"},
                 {intervals ? "interval" : ""},
                 {"verdict"},
                 {misses ? "chance of a miss" : ""}});
    for (const ObjectiveResult& o : r.objectives) {
        const std::string mean = human_quantity(o.mean, o.unit);
        table.add({page.plain(o.metric), page.plain(o.wanted), mean, human_interval(o.lo, o.hi, o.unit, mean),
                   page.ink(k_inks[static_cast<std::size_t>(o.verdict)], k_verdicts.of(o.verdict)),
                   o.miss ? chance_text(*o.miss) : ""});
    }
    page.section("OBJECTIVES");
    page.table(table);
    for (const ObjectiveResult& o : r.objectives) {
        if (!o.note.empty()) {
            page.paragraph("  ", page.plain(o.metric + ": " + o.note));
        }
        if (!o.missed_at_s.empty()) {
            page.paragraph(
                "  ", fmt::format("{} missed in {} slice{}: {}", page.plain(o.metric), o.missed_at_s.size(),
                                  o.missed_at_s.size() == 1 ? "" : "s", missed_stretches(o.missed_at_s, r.slice_s)));
        }
    }
}

/// "3.24 M" with the share of all that ended, where there is one.
std::string share_text(const Figures& figures, std::string_view name, std::optional<double> whole) {
    const auto part = figures.mean(name);
    if (!part || !whole || *whole <= 0) {
        return figures.text(name);
    }
    return fmt::format("{:<8} {}", figures.text(name), human_percent(*part / *whole));
}

void add_reliability(Page& page, const Figures& f) {
    std::string availability = f.text("availability");
    if (const auto nines = f.mean("nines")) {
        availability += fmt::format(" ({} nines)", human_number(*nines));
    }
    std::vector<Fact> left{{"availability", availability},
                           {"uptime", f.text("uptime")},
                           {"downtime per year", f.text("downtime.per_year")},
                           {"incidents per year", f.text("incidents.per_year")},
                           {"mean length (mttr)", f.text("mttr")},
                           {"rto", f.text("rto")},
                           {"blast radius", f.text("blast_radius")}};
    const auto offered = f.mean("requests.offered");
    std::vector<Fact> right{{"requests offered", f.text("requests.offered")}};
    for (const char* outcome : {"ok", "error", "timeout", "rejected"}) {
        right.emplace_back(std::string("  ") + outcome, share_text(f, std::string("requests.") + outcome, offered));
    }
    // These are seldom there, and are then worth a line.
    for (const auto& [label, name] :
         {std::pair("  abandoned", "requests.abandoned"), std::pair("  in flight", "requests.in_flight"),
          std::pair("  degraded, still ok", "requests.degraded")}) {
        if (f.mean(name).value_or(0) > 0) {
            right.emplace_back(label, share_text(f, name, offered));
        }
    }
    for (const char* name : {"rpo", "records.lost"}) {
        if (f.mean(name)) {
            left.emplace_back(name, f.text(name));
        }
    }
    page.section("RELIABILITY");
    page.facts(left, right);
}

void add_performance(Page& page, const Figures& f) {
    page.section("PERFORMANCE", "latency of requests that ended ok");
    page.facts({{"latency p50", f.text("latency.p50")},
                {"latency p95", f.text("latency.p95")},
                {"latency p99", f.text("latency.p99")},
                {"latency p99.9", f.text("latency.p999")}},
               {{"throughput", f.text("throughput")},
                {"goodput", f.text("goodput")},
                {"attempts per request", f.text("attempts.per_request")},
                {"latency max", f.text("latency.max")}});
}

void add_bill(Page& page, const Results& r) {
    if (r.bill.empty()) {
        return;
    }
    std::vector<const BillLine*> lines;
    for (const BillLine& line : r.bill) {
        lines.push_back(&line);
    }
    std::stable_sort(lines.begin(), lines.end(), [](const BillLine* a, const BillLine* b) { return a->usd > b->usd; });
    Table table(
        {{"largest of the bill"}, {"quantity", Align::right}, {"USD each", Align::right}, {"USD/month", Align::right}});
    const std::size_t shown = std::min(lines.size(), k_bill_lines);
    for (std::size_t i = 0; i < shown; ++i) {
        const BillLine& line = *lines[i];
        const std::string usd = human_quantity(line.usd, "USD");
        table.add({page.plain(line.item + (line.tier.empty() ? "" : ", " + line.tier)),
                   page.plain(human_quantity(line.quantity, line.unit)), fmt::format("{:.6g}", line.usd_per_unit),
                   usd.substr(0, usd.rfind(' '))});
    }
    page.table(table);
    if (shown < lines.size()) {
        page.line(fmt::format("  ... and {} smaller ones", lines.size() - shown));
    }
}

void add_cost(Page& page, const Results& r, const Figures& f) {
    page.section("COST");
    page.facts({{"per month", f.text("cost.per_month")},
                {"per million requests", f.text("cost.per_million_requests")},
                {"paid but idle", f.text("cost.idle")}},
               {{"compute", f.text("cost.compute")},
                {"transfer", f.text("cost.transfer")},
                {"managed", f.text("cost.managed")},
                {"storage", f.text("cost.storage")}});
    add_bill(page, r);
}

void add_sustainability(Page& page, const Figures& f) {
    page.section("SUSTAINABILITY");
    page.facts({{"energy", f.text("energy.kwh_per_month")}, {"carbon", f.text("carbon.kg_per_month")}},
               {{"per million requests", f.text("carbon.per_million_requests")}});
}

void add_security(Page& page, const Results& r, const Figures& f) {
    const Metric* breaches = r.find("breaches.per_year");
    if (breaches == nullptr || !breaches->mean) {
        return;  // nothing threatens
    }
    page.section("SECURITY");
    page.facts({{"breaches", f.text("breaches.per_year")}, {"records exposed", f.text("exposure.records")}},
               {{"services reached", f.text("exposure.services")}, {"contained after", f.text("compromise.contain")}});
    page.facts({{"records destroyed", f.text("records.destroyed")}, {"restored after", f.text("restore.time")}},
               {{"flood absorbed", f.text("ddos.absorbed")}, {"unpatched", f.text("patch.exposure")}});
    if (f.mean("ddos.lost")) {
        page.facts({{"lost to floods", f.text("ddos.lost")}}, {{"cost of floods", f.text("ddos.cost")}});
    }
}

/// Only where there are batch jobs.
void add_jobs(Page& page, const Figures& f) {
    if (!f.mean("jobs.ready")) {
        return;
    }
    page.section("JOBS");
    page.facts({{"finished", f.text("jobs.finished")},
                {"late", f.text("jobs.late")},
                {"ready to finished", f.text("job.duration")},
                {"machine hours", f.text("job.run_hours")}},
               {{"reclaims a job", f.text("job.reclaims")},
                {"cost a job", f.text("job.cost")},
                {"carbon a job", f.text("job.carbon")}});
}

/// Only where somebody or something is there to act.
void add_operations(Page& page, const Figures& f) {
    if (!f.mean("toil.hours_per_month")) {
        return;
    }
    page.section("OPERATIONS");
    page.facts({{"time to detect", f.text("detect")},
                {"to acknowledge", f.text("acknowledge")},
                {"to repair", f.text("repair")},
                {"without a human", f.text("automation")},
                {"alarms: precision", f.text("alarms.precision")},
                {"alarms: recall", f.text("alarms.recall")},
                {"toil", f.text("toil.hours_per_month")}},
               {{"deployments", f.text("deploy.frequency")},
                {"lead time", f.text("deploy.lead_time")},
                {"failure rate", f.text("deploy.failure_rate")},
                {"time to restore", f.text("deploy.restore")},
                {"blast radius", f.text("deploy.blast_radius")},
                {"exposure", f.text("deploy.exposure")}});
}

void add_causes(Page& page, const Results& r) {
    if (r.attribution.empty()) {
        return;
    }
    Table table({{"of"}, {"share", Align::right}, {"value", Align::right}, {"cause"}, {"layer"}, {"owner"}});
    std::size_t shown = 0;
    std::size_t lost = 0;
    for (const Attribution& part : r.attribution) {
        if (part.metric != "requests.lost") {
            continue;  // the review tells them all
        }
        ++lost;
        if (shown < k_causes_shown) {
            ++shown;
            table.add({page.plain(part.metric), human_percent(part.share), human_number(part.value),
                       page.plain(part.cause), part.layer, part.owner});
        }
    }
    if (shown == 0) {
        return;
    }
    page.section("CAUSES");
    page.table(table);
    if (shown < lost) {
        page.line(fmt::format("  ... and {} more", lost - shown));
    }
}

/// Services are what has a utilization; a second @ names a zone of one.
std::vector<std::string> service_names(const Results& r) {
    constexpr std::string_view k_prefix = "utilization@";
    std::vector<std::string> names;
    for (const Metric& metric : r.metrics) {
        if (metric.name.compare(0, k_prefix.size(), k_prefix) == 0) {
            std::string name = metric.name.substr(k_prefix.size());
            if (name.find('@') == std::string::npos) {
                names.push_back(std::move(name));
            }
        }
    }
    return names;
}

void add_services(Page& page, const Results& r, const Figures& f) {
    const std::vector<std::string> names = service_names(r);
    if (names.empty()) {
        return;
    }
    Table table({{"service"},
                 {"attempts", Align::right},
                 {"per request", Align::right},
                 {"ok", Align::right},
                 {"utilization", Align::right},
                 {"wait mean", Align::right},
                 {"p50", Align::right},
                 {"p99", Align::right}});
    for (const std::string& name : names) {
        const auto text = [&](const char* metric) { return f.text(metric + ("@" + name)); };
        table.add({page.plain(name), text("requests.offered"), text("attempts.per_request"), text("availability"),
                   text("utilization"), text("wait.mean"), text("latency.p50"), text("latency.p99")});
    }
    page.section("SERVICES", "by what their callers saw");
    page.table(table);
}

void add_assumptions(Page& page, const Results& r) {
    if (r.assumptions.empty()) {
        return;
    }
    page.section("ASSUMED", fmt::format("{} figure{} that neither you nor a measured row of the catalogue gave",
                                        r.assumptions.size(), r.assumptions.size() == 1 ? "" : "s"));
    const std::size_t shown = std::min(r.assumptions.size(), k_assumptions_shown);
    for (std::size_t i = 0; i < shown; ++i) {
        const Assumption& a = r.assumptions[i];
        page.paragraph("  ", page.plain(fmt::format("{} = {}: {}", a.path, a.value, a.why)));
    }
    if (shown < r.assumptions.size()) {
        page.line(fmt::format("  ... and {} more (all: nines check)", r.assumptions.size() - shown));
    }
}

void add_warnings(Page& page, const Results& r) {
    if (r.warnings.empty()) {
        return;
    }
    page.section("WARNINGS");
    const std::size_t shown = std::min(r.warnings.size(), k_warnings_shown);
    for (std::size_t i = 0; i < shown; ++i) {
        page.paragraph("  " + page.ink(Ink::yellow, "!") + " ", page.plain(r.warnings[i]));
    }
    if (shown < r.warnings.size()) {
        page.line(fmt::format("  ... and {} more (all: --json)", r.warnings.size() - shown));
    }
}

}  // namespace

std::string format_scorecard(const Results& results, const Style& style) {
    Page page(style);
    if (!style.quiet) {
        add_title(page, results);
        add_verdict(page, results);
    }
    add_objectives(page, results);
    if (style.quiet) {
        add_verdict(page, results);
        return page.take();
    }
    const Figures figures(results);
    if (results.stopped_by.empty()) {
        add_reliability(page, figures);
        add_performance(page, figures);
        add_jobs(page, figures);
        add_cost(page, results, figures);
        add_sustainability(page, figures);
        add_security(page, results, figures);
        add_operations(page, figures);
        add_course(page, results);
    } else {
        add_study_figures(page, results);
        add_chances(page, results);
        add_rare_events(page, results);
        if (!results.bill.empty()) {
            page.section("BILL", "means over replications");
            add_bill(page, results);
        }
    }
    add_incidents(page, results);
    add_causes(page, results);
    add_services(page, results, figures);
    add_assumptions(page, results);
    add_warnings(page, results);
    return page.take();
}

}  // namespace nines
