// Data residency: data stands where it may, and who reads it from elsewhere is told.

#include <fmt/format.h>

#include <algorithm>

#include "models/architecture/calls.hpp"
#include "models/architecture/read_security.hpp"

namespace nines {

namespace {

/// Of a place: its region and its country, as far as known.
struct Country {
    std::string region, code;
};

Country country_of(const ReadContext& context, LocationId location) {
    const World& world = context.architecture.world;
    const Location& place = world.locations[location];
    if (place.kind == LocationKind::edge) {
        const auto row = context.catalog.edge(world.provider, place.id);
        return {place.id, row ? row->country_code : ""};
    }
    const std::string& region = world.locations[place.region].id;
    const auto row = context.catalog.region(world.provider, region);
    return {region, row ? row->country_code : ""};
}

bool allows(const ReadContext& context, const DataSpec& data, const Country& country) {
    return std::any_of(data.residency.begin(), data.residency.end(), [&](const std::string& allowed) {
        const std::vector<std::string> group = context.catalog.countries_of(allowed);
        return allowed == country.code || allowed == country.region ||
               std::find(group.begin(), group.end(), country.code) != group.end();
    });
}

/// Words that no place could answer to: "Germany" for DE would keep data out of everywhere.
void check_words(const ReadContext& context, const DataSpec& data, const std::string& path) {
    const std::string& provider = context.architecture.world.provider;
    std::vector<std::string> choices = context.catalog.country_groups();
    const std::vector<std::string> countries = context.catalog.known_countries(provider);
    choices.insert(choices.end(), countries.begin(), countries.end());
    for (const RegionRow& region : context.catalog.regions(provider)) {
        choices.push_back(region.region);
    }
    for (const EdgeRow& edge : context.catalog.edges(provider)) {
        choices.push_back(edge.edge);
    }
    for (const std::string& word : data.residency) {
        if (std::find(choices.begin(), choices.end(), word) == choices.end()) {
            Problem& problem = context.problems.add(
                data.place, path,
                fmt::format(
                    "expected a country such as `DE`, a group of countries ({}), a region or an edge, found `{}`",
                    fmt::join(context.catalog.country_groups(), ", "), word));
            problem.found = word;
            problem.choices = context.choices([&] { return choices; });
        }
    }
}

/// Every group counts: of a database those are all zones in which an instance may come to stand after a failover.
void check_places(const ReadContext& context, const Service& service) {
    if (!service.security.data || service.security.data->residency.empty()) {
        return;
    }
    const DataSpec& data = *service.security.data;
    const std::string path = "services." + service.name + ".data.residency";
    if (!context.architecture.has_world) {
        context.problems.add(data.place, path, "`residency` is about places, and the scenario has no `world`");
        return;
    }
    if (context.architecture.world_is_a_guess) {
        return;
    }
    check_words(context, data, path);
    std::vector<std::string> told;
    for (const GroupSpec& group : service.groups) {
        const Country country = country_of(context, group.location);
        if (allows(context, data, country) || std::find(told.begin(), told.end(), country.region) != told.end()) {
            continue;
        }
        told.push_back(country.region);
        context.problems.add(data.place, path,
                             fmt::format("the data of `{}` may stand in {} only, and the service, or a copy of it, may "
                                         "come to stand in {} ({})",
                                         service.name, fmt::join(data.residency, ", "), country.region, country.code));
    }
}

/// Where a caller of an endpoint that is no pure write stands outside, what it reads crosses the border with each
/// answer. That is no copy that stays, so it is allowed, and told.
void warn_of_readers(const ReadContext& context, ServiceId caller, const CallStep& call,
                     std::vector<std::string>& told) {
    Architecture& architecture = context.architecture;
    const Endpoint& read = architecture.endpoints[call.endpoint];
    const Service& holder = architecture.services[read.service];
    if (!holder.security.data || holder.security.data->residency.empty() || read.writes > 0) {
        return;
    }
    const Service& reader = architecture.services[caller];
    for (const GroupSpec& group : reader.groups) {
        const Country country = country_of(context, group.location);
        if (allows(context, *holder.security.data, country)) {
            continue;
        }
        std::string warning = fmt::format(
            "`{}` reads `{}` from {} ({}): with each answer its data leaves {}, where `residency` keeps it",
            reader.name, call.target, country.region, country.code, fmt::join(holder.security.data->residency, ", "));
        if (std::find(told.begin(), told.end(), warning) == told.end()) {
            told.push_back(warning);
            architecture.warnings.push_back(std::move(warning));
        }
    }
}

}  // namespace

void check_residency(const ReadContext& context) {
    const Architecture& architecture = context.architecture;
    for (const Service& service : architecture.services) {
        check_places(context, service);
    }
    if (!architecture.has_world || architecture.world_is_a_guess) {
        return;
    }
    std::vector<std::string> told;
    for (const Endpoint& endpoint : architecture.endpoints) {
        for_each_call(endpoint.steps, [&](const CallStep& call) {
            if (call.endpoint.exists() && architecture.endpoints[call.endpoint].service != endpoint.service) {
                warn_of_readers(context, endpoint.service, call, told);
            }
        });
    }
}

}  // namespace nines
