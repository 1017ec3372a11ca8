#include "models/study/mpi_source.hpp"

#include <algorithm>
#include <stdexcept>

#include "models/study/batch_bytes.hpp"

namespace nines {

ByteSampler::ByteSampler(const SamplerContext& context, const Executor& executor)
    : bar_(context.incident_bar.load()),
      context_{context.plan,
               context.table,
               context.seed,
               context.shard,
               context.limits,
               bar_,
               [this, &context] { return stopped_.load(std::memory_order_relaxed) || context.interrupted(); }},
      batches_(executor.threads()) {
    for (std::size_t i = 0; i < executor.threads(); ++i) {
        samplers_.emplace_back(context_);
    }
}

ServeWork ByteSampler::work() {
    return {.produce =
                [this](const Task& task, std::string& bytes) {
                    Batch& batch = batches_[task.worker];
                    samplers_[task.worker].sample(task.first, task.count, batch);
                    bytes = to_bytes(batch);
                },
            .hint = [this](double bar) { bar_.store(bar, std::memory_order_relaxed); },
            .stop = [this] { stopped_ = true; }};
}

MpiSource::MpiSource(const SamplerContext& context, const Executor& executor, AheadStore* ahead, MpiClocks clocks)
    : context_(context),
      ahead_(ahead),
      sampler_(context, executor),
      root_(executor, sampler_.work(), std::move(clocks)) {
}

void MpiSource::deliver(std::uint64_t first, std::uint64_t end, const std::function<bool(const Batch&)>& take) {
    std::vector<Parcel> known;
    if (ahead_ != nullptr) {
        if (auto before = ahead_->ahead()) {
            known = std::move(*before);
        }
    }
    for (const Parcel& parcel : known) {
        kept_.push_back(parcel.first);
    }
    const ServeWork own = sampler_.work();
    Batch batch;
    root_.run(first, end, std::move(known),
              {.consume =
                   [&](const Parcel& parcel) {
                       if (const auto good = from_bytes(parcel.bytes, batch); !good) {
                           throw std::runtime_error("a batch of replications is damaged: " + good.error());
                       }
                       return pass_on(batch, take);
                   },
               .hint =
                   [&] {
                       const double bar = context_.incident_bar.load(std::memory_order_relaxed);
                       own.hint(bar);
                       return bar;
                   },
               .interrupted = context_.interrupted,
               .keep = [&](const std::map<std::uint64_t, Parcel>& waiting) { keep(waiting); }});
    if (context_.interrupted()) {
        batch.clear();
        batch.stop = Stop{StopCause::interrupted, {}};
        take(batch);
    }
}

RootWork::Wanted MpiSource::pass_on(const Batch& batch, const std::function<bool(const Batch&)>& take) {
    if (take(batch)) {
        return RootWork::Wanted::more;
    }
    // A rank that was asked to stop by itself: what the others have finished beyond is kept.
    const bool is_interrupted = batch.stop && batch.stop->cause == StopCause::interrupted;
    return is_interrupted ? RootWork::Wanted::later : RootWork::Wanted::enough;
}

void MpiSource::keep(const std::map<std::uint64_t, Parcel>& waiting) {
    if (ahead_ == nullptr) {
        return;
    }
    std::vector<Parcel> fresh;
    for (const auto& [first, parcel] : waiting) {
        Batch batch;
        if (std::binary_search(kept_.begin(), kept_.end(), first) || !from_bytes(parcel.bytes, batch)) {
            continue;
        }
        // Of one that was stopped, the replications before.
        batch.stop.reset();
        if (batch.size() > 0) {
            fresh.push_back({first, batch.size(), 0, to_bytes(batch)});
        }
    }
    if (ahead_->keep_ahead(fresh)) {
        for (const Parcel& parcel : fresh) {
            kept_.push_back(parcel.first);
        }
        std::sort(kept_.begin(), kept_.end());
    }
}

void serve_study(const SamplerContext& context, const Executor& executor, const ClockSeconds& clock_s) {
    ByteSampler sampler(context, executor);
    serve_root(executor, sampler.work(), clock_s);
}

}  // namespace nines
