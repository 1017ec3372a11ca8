#include "models/study/control.hpp"

#include <algorithm>
#include <cmath>

namespace nines {

namespace {

/// Work in events of `requests` (65 to 95 ns each where this was measured: scenarios/first.yaml, lose-an-az.yaml): what
/// measuring and starting a replication of `flow` takes, and an event of it.
constexpr double k_flow_replication_work = 1000;
constexpr double k_flow_event_work = 200;
/// R - b F below this share of R is rounding: how often the fidelities would differ is then not known at all.
constexpr double k_alike = 1e-9;
/// Cochran's rule, n >= 25 skewness^2, is that the skewness of the mean itself is at most this.
constexpr double k_skewness_most = 0.2;
constexpr std::uint64_t k_replications_per_task = 64;

/// One thread's: figures of `flow`, whatever the fidelity of the plan.
class FlowSampler {
public:
    explicit FlowSampler(const SamplerContext& context) : context_(context), flow_(context.plan) {}

    /// Appends rows to `figures`. @returns whether all were run to their end
    bool sample(std::uint64_t first, std::uint64_t count, std::vector<double>& figures) {
        figures.clear();
        const std::size_t width = context_.table.size();
        const auto watch = [&](double, std::uint64_t) { return !context_.interrupted(); };
        for (std::uint64_t i = 0; i < count; ++i) {
            if (context_.interrupted()) {
                return false;
            }
            const Run run = flow_.run({context_.seed, k_first_of_flow_alone + first + i}, watch);
            if (run.stop.cause != StopCause::none) {
                return false;
            }
            figures.resize(figures.size() + width);
            context_.table.measure(gather(context_.plan, run), std::span(figures).last(width));
        }
        return true;
    }

private:
    const SamplerContext& context_;
    Flow flow_;
};

}  // namespace

void ControlledMetric::add(double requests, double flow) {
    is_whole_ = is_whole_ && std::isfinite(requests) && std::isfinite(flow);
    if (is_whole_) {
        pairs_.add(requests, flow);
    }
}

std::uint64_t flow_alone_wanted(std::span<const ControlledMetric* const> metrics, const PairWork& work) {
    if (work.replications == 0) {
        return 0;
    }
    const auto pairs = static_cast<double>(work.replications);
    const double of_requests = static_cast<double>(std::max<std::uint64_t>(work.requests_events, 1)) / pairs;
    const double of_flow = k_flow_replication_work + k_flow_event_work * static_cast<double>(work.flow_events) / pairs;
    double wanted = 0;
    for (const ControlledMetric* metric : metrics) {
        if (metric->is_whole()) {
            wanted = std::max(wanted, best_alone_per_pair(metric->pairs(), (of_requests + of_flow) / of_flow));
        }
    }
    if (wanted == 0) {
        return 0;
    }
    const double most = std::max(1.0, of_requests / of_flow);
    return static_cast<std::uint64_t>(std::ceil(pairs * std::clamp(wanted, 1.0, most)));
}

FlowAlone run_flow_alone(const SamplerContext& context, const Executor& executor, std::uint64_t replications) {
    struct Slot {
        std::vector<double> figures;
        bool whole = true;
    };
    const std::size_t width = context.table.size();
    FlowAlone alone;
    alone.metrics.resize(width);
    std::vector<Slot> slots(executor.slots());
    std::vector<FlowSampler> samplers;
    for (std::size_t i = 0; i < executor.threads(); ++i) {
        samplers.emplace_back(context);
    }
    Work work;
    work.batch = [] { return k_replications_per_task; };
    work.produce = [&](const Task& task) {
        Slot& slot = slots[task.slot];
        slot.whole = samplers[task.worker].sample(task.first, task.count, slot.figures);
    };
    work.consume = [&](const Task& task) {
        const Slot& slot = slots[task.slot];
        for (std::size_t i = 0; i < slot.figures.size(); ++i) {
            if (std::isfinite(slot.figures[i])) {
                alone.metrics[i % width].add(slot.figures[i]);
            }
        }
        alone.replications += slot.figures.size() / width;
        alone.interrupted = !slot.whole;
        return slot.whole;
    };
    executor.run(0, replications, work);
    return alone;
}

void apply_control(const ControlledMetric& controlled, const FlowMean& alone, const IntervalRules& rules,
                   Metric& metric) {
    if (!controlled.is_whole() || controlled.pairs().count() < rules.replications_min ||
        (rules.of_incidents && rules.incidents < rules.incidents_min)) {
        return;
    }
    const auto estimate = two_level_mean(controlled.pairs(), alone.mean);
    if (!estimate || estimate->share_apart < k_alike || std::abs(estimate->skewness) > k_skewness_most) {
        return;
    }
    const Interval interval = estimate->interval(rules.confidence);
    metric.mean = estimate->mean;
    metric.lo = interval.lo;
    metric.hi = interval.hi;
    metric.estimator = Estimator{
        alone.replications > 0 ? "two levels: requests and flow" : "requests, and flow of a known mean", {}, {}, {}};
    metric.estimator->control = ControlFigure{estimate->correlation, estimate->weight, estimate->gain,
                                              controlled.pairs().count(), alone.replications};
}

}  // namespace nines
