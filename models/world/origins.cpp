// Origins: the words are the codes and cities of edges, regions and zones.

#include "models/world/origins.hpp"

namespace nines {

Origins::Origins(const Catalog& catalog, const std::string& provider) {
    const auto edges = catalog.edges(provider);
    const auto regions = catalog.regions(provider);
    for (const EdgeRow& row : edges) {
        if (row.kind == "edge") {
            by_word_.emplace(row.edge, Origin{Origin::Kind::edge, row.edge});
        }
    }
    for (const RegionRow& row : regions) {
        by_word_.emplace(row.region, Origin{Origin::Kind::region, row.region});
        for (const ZoneRow& zone : catalog.zones(provider, row.region)) {
            by_word_.emplace(zone.zone, Origin{Origin::Kind::zone, zone.zone});
        }
        for (const ZoneRow& zone : catalog.local_zones(provider, row.region)) {
            by_word_.emplace(zone.zone, Origin{Origin::Kind::zone, zone.zone});
        }
    }
    for (const EdgeRow& row : edges) {
        if (row.kind == "edge") {
            by_word_.emplace(row.city, Origin{Origin::Kind::edge, row.edge});
        }
    }
    for (const RegionRow& row : regions) {
        by_word_.emplace(row.city, Origin{Origin::Kind::region, row.region});
        by_word_.emplace(row.name, Origin{Origin::Kind::region, row.region});
    }
}

const Origin* Origins::find(const std::string& word) const {
    const auto found = by_word_.find(word);
    return found == by_word_.end() ? nullptr : &found->second;
}

std::vector<std::string> origin_names(const Catalog& catalog, const std::string& provider) {
    std::vector<std::string> names = edge_ids(catalog, provider);
    for (const RegionRow& row : catalog.regions(provider)) {
        names.push_back(row.region);
    }
    for (const EdgeRow& row : catalog.edges(provider)) {
        if (row.kind == "edge") {
            names.push_back(row.city);
        }
    }
    return names;
}

std::vector<std::string> edge_ids(const Catalog& catalog, const std::string& provider) {
    std::vector<std::string> ids;
    for (const EdgeRow& row : catalog.edges(provider)) {
        if (row.kind == "edge") {
            ids.push_back(row.edge);
        }
    }
    return ids;
}

}  // namespace nines
