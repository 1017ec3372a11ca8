// Rare events of load: where paths begin, which importance function leads them, how many are needed, and whether two
// functions agree.

#include "models/study/rare_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/language/quantity_text.hpp"
#include "models/study/event_paths.hpp"
#include "models/study/metric_summary.hpp"

namespace nines {

namespace {

using Kind = RareEventSpec::Kind;

constexpr std::string_view k_plain_paths = "plain paths";
constexpr std::string_view k_queue_max = "queue.max@";
constexpr double k_seen_failures = 30;              // in all replications of a study: then their mean is as good
constexpr std::uint64_t k_own_number = UINT64_MAX;  // of what nobody asked for
constexpr double k_not_rare = 0.1;                  // an expected number of times above this is left to plain paths
constexpr std::uint64_t k_look_events = 100'000;
constexpr std::size_t k_looks = 4096;
constexpr std::uint64_t k_look_bytes = 10'000;

std::string text_of(const RareEventSpec& event) {
    std::string text = event.event;
    if (event.kind != Kind::failure) {
        text += fmt::format(" above {:.0f}", event.above);
    }
    if (event.for_s > 0) {
        text += " for " + format_quantity(event.for_s, Dimension::time);
    }
    return text;
}

std::string name_of(Guide guide, const RareEventSpec& event) {
    if (guide == Guide::in_flight) {
        return "attempts in flight";
    }
    return event.kind == Kind::failure ? "attempts waiting" : event.event;
}

/// "queue.max@web" above a number within the horizon is an event; other metrics are none.
std::optional<RareEventSpec> event_of(const Plan& plan, const Exceedance& over) {
    const std::string_view metric = over.metric;
    if (!metric.starts_with(k_queue_max) || plan.run.fidelity != "requests") {
        return std::nullopt;
    }
    RareEventSpec event;
    event.kind = Kind::queue;
    event.above = std::floor(over.threshold);
    event.within_s = plan.run.horizon_s;
    const std::string_view service = metric.substr(k_queue_max.size());
    event.event = fmt::format("queue@{}", service);
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        if (plan.names.services[index_at<ServiceId>(i)] == service) {
            event.service = index_at<ServiceId>(i);
        }
    }
    return event.service.exists() && event.above >= 0 ? std::optional(event) : std::nullopt;
}

/// Whether nothing in the plan goes by a clock: any stretch of time is as good as any other.
bool is_timeless(const Plan& plan) {
    const bool has_buckets = std::any_of(plan.services.begin(), plan.services.end(),
                                         [](const ServicePlan& one) { return one.limit.has_value(); });
    return plan.faults.size() == 0 && !has_buckets &&
           std::all_of(plan.demands.begin(), plan.demands.end(),
                       [](const DemandPlan& one) { return one.rate.knots().size() <= 1; });
}

/// What a first natural path shows of one importance function.
struct Look {
    double events = 0;        ///< of a path over warm-up and time
    double floor = 0;         ///< above it excursions begin
    Nanoseconds stretch = 0;  ///< that does for the whole; 0: there is none
    double bytes = 1;         ///< of a copy
};

/// The floor of a count that must rise above it before the event can happen is the median: as low as most of the time,
/// and often enough left. Failures could happen anywhere, so theirs is as low as the path ever comes back to.
Look look_at(const EventPaths::Frame& frame, Guide guide, std::uint64_t key) {
    const EventPaths paths(frame, guide);
    Look look;
    std::vector<double> seen;
    std::uint64_t events = 0;
    std::uint64_t every = 1;
    Nanoseconds last = 0;
    paths.follow(key, [&](const EventPath& path) {
        last = path.path.now();
        if (events % k_look_bytes == 0) {
            look.bytes = std::max(look.bytes, static_cast<double>(path.path.bytes()));
        }
        if (events++ % every == 0) {
            seen.push_back(paths.importance(path));
            if (seen.size() == 2 * k_looks) {  // every other one stays: a few thousand, evenly over the path
                for (std::size_t i = 0; i < k_looks; ++i) {
                    seen[i] = seen[2 * i];
                }
                seen.resize(k_looks);
                every *= 2;
            }
        }
        return events < k_look_events;
    });
    const double measured_s = to_seconds(last - frame.plan->warmup);
    const bool is_whole = events < k_look_events;
    look.events = is_whole || measured_s <= 0 ? static_cast<double>(events)
                                              : static_cast<double>(events) * frame.event->within_s / measured_s;
    look.events *= 1 + to_seconds(frame.plan->warmup) / frame.event->within_s;
    if (!is_whole && is_timeless(*frame.plan) && measured_s < frame.event->within_s / 4) {
        look.stretch = to_ns(measured_s);
    }
    std::sort(seen.begin(), seen.end());
    const double share = frame.event->kind == Kind::failure ? 0.01 : 0.5;
    look.floor = seen.empty() ? 0 : seen[static_cast<std::size_t>(share * static_cast<double>(seen.size()))];
    return look;
}

/// One importance function, and what it has given so far.
struct Candidate {
    Guide guide{};
    Look look;
    SplittingEstimate estimate = {};

