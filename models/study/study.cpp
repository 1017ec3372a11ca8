#include "models/study/study.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/check.hpp"
#include "engine/base/hash.hpp"
#include "models/pillars/scorecard.hpp"
#include "models/study/tell.hpp"

namespace nines {

namespace {

void count(std::span<const double> row, auto& counters) {
    for (auto& counter : counters) {
        const double value = counter.metric < row.size() ? row[counter.metric] : k_nothing;
        if (!std::isnan(value)) {
            ++counter.trials;
            counter.hits += holds(counter.comparison, value, counter.bound) ? 1 : 0;
        }
    }
}

/// What a replication that misses the objective does.
Comparison opposite(Comparison comparison) {
    switch (comparison) {
        case Comparison::at_least:
            return Comparison::less_than;
        case Comparison::at_most:
            return Comparison::more_than;
        case Comparison::more_than:
            return Comparison::at_most;
        case Comparison::less_than:
            return Comparison::at_least;
    }
    return comparison;
}

}  // namespace

Study::Study(StudyFrame frame, Shard shard)
    : frame_(std::move(frame)),
      shard_(shard),
      most_(shard.share_of(frame_.spec.replications)),
      sums_(frame_.widths().sums),
      parts_(frame_),
      controlled_(frame_.widths().controls),
      incident_bar_(-1) {
    for (const FrameMetric& metric : frame_.metrics) {
        metrics_.emplace_back(metric.kind == FigureKind::share_up);
    }
    make_rules();
    make_counters();
}

void Study::make_rules() {
    std::vector<Target> targets;
    for (const StopRule& rule : frame_.spec.until) {
        Target target;
        Wanted wanted{frame_.find(rule.metric), false};
        check(wanted.metric < frame_.metrics.size(), "the reader knows the metrics of stopping rules");
        const FrameMetric& metric = frame_.metrics[wanted.metric];
        target.half_width = rule.half_width.value_or(target.half_width);
        target.relative_half_width = rule.relative_half_width.value_or(target.relative_half_width);
        if (rule.relative_half_width && metric.kind == FigureKind::nines) {
            // The nines are known as well as the unavailability is; its half-width is asked for beside theirs.
            const std::string availability = "availability" + metric.name.substr(std::string_view("nines").size());
            targets.push_back({.relative_half_width = *rule.relative_half_width});
            wanted_.push_back({frame_.find(availability), true});
            target.relative_half_width = std::numeric_limits<double>::infinity();
        }
        wanted.from_one = metric.kind == FigureKind::share_up;
        targets.push_back(target);
        wanted_.push_back(wanted);
    }
    if (!targets.empty()) {
        StoppingDesign design;
        design.confidence = frame_.spec.confidence;
        design.replications_min = frame_.spec.at_least;
        stopping_.emplace(targets, design);
        target_values_.resize(targets.size());
    }
}

void Study::make_counters() {
    for (const Exceedance& wanted : frame_.spec.over) {
        over_.push_back({frame_.find(wanted.metric), Comparison::more_than, wanted.threshold, 0, 0});
    }
    for (const Objective& objective : frame_.objectives) {
        const std::size_t metric = objective.quantile ? frame_.metrics.size() : frame_.find(objective.figure);
        misses_.push_back({metric, opposite(objective.comparison), objective.bound, 0, 0});
    }
}

std::size_t Study::rows_until_end(const Batch& batch) {
    const std::size_t rows = std::min<std::size_t>(batch.size(), most_ - taken_);
    const std::size_t width = frame_.metrics.size();
    for (std::size_t row = 0; row < rows && stopping_; ++row) {
        const double* values = batch.metrics.data() + row * width;
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            const double value = values[wanted_[i].metric];
            target_values_[i] = wanted_[i].from_one ? 1 - value : value;
        }
        const std::uint64_t look = stopping_->next_look();
        const bool enough = stopping_->add(target_values_);
        if (stopping_->next_look() != look) {
            share_known_ = share_known();
        }
        if (enough) {
            end_ = StudyEnd::precision;
            return row + 1;
        }
    }
    if (taken_ + rows == most_) {
        end_ = StudyEnd::replications;
    }
    return rows;
}

Study::Taken Study::take(const Batch& batch) {
    Taken taken;
    if (end_ != StudyEnd::none) {
        return taken;
    }
    taken.rows = rows_until_end(batch);
    const std::size_t width = frame_.metrics.size();
    for (std::size_t metric = 0; metric < width && taken.rows > 0; ++metric) {
        metrics_[metric].add(batch.metrics.data() + metric, taken.rows, width);
    }
    for (std::size_t row = 0; row < taken.rows; ++row) {
        const std::span<const double> values(batch.metrics.data() + row * width, width);
        count(values, over_);
        count(values, misses_);
        const auto sums = std::span(batch.sums).subspan(row * sums_.size(), sums_.size());
        for (std::size_t i = 0; i < sums_.size(); ++i) {
            sums_[i] += sums[i];
        }
        parts_.add(sums);
    }
    take_controls(batch, taken.rows);
    take_heads(batch, taken.rows);
    take_lists(batch, taken);
    return taken;
}

