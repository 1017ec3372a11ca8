#include "models/pillars/review.hpp"

#include <algorithm>
#include <cmath>

#include "engine/random/portable_math.hpp"
#include "models/pillars/findings.hpp"

namespace nines {

namespace {

constexpr std::size_t k_findings_each = 3;
constexpr std::size_t k_first = 5;

const MetricInfo* info_of(const std::string& metric) {
    const std::string base = metric.substr(0, metric.find('@'));
    if (const MetricInfo* info = find_metric(base)) {
        return info;
    }
    return find_metric(base.substr(0, base.rfind(".p")));  // a quantile over replications
}

/// Shares near 1 are told by what is missing to 1.
bool is_share_up(const std::string& metric) {
    return metric.starts_with("availability") || metric.starts_with("uptime");
}

Distance distance_of(const Objective& objective, const ObjectiveResult& judged) {
    Distance distance{judged, std::nullopt};
    if (!judged.mean) {
        return distance;
    }
    const bool up = is_share_up(judged.metric);
    const double bound = up ? 1 - objective.bound : objective.bound;
    const double got = up ? 1 - *judged.mean : *judged.mean;
    const bool at_most = objective.comparison == Comparison::at_most || objective.comparison == Comparison::less_than;
    const bool wants_low = at_most != up;
    if (bound != 0) {
        distance.margin = (wants_low ? bound - got : got - bound) / std::abs(bound);
    }
    return distance;
}

/// Rounded outward to two digits, so that what was simulated just meets it.
double rounded(double value, bool up) {
    if (value <= 0 || !std::isfinite(value)) {
        return 0;
    }
    const double unit = portable::pow(10, std::floor(portable::log(value) / portable::log(10)) - 1);
    return (up ? std::ceil(value / unit - 1e-9) : std::floor(value / unit + 1e-9)) * unit;
}

/// A bound on records with room: the next of 1, 2, 5, 10 ... above the worst, and never a part of a record. Where
/// nothing tells how far off the mean is, it may be twice as much.
double records_with_room(double worst, bool is_known) {
    const double least = std::max(1.0, is_known ? worst : 2 * worst);
    const double power = portable::pow(10, std::floor(portable::log(least) / portable::log(10) + 1e-9));
    for (const double step : {1.0, 2.0, 5.0}) {
        if (least <= step * power * (1 + 1e-9)) {
            return step * power;
        }
    }
    return 10 * power;
}

/// The figures that stand for a pillar where the user has no objective: the first that was measured is suggested.
std::vector<std::string_view> headline_metrics(Pillar pillar) {
    switch (pillar) {
        case Pillar::operations:
            return {"repair", "detect", "automation", "deploy.failure_rate"};
        case Pillar::security:
            return {"exposure.records", "compromise.contain", "patch.exposure"};
        case Pillar::reliability:
            return {"availability"};
        case Pillar::performance:
            return {"latency.p99"};
        case Pillar::cost:
            return {"cost.per_month"};
        case Pillar::sustainability:
            return {"carbon.kg_per_month", "energy.kwh_per_month"};
    }
    return {};
}

constexpr double k_share_to_speak_of = 1e-9;

std::optional<Suggestion> suggestion_for(Pillar pillar, const Results& results) {
    for (const std::string_view name : headline_metrics(pillar)) {
        const Metric* metric = results.find(std::string(name));
        if (metric == nullptr || !metric->mean || *metric->mean <= 0) {
            continue;
        }
        const bool at_least = info_of(metric->name)->better == Better::higher;
        if (is_share_up(metric->name) && 1 - *metric->mean < k_share_to_speak_of) {
            continue;  // "at least 100 %" is no objective
        }
        // The side of the interval that is worse.
        const Spread spread = spread_of(*metric);
        const double worst = (at_least ? spread.lo : spread.hi).value_or(*metric->mean);
        double bound = is_share_up(metric->name) ? 1 - rounded(1 - worst, true) : rounded(worst, !at_least);
        if (name == "exposure.records") {
            bound = records_with_room(worst, spread.kind != IntervalKind::few);
        }
        return Suggestion{metric->name, at_least, {bound, metric->unit}};
    }
    return std::nullopt;
}

std::vector<Finding> find(Pillar pillar, const Material& material) {
    switch (pillar) {
        case Pillar::operations:
            return find_operations(material);
        case Pillar::security:
            return find_security(material);
        case Pillar::reliability:
            return find_reliability(material);
        case Pillar::performance:
            return find_performance(material);
        case Pillar::cost:
            return find_cost(material);
        case Pillar::sustainability:
            return find_sustainability(material);
    }
    return {};
}

/// Where nobody asks anything, as where only jobs run, figures of requests are noughts that say nothing.
bool is_about_nobody(const Plan& plan, const Metric& metric) {
    return plan.demands.empty() && (metric.name.starts_with("requests.") || metric.name == "throughput" ||
                                    metric.name == "goodput" || metric.name == "blast_radius");
}

/// A month's dollars, and those of each time of what has no rate: as if it came once a month.
double usd_of(const Finding& finding) {
    return finding.usd_per_month.value_or(finding.usd_each.value_or(0));
}

/// The dearest first, down to a hundredth of that; then by the share of the pillar's harm.
void sort_by_harm(std::vector<Finding>& findings) {
    constexpr double k_price_to_speak_of = 0.01;
    double dearest = 0;
    for (const Finding& finding : findings) {
        dearest = std::max(dearest, usd_of(finding));
    }
    const auto price = [&](const Finding& finding) {
        return usd_of(finding) >= k_price_to_speak_of * dearest ? usd_of(finding) : 0;
    };
    std::stable_sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) {
        return price(a) != price(b) ? price(a) > price(b) : a.weight > b.weight;
    });
}

