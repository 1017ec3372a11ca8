#pragma once
// Batch: what a study keeps of some replications, flat; all that reduction, checkpoints and other machines pass on.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/results/results.hpp"

namespace nines {

/// One replication, beside its figures.
struct Replication {
    std::uint64_t number = 0;
    std::uint64_t fingerprint = 0;
    std::uint64_t events = 0;
    double simulated_s = 0;
    std::uint64_t incidents = 0;
    double lost = 0;                ///< requests, in incidents and outside
    std::uint64_t flow_events = 0;  ///< of `flow` under the same luck, where it was run beside
};

/// A sentence about one replication that the results should carry, once.
struct Notice {
    std::uint64_t replication = 0;
    std::string text;
};

/// How many figures a replication has: one for each metric, and those that only their sums are wanted of.
struct Widths {
    std::size_t metrics = 0;
    std::size_t sums = 0;
    std::size_t controls = 0;  ///< one for each metric, in a study that runs `flow` beside; else none
};

/// Replications in the order of their numbers.
struct Batch {
    std::vector<Replication> heads;
    std::vector<double> metrics;      ///< [row * Widths::metrics + metric]; NaN where nothing was measured
    std::vector<double> sums;         ///< [row * Widths::sums + i]
    std::vector<double> controls;     ///< [row * Widths::controls + metric]: the metrics of `flow` under the same luck
    std::vector<Incident> incidents;  ///< those that may be among the worst of the study, by replication
    std::vector<Notice> notices;
    std::optional<Stop> stop;  ///< what ended the replication after the last of the rows, which is not among them

    std::size_t size() const { return heads.size(); }
    void clear() {
        heads.clear();
        metrics.clear();
        sums.clear();
        controls.clear();
        incidents.clear();
        notices.clear();
        stop.reset();
    }
};

}  // namespace nines
