// What a study has found, as results: figures with their intervals, objectives judged by them, the worst incidents.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "engine/stats/nines.hpp"
#include "models/pillars/scorecard.hpp"
#include "models/study/rare.hpp"
#include "models/study/rare_events.hpp"
#include "models/study/study.hpp"
#include "models/study/tell.hpp"

namespace nines {

namespace {

constexpr std::array<double, 3> k_shares{0.5, 0.95, 0.99};
constexpr std::size_t k_bins = 40;
constexpr double k_incidents_needed = k_incidents_min;
constexpr std::uint64_t k_replications_needed = 30;
constexpr std::uint64_t k_hits_seen = 10;

std::string_view end_text(StudyEnd end) {
    switch (end) {
        case StudyEnd::none:
        case StudyEnd::interrupted:
            return "interrupted";
        case StudyEnd::replications:
            return "replications";
        case StudyEnd::precision:
            return "precision";
        case StudyEnd::budget:
            return "budget";
        case StudyEnd::failure:
            return "failure";
    }
    return "";
}

/// "p95", "p999".
std::string quantile_name(double share) {
    std::string digits = fmt::format("{:.4f}", share).substr(2);
    while (digits.size() > 2 && digits.back() == '0') {
        digits.pop_back();
    }
    if (digits.size() == 2 && digits.front() == '0') {
        digits.erase(0, 1);
    }
    return "p" + digits;
}

/// Quantiles of many metrics: their ranks follow from the count alone, and most metrics have the same.
class Quantiles {
public:
    explicit Quantiles(double confidence) : confidence_(confidence) {}

