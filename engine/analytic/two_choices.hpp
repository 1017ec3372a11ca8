#pragma once
// The better of two instances drawn at random, in the limit of very many instances.

namespace nines::analytic {

/// Arrivals that go to the less loaded of two of very many instances.
/// Source: Mitzenmacher, IEEE TPDS 12 (2001) 1094, for one worker; for more, the same equations with min(k, workers)
/// at work: s_k is the share of instances with at least k requests, and load workers (s_k^2 - s_(k+1)^2) =
/// min(k + 1, workers) (s_(k+1) - s_(k+2)), solved downwards from the fullest state, whose share makes s_0 = 1.
struct TwoChoices {
    double wait_probability = 0;  // of all arrivals
    double wait_in_turns = 0;     // mean over all arrivals, in units of service time over workers
    double square = 0;            // mean square of it
    double rejected = 0;          // both are full
};

/// @param load     offered to each worker, > 0; below 1 without a limit
/// @param workers  of each instance
/// @param limit    how many may wait at each instance; infinity: unlimited
/// Service is exponential. O(sqrt(workers)) about load 1.
TwoChoices solve_two_choices(double load, int workers, double limit);

}  // namespace nines::analytic
