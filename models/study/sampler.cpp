#include "models/study/sampler.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/flow/doubts.hpp"
#include "models/results/timeline.hpp"
#include "models/study/tell.hpp"

namespace nines {

Sampler::Sampler(const SamplerContext& context)
    : context_(context),
      replicator_(context.plan),
      widths_{context.table.size(), 0, 0},
      bill_(bill_items(context.plan).size()) {
    attributed_ = attribution_items(context.plan).size();
    widths_.sums = attributed_ + StudyFrame::k_bill_figures * bill_.size() + usage_items(context.plan).size();
    if (context.plan.study.control == StudyControl::flow) {
        flow_.emplace(context.plan);
        widths_.controls = context.table.size();
    }
}

void Sampler::sample(std::uint64_t first, std::uint64_t count, Batch& batch) {
    batch.clear();
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!sample_one(context_.shard.number_of(first + i), batch)) {
            return;
        }
    }
}

bool Sampler::sample_one(std::uint64_t number, Batch& batch) {
    if (context_.interrupted()) {
        batch.stop = Stop{StopCause::interrupted, {}};
        return false;
    }
    const auto watch = [&](double, std::uint64_t) { return !context_.interrupted(); };
    const Run run = replicator_.run({context_.seed, number}, watch, context_.limits);
    if (!is_whole(run, number, batch) || (flow_ && !sample_flow(number, batch))) {
        return false;
    }
    const Evidence evidence = gather(context_.plan, run);
    const std::size_t row = batch.heads.size();
    batch.metrics.resize((row + 1) * widths_.metrics);
    batch.sums.resize((row + 1) * widths_.sums);
    context_.table.measure(evidence, std::span(batch.metrics).last(widths_.metrics));

    const std::span<double> sums = std::span(batch.sums).last(widths_.sums);
    measure_attribution(evidence, sums.first(attributed_));
    measure_bill(evidence, bill_);
    std::size_t next = attributed_;
    for (const BillFigures& line : bill_) {
        sums[next++] = line.instances;
        sums[next++] = line.quantity;
        sums[next++] = line.usd;
    }
    measure_usage(evidence, sums.subspan(next));
    keep_incidents(evidence, number, batch);
    for (const GroupId group : run.crowded) {
        batch.notices.push_back({number, crowd_text(context_.plan, group)});
    }
    for (std::string& doubt : doubts_about_flow(run)) {
        batch.notices.push_back({number, std::move(doubt)});
    }
    batch.heads.push_back({number, run.fingerprint, run.events, run.measured_s, evidence.incidents.size(),
                           requests_lost(evidence), flow_ ? flow_events_ : 0});
    return true;
}

bool Sampler::is_whole(const Run& run, std::uint64_t number, Batch& batch) const {
    if (run.stop.cause == StopCause::none) {
        return true;
    }
    batch.stop = run.stop;
    if (!run.stop.why.empty()) {
        batch.stop->why = fmt::format("replication {}: {}", number, run.stop.why);
    }
    return false;
}

bool Sampler::sample_flow(std::uint64_t number, Batch& batch) {
    const auto watch = [&](double, std::uint64_t) { return !context_.interrupted(); };
    const Run run = flow_->run({context_.seed, number}, watch);
    if (!is_whole(run, number, batch)) {
        return false;
    }
    batch.controls.resize((batch.heads.size() + 1) * widths_.controls);
    context_.table.measure(gather(context_.plan, run), std::span(batch.controls).last(widths_.controls));
    flow_events_ = run.events;
    return true;
}

void Sampler::keep_incidents(const Evidence& evidence, std::uint64_t number, Batch& batch) const {
    const double bar = context_.incident_bar.load(std::memory_order_relaxed);
    std::vector<IncidentSpan> worst;
    for (const IncidentSpan& span : evidence.incidents) {
        if (span.lost_requests > bar) {
            worst.push_back(span);
        }
    }
    if (worst.empty()) {
        return;
    }
    std::stable_sort(worst.begin(), worst.end(),
                     [](const IncidentSpan& a, const IncidentSpan& b) { return a.lost_requests > b.lost_requests; });
    worst.resize(std::min(worst.size(), k_incidents_listed));
    const std::vector<TimelineEntry> timeline = tell(context_.plan, evidence.run);
    for (const IncidentSpan& span : worst) {
        Incident incident = tell_incident(evidence, span, timeline);
        incident.replication = number;
        batch.incidents.push_back(std::move(incident));
    }
}

}  // namespace nines