    double work() const {
        return estimate.relative_error * estimate.relative_error * static_cast<double>(estimate.steps);
    }
};

class Search {
public:
    Search(const Plan& plan, const RareEventSpec& event, Luck luck, const ParallelFor& parallel,
           const RareEventEffort& effort)
        : plan_(plan), event_(event), luck_(luck), parallel_(parallel), effort_(effort) {}

    RareEventFigure find() {
        figure_.event = text_of(event_);
        figure_.within_s = event_.within_s;
        figure_.confidence = plan_.study.confidence;
        std::array<Candidate, 2> candidates{{{Guide::own, {}, {}}, {Guide::in_flight, {}, {}}}};
        for (Candidate& candidate : candidates) {
            candidate.look = look_at({&plan_, &event_, 0}, candidate.guide, key_of("look"));
            run(candidate, effort_.pilot_paths, 0, "pilot");
            if (is_cut(candidate) && candidate.estimate.probability > std::min(k_not_rare, effort_.gives_up_above)) {
                figure_.method = k_plain_paths;
                if (candidate.estimate.probability <= effort_.gives_up_above) {
                    follow_plainly(candidate.look);
                }
                return std::move(figure_);
            }
        }
        const bool is_hopeless =
            candidates[0].estimate.runs_with_hits == 0 && candidates[1].estimate.runs_with_hits == 0;
        if (is_hopeless && std::isfinite(effort_.gives_up_above)) {
            return std::move(figure_);
        }
        const bool first = is_better(candidates[0], candidates[1]);
        Candidate& best = candidates[first ? 0 : 1];
        Candidate& other = candidates[first ? 1 : 0];
        run(best, paths_for(best), is_hopeless ? 0 : 2, "main");
        check_by(other, best);
        fill(best);
        return std::move(figure_);
    }

private:
    std::uint64_t key_of(std::string_view purpose) const { return Stream(luck_, "rare.event", purpose).key(); }
    bool is_cut(const Candidate& candidate) const { return candidate.look.events > effort_.events_from_beginning; }

    void run(Candidate& candidate, std::uint32_t paths, std::uint32_t enlargements, std::string_view purpose) {
        const double copies = effort_.bytes_most / candidate.look.bytes;
        SplittingOptions options;
        options.luck.seed = combine(key_of(purpose), static_cast<std::uint64_t>(candidate.guide));
        options.confidence = plan_.study.confidence;
        // Of the paths of a level a quarter is kept, beside as many of the level before; they may be doubled twice.
        const double allowed = std::max(20.0, 2 * copies / std::exp2(enlargements));
        options.paths_per_level = static_cast<std::uint32_t>(std::min<double>(paths, allowed));
        options.enlargements_max = enlargements;
        const EventPaths::Frame frame{&plan_, &event_, candidate.look.stretch,
                                      static_cast<std::size_t>(std::clamp(copies, 16.0, 256.0))};

        const EventPaths paths_of_event =
            is_cut(candidate) ? EventPaths(frame, candidate.guide, candidate.look.floor, options.luck.seed)
                              : EventPaths(frame, candidate.guide);
        candidate.estimate = split(paths_of_event, options, parallel_);
        figure_.events += candidate.estimate.steps;
    }

    /// The one with an interval; of two, the one that needs less work for the same error.
    static bool is_better(const Candidate& one, const Candidate& other) {
        const auto hits = [](const Candidate& each) { return each.estimate.runs_with_hits; };
        if (one.estimate.interval.has_value() != other.estimate.interval.has_value()) {
            return one.estimate.interval.has_value();
        }
        return one.estimate.interval ? one.work() <= other.work() : hits(one) >= hits(other);
    }

