#pragma once
// Sampler: runs replications of a plan and keeps of each what a study needs. One for each thread.

#include <atomic>

#include "models/pillars/measures.hpp"
#include "models/study/batch.hpp"
#include "models/study/frame.hpp"
#include "models/study/replicator.hpp"

namespace nines {

/// Which replications are this process's: numbers first, first + step, first + 2 step ...
struct Shard {
    std::uint64_t first = 0;
    std::uint64_t step = 1;

    std::uint64_t number_of(std::uint64_t index) const { return first + step * index; }
    /// How many of `all` replications are its own.
    std::uint64_t share_of(std::uint64_t all) const { return all > first ? (all - first + step - 1) / step : 0; }
};

/// What all samplers of a study share. The plan and the table outlive it.
struct SamplerContext {
    const Plan& plan;
    const MetricTable& table;
    std::uint64_t seed = 1;
    Shard shard;
    RunLimits limits;
    /// An incident that lost no more than this is not among the worst any more. Only ever rises.
    const std::atomic<double>& incident_bar;
    std::function<bool()> interrupted;  ///< asked now and then, by any thread
};

class Sampler {
public:
    explicit Sampler(const SamplerContext& context);

    /// Runs `count` replications from the index `first` of the shard on, and fills the batch with them; fewer where one
    /// was stopped, which Batch::stop then tells.
    void sample(std::uint64_t first, std::uint64_t count, Batch& batch);

private:
    bool sample_one(std::uint64_t number, Batch& batch);
    bool sample_flow(std::uint64_t number, Batch& batch);
    bool is_whole(const Run& run, std::uint64_t number, Batch& batch) const;
    void keep_incidents(const Evidence& evidence, std::uint64_t number, Batch& batch) const;

    const SamplerContext& context_;
    Replicator replicator_;
    std::optional<Flow> flow_;       ///< beside `requests`, where the study wants it
    std::uint64_t flow_events_ = 0;  ///< of the last replication
    Widths widths_;
    std::size_t attributed_ = 0;  ///< parts of metrics with a cause
    std::vector<BillFigures> bill_;
};

}  // namespace nines
