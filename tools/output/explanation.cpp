// An explanation for the terminal: how available, what to fix first, what takes it down, what multiplying would say.

#include "tools/output/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/time.hpp"
#include "engine/stats/nines.hpp"
#include "models/results/rounding.hpp"
#include "models/security/blast_radius.hpp"
#include "tools/console/humanize.hpp"
#include "tools/output/page.hpp"

namespace nines {

namespace {

constexpr double k_seconds_per_year = k_hours_per_year * k_seconds_per_hour;
constexpr std::size_t k_parts_shown = 12;
constexpr std::size_t k_sets_shown = 15;
constexpr std::size_t k_demands_shown = 20;
constexpr std::size_t k_notes_shown = 20;

std::string counted(double count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", human_number(count), count == 1 ? one : many);
}

std::string per_year(double unavailability) {
    return unavailability > 0 ? human_duration(unavailability * k_seconds_per_year) : "0 s";
}

std::string nines_text(double unavailability) {
    const auto nines = nines_of(unavailability);
    return nines ? fmt::format("{:.2f}", *nines) : "no failure";
}

std::string_view owner_of(const Part& part) {
    return part.owned_by_provider ? "provider" : "customer";
}

class ExplanationPage {
public:
    ExplanationPage(const Explained& explained, const Style& style) : e_(explained), page_(style) {}

    std::string write() {
        page_.line(page_.ink(Ink::bold, page_.plain(e_.plan.names.scenario)));
        page_.paragraph("",
                        "structure only: detection, failover and routing are taken as instant and find a way where "
                        "there is one; load, queues, timeouts and retries are not looked at");
        if (!e_.answer.is_solved) {
            bounds();
            footholds();
            notes();
            return page_.take();
        }
        availability();
        if (!page_.style().quiet) {
            demands();
            fix_first();
            cut_sets();
            composite();
            footholds();
            notes();
        }
        return page_.take();
    }

private:
    const std::string& name(std::uint32_t part) const { return e_.structure.parts[part].name; }

    void bounds() {
        page_.section("TOO LARGE FOR AN EXACT ANSWER");
        if (!e_.answer.bounds) {
            page_.paragraph("  ", "parts wait for crews, or there are too many sets that matter: simulate it");
            return;
        }
        const analytic::UnavailabilityBounds& b = *e_.answer.bounds;
        page_.facts({{"all requests served", human_percent(1 - b.upper) + " to " + human_percent(1 - b.lower)},
                     {"some fail", per_year(b.lower) + " to " + per_year(b.upper) + " a year"}},
                    {});
        page_.paragraph("  ",
                        fmt::format("bounds from the {} of at most {}; simulate it for a figure",
                                    counted(static_cast<double>(b.cut_sets), "minimal cut set", "minimal cut sets"),
                                    counted(b.order, "part", "parts")));
    }

    void availability() {
        const Explanation& a = e_.answer;
        const bool exact = e_.structure.needs_simulation.empty();
        page_.section("AVAILABILITY", exact ? "of requests, in the long run, exact"
                                            : "of requests, in the long run; not exact, see NEEDS SIMULATION");
        if (e_.structure.parts.empty() && e_.structure.needs_simulation.empty()) {
            page_.paragraph("  ",
                            "100 %: nothing fails. The scenario has no fault that takes anything away again and "
                            "again, and nothing fails unless `faults` says so");
            return;
        }
        std::vector<Fact> left{{"availability", human_percent(a.requests.up)},
                               {"nines", nines_text(a.requests.down)},
                               {"not served", per_year(a.requests.down) + " a year"}};
        if (a.horizon.mean) {
            left.push_back({"over " + human_duration(e_.plan.run.horizon_s), human_percent(a.horizon.mean->up)});
        }
        std::vector<Fact> right;
        if (a.outages.failures_per_s > 0) {
            right = {{"outages", human_number(a.outages.failures_per_s * k_seconds_per_year) + " a year"},
                     {"mean outage", human_duration(a.outages.mean_outage_s())},
                     {"between outages", human_duration(a.outages.mtbf_s())}};
        }
        page_.facts(left, right);
        if (a.requests.down == 0) {
            page_.paragraph("  ", nothing_fails());
        }
        if (a.outages.failures_per_s > 0) {
            page_.paragraph("  ", "an outage is any time in which some kind of request fails");
        }
    }

    std::string nothing_fails() const {
        const bool all_scheduled = std::all_of(e_.structure.parts.begin(), e_.structure.parts.end(),
                                               [](const Part& part) { return part.law == PartLaw::scheduled; });
        const bool harmless = e_.answer.horizon.mean && e_.answer.horizon.mean->down == 0;
        return fmt::format("{}{}",
                           all_scheduled ? "all faults are scheduled: they have no share of the long run"
                                         : "no set of parts that fail takes a request with it",
                           harmless ? ", and as far as the structure goes none of them takes a request with it" : "");
    }

