// Where, as a table: the places that will do first, and what each of the others fails by.

#include <fmt/format.h>

#include <algorithm>

#include "tools/output/page.hpp"
#include "tools/output/where.hpp"
#include "tools/output/where_words.hpp"

namespace nines {

namespace {

constexpr double k_ms_per_s = 1e3;
constexpr std::string_view k_beyond = "!";
constexpr std::string_view k_assumed = "*";

bool fails(const WherePlace& place, WhereBound bound) {
    return std::find(place.fails.begin(), place.fails.end(), bound) != place.fails.end();
}

/// A figure with its marks. Figures stand to the right, so the marks have room behind each of them.
std::string marked(const std::string& figure, bool is_beyond, bool is_assumed) {
    const std::string marks = fmt::format("{}{}", is_beyond ? k_beyond : "", is_assumed ? k_assumed : "");
    return fmt::format("{} {:<2}", figure, marks);
}

std::string milliseconds(double seconds) {
    return fmt::format("{:.1f}", seconds * k_ms_per_s);
}

/// "latency <= 80 ms, residency EU CH": the bounds that were asked for.
std::string bounds_text(const WhereAsked& asked) {
    const WhereBounds& bounds = asked.question.bounds;
    std::vector<std::string> parts;
    const auto add = [&](WhereBound bound, const std::optional<double>& most, double scale, std::string_view unit) {
        if (most) {
            parts.push_back(fmt::format("{} <= {:g} {}", k_where_bounds.of(bound), *most * scale, unit));
        }
    };
    add(WhereBound::latency, bounds.round_trip_mean_s, k_ms_per_s, "ms");
    add(WhereBound::worst_latency, bounds.round_trip_worst_s, k_ms_per_s, "ms");
    if (!asked.residency.empty()) {
        parts.push_back(fmt::format("residency {}", fmt::join(asked.residency, " or ")));
    }
    add(WhereBound::carbon, bounds.carbon_g_per_kwh, 1, "g/kWh");
    add(WhereBound::price, bounds.price_usd_per_h, 1, "USD/h");
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string users_text(const WhereQuestion& question) {
    std::vector<std::string> parts;
    for (const WhereUsers& users : question.users) {
        parts.push_back(fmt::format("{:.4g} % at {}", users.share * 100, users.place));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<TableColumn> columns_of(const WhereQuestion& question) {
    std::vector<TableColumn> columns{{"place", Align::left, 0}, {"in", Align::left, 0}};
    if (!question.users.empty()) {
        columns.push_back({"mean ms   ", Align::right, 0});
    }
    if (question.users.size() > 1) {
        columns.push_back({"worst ms   ", Align::right, 0});
        columns.push_back({"from", Align::left, 0});
    }
    columns.push_back({"g/kWh   ", Align::right, 0});
    if (!question.machine.empty()) {
        columns.push_back({"USD/h   ", Align::right, 0});
    }
    return columns;
}

std::vector<std::string> cells_of(const WhereQuestion& question, const WherePlace& place) {
    const std::string_view mark = fails(place, WhereBound::residency) ? " !" : "";
    std::vector<std::string> cells{place.id, fmt::format("{} ({}){}", place.city, place.country_code, mark)};
    const bool is_by_kin = place.assumes("local zone");  // all figures of a local zone are its region's, or by distance
    const bool assumes_latency = is_by_kin || place.assumes("latency");
    if (!question.users.empty()) {
        cells.push_back(
            marked(milliseconds(place.round_trip_mean_s), fails(place, WhereBound::latency), assumes_latency));
    }
    if (question.users.size() > 1) {
        cells.push_back(
            marked(milliseconds(place.round_trip_worst_s), fails(place, WhereBound::worst_latency), assumes_latency));
        cells.push_back(question.users[place.worst_users].place);
    }
    cells.push_back(marked(fmt::format("{:.4g}", place.carbon_g_per_kwh), fails(place, WhereBound::carbon),
                           is_by_kin || place.assumes("carbon")));
    if (!question.machine.empty()) {
        cells.push_back(marked(place.price_usd_per_h ? fmt::format("{:.4g}", *place.price_usd_per_h) : "-",
                               fails(place, WhereBound::price), is_by_kin || place.assumes("price")));
    }
    return cells;
}

void write_table(const WhereAsked& asked, Page& page) {
    Table table(columns_of(asked.question));
    for (const WherePlace& place : asked.places) {
        std::vector<std::string> cells = cells_of(asked.question, place);
        if (!place.fails.empty()) {
            for (std::string& cell : cells) {
                const bool is_beyond = cell.find(k_beyond) != std::string::npos;
                cell = page.ink(is_beyond ? Ink::red : Ink::dim, cell);
            }
        }
        table.add(std::move(cells));
    }
    page.table(table);
}

/// China, GovCloud and the sovereign cloud are no choice for those without an account there.
void write_partitions(const WhereAsked& asked, Page& page) {
    std::vector<std::string_view> apart;
    for (const WherePlace& place : asked.places) {
        if (place.partition != asked.question.provider) {
            apart.push_back(place.id);
        }
    }
    if (!apart.empty()) {
        page.paragraph("  apart: ",
                       fmt::format("{} want accounts of their own (other partitions)", fmt::join(apart, ", ")));
    }
}

/// What the choice rests on: the assumptions of the places that will do.
void write_assumptions(const WhereAsked& asked, Page& page) {
    std::size_t others = 0;
    bool is_first = true;
    for (const WherePlace& place : asked.places) {
        if (!place.fails.empty()) {
            others += place.assumptions.size();
            continue;
        }
        for (const Assumption& assumption : place.assumptions) {
            if (is_first) {
                page.section("Assumed", "of the places that will do");
                is_first = false;
            }
            page.paragraph(fmt::format("  {}, {}: ", place.id, assumption.path),
                           fmt::format("{}: {}", assumption.value, assumption.why));
        }
    }
    if (others > 0) {
        page.line();
        page.line(fmt::format("  {} figure{} of other places {} assumed too: --json tells them", others,
                              others == 1 ? "" : "s", others == 1 ? "is" : "are"));
    }
}

}  // namespace

std::string format_where(const WhereAsked& asked, const Style& style) {
    const WhereQuestion& question = asked.question;
    Page page(style);
    const auto passing = std::count_if(asked.places.begin(), asked.places.end(),
                                       [](const WherePlace& place) { return place.fails.empty(); });
    const std::string bounds = bounds_text(asked);
    const std::string_view kind = question.local_zones ? "regions and local zones" : "regions";
    page.paragraph("  ", bounds.empty() ? fmt::format("{} {} of {}; no bound is given", asked.places.size(), kind,
                                                      question.provider)
                                        : fmt::format("{} of {} {} of {} keep within {}", passing, asked.places.size(),
                                                      kind, question.provider, bounds));
    page.line();
    write_table(asked, page);
    page.line();
    page.paragraph("  ", fmt::format("{} beyond its bound; {} assumed, in part or whole", k_beyond, k_assumed));
    if (!question.users.empty()) {
        page.paragraph("  ms: ", fmt::format("round trip over the network from the users ({}), as a scenario in that "
                                             "place has it; the mean is weighted by shares",
                                             users_text(question)));
    }
    page.paragraph("  g/kWh: ", "the grid's CO2e, mean over the year, by location");
    if (!question.machine.empty()) {
        page.paragraph("  USD/h: ", fmt::format("{} on demand", question.machine));
    }
    write_partitions(asked, page);
    page.paragraph("  sources: ", "nines catalog latencies, carbon, prices, country-groups");
    write_assumptions(asked, page);
    return page.take();
}

}  // namespace nines
