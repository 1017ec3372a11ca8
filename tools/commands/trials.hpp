#pragma once
// The trials of a review: every remedy as a variant of the scenario, in `flow`, under the luck of the study.

#include "models/study/trials.hpp"
#include "tools/commands/study.hpp"

namespace nines {

/// More are not tried at once: each takes its part of the confidence that all have together.
inline constexpr std::size_t k_trials_most = 24;

/// Tries the remedies that the results of the job ask for, in as many replications as these took. An error is a
/// sentence; remedies of which the scenario makes none are told in the trials.
Result<Trials> try_remedies(const StudyJob& job, const Results& results);

}  // namespace nines
