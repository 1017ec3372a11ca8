#pragma once
// PairedSource: the same replications of several plans, under the same luck, on threads. What is made of them is
// another's business: differences, selection of the best, a response surface.

#include <functional>
#include <vector>

#include "engine/experiment/executor.hpp"
#include "models/study/sampler.hpp"

namespace nines {

/// The same replications of each contestant, in the order of their numbers.
struct PairedBatch {
    std::vector<Batch> contestants;

    /// How many replications all of them have.
    std::size_t size() const;
};

/// Where they come from: threads of this process, or the files of shards.
class PairedBatches {
public:
    virtual ~PairedBatches() = default;
    /// Hands over the replications with the indexes [first, end) of the shard, until `take` returns false. The batch
    /// may be reused once `take` has returned.
    virtual void deliver(std::uint64_t first, std::uint64_t end,
                         const std::function<bool(const PairedBatch&)>& take) = 0;
};

/// Streams of random numbers are named by seed, replication and what they are for: what two plans have in common has
/// the same luck in both.
class PairedSource : public PairedBatches {
public:
    /// @param contexts  one for each contestant, all with the same seed and shard; they outlive the source
    PairedSource(const std::vector<SamplerContext>& contexts, const Executor& executor);

    void deliver(std::uint64_t first, std::uint64_t end, const std::function<bool(const PairedBatch&)>& take) override;

private:
    const Executor& executor_;
    std::vector<std::vector<Sampler>> samplers_;  // by thread, then by contestant
    std::vector<PairedBatch> slots_;
};

}  // namespace nines