    QuantileFigure of(const std::vector<Sketch::Step>& steps, std::uint64_t count, double share) {
        const auto known = ranks_.find({count, share});
        const QuantileRanks ranks =
            known != ranks_.end() ? known->second : ranks_[{count, share}] = quantile_ranks(count, share, confidence_);
        const QuantileEstimate estimate = quantile_of(steps, count, share, ranks);
        QuantileFigure figure{quantile_name(share), share, estimate.value, {}, {}};
        if (estimate.interval) {
            figure.lo = estimate.interval->lo;
            figure.hi = estimate.interval->hi;
        }
        return figure;
    }

private:
    double confidence_;
    std::map<std::pair<std::uint64_t, double>, QuantileRanks> ranks_;
};

/// Equal bins from the least to the largest value; one where all are alike.
std::vector<HistogramBin> histogram_of(const std::vector<Sketch::Step>& steps) {
    if (steps.empty()) {
        return {};
    }
    const double low = steps.front().low;
    const double high = steps.back().high;
    const double width = (high - low) / static_cast<double>(k_bins);
    if (!(width > 0) || !std::isfinite(width)) {
        std::uint64_t count = 0;
        for (const Sketch::Step& step : steps) {
            count += step.count;
        }
        return {{low, high, count}};
    }
    std::vector<HistogramBin> bins(k_bins);
    for (std::size_t i = 0; i < k_bins; ++i) {
        bins[i].low = low + width * static_cast<double>(i);
        bins[i].high = i + 1 == k_bins ? high : low + width * static_cast<double>(i + 1);
    }
    for (const Sketch::Step& step : steps) {
        const double middle = step.low + (step.high - step.low) / 2;
        const auto bin = static_cast<std::size_t>((middle - low) / width);
        bins[std::min(bin, k_bins - 1)].count += step.count;
    }
    return bins;
}

/// Chebyshev's interval, where it is what decides. A figure of which no value was below 0 has no mean below 0, and a
/// share none above 1.
Spread without_student(const FrameMetric& metric, IntervalKind kind, const Tally& values, double confidence) {
    Spread spread{{}, {}, kind};
    if (kind == IntervalKind::chebyshev) {
        const Interval interval = chebyshev_interval(values, confidence);
        spread.lo = values.min() >= 0 ? std::max(0.0, interval.lo) : interval.lo;
        spread.hi = metric.kind == FigureKind::share_up ? std::min(1.0, interval.hi) : interval.hi;
    }
    return spread;
}

/// The same of nines, from that of the availability; one that reaches 1 bounds no nines.
Spread nines_spread(const Spread& availability) {
    if (!availability.lo || !availability.hi) {
        return availability;
    }
    if (*availability.hi >= 1) {
        return {};
    }
    return {nines_of(1 - *availability.lo), nines_of(1 - *availability.hi), availability.kind};
}

/// By the interval: met when all of it is on the good side, missed when none is.
Verdict verdict_of(const Objective& objective, double lo, double hi) {
    const bool low_good = holds(objective.comparison, lo, objective.bound);
    const bool high_good = holds(objective.comparison, hi, objective.bound);
    if (low_good && high_good) {
        return Verdict::met;
    }
    return low_good || high_good ? Verdict::undecided : Verdict::missed;
}

/// Lines are those of the items that have a quantity, in their order.
void fill_bill_spreads(std::span<const BillFigures> figures, std::span<const PartSpread> spreads,
                       std::vector<BillLine>& lines) {
    auto line = lines.begin();
    for (std::size_t i = 0; i < figures.size() && line != lines.end(); ++i) {
        if (figures[i].quantity != 0) {
            line->usd_spread = spreads[i].value;
            line->share_spread = spreads[i].share;
            ++line;
        }
    }
}

}  // namespace

IntervalRules Study::rules() const {
    return {frame_.spec.confidence, k_replications_needed, k_incidents_needed, static_cast<double>(incidents_count_),
            false};
}

IntervalRules Study::rules_for(const FrameMetric& metric) const {
    IntervalRules of_metric = rules();
    of_metric.of_incidents = metric.of_incidents;
    return of_metric;
}

void Study::fill_metrics(Results& results) const {
    Quantiles quantiles(frame_.spec.confidence);
    for (std::size_t i = 0; i < metrics_.size(); ++i) {
        const FrameMetric& about = frame_.metrics[i];
        const MetricSummary& summary = metrics_[i];
        Metric metric;
        metric.name = about.name;
        metric.unit = about.unit;
        metric.confidence = frame_.spec.confidence;
        metric.n = summary.count();
        const MeanInterval mean = interval_of(summary, rules_for(about));
        metric.estimator = Estimator{"monte carlo", mean.why_not};
        metric.estimator->without =
            without_student(about, mean.kind, summary.moments().tally(), frame_.spec.confidence);
        if (summary.count() > 0) {
            metric.mean = summary.moments().mean();
            if (mean.interval) {
                metric.lo = mean.interval->lo;
                metric.hi = mean.interval->hi;
            }
            const std::vector<Sketch::Step> steps = summary.steps();
            for (const double share : k_shares) {
                metric.quantiles.push_back(quantiles.of(steps, summary.count(), share));
            }
            metric.histogram = histogram_of(steps);
        }
        results.metrics.push_back(std::move(metric));
    }
    control_metrics(results);
    if (frame_.rare) {
        const std::size_t availability = frame_.find("availability");
        const RareFigure rare = availability < results.metrics.size()
                                    ? held_against(*frame_.rare, results.metrics[availability])
                                    : *frame_.rare;
        for (Metric& metric : results.metrics) {
            apply_rare_figure(rare, metric);
        }
    }
    for (std::size_t i = 0; i < over_.size(); ++i) {
        const Counter& counter = over_[i];
        const Chance chance = chance_of(counter.hits, counter.trials, frame_.spec.confidence);
        ChanceFigure figure{counter.bound, chance.probability, chance.interval.lo, chance.interval.hi};
        // Where replications hardly see it, splitting knows better.
        for (const RareEventFigure& rare : frame_.rare_events) {
            if (counter.hits < k_hits_seen && rare.lo && is_chance_of(rare, frame_.spec.over[i], frame_.horizon_s)) {
                figure = {counter.bound, *rare.probability, *rare.lo, *rare.hi};
            }
        }
        results.metrics[counter.metric].over.push_back(figure);
    }
}

void Study::fill_nines(Results& results) const {
    constexpr std::string_view k_name = "nines";
    for (Metric& metric : results.metrics) {
        const bool is_nines = metric.name.starts_with(k_name) &&
                              (metric.name.size() == k_name.size() || metric.name[k_name.size()] == '@');
        if (!is_nines) {
            continue;
        }
        const std::size_t at = frame_.find("availability" + metric.name.substr(k_name.size()));
        // Of one replication they are what they are, to the last digit.
        if (at >= results.metrics.size() || results.metrics[at].mean.value_or(1) >= 1 || results.metrics[at].n < 2) {
            continue;
        }
        const Metric& availability = results.metrics[at];
        metric.mean = nines_of(1 - *availability.mean);
        metric.n = availability.n;
        metric.lo.reset();
        metric.hi.reset();
        if (availability.lo && availability.hi && *availability.hi < 1) {
            metric.lo = nines_of(1 - *availability.lo);
            metric.hi = nines_of(1 - *availability.hi);
        }
        metric.estimator = availability.estimator;
        metric.estimator->without = availability.lo ? Spread{} : nines_spread(availability.estimator->without);
        if (metric.estimator->no_interval.empty() && !metric.lo) {
            metric.estimator->no_interval = "the interval of availability reaches 1";
        }
    }
}

void Study::control_metrics(Results& results) const {
    for (std::size_t i = 0; i < controlled_.size(); ++i) {
        const IntervalRules rules = rules_for(frame_.metrics[i]);
        if (frame_.exact_in_flow && frame_.metrics[i].name == "availability") {
            apply_control(controlled_[i], {CoarseMean::exactly(*frame_.exact_in_flow), 0}, rules, results.metrics[i]);
        } else if (alone_.replications > 1 && alone_.metrics[i].count() == alone_.replications) {
            const FlowMean alone{CoarseMean::of(alone_.metrics[i]), alone_.replications};
            apply_control(controlled_[i], alone, rules, results.metrics[i]);
        }
    }
}

void Study::fill_objectives(Results& results) const {
    for (std::size_t i = 0; i < frame_.objectives.size(); ++i) {
        const Objective& objective = frame_.objectives[i];
        const std::size_t position = frame_.find(objective.figure);
        const Metric& metric = results.metrics[position];
        ObjectiveResult judged;
        judged.metric = objective.metric;
        judged.wanted = objective.wanted;
        judged.unit = metric.unit;
        judged.mean = metric.mean;
        judged.lo = metric.lo;
        judged.hi = metric.hi;
        judged.note = metric.mean ? metric.estimator->no_interval : "nothing to judge";
        if (metric.estimator->rare) {
            judged.note += (judged.note.empty() ? "" : "; ") + tell_rare_figure(*metric.estimator->rare);
        }
        if (objective.quantile && metric.mean) {
            const QuantileFigure quantile =
                Quantiles(frame_.spec.confidence).of(metrics_[position].steps(), metric.n, *objective.quantile);
            judged.mean = quantile.value;
            judged.lo = quantile.lo;
            judged.hi = quantile.hi;
            judged.note = quantile.lo ? "" : fmt::format("{} replications are too few for an interval", metric.n);
        }
        if (judged.lo && judged.hi) {
            judged.verdict = verdict_of(objective, *judged.lo, *judged.hi);
        } else if (judged.mean && metric.n >= k_replications_needed && metrics_[position].all_alike()) {
            judged.verdict = verdict_of(objective, *judged.mean, *judged.mean);
        } else {
            judged.verdict = judged.mean ? Verdict::undecided : Verdict::met;
            decide_by_chebyshev(objective, position, judged);
        }
        if (const Counter& misses = misses_[i]; misses.trials > 0) {
            const Chance chance = chance_of(misses.hits, misses.trials, frame_.spec.confidence);
            judged.miss = ChanceFigure{misses.bound, chance.probability, chance.interval.lo, chance.interval.hi};
        }
        results.objectives.push_back(std::move(judged));
    }
}

void Study::decide_by_chebyshev(const Objective& objective, std::size_t position, ObjectiveResult& judged) const {
    const IntervalRules rules = rules_for(frame_.metrics[position]);
    const Tally values = metrics_[position].moments().tally();
    const bool few =
        values.count() < rules.replications_min || (rules.of_incidents && rules.incidents < rules.incidents_min);
    if (objective.quantile || judged.verdict != Verdict::undecided || few || judged.mean != values.mean()) {
        return;
    }
    const Interval interval = chebyshev_interval(values, frame_.spec.confidence);
    judged.verdict = verdict_of(objective, interval.lo, interval.hi);
    if (judged.verdict != Verdict::undecided) {
        judged.note += "; far from its bound by Chebyshev's inequality";
    }
}

void Study::fill_sums(Results& results) const {
    const auto count = static_cast<double>(taken_);
    const std::size_t parts = frame_.attribution.size();
    results.attribution =
        tell_attribution(frame_.attribution, std::span(sums_).first(parts), parts_.of_attribution(rules()));
    results.attributed = parts_.sums(rules());
    std::vector<BillFigures> bill(taken_ == 0 ? 0 : frame_.bill.size());
    for (std::size_t i = 0; i < bill.size(); ++i) {
        const double* line = sums_.data() + parts + i * StudyFrame::k_bill_figures;
        bill[i] = {line[0] / count, line[1] / count, line[2] / count};
    }
    results.bill = bill_lines(std::span(frame_.bill).first(bill.size()), bill);
    fill_bill_spreads(bill, parts_.of_bill(rules()), results.bill);
    std::vector<double> usage(taken_ == 0 ? 0 : frame_.usage.size());
    for (std::size_t i = 0; i < usage.size(); ++i) {
        usage[i] = sums_[parts + StudyFrame::k_bill_figures * frame_.bill.size() + i] / count;
    }
    results.usage = usage_levels(std::span(frame_.usage).first(usage.size()), usage);
}

Results Study::results() const {
    Results results;
    results.version = frame_.version;
    results.scenario = frame_.scenario;
    results.variant = frame_.variant;
    results.fidelity = frame_.fidelity;
    results.command = "study";
    results.fingerprint = fingerprint_;
    results.seed = frame_.seed;
    results.replications = taken_;
    results.confidence = frame_.spec.confidence;
    results.stopped_by = end_text(end_);
    results.simulated_s = simulated_s_;
    results.events = events_;
    results.partial = end_ == StudyEnd::none || end_ == StudyEnd::interrupted || end_ == StudyEnd::failure;
    results.stop = stop_;
    results.start_clock = frame_.start_clock;
    results.start_clock_s = frame_.start_clock_s;
    results.slice_s = frame_.slice_s;
    fill_metrics(results);
    fill_nines(results);
    fill_objectives(results);
    fill_sums(results);
    results.incidents = worst_;
    std::sort(results.incidents.begin(), results.incidents.end(), [](const Incident& a, const Incident& b) {
        return std::pair(a.replication, a.begin_s) < std::pair(b.replication, b.begin_s);
    });
    results.incidents_count = incidents_count_;
    results.rare_events = frame_.rare_events;
    results.assumptions = frame_.assumptions;
    results.warnings = frame_.warnings;
    if (end_ == StudyEnd::budget) {
        results.warnings.emplace_back("stopped by the clock: another run may have more or fewer replications");
    }
    if (!stop_.why.empty()) {
        results.warnings.push_back("stopped early: " + stop_.why);
    }
    for (const Notice& notice : notices_) {
        results.warnings.push_back(fmt::format("{} (replication {})", notice.text, notice.replication));
    }
    return results;
}

}  // namespace nines
