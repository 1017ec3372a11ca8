#pragma once
// Running a study: replications from a source, in order, into the reduction and the store, until the rules say enough.

#include <functional>

#include "engine/base/result.hpp"
#include "engine/experiment/executor.hpp"
#include "models/study/study.hpp"

namespace nines {

/// Where replications come from: threads of this process, or other machines.
class BatchSource {
public:
    virtual ~BatchSource() = default;
    /// Hands over the replications with the indexes [first, end) of the shard, as batches in their order, until `take`
    /// returns false. The batch may be reused once `take` has returned.
    virtual void deliver(std::uint64_t first, std::uint64_t end, const std::function<bool(const Batch&)>& take) = 0;
};

/// Threads, each with its own sampler.
class ThreadSource : public BatchSource {
public:
    ThreadSource(const SamplerContext& context, const Executor& executor);
    void deliver(std::uint64_t first, std::uint64_t end, const std::function<bool(const Batch&)>& take) override;

private:
    const Executor& executor_;
    std::vector<Sampler> samplers_;
    std::vector<Batch> slots_;
};

/// What is kept between processes. Every error is a sentence for the user.
class StudyStore {
public:
    virtual ~StudyStore() = default;
    /// Hands over what is there already, in order, until `take` returns false.
    virtual Result<void> replay(const std::function<bool(const Batch&)>& take) = 0;
    /// Keeps the first rows of a batch, and what the study has taken of its lists.
    virtual Result<void> append(const Batch& batch, const Study::Taken& taken) = 0;
};

struct StudyHooks {
    std::function<double()> elapsed_s;                ///< wall-clock time since the study began, for `budget`
    std::function<void(const Study&)> progress = {};  ///< after each batch
};

/// Runs the study to its end. An error is that of the store; the study then holds what was taken before.
Result<void> run_study(Study& study, BatchSource& source, StudyStore* store, const StudyHooks& hooks);

}  // namespace nines
