#pragma once
// JobTally: what the batch jobs of one name did in a replication.

namespace nines {

/// A job belongs to the moment at which it became ready: the first block counts those of the measured time. What
/// machines did is counted by when they did it, whichever job it was for.
struct JobTally {
    double ready = 0;
    double finished = 0;
    double judged = 0;         ///< with a window, and finished or due by the end
    double late = 0;           ///< of those
    double uninterrupted = 0;  ///< of the finished
    double duration_s = 0;     ///< from ready to finished, over the finished
    double run_s = 0;          ///< machines x time, over the finished
    double reclaims = 0;       ///< over the finished
    double job_carbon_g = 0;   ///< operational, over the finished

    double machine_s = 0;  ///< machines x time in the measured time
    double energy_j = 0;   ///< of the machines, without PUE
    double carbon_g = 0;   ///< operational, PUE included
};

}  // namespace nines
