#include "models/study/paired_source.hpp"

#include <algorithm>

#include "models/study/task_length.hpp"

namespace nines {

std::size_t PairedBatch::size() const {
    std::size_t size = contestants.empty() ? 0 : contestants.front().size();
    for (const Batch& batch : contestants) {
        size = std::min(size, batch.size());
    }
    return size;
}

PairedSource::PairedSource(const std::vector<SamplerContext>& contexts, const Executor& executor)
    : executor_(executor), samplers_(executor.threads()), slots_(executor.slots()) {
    for (std::vector<Sampler>& samplers : samplers_) {
        for (const SamplerContext& context : contexts) {
            samplers.emplace_back(context);
        }
    }
    for (PairedBatch& slot : slots_) {
        slot.contestants.resize(contexts.size());
    }
}

void PairedSource::deliver(std::uint64_t first, std::uint64_t end,
                           const std::function<bool(const PairedBatch&)>& take) {
    TaskLength length;
    Work work;
    work.batch = [&] { return length.next(); };
    work.produce = [&](const Task& task) {
        std::vector<Sampler>& samplers = samplers_[task.worker];
        std::vector<Batch>& batches = slots_[task.slot].contestants;
        // What one of them cannot run to its end, none of the others need.
        std::uint64_t count = task.count;
        for (std::size_t i = 0; i < samplers.size(); ++i) {
            batches[i].clear();
            if (count > 0) {
                samplers[i].sample(task.first, count, batches[i]);
            }
            count = batches[i].size();
        }
    };
    work.consume = [&](const Task& task) {
        const PairedBatch& batch = slots_[task.slot];
        std::uint64_t events = 0;
        for (const Batch& one : batch.contestants) {
            events += one.size() > 0 ? one.heads.back().events : 0;
        }
        if (batch.size() > 0) {
            length.learn(events);
        }
        return take(batch);
    };
    executor_.run(first, end, work);
}

}  // namespace nines
