// The rare part of a study: which figure, by which way, and what it leaves out.

#include "models/study/rare.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/experiment/importance_sampling.hpp"
#include "engine/stats/nines.hpp"
#include "models/structure/explain.hpp"
#include "models/structure/solved_structure.hpp"

namespace nines {

namespace {

constexpr std::size_t k_parts_max = 2000;       // beyond, solving would delay every study
constexpr double k_relative_half_width = 0.05;  // 2 % would take six times as long, before each study

enum class Level : std::uint8_t { flow, requests };

/// What makes requests fail beside parts that are down: by name, each once.
std::vector<std::string> what_lies_outside(const Plan& plan, const Structure& structure, Level level) {
    std::vector<std::string> outside;
    const auto tell = [&](std::string text) {
        if (std::find(outside.begin(), outside.end(), text) == outside.end()) {
            outside.push_back(std::move(text));
        }
    };
    for (const LeftOut& left_out : structure.left_out) {
        tell(fmt::format("{} ({}): {}", left_out.name, left_out.what, left_out.why));
    }
    if (level == Level::requests) {
        tell("requests in flight at an instance that crashes are lost");
    }
    for (const BalancerPlan& balancer : plan.balancers) {
        if (balancer.watches.count > 0) {
            tell(fmt::format("health checks of {} take time to see a loss", plan.names.services[balancer.service]));
        }
    }
    for (const DnsPlan& dns : plan.dns) {
        tell(fmt::format("DNS answers of {} are cached", plan.names.demands[dns.demand]));
    }
    const bool retries =
        std::any_of(plan.calls.begin(), plan.calls.end(), [](const CallPlan& call) { return call.attempts > 1; });
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto service = index_at<ServiceId>(i);
        const Range<StepId> steps = plan.services[service].steps;
        for (std::uint32_t s = 0; s < steps.count && retries; ++s) {
            if (plan.steps[steps[s]].kind == StepKind::cache) {
                tell(fmt::format("a retry may find in the cache of {} what the first attempt missed",
                                 plan.names.services[service]));
            }
        }
        if (plan.services[service].has_primary) {
            tell(fmt::format("a failover of {} takes time", plan.names.services[service]));
        }
        if (plan.services[service].limit) {
            tell(fmt::format("the limit of {} can reject requests", plan.names.services[service]));
        }
        if (plan.services[service].workers != k_unlimited) {
            tell(fmt::format("the workers of {} are limited: load can fail requests", plan.names.services[service]));
        }
    }
    return outside;
}

double unavailability_of(const SolvedStructure& solved) {
    double down = 0;
    for (const auto& [question, share] : solved.request_shares()) {
        down += share * solved.chance(question).down;
    }
    return down;
}

/// By importance sampling: the share of time in which some requests fail, which is that of requests where all are of
/// one kind.
void sample(RareFigure& figure, const SolvedStructure& solved, double horizon_s, std::uint64_t seed,
            const ParallelFor& parallel) {
    figure.method = "importance sampling";
    const auto system = failure_system_of(solved.structure());
    if (!system) {
        figure.no_interval = "the cut sets are too many to list, or some part does not alternate between up and down";
        return;
    }
    RareOptions options;
    options.effort.luck.seed = seed;
    options.effort.relative_half_width = k_relative_half_width;
    const auto figures = estimate_rare(*system, options, parallel);
    if (!figures) {
        figure.no_interval = figures.error();
        return;
    }
    const RareEstimate& estimate = figures->unavailability;
    figure.unavailability = estimate.value;
    if (estimate.interval) {
        figure.lo = estimate.interval->lo;
        figure.hi = estimate.interval->hi;
    }
    figure.no_interval = estimate.refusal;
    figure.relative_error = estimate.relative_error;
    figure.effective_hits = estimate.effective_hits;
    figure.largest_share = estimate.largest_share;
    figure.mean_weight = estimate.mean_weight;
    figure.twin_z = estimate.twin_z;
    figure.plain_replications = figures->plain_s / horizon_s;
    if (solved.request_shares().size() > 1) {
        figure.outside.emplace_back("requests of several kinds: sampled is the time in which any of them fails");
    }
    for (const std::string& name : figures->natural_repairs) {
        figure.notes.push_back(fmt::format("the repair of {} has no exact biased density: drawn as it is", name));
    }
}

}  // namespace

