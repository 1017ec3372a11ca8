// Named places: looked up in the tree itself; whatever has not the shape of a place is left to its own reader.

#include "models/architecture/named_places.hpp"

namespace nines {

namespace {

const Node* mapping_at(const Node& parent, std::string_view key) {
    const Node* node = parent.is_mapping() ? parent.find(key) : nullptr;
    return node != nullptr && node->is_mapping() ? node : nullptr;
}

void add_zones(const Node& place, std::vector<std::string>& found) {
    const Node* zones = place.is_mapping() ? place.find("zones") : nullptr;
    if (zones == nullptr || !zones->is_sequence()) {
        return;
    }
    for (const Node& zone : zones->items) {
        found.push_back(zone.text);
    }
}

}  // namespace

std::vector<std::pair<std::string, const Entry*>> demand_places(const Node& root) {
    std::vector<std::pair<std::string, const Entry*>> places;
    const Node* demand = mapping_at(root, "demand");
    if (demand == nullptr) {
        return places;
    }
    for (const Entry& one : demand->entries) {
        const Node* from = mapping_at(one.value, "from");
        if (from == nullptr) {
            continue;
        }
        for (const Entry& place : from->entries) {
            places.emplace_back("demand." + one.key + ".from." + place.key, &place);
        }
    }
    return places;
}

std::vector<std::string> service_zones(const Node& root) {
    std::vector<std::string> found;
    const Node* services = mapping_at(root, "services");
    if (services == nullptr) {
        return found;
    }
    for (const Entry& service : services->entries) {
        if (!service.value.is_mapping()) {
            continue;
        }
        if (const Node* in = service.value.find("in")) {
            add_zones(*in, found);
            for (const Node& place : in->items) {
                add_zones(place, found);
            }
        }
        if (const Node* replication = mapping_at(service.value, "replication")) {
            for (const Entry& copy : replication->entries) {
                const Node* zone = copy.value.is_mapping() ? copy.value.find("zone") : nullptr;
                if (zone != nullptr) {
                    found.push_back(zone->text);
                }
            }
        }
    }
    return found;
}

}  // namespace nines
