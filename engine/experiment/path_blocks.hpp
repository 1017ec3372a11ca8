#pragma once
// PathBlocks: independent paths in numbered blocks, each with streams of its own, so that no result depends on threads.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/experiment/parallel_for.hpp"

namespace nines {

struct PathBlock {
    std::uint64_t number = 0;
    std::uint64_t paths = 0;
};

/// 1. Block k never changes: whoever runs it, and whatever comes after it.
/// 2. Blocks are merged in the order of their numbers.
class PathBlocks {
public:
    explicit PathBlocks(std::uint64_t paths_per_block) : paths_per_block_(paths_per_block) {}

    /// Runs what is missing until `end` paths, and returns the merged tallies of these.
    template <class Tallies, class Run>
    Tallies run_until(std::uint64_t end, const ParallelFor& parallel, const Run& run) {
        std::vector<PathBlock> blocks;
        while (done_ < end) {
            const std::uint64_t paths = std::min(paths_per_block_, end - done_);
            blocks.push_back({next_number_++, paths});
            done_ += paths;
        }
        std::vector<Tallies> results(blocks.size());
        parallel(blocks.size(), [&](std::size_t i) { results[i] = run(blocks[i]); });
        Tallies merged;
        for (const Tallies& result : results) {
            merged.merge(result);
        }
        return merged;
    }

private:
    std::uint64_t paths_per_block_;
    std::uint64_t next_number_ = 0;
    std::uint64_t done_ = 0;
};

}  // namespace nines
