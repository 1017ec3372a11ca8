// nines catalog where: which regions keep within bounds of latency, residency, carbon and price for given users.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <set>

#include "engine/base/atomic_file.hpp"
#include "models/language/problem.hpp"
#include "models/language/quantity_text.hpp"
#include "models/language/show.hpp"
#include "models/world/origins.hpp"
#include "tools/commands/commands.hpp"
#include "tools/console/options.hpp"
#include "tools/console/terminal.hpp"
#include "tools/output/where.hpp"

namespace nines {

namespace {

namespace po = boost::program_options;

constexpr std::string_view k_help =
    "nines catalog where: which regions suit given users, by latency, residency, carbon and price\n\n"
    "  nines catalog where --users IAD:60%,FRA:40%\n"
    "  nines catalog where --users IAD:60%,FRA:40% --latency '<= 80 ms' --residency EU,CH \\\n"
    "                      --carbon '<= 100 g/kWh' --on m7g.large --price '<= 0.10 USD/h' --json -\n\n"
    "All regions are listed; those within all bounds come first, the cheapest of them on top. Exit code 0 when there\n"
    "is one, 1 when there is none.\n\n";

constexpr double k_grams_per_kg = 1000;
constexpr double k_shares_apart_most = 1e-9;

std::string_view trim(std::string_view text) {
    const auto begin = text.find_first_not_of(' ');
    return begin == std::string_view::npos ? std::string_view{}
                                           : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> parts;
    for (std::size_t end = 0; end != std::string_view::npos;) {
        end = text.find(',');
        parts.emplace_back(trim(text.substr(0, end)));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return parts;
}

std::string suggestion(const std::string& word, const std::vector<std::string>& choices) {
    const std::string_view near = nearest(word, choices);
    return near.empty() ? "" : fmt::format("; did you mean `{}`?", near);
}

// --- bounds ---------------------------------------------------------------------------------------------------------

Result<double> read_quantity_of(std::string_view text, Dimension dimension) {
    auto value = parse_quantity(text, dimension);
    if (value && *value < 0) {
        return tl::unexpected(fmt::format("expected no less than zero, found {}", quote(text)));
    }
    return value;
}

/// Grams of CO2e in a kWh. The language has masses and energies, but not one by the other.
Result<double> read_carbon(std::string_view text) {
    constexpr std::string_view k_per_kwh = "/kWh";
    if (!text.ends_with(k_per_kwh)) {
        return tl::unexpected(fmt::format("expected grams in a kWh such as `100 g/kWh`, found {}", quote(text)));
    }
    const auto mass = read_quantity_of(trim(text.substr(0, text.size() - k_per_kwh.size())), Dimension::mass);
    return mass ? Result<double>(*mass * k_grams_per_kg) : mass;
}

/// `<= 80 ms`, or `80 ms` alone: all bounds are upper ones.
template <class ReadValue>
Result<std::optional<double>> read_bound(const po::variables_map& options, const char* name, ReadValue read_value) {
    if (options.count(name) == 0) {
        return std::nullopt;
    }
    const std::string& given = options[name].as<std::string>();
    std::string_view text = trim(given);
    if (text.starts_with("<=")) {
        text = trim(text.substr(2));
    } else if (text.starts_with('<') || text.starts_with('>')) {
        return tl::unexpected(fmt::format("--{} is an upper bound: write `<= X`, not {}", name, quote(given)));
    }
    const auto value = read_value(text);
    if (!value) {
        return tl::unexpected(fmt::format("--{}: {}", name, value.error()));
    }
    return *value;
}

// --- users and countries --------------------------------------------------------------------------------------------

Result<WhereUsers> read_place(const Origins& origins, const Catalog& catalog, const std::string& provider,
                              const std::string& word) {
    const Origin* origin = origins.find(word);
    if (origin == nullptr || origin->kind == Origin::Kind::zone) {
        return tl::unexpected(fmt::format("--users: expected an edge, a region or a city of {}, found {}{}", provider,
                                          quote(word), suggestion(word, origin_names(catalog, provider))));
    }
    return WhereUsers{.place = origin->id};
}

/// `IAD:60%,FRA:40%`, or `IAD,FRA` in equal parts.
Result<std::vector<WhereUsers>> read_users(const Catalog& catalog, const std::string& provider,
                                           const std::string& text) {
    const Origins origins(catalog, provider);
    const std::vector<std::string> parts = split_list(text);
    std::vector<WhereUsers> users;
    std::set<std::string> seen;
    double sum = 0;
    std::size_t with_share = 0;
    for (const std::string& part : parts) {
        const std::size_t colon = part.rfind(':');
        auto one = read_place(origins, catalog, provider, std::string(trim(part.substr(0, colon))));
        if (!one) {
            return tl::unexpected(one.error());
        }
        if (!seen.insert(one->place).second) {
            return tl::unexpected(fmt::format("--users: `{}` stands there twice", one->place));
        }
        one->share = 1.0 / static_cast<double>(parts.size());
        if (colon != std::string::npos) {
            const auto share = read_quantity_of(trim(std::string_view(part).substr(colon + 1)), Dimension::fraction);
            if (!share) {
                return tl::unexpected(fmt::format("--users: {}", share.error()));
            }
            one->share = *share;
            ++with_share;
        }
        sum += one->share;
        users.push_back(*one);
    }
    if (with_share > 0 && with_share < parts.size()) {
        return tl::unexpected(std::string("--users: give a share to all places, or to none"));
    }
    if (std::abs(sum - 1) > k_shares_apart_most) {
        return tl::unexpected(fmt::format("--users: the shares sum to {:.6g} %, not to 100 %", sum * 100));
    }
    return users;
}

Result<std::vector<std::string>> read_residency(const Catalog& catalog, const std::string& provider,
                                                const std::vector<std::string>& words) {
    const std::vector<std::string> known = catalog.known_countries(provider);
    std::set<std::string> countries;
    for (const std::string& word : words) {
        const std::vector<std::string> group = catalog.countries_of(word);
        if (!word.empty() && !group.empty()) {
            countries.insert(group.begin(), group.end());
        } else if (std::binary_search(known.begin(), known.end(), word)) {
            countries.insert(word);
        } else {
            std::vector<std::string> choices = catalog.country_groups();
            choices.insert(choices.end(), known.begin(), known.end());
            return tl::unexpected(
                fmt::format("--residency: expected a country such as `DE` or a group ({}), found {}{}",
                            fmt::join(catalog.country_groups(), ", "), quote(word), suggestion(word, choices)));
        }
    }
    return std::vector<std::string>(countries.begin(), countries.end());
}

// --- the question ---------------------------------------------------------------------------------------------------

struct Asked {
    WhereQuestion question;
    std::vector<std::string> residency;
};

std::string text_of(const po::variables_map& options, const char* name) {
    return options.count(name) > 0 ? options[name].as<std::string>() : std::string();
}

std::optional<std::string> missing_part(const po::variables_map& options) {
    for (const char* name : {"latency", "worst-latency"}) {
        if (options.count(name) > 0 && options.count("users") == 0) {
            return fmt::format("--{} needs --users: from where?", name);
        }
    }
    if (options.count("price") > 0 && options.count("on") == 0) {
        return "--price needs --on: of which instance type?";
    }
    return std::nullopt;
}

std::optional<std::string> read_bounds(const po::variables_map& options, WhereBounds& bounds) {
    const auto time = [](std::string_view text) { return read_quantity_of(text, Dimension::time); };
    const auto price = [](std::string_view text) { return read_quantity_of(text, Dimension::money_per_time); };
    const auto latency = read_bound(options, "latency", time);
    const auto worst = read_bound(options, "worst-latency", time);
    const auto carbon = read_bound(options, "carbon", read_carbon);
    const auto money = read_bound(options, "price", price);
    for (const auto* bound : {&latency, &worst, &carbon, &money}) {
        if (!*bound) {
            return bound->error();
        }
    }
    bounds.round_trip_mean_s = *latency;
    bounds.round_trip_worst_s = *worst;
    bounds.carbon_g_per_kwh = *carbon;
    bounds.price_usd_per_h = *money;
    return std::nullopt;
}

Result<Asked> read_question(const Catalog& catalog, const po::variables_map& options) {
    Asked asked;
    WhereQuestion& question = asked.question;
    question.local_zones = options.count("local-zones") > 0;
    question.machine = text_of(options, "on");
    if (const auto missing = missing_part(options)) {
        return tl::unexpected(*missing);
    }
    if (!question.machine.empty() && !catalog.machine(question.machine)) {
        return tl::unexpected(fmt::format("--on: expected an instance type of the catalogue, found {}{}",
                                          quote(question.machine),
                                          suggestion(question.machine, catalog.machine_types())));
    }
    if (options.count("users") > 0) {
        auto users = read_users(catalog, question.provider, text_of(options, "users"));
        if (!users) {
            return tl::unexpected(users.error());
        }
        question.users = std::move(*users);
    }
    if (options.count("residency") > 0) {
        asked.residency = split_list(text_of(options, "residency"));
        auto countries = read_residency(catalog, question.provider, asked.residency);
        if (!countries) {
            return tl::unexpected(countries.error());
        }
        question.bounds.countries = std::move(*countries);
    }
    if (const auto wrong = read_bounds(options, question.bounds)) {
        return tl::unexpected(*wrong);
    }
    return asked;
}

po::options_description where_options() {
    po::options_description description("Options");
    auto add = description.add_options();
    const auto text = [](const char* value_name) { return po::value<std::string>()->value_name(value_name); };
    add("help,h", "say what the command does, and its options");
    add("users", text("PLACE:SHARE,..."),
        "where users are: edges, regions or cities, with shares that sum to 100 % (equal when none is given)");
    add("latency", text("BOUND"), "most of the round trip over the network, mean over all users: '<= 80 ms'");
    add("worst-latency", text("BOUND"), "most of the round trip of the users farthest away");
    add("residency", text("COUNTRY,..."),
        "countries to stay in: DE, or EU, EEA, ADEQUATE (nines catalog country-groups)");
    add("carbon", text("BOUND"), "most of the grid's CO2e, mean over the year: '<= 100 g/kWh'");
    add("on", text("TYPE"), "the instance type to be priced");
    add("price", text("BOUND"), "most of its price on demand: '<= 0.10 USD/h'");
    add("local-zones", "look at local and Wavelength zones too");
    add("json", text("FILE"), "write the answer as JSON; - is standard output");
    add("color", text("WHEN"), "auto, always or never");
    return description;
}

}  // namespace

ExitCode catalog_where_command(const Words& words) {
    const po::options_description description = where_options();
    const auto line = parse_options(words, description, 0);
    if (!line) {
        fmt::print(stderr, "nines catalog where: {}\n", line.error());
        return ExitCode::bad_input;
    }
    if (line->common.help) {
        std::cout << k_help << description;
        return ExitCode::done;
    }
    const Catalog catalog;
    const auto asked = read_question(catalog, line->options);
    if (!asked) {
        fmt::print(stderr, "nines catalog where: {}\n", asked.error());
        return ExitCode::bad_input;
    }
    const std::vector<WherePlace> places = find_where(catalog, asked->question);
    const WhereAsked answer{asked->question, places, asked->residency, NINES_VERSION};
    const std::string& json = line->common.json;
    if (json == "-") {
        std::cout << where_json(answer) << std::flush;
    } else {
        const Terminal out = look_at_terminal(1, line->common.color);
        std::cout << format_where(answer, {out.color, out.width, false, out.unicode}) << std::flush;
    }
    if (!json.empty() && json != "-") {
        if (const auto written = write_file(json, where_json(answer)); !written) {
            fmt::print(stderr, "nines: {}\n", written.error());
            return ExitCode::machine;
        }
    }
    const bool is_met =
        std::any_of(places.begin(), places.end(), [](const WherePlace& place) { return place.fails.empty(); });
    return is_met ? ExitCode::done : ExitCode::missed;
}

}  // namespace nines