    /// As many as the error aimed at asks for, or as the work allows.
    std::uint32_t paths_for(const Candidate& candidate) const {
        const SplittingEstimate& pilot = candidate.estimate;
        const double ratio = pilot.interval ? pilot.relative_error / effort_.relative_error : 2;
        const double steps = std::max<double>(static_cast<double>(pilot.steps), 1);
        const double wanted = std::min(1.2 * ratio * ratio, effort_.events_most / steps) * effort_.pilot_paths;
        return static_cast<std::uint32_t>(
            std::clamp<double>(wanted, effort_.pilot_paths, std::max(effort_.paths_most, effort_.pilot_paths)));
    }

    /// The other function's pilot, or where that gave no interval, as many paths as the figure itself has.
    void check_by(Candidate& other, const Candidate& best) {
        if (!other.estimate.interval || !agree(best.estimate, other.estimate)) {
            run(other, best.estimate.paths_per_level, 0, "check");
        }
        const SplittingEstimate& estimate = other.estimate;
        if (estimate.runs_with_hits > 0 && estimate.interval) {
            figure_.check = RareEventCheck{name_of(other.guide, event_), chance_of_times(estimate.probability),
                                           estimate.probability_error, agree(best.estimate, estimate)};
        }
    }

    /// From an expected number of times; they come apart, as excursions that reach so far are few.
    static double chance_of_times(double times) { return -std::expm1(-std::max(times, 0.0)); }
    double chance_in(const Candidate& candidate, double value) const {
        return is_cut(candidate) ? chance_of_times(value) : std::clamp(value, 0.0, 1.0);
    }

    void fill(const Candidate& best) {
        const SplittingEstimate& estimate = best.estimate;
        figure_.method = is_cut(best) ? "splitting of excursions" : "splitting from the beginning";
        figure_.importance = name_of(best.guide, event_);
        figure_.levels = estimate.levels;
        figure_.paths = estimate.paths_per_level;
        figure_.runs = estimate.runs;
        figure_.no_interval = estimate.refusal;
        if (figure_.check && !figure_.check->agrees) {
            figure_.no_interval =
                fmt::format("two importance functions disagree: {:.3g} by {}, {:.3g} by {}", estimate.probability,
                            figure_.importance, figure_.check->probability, figure_.check->importance);
        }
        if (estimate.runs_with_hits == 0) {
            return;
        }
        const double chance = chance_in(best, estimate.probability);
        const double error = estimate.probability_error;
        figure_.probability = chance;
        figure_.relative_error = event_.kind == Kind::failure ? estimate.relative_error : error;
        if (std::isfinite(estimate.ancestors)) {
            figure_.ancestors = estimate.ancestors;
        }
        if (event_.kind == Kind::failure) {
            figure_.plain_replications = estimate.plain_paths;
        } else if (error > 0) {
            figure_.plain_replications = (1 - chance) / chance / (error * error);
        }
        if (!figure_.no_interval.empty()) {
            return;
        }
        figure_.lo = chance_in(best, estimate.probability_interval->lo);
        figure_.hi = chance_in(best, estimate.probability_interval->hi);
        if (event_.kind == Kind::failure) {
            figure_.failures = estimate.value;
            figure_.failures_lo = std::max(estimate.interval->lo, 0.0);
            figure_.failures_hi = estimate.interval->hi;
        }
    }

    void follow_plainly(const Look& look);

