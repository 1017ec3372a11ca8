#include "models/study/run_study.hpp"

#include <algorithm>

namespace nines {

namespace {

// A task of about a millisecond: long beside what handing it out costs, short beside a look at the clock.
constexpr double k_events_per_task = 20'000;
constexpr std::uint64_t k_task_most = 256;

}  // namespace

ThreadSource::ThreadSource(const SamplerContext& context, const Executor& executor)
    : executor_(executor), slots_(executor.slots()) {
    for (std::size_t i = 0; i < executor.threads(); ++i) {
        samplers_.emplace_back(context);
    }
}

void ThreadSource::deliver(std::uint64_t first, std::uint64_t end, const std::function<bool(const Batch&)>& take) {
    // How long tasks are changes nothing in the results: they are taken replication by replication.
    std::atomic<std::uint64_t> task{1};
    Work work;
    work.batch = [&] { return task.load(std::memory_order_relaxed); };
    work.produce = [&](const Task& one) { samplers_[one.worker].sample(one.first, one.count, slots_[one.slot]); };
    work.consume = [&](const Task& one) {
        const Batch& batch = slots_[one.slot];
        if (batch.size() > 0) {
            const double wanted =
                k_events_per_task / static_cast<double>(std::max<std::uint64_t>(batch.heads.back().events, 1));
            task.store(std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, k_task_most),
                       std::memory_order_relaxed);
        }
        return take(batch);
    };
    executor_.run(first, end, work);
}

Result<void> run_study(Study& study, BatchSource& source, StudyStore* store, const StudyHooks& hooks) {
    if (store != nullptr) {
        const Result<void> replayed = store->replay([&](const Batch& batch) {
            study.take(batch);
            return study.ended() == StudyEnd::none;
        });
        if (!replayed) {
            return replayed;
        }
    }
    if (study.ended() != StudyEnd::none) {
        return {};
    }
    Result<void> stored;
    const auto budget_s = study.frame().spec.budget_s;
    source.deliver(study.taken(), study.most(), [&](const Batch& batch) {
        const Study::Taken taken = study.take(batch);
        if (store != nullptr && taken.rows > 0) {
            stored = store->append(batch, taken);
        }
        if (batch.stop && taken.rows == batch.size()) {
            study.end(batch.stop->cause == StopCause::interrupted ? StudyEnd::interrupted : StudyEnd::failure,
                      *batch.stop);
        }
        if (budget_s && hooks.elapsed_s() >= *budget_s) {
            study.end(StudyEnd::budget);
        }
        if (hooks.progress) {
            hooks.progress(study);
        }
        return stored && study.ended() == StudyEnd::none;
    });
    return stored;
}

}  // namespace nines
