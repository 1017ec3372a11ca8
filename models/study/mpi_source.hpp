#pragma once
// MpiSource: replications of a study from all ranks of an MPI job.

#include <atomic>
#include <memory>
#include <vector>

#include "engine/experiment/executor_mpi.hpp"
#include "models/study/ahead_store.hpp"
#include "models/study/run_study.hpp"

namespace nines {

/// Each thread of a process with its own sampler; its batches as bytes.
class ByteSampler {
public:
    ByteSampler(const SamplerContext& context, const Executor& executor);
    /// The same with another incident bar, which is set from outside.
    ServeWork work();

private:
    std::atomic<double> bar_;
    std::atomic<bool> stopped_{false};
    SamplerContext context_;
    std::vector<Sampler> samplers_;
    std::vector<Batch> batches_;  // by thread
};

/// At the root. One for a job.
class MpiSource : public BatchSource {
public:
    /// @param ahead  where there is a file, else nullptr
    MpiSource(const SamplerContext& context, const Executor& executor, AheadStore* ahead, MpiClocks clocks);

    void deliver(std::uint64_t first, std::uint64_t end, const std::function<bool(const Batch&)>& take) override;
    const MpiTraffic& traffic() const { return root_.traffic(); }

private:
    RootWork::Wanted pass_on(const Batch& batch, const std::function<bool(const Batch&)>& take);
    void keep(const std::map<std::uint64_t, Parcel>& waiting);

    const SamplerContext& context_;
    AheadStore* ahead_;
    ByteSampler sampler_;
    std::vector<std::uint64_t> kept_;  // first indexes, ascending
    MpiRoot root_;
};

/// On the other ranks: runs replications for the root until it has enough.
void serve_study(const SamplerContext& context, const Executor& executor, const ClockSeconds& clock_s);

}  // namespace nines