std::optional<RareFigure> find_rare_figure(const Plan& plan, std::uint64_t seed, const ParallelFor& parallel) {
    const Structure structure = compile_structure(plan);
    if (structure.parts.empty() || structure.parts.size() > k_parts_max) {
        return std::nullopt;
    }
    const auto solved = SolvedStructure::of(structure);
    const double down = solved ? unavailability_of(*solved) : 0;
    if (!(down > 0 && down < k_rare_unavailability)) {
        return std::nullopt;
    }
    RareFigure figure;
    figure.outside = what_lies_outside(plan, structure, plan.run.fidelity == "flow" ? Level::flow : Level::requests);
    if (!structure.needs_simulation.empty()) {
        sample(figure, *solved, plan.run.horizon_s, seed, parallel);
        return figure;
    }
    // What is exact is not simulated.
    const OverHorizon horizon = over_horizon(plan, *solved);
    figure.method = horizon.mean ? "exact, over the horizon" : "exact, in the long run";
    figure.unavailability = horizon.mean ? horizon.mean->down : down;
    figure.lo = figure.hi = figure.unavailability;
    return figure;
}

RareFigure held_against(RareFigure figure, const Metric& availability) {
    const auto median = std::find_if(availability.quantiles.begin(), availability.quantiles.end(),
                                     [](const QuantileFigure& one) { return one.name == "p50"; });
    if (figure.hi && median != availability.quantiles.end() && median->hi && 1 - *median->hi > 2 * *figure.hi) {
        figure.outside.emplace_back(
            "half of the replications lose more than twice as much, by something that has no "
            "name here, such as timeouts");
    }
    return figure;
}

std::optional<double> exact_availability_of_flow(const Plan& plan) {
    const Structure structure = compile_structure(plan);
    const bool alternates = std::all_of(structure.parts.begin(), structure.parts.end(), [](const Part& part) {
        return part.law == PartLaw::alternating && part.down_s && !part.waits_for_crews() && part.crews == 0;
    });
    const bool plain_calls = std::all_of(plan.calls.begin(), plan.calls.end(), [](const CallPlan& call) {
        return call.timeout == k_never && call.deadline == k_never && call.attempts == 1 && !call.optional;
    });
    const bool steady = std::all_of(plan.demands.begin(), plan.demands.end(), [](const DemandPlan& demand) {
        return demand.rate.knots().size() <= 1 && demand.law != ArrivalLaw::modulated && demand.users == 0;
    });
    if (structure.parts.empty() || structure.parts.size() > k_parts_max || !structure.needs_simulation.empty() ||
        !structure.misses.empty() || !alternates || !plain_calls || !steady ||
        !what_lies_outside(plan, structure, Level::flow).empty()) {
        return std::nullopt;
    }
    const auto solved = SolvedStructure::of(structure);
    const auto mean = solved ? over_horizon(plan, *solved).mean : std::nullopt;
    return mean ? std::optional(mean->up) : std::nullopt;
}

std::string tell_rare_figure(const RareFigure& figure) {
    std::string text = figure.method;
    if (figure.plain_replications) {
        text += fmt::format("; plain replications would have to be {:.2g}", *figure.plain_replications);
    }
    if (figure.stands()) {
        return text;
    }
    const std::string part = figure.unavailability && figure.no_interval.empty()
                                 ? fmt::format("the structure alone: {:.3g} ({})", *figure.unavailability, text)
                                 : fmt::format("the structure alone: not known, {}", figure.no_interval);
    return figure.outside.empty() ? part : fmt::format("{}; outside it: {}", part, fmt::join(figure.outside, ", "));
}

void apply_rare_figure(const RareFigure& figure, Metric& metric) {
    const bool is_nines = metric.name == "nines";
    if (!metric.estimator || (metric.name != "availability" && !is_nines)) {
        return;
    }
    metric.estimator->rare = figure;
    if (!figure.stands()) {
        return;
    }
    const auto value = [&](double down) { return is_nines ? nines_of(down) : std::optional(1 - down); };
    metric.mean = value(*figure.unavailability);
    metric.lo = value(*figure.hi);
    metric.hi = value(*figure.lo);
    metric.estimator->method = figure.method;
    metric.estimator->no_interval.clear();
}

}  // namespace nines
