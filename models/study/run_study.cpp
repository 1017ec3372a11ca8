#include "models/study/run_study.hpp"

#include "models/study/task_length.hpp"

namespace nines {

ThreadSource::ThreadSource(const SamplerContext& context, const Executor& executor)
    : executor_(executor), slots_(executor.slots()) {
    for (std::size_t i = 0; i < executor.threads(); ++i) {
        samplers_.emplace_back(context);
    }
}

void ThreadSource::deliver(std::uint64_t first, std::uint64_t end, const std::function<bool(const Batch&)>& take) {
    TaskLength length;
    Work work;
    work.batch = [&] { return length.next(); };
    work.produce = [&](const Task& one) { samplers_[one.worker].sample(one.first, one.count, slots_[one.slot]); };
    work.consume = [&](const Task& one) {
        const Batch& batch = slots_[one.slot];
        if (batch.size() > 0) {
            length.learn(batch.heads.back().events);
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
