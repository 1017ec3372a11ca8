#pragma once
// Atlas: the scenes solved so far. What a scene's rates are depends on the scene alone (and, where two fixed points
// exist, on which one history leads to), so whoever asks, and whenever, gets the same.

#include <map>
#include <memory>
#include <vector>

#include "models/flow/solver.hpp"

namespace nines {

using NodeId = Index<struct NodeTag>;

class Atlas {
public:
    explicit Atlas(const Plan& plan);
    Atlas(const Atlas&) = delete;  // the solver looks at the grid beside it
    Atlas& operator=(const Atlas&) = delete;

    /// The scene's rates; of two fixed points the one to which the attempts of `before` lead (none: a quiet start).
    NodeId find(const Scene& scene, const SceneKey& key, NodeId before);
    /// Maybe a draft.
    const Solution& operator[](NodeId node) const { return nodes_[node]; }
    /// With all laws of latencies.
    const Solution& in_full(NodeId node);
    /// What a course looks at again and again, together.
    struct Loss {
        double share = 0;                ///< failed over offered; no number where nobody asks
        double failed = 0, offered = 0;  ///< per second
        bool drifts = false;             ///< some backlog grows or drains
    };
    const Loss& loss(NodeId node) const { return losses_[node]; }
    const GridCourse& grid() const { return grid_; }
    std::size_t size() const { return nodes_.size(); }
    /// Memory held by what was solved, about.
    std::uint64_t bytes() const {
        return nodes_.size() * node_bytes_ + drafted_.size() * scene_bytes_ + solver_.law_bytes();
    }
    const Solver& solver() const { return solver_; }
    Solver& solver() { return solver_; }

    /// Forgets everything when it has grown too large: true. Not while anybody holds a NodeId.
    bool tidy();

private:
    struct Entry {
        NodeId quiet, storm;  // storm: none where there is one fixed point
    };
    NodeId add(Solution solution);

    std::uint64_t scene_bytes_ = 0, node_bytes_ = 0;  // of one
    Detail detail_ = Detail::draft;                   // of what is solved first

    GridCourse grid_;
    Solver solver_;
    std::map<SceneKey, Entry> entries_;
    std::map<std::uint64_t, NodeId> chosen_;  // by (before, quiet): where two exist
    Column<NodeId, Solution> nodes_;
    Column<NodeId, Loss> losses_;
    std::map<NodeId, std::unique_ptr<Scene>> drafted_;   // the scenes of drafts ...
    std::map<NodeId, std::unique_ptr<Solution>> fulls_;  // ... until somebody wants them in full
};

/// Why a replication ends whose scenes take more memory than it may have.
Stop too_many_scenes();

}  // namespace nines