    void demands() {
        if (e_.answer.demands.size() < 2) {
            return;
        }
        page_.section("DEMANDS");
        Table table({{"demand"},
                     {"requests", Align::right},
                     {"availability", Align::right},
                     {"nines", Align::right},
                     {"outages a year", Align::right},
                     {"mean", Align::right}});
        const std::size_t shown = std::min(e_.answer.demands.size(), k_demands_shown);
        for (std::size_t i = 0; i < shown; ++i) {
            const DemandWorth& d = e_.answer.demands[i];
            const bool fails = d.outages.failures_per_s > 0;
            table.add({page_.plain(e_.plan.names.demands[d.demand]), human_percent(d.share),
                       human_percent(d.requests.up), nines_text(d.requests.down),
                       human_number(d.outages.failures_per_s * k_seconds_per_year),
                       fails ? human_duration(d.outages.mean_outage_s()) : "-"});
        }
        page_.table(table);
        more(e_.answer.demands.size(), shown);
    }

    void more(std::size_t all, std::size_t shown) {
        if (all > shown) {
            page_.line(fmt::format("  ... and {} more (all of them: --json FILE)", all - shown));
        }
    }

    void fix_first() {
        const auto& parts = e_.answer.parts;
        const auto saving = static_cast<std::size_t>(
            std::count_if(parts.begin(), parts.end(), [](const PartWorth& p) { return p.unavailability_saved > 0; }));
        if (saving == 0) {
            return;
        }
        page_.section("WHAT TO FIX FIRST", "what each part would give if it never failed");
        Table table({{"part"},
                     {"owner"},
                     {"alone", Align::right},
                     {"saves a year", Align::right},
                     {"share", Align::right},
                     {"FV", Align::right},
                     {"RAW", Align::right}});
        std::size_t rows = 0;
        for (std::size_t i = 0; i < saving; ++rows) {
            const PartWorth& p = parts[i];
            std::size_t alike = 1;
            while (i + alike < saving && are_alike(p, parts[i + alike])) {
                ++alike;
            }
            i += alike;
            if (rows < k_parts_shown) {
                table.add({page_.plain(name(p.part)) + and_alike(alike),
                           std::string(owner_of(e_.structure.parts[p.part])), human_percent(p.alone.up),
                           per_year(p.unavailability_saved),
                           human_percent(p.unavailability_saved / e_.answer.requests.down),
                           p.fussell_vesely ? human_number(*p.fussell_vesely) : "-",
                           human_number(p.risk_achievement_worth) + "x"});
            }
        }
        page_.table(table);
        more(rows, std::min(rows, k_parts_shown));
        page_.paragraph("  ",
                        "FV (Fussell-Vesely): share of the outage time in which it has a part; RAW (risk achievement "
                        "worth): how many times as much time is lost while it is down");
    }

    /// Nothing that the page shows tells them apart but their names; they stand side by side.
    bool are_alike(const PartWorth& a, const PartWorth& b) const {
        const auto same = [](double x, double y) { return round_significant(x, 9) == round_significant(y, 9); };
        return e_.structure.parts[a.part].fault == e_.structure.parts[b.part].fault &&
               same(a.unavailability_saved, b.unavailability_saved) && same(a.alone.down, b.alone.down);
    }
    bool are_alike(const CutSet& a, const CutSet& b) const {
        const auto same = [](double x, double y) { return round_significant(x, 9) == round_significant(y, 9); };
        return same(a.chance, b.chance) && same(a.share_of_requests, b.share_of_requests) &&
               faults_of(a) == faults_of(b);
    }
    std::vector<FaultId> faults_of(const CutSet& set) const {
        std::vector<FaultId> faults;
        for (const std::uint32_t part : set.parts) {
            faults.push_back(e_.structure.parts[part].fault);
        }
        std::sort(faults.begin(), faults.end());
        return faults;
    }
    static std::string and_alike(std::size_t count) { return count == 1 ? "" : fmt::format(" ({} alike)", count); }

