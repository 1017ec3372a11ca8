#pragma once
// Survival: how long things last when some were still alive as the watch ended (replications that ended first).
// Sources: Kaplan, Meier, JASA 53 (1958) 457; Greenwood, Reports on Public Health 33 (1926) (standard error); Nelson,
// J. Quality Technology 1 (1969) 27, and Aalen, Annals of Statistics 6 (1978) 701 (cumulative hazard).

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nines {

enum class Ending : std::uint8_t {
    event,    ///< what was waited for came
    censored  ///< the watch ended before it
};

struct Lifetime {
    double time = 0;  ///< >= 0, in any unit
    Ending ending = Ending::event;
};

/// The estimate from one time with events to the next.
struct SurvivalStep {
    double time = 0;
    std::uint64_t at_risk = 0;     ///< alive and watched just before
    std::uint64_t events = 0;      ///< at this time, >= 1
    double survival = 1;           ///< share that outlives this time
    double standard_error = 0;     ///< of the survival, by Greenwood; 0 where nobody is left
    double cumulative_hazard = 0;  ///< Nelson-Aalen
};

/// Kaplan-Meier: a step for each time with events, in order. At equal times events come before censorings.
std::vector<SurvivalStep> estimate_survival(std::span<const Lifetime> lifetimes);

/// The first time at which no more than half survive; nothing when more than half outlive the last event.
std::optional<double> median_survival(std::span<const SurvivalStep> steps);

}  // namespace nines
