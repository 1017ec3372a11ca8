#pragma once
// Origins: what a word that says where users are stands for: an edge, a region, a zone, or a city of a provider.

#include <map>
#include <string>
#include <vector>

#include "models/catalog/catalog.hpp"

namespace nines {

struct Origin {
    enum class Kind { edge, region, zone } kind;
    std::string id;
};

/// All such words of a provider. Where one word means two things, edges come before regions, codes before cities.
class Origins {
public:
    Origins(const Catalog& catalog, const std::string& provider);

    /// nullptr for a word that names no place.
    const Origin* find(const std::string& word) const;

private:
    std::map<std::string, Origin> by_word_;
};

/// The words to suggest: edges, regions, cities of edges.
std::vector<std::string> origin_names(const Catalog& catalog, const std::string& provider);

/// Edges that users reach; regional edge caches are left out.
std::vector<std::string> edge_ids(const Catalog& catalog, const std::string& provider);

}  // namespace nines
