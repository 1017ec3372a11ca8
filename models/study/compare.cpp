#include "models/study/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "engine/base/check.hpp"
#include "engine/stats/comparison.hpp"

namespace nines {

namespace {

/// What every decision is about, whatever the objectives are.
constexpr std::array<std::string_view, 5> k_always{"availability", "downtime.per_year", "latency.p99", "cost.per_month",
                                                   "carbon.kg_per_month"};

/// More replications than any contest has, and few enough to be divided among shards.
constexpr std::uint64_t k_without_end = std::uint64_t{1} << 62U;

double value_of(const Batch& batch, std::size_t row, std::size_t metric, std::size_t width) {
    return batch.metrics[row * width + metric];
}

/// Below this a difference of counts is none: a thousandth of a request, a millionth of a waiting attempt.
double floor_of(const FrameMetric& metric) {
    const bool of_requests = metric.name.compare(0, 9, "requests.") == 0;
    return of_requests ? 1e-3 : metric.unit == "1" ? 1e-6 : 0;
}

/// Whether two figures differ by no more than flow's fixed points are solved to, or times than the bins of its
/// histograms: what is below is no finding, however often it comes.
bool are_alike(double first, double second, const FrameMetric& metric) {
    const double resolution = metric.unit == "s" ? 1e-6 : 1e-9;
    const bool of_one = metric.kind == FigureKind::share_up;
    const double scale = of_one ? std::max(1 - first, 1 - second) : std::max(std::fabs(first), std::fabs(second));
    return std::fabs(second - first) <= std::max(resolution * scale, floor_of(metric));
}

/// The first rows of a batch; of its lists a study takes what belongs to them.
Batch first_rows(const Batch& batch, std::size_t rows, Widths widths) {
    Batch first = batch;
    first.heads.resize(rows);
    first.metrics.resize(rows * widths.metrics);
    first.sums.resize(rows * widths.sums);
    return first;
}

/// The frame for the study of one contestant: the base's spec, but when to end is the contest's to say, and chances are
/// told of what it measures.
StudyFrame frame_for(const Contestant& contestant, const StudySpec& spec) {
    StudyFrame frame = contestant.frame;
    frame.spec = spec;
    frame.spec.replications = k_without_end;
    frame.spec.until.clear();
    frame.spec.budget_s.reset();
    const auto missing = [&](const Exceedance& over) { return frame.find(over.metric) == frame.metrics.size(); };
    frame.spec.over.erase(std::remove_if(frame.spec.over.begin(), frame.spec.over.end(), missing),
                          frame.spec.over.end());
    return frame;
}

/// Nines are known relatively as well as the availability is.
std::string metric_of(const StopRule& rule) {
    constexpr std::string_view k_nines = "nines";
    const bool of_nines = rule.metric.compare(0, k_nines.size(), k_nines) == 0;
    return of_nines && rule.relative_half_width ? "availability" + rule.metric.substr(k_nines.size()) : rule.metric;
}

}  // namespace

Contestant contestant_of(const Plan& plan, std::uint64_t seed, const std::string& name) {
    Contestant contestant{name, frame_of(plan, seed), {}};
    const MetricTable table(plan);
    for (const MetricTable::Row& row : table.rows()) {
        const std::size_t at = row.name.find('@');
        const auto is_named = [&](const std::string& demand) { return row.name.substr(at + 1) == demand; };
        const auto& demands = plan.names.demands;
        const bool of_clients = at == std::string::npos || std::any_of(demands.begin(), demands.end(), is_named);
        contestant.better.push_back(of_clients ? row.info->better : better_at_service(*row.info));
    }
    return contestant;
}

std::vector<std::string> unmeasured_rules(const std::vector<Contestant>& contestants) {
    std::vector<std::string> sentences;
    for (const StopRule& rule : contestants.front().frame.spec.until) {
        for (const Contestant& one : contestants) {
            if (one.frame.find(rule.metric) == one.frame.metrics.size()) {
                sentences.push_back(
                    fmt::format("study.until: {} is not measured by {}, so there is no difference to stop by",
                                rule.metric, one.name));
            }
        }
    }
    return sentences;
}

Contest::Contest(std::vector<Contestant> contestants, Shard shard)
    : contestants_(std::move(contestants)), shard_(shard) {
    check(contestants_.size() >= 2, "a base and a variant");
    for (const Contestant& contestant : contestants_) {
        studies_.push_back(std::make_unique<Study>(frame_for(contestant, spec()), shard_));
    }
    match();
    make_keys();
    make_rules();
}

void Contest::match() {
    versus_.resize(contestants_.size());
    for (std::size_t i = 1; i < contestants_.size(); ++i) {
        std::map<std::string_view, std::size_t> positions;
        const std::vector<FrameMetric>& theirs = contestants_[i].frame.metrics;
        for (std::size_t k = 0; k < theirs.size(); ++k) {
            positions.emplace(theirs[k].name, k);
        }
        const std::vector<FrameMetric>& mine = contestants_.front().frame.metrics;
        for (std::size_t k = 0; k < mine.size(); ++k) {
            if (const auto found = positions.find(mine[k].name); found != positions.end()) {
                versus_[i].push_back({0, i, k, found->second});
            }
        }
    }
}

void Contest::make_keys() {
    const auto add_key = [&](const std::string& metric) {
        const bool known =
            std::any_of(keys_.begin(), keys_.end(), [&](const ContestKey& key) { return key.metric == metric; });
        if (known) {
            return;
        }
        ContestKey key{metric, {}};
        for (std::size_t i = 0; i < contestants_.size(); ++i) {
            for (std::size_t k = i + 1; k < contestants_.size(); ++k) {
                const ContestPair pair{i, k, contestants_[i].frame.find(metric), contestants_[k].frame.find(metric)};
                if (pair.first_metric < contestants_[i].frame.metrics.size() &&
                    pair.second_metric < contestants_[k].frame.metrics.size()) {
                    key.pairs.push_back(pair);
                }
            }
        }
        keys_.push_back(std::move(key));
    };
    for (const Objective& objective : contestants_.front().frame.objectives) {
        add_key(objective.figure);
    }
    for (const std::string_view metric : k_always) {
        add_key(std::string(metric));
    }
}

void Contest::make_rules() {
    std::vector<Target> targets;
    for (const StopRule& rule : spec().until) {
        Target target;
        target.half_width = rule.half_width.value_or(target.half_width);
        target.relative_half_width = rule.relative_half_width.value_or(target.relative_half_width);
        const std::string metric = metric_of(rule);
        for (std::size_t i = 1; i < contestants_.size(); ++i) {
            const ContestPair pair{0, i, contestants_.front().frame.find(metric), contestants_[i].frame.find(metric)};
            check(pair.first_metric < contestants_.front().frame.metrics.size() &&
                      pair.second_metric < contestants_[i].frame.metrics.size(),
                  "all contestants measure what rules of stopping are about");
            wanted_.push_back(pair);
            targets.push_back(target);
        }
    }
    if (!targets.empty()) {
        StoppingDesign design;
        design.confidence = confidence_of_each(spec().confidence, contestants_.size() - 1);
        design.replications_min = spec().at_least;
        stopping_.emplace(targets, design);
        target_values_.resize(targets.size());
    }
}

std::size_t Contest::rows_until_end(const PairedBatch& batch) {
    const std::size_t rows = std::min<std::uint64_t>(batch.size(), most() - taken_);
    for (std::size_t row = 0; row < rows && stopping_; ++row) {
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            const ContestPair& pair = wanted_[i];
            const auto value = [&](std::size_t contestant, std::size_t metric) {
                return value_of(batch.contestants[contestant], row, metric,
                                contestants_[contestant].frame.metrics.size());
            };
            target_values_[i] = value(pair.second, pair.second_metric) - value(pair.first, pair.first_metric);
        }
        if (stopping_->add(target_values_)) {
            end_ = StudyEnd::precision;
            return row + 1;
        }
    }
    if (taken_ + rows == most()) {
        end_ = StudyEnd::replications;
    }
    return rows;
}

