#pragma once
// Tallies: what a run counts, as rates times how long each scene lasted.

#include <span>
#include <vector>

#include "models/flow/atlas.hpp"
#include "models/results/run.hpp"

namespace nines {

/// How long scenes lasted in a replication. Kept between replications for its memory.
class Stays {
public:
    struct Stay {
        NodeId node;
        double seconds = 0;
    };
    void begin();
    void add(NodeId node, double seconds) {
        if (node.value >= seconds_.size()) [[unlikely]] {
            seconds_.resize(node.value + std::size_t{1} + node.value / 2, k_not_met);
        }
        double& lasted = seconds_[node.value];
        if (lasted < 0) [[unlikely]] {
            lasted = 0;
            met_.push_back(node);
        }
        lasted += seconds;
    }
    std::size_t size() const { return met_.size(); }
    /// In the order in which they were met.
    Stay operator[](std::size_t at) const { return {met_[at], seconds_[met_[at].value]}; }

private:
    static constexpr double k_not_met = -1;
    std::vector<double> seconds_;  // by node
    std::vector<NodeId> met_;
};

/// Adds what a group does in so many seconds.
void add_group(GroupTally& tally, const GroupRates& rates, double seconds);

/// @param grams  carbon by region of the atlas's grid
/// @param last   the scene at the end: what is under way there has not ended
void fill_tallies(const Plan& plan, Atlas& atlas, const Stays& stays, std::span<const double> grams, NodeId last,
                  Run& run);

}  // namespace nines