void Study::take_controls(const Batch& batch, std::size_t rows) {
    const std::size_t width = controlled_.size();
    check(batch.controls.size() >= rows * width, "whoever hands batches on hands on what flow gave");
    for (std::size_t row = 0; row < rows && width > 0; ++row) {
        for (std::size_t metric = 0; metric < width; ++metric) {
            controlled_[metric].add(batch.metrics[row * width + metric], batch.controls[row * width + metric]);
        }
        ++work_.replications;
        work_.requests_events += batch.heads[row].events;
        work_.flow_events += batch.heads[row].flow_events;
    }
}

void Study::take_heads(const Batch& batch, std::size_t rows) {
    for (std::size_t row = 0; row < rows; ++row) {
        const Replication& head = batch.heads[row];
        check(head.number == shard_.number_of(taken_), "replications come in the order of their numbers");
        fingerprint_ = taken_ == 0 ? head.fingerprint : combine(fingerprint_, head.fingerprint);
        events_ += head.events;
        simulated_s_ += head.simulated_s;
        incidents_count_ += head.incidents;
        lost_ += head.lost;
        ++taken_;
    }
}

void Study::take_lists(const Batch& batch, Taken& taken) {
    const auto is_taken = [&](std::uint64_t number) {
        return taken.rows > 0 && number <= batch.heads[taken.rows - 1].number;
    };
    for (const Incident& incident : batch.incidents) {
        if (is_taken(incident.replication) && take_incident(incident)) {
            taken.incidents.push_back(incident);
        }
    }
    for (const Notice& notice : batch.notices) {
        const bool known =
            std::any_of(notices_.begin(), notices_.end(), [&](const Notice& one) { return one.text == notice.text; });
        if (is_taken(notice.replication) && !known) {
            notices_.push_back(notice);
            taken.notices.push_back(notice);
        }
    }
}

bool Study::take_incident(const Incident& incident) {
    if (incident.lost_requests <= incident_bar_.load(std::memory_order_relaxed)) {
        return false;
    }
    // Of equal losses the earlier stays: it is put above those that are there.
    const auto place =
        std::lower_bound(worst_.begin(), worst_.end(), incident,
                         [](const Incident& a, const Incident& b) { return a.lost_requests < b.lost_requests; });
    worst_.insert(place, incident);
    if (worst_.size() > k_incidents_listed) {
        worst_.erase(worst_.begin());
    }
    if (worst_.size() == k_incidents_listed) {
        incident_bar_.store(worst_.front().lost_requests, std::memory_order_relaxed);
    }
    return true;
}

void Study::end(StudyEnd why, Stop stop) {
    if (end_ == StudyEnd::none) {
        end_ = why;
        stop_ = std::move(stop);
    }
}

std::uint64_t Study::flow_alone_wanted() const {
    if (end_ != StudyEnd::replications || controlled_.empty()) {
        return 0;
    }
    // Those that objectives judge; the others have what these want.
    std::vector<const ControlledMetric*> wanting;
    for (const Objective& objective : frame_.objectives) {
        if (const std::size_t metric = frame_.find(objective.figure); metric < controlled_.size()) {
            wanting.push_back(&controlled_[metric]);
        }
    }
    const std::size_t availability = frame_.find("availability");
    if (availability < controlled_.size()) {
        wanting.push_back(&controlled_[availability]);
    }
    if (frame_.exact_in_flow) {
        std::erase(wanting, &controlled_[availability]);
    }
    return nines::flow_alone_wanted(wanting, work_);
}

void Study::take_flow_alone(FlowAlone alone) {
    if (alone.interrupted) {
        end_ = StudyEnd::interrupted;
    } else {
        alone_ = std::move(alone);
    }
}

double Study::share_done() const {
    return most_ == 0 ? 1 : std::max(share_known_, static_cast<double>(taken_) / static_cast<double>(most_));
}

double Study::share_known() const {
    // A half-width falls with the root of the number: half of it is a quarter of the way.
    double share = 1;
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
        const auto interval = stopping_->interval(i);
        const Target& target = stopping_->target(i);
        const double wanted = std::min(target.half_width, target.relative_half_width * stopping_->moments(i).mean());
        const double reached = interval && interval->half_width() > 0 ? wanted / interval->half_width() : 0;
        share = std::min(share, reached * reached);
    }
    return share;
}

}  // namespace nines