void Contest::add(const PairedBatch& batch, std::size_t rows, ContestPair& pair) const {
    const FrameMetric& metric = contestants_[pair.first].frame.metrics[pair.first_metric];
    const std::size_t first_width = contestants_[pair.first].frame.metrics.size();
    const std::size_t second_width = contestants_[pair.second].frame.metrics.size();
    for (std::size_t row = 0; row < rows; ++row) {
        const double first = value_of(batch.contestants[pair.first], row, pair.first_metric, first_width);
        const double second = value_of(batch.contestants[pair.second], row, pair.second_metric, second_width);
        if (std::isfinite(first) && std::isfinite(second)) {
            pair.tally.add(first, are_alike(first, second, metric) ? first : second);
        }
    }
}

std::vector<Study::Taken> Contest::take(const PairedBatch& batch) {
    std::vector<Study::Taken> taken(contestants_.size());
    if (end_ != StudyEnd::none) {
        return taken;
    }
    const std::size_t rows = rows_until_end(batch);
    for (std::vector<ContestPair>& pairs : versus_) {
        for (ContestPair& pair : pairs) {
            add(batch, rows, pair);
        }
    }
    for (ContestKey& key : keys_) {
        for (ContestPair& pair : key.pairs) {
            add(batch, rows, pair);
        }
    }
    for (std::size_t i = 0; i < contestants_.size(); ++i) {
        const Batch& one = batch.contestants[i];
        taken[i] = studies_[i]->take(one.size() == rows ? one : first_rows(one, rows, contestants_[i].frame.widths()));
    }
    taken_ += rows;
    if (end_ == StudyEnd::none) {
        note_stops(batch, rows);
    } else {
        end(end_);
    }
    return taken;
}

