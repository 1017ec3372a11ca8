#pragma once
// Generate words: what a generated scenario says beyond its load: operations, security, money, owners, outposts.

#include <cstdint>
#include <string>
#include <vector>

namespace nines::support {

enum class GeneratedKind { fleet, cache, database, cdn };

/// Which words a generated scenario uses: those of load and faults, or all of the language.
enum class Vocabulary { load, all };

struct GeneratedService {
    std::string name;
    GeneratedKind kind = GeneratedKind::fleet;
    std::vector<std::string> endpoints;
    std::string zone;                // one in which it stands; empty without a world
    std::string fields;              // what it says of itself, without the words from here
    std::vector<std::string> calls;  // "s2.op": what its endpoints call
};

/// Text to be put where it belongs; all of it may be empty.
struct MoreWords {
    std::vector<std::string> of_services;  // further fields, by service
    std::string services, demand, faults;  // further entries
    std::string sections;                  // further words of the top level
};

/// From streams of the number's own: the rest of the scenario is what it is without.
MoreWords more_words(std::uint64_t number, const std::vector<GeneratedService>& services, bool has_world,
                     bool two_regions);

}  // namespace nines::support
