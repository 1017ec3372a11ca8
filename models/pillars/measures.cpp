#include "models/pillars/measures.hpp"

#include "engine/stats/batch_means.hpp"

namespace nines {

namespace {

constexpr double k_confidence = 0.95;

ScopeTally sum_of_demands(const Run& run) {
    ScopeTally sum;
    for (const ScopeTally& demand : run.demands) {
        sum.merge(demand);
    }
    return sum;
}

/// An interval from batches of slices. Not sound where faults make one part of the run unlike another, or where slices
/// are missing because nobody asked.
std::optional<BatchMeans> batches(const Evidence& evidence, std::string_view name) {
    const Run& run = evidence.run;
    if (!run.faults.empty() || evidence.measured_s <= 0) {
        return std::nullopt;
    }
    std::vector<Slice> slices;
    const double slice_s = evidence.plan.run.slice_s;
    const auto whole_slices = static_cast<std::size_t>(evidence.measured_s / slice_s);
    for (std::size_t i = 0; i < whole_slices; ++i) {
        if (i >= run.slices.size() || run.slices[i].at != i) {
            return std::nullopt;
        }
        const SliceTally& slice = run.slices[i];
        double ended = 0;
        for (const std::uint32_t count : slice.ended) {
            ended += count;
        }
        const double ok = slice.ended[0] + slice.ended[1];
        if (name == "availability") {
            slices.push_back({ok, ended});
        } else if (name == "latency.mean") {
            slices.push_back({slice.latency_sum_s, ok});
        } else if (name == "throughput") {
            slices.push_back({ended, slice_s});
        } else if (name == "goodput") {
            slices.push_back({ok, slice_s});
        } else {
            return std::nullopt;
        }
    }
    return batch_ratio(slices, k_confidence);
}

class Collector {
public:
    explicit Collector(const Evidence& evidence) : evidence_(evidence) {}

    std::vector<Metric> collect() {
        const ScopeTally all = sum_of_demands(evidence_.run);
        for (const MetricInfo& info : k_metrics) {
            if (has_plain(info.scope)) {
                add_plain(info, all);
            }
        }
        const Plan& plan = evidence_.plan;
        for (std::size_t i = 0; i < plan.demands.size(); ++i) {
            const auto id = index_at<DemandId>(i);
            const ScopeTally& demand = evidence_.run.demands[id];
            for (const MetricInfo& info : k_metrics) {
                if (has_demand(info.scope)) {
                    add(info, "@" + plan.names.demands[id],
                        measure_scope(demand, evidence_.measured_s, demand.offered, info.name));
                }
            }
        }
        for (std::size_t i = 0; i < plan.services.size(); ++i) {
            add_service(index_at<ServiceId>(i));
        }
        return std::move(metrics_);
    }

private:
    void add(const MetricInfo& info, const std::string& suffix, std::optional<double> value) {
        Metric metric;
        metric.name = std::string(info.name) + suffix;
        metric.unit = info.unit;
        metric.mean = value;
        metric.confidence = k_confidence;
        metrics_.push_back(std::move(metric));
    }

    void add_plain(const MetricInfo& info, const ScopeTally& all) {
        Measured measured;
        if (has_demand(info.scope)) {
            measured.value = measure_scope(all, evidence_.measured_s, all.offered, info.name);
        } else if (info.pillar == Pillar::reliability) {
            measured = measure_reliability(evidence_, info.name);
        } else if (info.pillar == Pillar::cost) {
            measured = measure_cost(evidence_, info.name);
        } else if (info.pillar == Pillar::sustainability) {
            measured = measure_sustainability(evidence_, info.name);
        }
        add(info, "", measured.value);
        if (const auto batch = batches(evidence_, info.name); batch && measured.value) {
            metrics_.back().lo = batch->interval.lo;
            metrics_.back().hi = batch->interval.hi;
            metrics_.back().n = batch->batches;
        }
    }

    void add_service(ServiceId id) {
        const Plan& plan = evidence_.plan;
        const std::string suffix = "@" + plan.names.services[id];
        const Range<GroupId> groups = plan.services[id].groups;
        add_attempts(suffix, evidence_.run.services[id], groups, evidence_.run.queue_max[id]);
        for (std::uint32_t g = 0; g < groups.count && plan.has_world; ++g) {
            add_attempts(suffix + "@" + plan.names.places[groups[g]], evidence_.run.group_attempts[groups[g]],
                         {groups[g], 1}, evidence_.run.groups[groups[g]].queue_max);
        }
    }

    void add_attempts(const std::string& suffix, const ScopeTally& attempts, Range<GroupId> groups,
                      std::uint32_t queue_max) {
        for (const MetricInfo& info : k_metrics) {
            if (!has_service(info.scope)) {
                continue;
            }
            std::optional<double> value;
            if (info.name == "attempts.per_request") {
                const double clients = evidence_.clients_offered;
                value = clients > 0 ? std::optional(attempts.offered / clients) : std::nullopt;
            } else if (info.scope == MetricScope::attempts) {
                value = measure_groups(evidence_, groups, queue_max, info.name);
            } else {
                value = measure_scope(attempts, evidence_.measured_s, attempts.offered, info.name);
            }
            add(info, suffix, value);
        }
    }

    const Evidence& evidence_;
    std::vector<Metric> metrics_;
};

}  // namespace

Evidence gather(const Plan& plan, const Run& run) {
    Evidence evidence{plan, run, join_slices(plan, run), {}, run.measured_s, 0, 0};
    evidence.incidents = run.course ? run.course->incidents : find_incidents(plan, run, evidence.blocks);
    evidence.months = run.measured_s / (k_hours_per_month * k_seconds_per_hour);
    for (const ScopeTally& demand : run.demands) {
        evidence.clients_offered += demand.offered;
    }
    return evidence;
}

std::vector<Metric> measure_all(const Evidence& evidence) {
    return Collector(evidence).collect();
}

}  // namespace nines
