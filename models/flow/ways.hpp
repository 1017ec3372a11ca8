#pragma once
// Ways: how long messages take between places as routing believes them to be, for the `flow` fidelity.

#include <map>
#include <optional>
#include <vector>

#include "models/flow/scene.hpp"
#include "models/flow/shared_law.hpp"

namespace nines {

/// Between two places, one way.
struct FlowWay {
    bool exists = true;
    std::vector<LinkId> links;
    WayPrice price;
    double constant_s = 0;           ///< sum of the constant legs
    std::vector<Distribution> legs;  ///< the others
    SharedLaw round_trip;
};

/// What happens to a message and its answer.
struct Passage {
    double lost = 0;  ///< chance that one message is lost, each way
    SharedLaw round_trip;
};

class Ways {
public:
    explicit Ways(const Plan& plan);

    const FlowWay& between(const Scene& scene, LocationId from, LocationId to);
    Passage passage(const Scene& scene, const MessageEnd& from, const MessageEnd& to);

private:
    using Table = std::vector<std::optional<FlowWay>>;  // [from * locations + to]
    FlowWay find(const Scene& scene, LocationId from, LocationId to) const;

    const Plan& plan_;
    FlowWay nowhere_;
    static constexpr std::size_t k_tables_most = 64;
    using Beliefs = std::pair<std::vector<std::uint8_t>, std::vector<std::uint8_t>>;  // of links, of places
    std::map<Beliefs, Table> tables_;
    const Beliefs* open_ = nullptr;  // of the table that is open
    Table* table_ = nullptr;
};

}  // namespace nines