    void cut_sets() {
        const Explanation& a = e_.answer;
        if (!a.cut_set_count) {
            page_.section("WHAT TAKES REQUESTS DOWN", "the minimal cut sets are too many to be counted");
            return;
        }
        if (*a.cut_set_count == 0) {
            return;
        }
        std::vector<std::string> orders;
        for (std::size_t order = 1; order < a.cut_set_count_by_order.size(); ++order) {
            if (a.cut_set_count_by_order[order] > 0) {
                orders.push_back(fmt::format("{} of {}", human_number(a.cut_set_count_by_order[order]),
                                             counted(static_cast<double>(order), "part", "parts")));
            }
        }
        page_.section("WHAT TAKES REQUESTS DOWN",
                      fmt::format("{}: {}", counted(*a.cut_set_count, "minimal cut set", "minimal cut sets"),
                                  fmt::join(orders, ", ")));
        const bool any_single = a.cut_set_count_by_order.size() > 1 && a.cut_set_count_by_order[1] > 0;
        page_.paragraph("  ", any_single ? "a single part is a single point of failure"
                                         : "no single point of failure among the parts that fail");
        Table table({{"down at once"}, {"time a year", Align::right}, {"requests lost", Align::right}, {"owner"}});
        std::size_t shown = 0;
        std::size_t rows = 0;
        for (std::size_t i = 0; i < a.cut_sets.size() && rows < k_sets_shown; ++rows) {
            const CutSet& set = a.cut_sets[i];
            std::size_t alike = 1;
            while (i + alike < a.cut_sets.size() && are_alike(set, a.cut_sets[i + alike])) {
                ++alike;
            }
            i += alike;
            shown += alike;
            table.add({names_of(set) + and_alike(alike),
                       set.chance > 0 ? per_year(set.chance) + (alike > 1 ? " each" : "") : "scheduled",
                       human_percent(set.share_of_requests), std::string(owners_of(set))});
        }
        page_.table(table);
        if (*a.cut_set_count > static_cast<double>(shown)) {
            page_.line(fmt::format("  ... and {} more", human_number(*a.cut_set_count - static_cast<double>(shown))));
        }
    }

    std::string names_of(const CutSet& set) const {
        std::vector<std::string> names;
        for (const std::uint32_t part : set.parts) {
            names.push_back(page_.plain(name(part)));
        }
        return fmt::format("{}", fmt::join(names, " + "));
    }
    std::string_view owners_of(const CutSet& set) const {
        const auto of_provider = std::count_if(set.parts.begin(), set.parts.end(), [&](std::uint32_t part) {
            return e_.structure.parts[part].owned_by_provider;
        });
        return of_provider == 0                                            ? "customer"
               : static_cast<std::size_t>(of_provider) == set.parts.size() ? "provider"
                                                                           : "both";
    }

    void composite() {
        const Composite& c = e_.answer.composite;
        const double down = e_.answer.requests.down;
        if (down == 0 || (c.services.size() < 2 && !c.by_sla)) {
            return;
        }
        page_.section("COMPOSITE SLA", "what multiplying the services' availabilities says");
        Table table({{"service"}, {"availability here", Align::right}, {"promised (SLA)", Align::right}});
        for (const ServiceAlone& one : c.services) {
            table.add({page_.plain(e_.plan.names.services[one.service]), human_percent(one.alone.up),
                       one.sla ? human_percent(one.sla->availability) : "-"});
        }
        table.add({"product", human_percent(c.by_product.up), c.by_sla ? human_percent(*c.by_sla) : "-"});
        page_.table(table);
        const double ratio = c.by_product.down / down;
        const bool close = ratio > 0.995 && ratio < 1.005;
        page_.paragraph("  ", fmt::format("the product says {} a year, the structure {}: {}",
                                          per_year(c.by_product.down), per_year(down),
                                          close ? "here the services share next to nothing"
                                                : fmt::format("{} times the truth, since services that share zones or "
                                                              "links do not fail independently",
                                                              human_number(ratio))));
    }

    void footholds() {
        const std::vector<BlastRadius> radii = blast_radii(e_.plan);
        if (radii.empty()) {
            return;
        }
        page_.section("FOOTHOLDS", "where each leads by permissions alone");
        Table table({{"foothold"}, {"services", Align::right}, {"records", Align::right}, {"reached"}});
        const std::size_t shown = std::min(radii.size(), k_notes_shown);
        for (std::size_t i = 0; i < shown; ++i) {
            table.add({page_.plain(radii[i].foothold), std::to_string(radii[i].reached.size()),
                       human_number(radii[i].records),
                       page_.plain(fmt::format("{}", fmt::join(radii[i].reached, ", ")))});
        }
        page_.table(table);
        more(radii.size(), shown);
    }

    void notes() {
        list("NEEDS SIMULATION", "takes service away, in ways that are not solved here", e_.structure.needs_simulation);
        list("NOT IN THESE FIGURES", "", e_.structure.left_out);
        if (!e_.answer.horizon.why_not.empty()) {
            page_.section("NO FIGURE FOR THE HORIZON", page_.plain(e_.answer.horizon.why_not));
        }
    }

    void list(std::string_view title, std::string_view remark, const std::vector<LeftOut>& left) {
        if (left.empty()) {
            return;
        }
        page_.section(title, remark);
        const std::size_t shown = std::min(left.size(), k_notes_shown);
        for (std::size_t i = 0; i < shown; ++i) {
            page_.paragraph("  ", page_.plain(fmt::format("{} ({}): {}", left[i].name, left[i].what, left[i].why)));
        }
        more(left.size(), shown);
    }

    const Explained& e_;
    Page page_;
};

}  // namespace

std::string format_explanation(const Explained& explained, const Style& style) {
    return ExplanationPage(explained, style).write();
}

}  // namespace nines
