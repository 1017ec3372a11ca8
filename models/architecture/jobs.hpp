#pragma once
// Batch jobs as the user writes them: work that is no request, on machines that are there only while it runs.

#include <cstdint>
#include <optional>
#include <string>

#include "engine/analytic/interrupted_work.hpp"
#include "engine/base/names.hpp"
#include "engine/random/distribution.hpp"
#include "models/architecture/ids.hpp"
#include "models/architecture/money.hpp"
#include "models/architecture/power.hpp"
#include "models/language/document.hpp"
#include "models/world/graph.hpp"

namespace nines {

/// When a job that may wait is started.
enum class JobStart : std::uint8_t {
    at_once,
    greenest  ///< where the grid emits least over the expected run, within the window
};
inline constexpr Names<JobStart, 2> k_job_starts{{{
    {"at-once", JobStart::at_once},
    {"greenest", JobStart::greenest},
}}};

/// `spot`: a machine that the provider may take back while the job runs.
struct SpotSpec {
    Distribution reclaim_s;          ///< of one machine: from when it runs until it is taken
    std::optional<double> discount;  ///< from the on-demand price; none: the catalogue's
};

/// `checkpoint`: after each so much work the job writes what it has; the last stretch is closed by one too.
struct CheckpointSpec {
    double every_s = 0;  ///< of work
    double takes_s = 0;
};

struct Job {
    std::string name;
    Place place;
    std::string machine;                  ///< `on:`; empty: nothing known, no price
    std::optional<SizeSpec> size;         ///< `on:` of containers
    LocationId zone = LocationId{0};      ///< where it runs
    std::uint32_t instances = 1;          ///< machines at once
    Distribution work_s;                  ///< undisturbed running time
    std::optional<double> at_s;           ///< when the first is ready; none: after the first `every`
    std::optional<Distribution> every_s;  ///< between jobs becoming ready; none: there is one
    std::optional<double> within_s;       ///< it must be finished so long after it is ready
    JobStart start{};
    std::optional<SpotSpec> spot;  ///< none: on demand
    double restart_s = 0;          ///< after each interruption; paid, not reclaimed
    std::optional<CheckpointSpec> checkpoint;
    std::optional<PowerSpec> power;
    std::optional<double> usd_per_h;  ///< `price` of one machine on demand, in the place of the catalogue's

    /// Work of this length, cut by the job's checkpoints.
    Stretches stretches_of(double undisturbed_s) const {
        return checkpoint ? Stretches{undisturbed_s, checkpoint->every_s, checkpoint->takes_s}
                          : Stretches{undisturbed_s};
    }
    /// The mean job, as if reclaims came at random: the first of n machines is taken n times as soon.
    InterruptedWork mean_work() const {
        const double reclaims_per_s = spot ? instances / spot->reclaim_s.mean() : 0;
        return {stretches_of(work_s.mean()), reclaims_per_s, restart_s};
    }
};

}  // namespace nines
