#pragma once
// Study: the reduction of replications, in the order of their numbers, to results with intervals; and when to stop.

#include <atomic>
#include <optional>
#include <vector>

#include "engine/stats/stopping.hpp"
#include "models/study/control.hpp"
#include "models/study/frame.hpp"
#include "models/study/metric_summary.hpp"
#include "models/study/part_summary.hpp"
#include "models/study/sampler.hpp"

namespace nines {

/// Why a study ended.
enum class StudyEnd : std::uint8_t {
    none,
    replications,  ///< as many as were asked for
    precision,     ///< the stopping rules hold
    budget,        ///< the clock
    interrupted,
    failure  ///< a replication could not be run to its end
};

/// 1. What it holds depends on the replications taken, in their order, and on nothing else: not on batches, threads,
///    ranks, interruptions. 2. Memory does not grow with their number. 3. It ends at a replication that the rules name.
class Study {
public:
    Study(StudyFrame frame, Shard shard);

    /// What take() has kept of a batch: so many rows from the first on, and of its lists what is to be remembered.
    struct Taken {
        std::size_t rows = 0;
        std::vector<Incident> incidents;
        std::vector<Notice> notices;
    };
    /// Takes the next replications, up to the one at which the study ends.
    Taken take(const Batch& batch);
    /// Ends it from outside: the clock, an interrupt, a failure.
    void end(StudyEnd why, Stop stop = {});

    /// How many replications of `flow` alone the control wants once the study has ended: 0 without a control, or where
    /// it is of no use, or where the study did not come to its end.
    std::uint64_t flow_alone_wanted() const;
    /// Takes them. Where they were interrupted the study is, and its figures are as without a control.
    void take_flow_alone(FlowAlone alone);

    StudyEnd ended() const { return end_; }
    std::uint64_t taken() const { return taken_; }
    /// The number of the last replication taken; nothing before the first.
    std::optional<std::uint64_t> last_number() const {
        return taken_ == 0 ? std::nullopt : std::optional(shard_.number_of(taken_ - 1));
    }
    /// How many its shard may take at most.
    std::uint64_t most() const { return most_; }
    std::uint64_t events() const { return events_; }
    /// How far it is, in [0, 1], for people: of the replications, and of the precision as seen at the last look.
    double share_done() const;
    const StudyFrame& frame() const { return frame_; }
    const std::atomic<double>& incident_bar() const { return incident_bar_; }

    /// All but `wall_s`.
    Results results() const;

private:
    struct Wanted {
        std::size_t metric = 0;
        bool from_one = false;
    };
    void make_rules();
    void make_counters();
    double share_known() const;
    std::size_t rows_until_end(const Batch& batch);
    void take_heads(const Batch& batch, std::size_t rows);
    void take_lists(const Batch& batch, Taken& taken);
    bool take_incident(const Incident& incident);
    void fill_metrics(Results& results) const;
    void fill_objectives(Results& results) const;
    /// Of a mean availability; not a mean of nines, which leaves out the replications without a failure.
    void fill_nines(Results& results) const;
    /// Of an objective that has no interval: met or missed all the same where its bound is far away.
    void decide_by_chebyshev(const Objective& objective, std::size_t position, ObjectiveResult& judged) const;
    void fill_sums(Results& results) const;
    void take_controls(const Batch& batch, std::size_t rows);
    void control_metrics(Results& results) const;
    IntervalRules rules() const;
    IntervalRules rules_for(const FrameMetric& metric) const;

    StudyFrame frame_;
    Shard shard_;
    std::uint64_t most_;
    std::optional<Stopping> stopping_;
    std::vector<Wanted> wanted_;  // by target of stopping_
    std::vector<double> target_values_;
    double share_known_ = 0;  // of the precision wanted, at the last look
    StudyEnd end_ = StudyEnd::none;
    Stop stop_;

    std::uint64_t taken_ = 0;
    std::uint64_t fingerprint_ = 0;
    std::uint64_t events_ = 0;
    double simulated_s_ = 0;
    std::uint64_t incidents_count_ = 0;
    double lost_ = 0;
    std::vector<MetricSummary> metrics_;
    std::vector<double> sums_;
    PartSummary parts_;
    std::vector<ControlledMetric> controlled_;  // by metric; none without a control
    PairWork work_;
    FlowAlone alone_;
    struct Counter {
        std::size_t metric = 0;
        Comparison comparison{};  ///< that of a hit
        double bound = 0;
        std::uint64_t hits = 0;
        std::uint64_t trials = 0;
    };
    std::vector<Counter> over_;    // of frame_.spec.over
    std::vector<Counter> misses_;  // of frame_.objectives; of one on a quantile it stays empty
    std::vector<Incident> worst_;  // ascending by what they lost, of equal ones the later first
    std::atomic<double> incident_bar_;
    std::vector<Notice> notices_;
};

}  // namespace nines
