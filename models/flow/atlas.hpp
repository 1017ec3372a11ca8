#pragma once
// Atlas: the scenes solved so far. What a scene's rates are depends on the scene alone (and, where two fixed points
// exist, on which one history leads to), so whoever asks, and whenever, gets the same.

#include <map>
#include <vector>

#include "models/flow/solver.hpp"

namespace nines {

using NodeId = Index<struct NodeTag>;

class Atlas {
public:
    explicit Atlas(const Plan& plan) : solver_(plan) {}

    /// The scene's rates; of two fixed points the one to which the attempts of `before` lead (none: a quiet start).
    NodeId find(const Scene& scene, const SceneKey& key, NodeId before);
    const Solution& operator[](NodeId node) const { return nodes_[node]; }
    std::size_t size() const { return nodes_.size(); }
    const Solver& solver() const { return solver_; }
    Solver& solver() { return solver_; }
    std::uint64_t rounds() const { return rounds_; }

    /// Forgets everything when it has grown too large. Not while anybody holds a NodeId.
    void tidy();

private:
    struct Entry {
        NodeId quiet, storm;  // storm: none where there is one fixed point
    };
    NodeId add(Solution solution);

    Solver solver_;
    std::map<SceneKey, Entry> entries_;
    std::map<std::uint64_t, NodeId> chosen_;  // by (before, quiet): where two exist
    Column<NodeId, Solution> nodes_;
    std::uint64_t rounds_ = 0;
};

}  // namespace nines