    const Plan& plan_;
    const RareEventSpec& event_;
    Luck luck_;
    const ParallelFor& parallel_;
    RareEventEffort effort_;
    RareEventFigure figure_;
};

/// What is not rare: as many natural paths over the whole time as the study has replications, if the work allows.
void Search::follow_plainly(const Look& look) {
    const double allowed = effort_.events_most / std::max(look.events, 1.0);
    const auto count =
        static_cast<std::size_t>(std::clamp(allowed, 20.0, static_cast<double>(plan_.study.replications)));
    const EventPaths paths({&plan_, &event_, 0}, Guide::own);
    std::vector<std::uint8_t> hits(count);
    std::vector<std::uint64_t> steps(count);
    parallel_(count, [&](std::size_t i) {
        Stream stream(combine(key_of("plain"), i));
        EventPath path = paths.start(stream);
        for (; paths.end(path) == PathEnd::open; ++steps[i]) {
            paths.step(path, stream);
        }
        hits[i] = paths.end(path) == PathEnd::hit ? 1 : 0;
    });
    const auto hit = static_cast<std::uint64_t>(std::count(hits.begin(), hits.end(), std::uint8_t{1}));
    const double chance = static_cast<double>(hit) / static_cast<double>(count);
    const Interval interval = chance_of(hit, count, plan_.study.confidence).interval;
    figure_.paths = static_cast<std::uint32_t>(count);
    figure_.runs = 1;
    figure_.levels.clear();
    for (const std::uint64_t one : steps) {
        figure_.events += one;
    }
    figure_.probability = chance;
    figure_.lo = interval.lo;
    figure_.hi = interval.hi;
    if (hit > 0) {
        figure_.relative_error = std::sqrt((1 - chance) / static_cast<double>(hit));
    }
}

}  // namespace

RareEventFigure find_rare_event(const Plan& plan, const RareEventSpec& event, Luck luck, const ParallelFor& parallel,
                                const RareEventEffort& effort) {
    return Search(plan, event, luck, parallel, effort).find();
}

std::vector<RareEventFigure> find_rare_events(const Plan& plan, std::uint64_t seed, const ParallelFor& parallel) {
    std::vector<RareEventFigure> figures;
    for (const RareEventSpec& event : plan.study.rare) {
        figures.push_back(find_rare_event(plan, event, {seed, figures.size()}, parallel));
    }
    for (const Exceedance& over : plan.study.over) {
        const auto event = event_of(plan, over);
        if (event && std::none_of(figures.begin(), figures.end(), [&](const RareEventFigure& one) {
                return is_chance_of(one, over, event->within_s);
            })) {
            RareEventFigure figure = find_rare_event(plan, *event, {seed, figures.size()}, parallel);
            if (figure.method != k_plain_paths) {
                figures.push_back(std::move(figure));
            }
        }
    }
    return figures;
}

bool is_chance_of(const RareEventFigure& figure, const Exceedance& over, double horizon_s) {
    const std::string_view metric = over.metric;
    return metric.starts_with(k_queue_max) && figure.within_s == horizon_s &&
           figure.event == fmt::format("queue@{} above {:.0f}", metric.substr(k_queue_max.size()), over.threshold);
}

std::optional<RareFigure> find_overload_figure(const Plan& plan, std::uint64_t seed, const ParallelFor& parallel) {
    const bool can_refuse = std::any_of(plan.services.begin(), plan.services.end(),
                                        [](const ServicePlan& one) { return one.queue_limit != k_unlimited; });
    double offered = 0;
    for (const DemandPlan& demand : plan.of_users(plan.demands)) {
        const bool is_open = demand.users == 0 && demand.law != ArrivalLaw::modulated;
        offered += is_open && !demand.rate.knots().empty() ? demand.rate.knots().front().per_s * plan.run.horizon_s
                                                           : -std::numeric_limits<double>::infinity();
    }
    if (plan.run.fidelity != "requests" || !can_refuse || !is_timeless(plan) || !(offered > 0)) {
        return std::nullopt;
    }
    RareEventSpec event;
    event.kind = Kind::failure;
    event.event = "failure";
    event.within_s = plan.run.horizon_s;
    RareEventEffort effort;
    effort.gives_up_above = k_seen_failures / static_cast<double>(std::max<std::uint64_t>(plan.study.replications, 1));
    const RareEventFigure found = find_rare_event(plan, event, {seed, k_own_number}, parallel, effort);
    if (found.method == k_plain_paths || !found.failures) {
        return std::nullopt;
    }
    RareFigure figure;
    figure.method = found.method;
    figure.unavailability = *found.failures / offered;
    figure.lo = *found.failures_lo / offered;
    figure.hi = *found.failures_hi / offered;
    figure.relative_error = found.relative_error;
    figure.plain_replications = found.plain_replications;
    figure.notes.push_back(fmt::format("requests refused or late under load alone: {} levels of {}, {:.0f} ancestors",
                                       found.levels.size(), found.importance, found.ancestors.value_or(0)));
    return figure;
}

}  // namespace nines
