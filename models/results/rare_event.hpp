#pragma once
// RareEventFigure: the chance of a rare event of load within a time, as a study finds it by splitting.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nines {

/// The same chance by another importance function.
struct RareEventCheck {
    std::string importance;
    double probability = 0;
    double relative_error = 0;
    bool agrees = false;  ///< within three standard errors
};

struct RareEventFigure {
    std::string event;       ///< "queue@web above 200 for 30 s"
    double within_s = 0;     ///< of measured time
    std::string method;      ///< "splitting from the beginning", "splitting of excursions", "plain paths"
    std::string importance;  ///< what rose towards it: "in_flight@web"
    double confidence = 0.95;
    std::optional<double> probability, lo, hi;
    std::string no_interval;                   ///< why there is none; empty where there is one
    std::optional<double> relative_error;      ///< of the chance; of `failure` that of `failures`
    std::optional<double> ancestors;           ///< of a run's hits; none where there was no level
    std::optional<double> plain_replications;  ///< that would give this relative error
    std::vector<double> levels;                ///< of importance
    std::uint32_t paths = 0;                   ///< from each level, in each run
    std::uint32_t runs = 0;
    std::uint64_t events = 0;                                  ///< simulated for it
    std::optional<double> failures, failures_lo, failures_hi;  ///< of `failure`: requests expected to fail
    std::optional<RareEventCheck> check;
};

}  // namespace nines