void Contest::note_stops(const PairedBatch& batch, std::size_t rows) {
    for (std::size_t i = 0; i < contestants_.size(); ++i) {
        const Batch& one = batch.contestants[i];
        if (one.stop && one.size() == rows) {
            Stop stop = *one.stop;
            if (!stop.why.empty()) {
                stop.why = fmt::format("{}: {}", contestants_[i].name, stop.why);
            }
            end(stop.cause == StopCause::interrupted ? StudyEnd::interrupted : StudyEnd::failure, stop);
            return;
        }
    }
}

void Contest::end(StudyEnd why, const Stop& stop) {
    if (end_ == StudyEnd::none) {
        end_ = why;
    }
    for (const std::unique_ptr<Study>& study : studies_) {
        study->end(why, stop);
    }
}

std::uint64_t Contest::events() const {
    std::uint64_t events = 0;
    for (const std::unique_ptr<Study>& study : studies_) {
        events += study->events();
    }
    return events;
}

double Contest::share_done() const {
    return most() == 0 ? 1 : static_cast<double>(taken_) / static_cast<double>(most());
}

Result<void> run_contest(Contest& contest, PairedBatches& source, ContestStore* store, const ContestHooks& hooks) {
    if (store != nullptr) {
        const Result<void> replayed = store->replay([&](const PairedBatch& batch) {
            contest.take(batch);
            return contest.ended() == StudyEnd::none;
        });
        if (!replayed) {
            return replayed;
        }
    }
    if (contest.ended() != StudyEnd::none) {
        return {};
    }
    Result<void> stored;
    const auto budget_s = contest.spec().budget_s;
    source.deliver(contest.taken(), contest.most(), [&](const PairedBatch& batch) {
        const std::vector<Study::Taken> taken = contest.take(batch);
        if (store != nullptr && taken.front().rows > 0) {
            stored = store->append(batch, taken);
        }
        if (budget_s && hooks.elapsed_s() >= *budget_s) {
            contest.end(StudyEnd::budget);
        }
        if (hooks.progress) {
            hooks.progress(contest);
        }
        return stored && contest.ended() == StudyEnd::none;
    });
    return stored;
}

}  // namespace nines