/// The most harmful, and what tells of the whole.
void keep_the_worst(PillarReview& review) {
    std::size_t kept = 0;
    std::erase_if(review.findings,
                  [&](const Finding& finding) { return !finding.tells_of_the_whole && ++kept > k_findings_each; });
}

PillarReview review_pillar(Pillar pillar, const Material& material) {
    PillarReview review;
    review.pillar = pillar;
    for (const Metric& metric : material.results.metrics) {
        const MetricInfo* info = find_metric(metric.name);
        if (info != nullptr && info->pillar == pillar && metric.mean && !is_about_nobody(material.plan, metric)) {
            review.figures.push_back(metric);
        }
    }
    // Results judge the objectives of the plan in their order.
    for (std::size_t i = 0; i < material.results.objectives.size(); ++i) {
        const ObjectiveResult& judged = material.results.objectives[i];
        const MetricInfo* info = info_of(judged.metric);
        if (info != nullptr && info->pillar == pillar) {
            review.objectives.push_back(distance_of(material.plan.objectives[i], judged));
        }
    }
    review.findings = find(pillar, material);
    sort_by_harm(review.findings);
    if (review.objectives.empty()) {
        if (const auto suggestion = suggestion_for(pillar, material.results)) {
            review.suggestions.push_back(*suggestion);
        }
    }
    return review;
}

std::string unit_of(const Results& results, const std::string& metric) {
    if (metric == "requests.lost") {
        return "1";
    }
    if (metric == "downtime") {
        return "s";
    }
    const Metric* known = results.find(metric);
    return known == nullptr ? "1" : known->unit;
}

void add_spreads(const Results& results, OwnerMatrix& matrix) {
    for (const AttributedSum& sum : results.attributed) {
        const auto owner = k_owners.find(sum.owner);
        if (sum.metric != matrix.metric || !owner) {
            continue;
        }
        const auto side = static_cast<std::size_t>(*owner);
        if (const auto layer = k_layers.find(sum.layer)) {
            matrix.spreads[static_cast<std::size_t>(*layer)][side] = sum.spread;
        } else {
            matrix.sum_spreads[side] = sum.spread;
        }
    }
}

/// Pillars that miss an objective come first; in each half the dearest, then what has no price, by its share of its
/// pillar's harm.
std::vector<Finding> first_of(const std::vector<PillarReview>& pillars) {
    std::vector<Finding> all;
    const auto misses = [&](const Finding& finding) {
        return std::any_of(pillars.begin(), pillars.end(), [&](const PillarReview& pillar) {
            return pillar.pillar == finding.pillar &&
                   std::any_of(pillar.objectives.begin(), pillar.objectives.end(),
                               [](const Distance& one) { return one.objective.verdict == Verdict::missed; });
        });
    };
    for (const PillarReview& pillar : pillars) {
        for (const Finding& finding : pillar.findings) {
            if (!finding.advice.empty()) {
                all.push_back(finding);
            }
        }
    }
    std::stable_sort(all.begin(), all.end(), [&](const Finding& a, const Finding& b) {
        if (misses(a) != misses(b)) {
            return misses(a);
        }
        return usd_of(a) != usd_of(b) ? usd_of(a) > usd_of(b) : a.weight > b.weight;
    });
    if (all.size() > k_first) {
        all.resize(k_first);
    }
    return all;
}

}  // namespace

std::vector<OwnerMatrix> matrices_of(const Results& results) {
    std::vector<OwnerMatrix> matrices;
    for (const Attribution& part : results.attribution) {
        if (matrices.empty() || matrices.back().metric != part.metric) {
            matrices.push_back({part.metric, unit_of(results, part.metric)});
            add_spreads(results, matrices.back());
        }
        const auto layer = k_layers.find(part.layer);
        const auto owner = k_owners.find(part.owner);
        if (layer && owner) {
            matrices.back().parts[static_cast<std::size_t>(*layer)][static_cast<std::size_t>(*owner)] +=
                part.value / static_cast<double>(results.replications);
        }
    }
    return matrices;
}

std::string_view pillar_title(Pillar pillar) {
    switch (pillar) {
        case Pillar::operations:
            return "operational excellence";
        case Pillar::security:
            return "security";
        case Pillar::reliability:
            return "reliability";
        case Pillar::performance:
            return "performance efficiency";
        case Pillar::cost:
            return "cost optimisation";
        case Pillar::sustainability:
            return "sustainability";
    }
    return "";
}

double OwnerMatrix::of(Owner owner) const {
    double sum = 0;
    for (const auto& layer : parts) {
        sum += layer[static_cast<std::size_t>(owner)];
    }
    return sum;
}

Review review_of(const Plan& plan, const Results& results) {
    const Material material(plan, results);
    Review review;
    for (const Pillar pillar : k_pillar_order) {
        review.pillars.push_back(review_pillar(pillar, material));
    }
    review.owners = matrices_of(results);
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        review.layers.push_back({plan.names.services[id], plan.services[id].owners});
    }
    review.first = first_of(review.pillars);  // of all, kept or not
    for (PillarReview& pillar : review.pillars) {
        keep_the_worst(pillar);
    }
    return review;
}

}  // namespace nines
