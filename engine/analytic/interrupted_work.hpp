#pragma once
// InterruptedWork: how long work takes that is interrupted at random and begins again from its last checkpoint.

#include <cstdint>
#include <limits>

namespace nines {

/// Work that is saved after each stretch; the last stretch, which may be shorter, is saved too.
struct Stretches {
    double work_s = 0;
    double every_s = std::numeric_limits<double>::infinity();  ///< of work; infinite: nothing is ever saved
    double takes_s = 0;                                        ///< of saving

    bool are_saved() const { return every_s < std::numeric_limits<double>::infinity(); }
    /// How many stretches are whole.
    std::uint64_t whole() const;
    /// Running time of a whole stretch, and of what comes after the whole ones (0: nothing does).
    double whole_s() const { return every_s + takes_s; }
    double rest_s() const;
    /// Running time without interruption, once so many whole stretches are saved.
    double left_s(std::uint64_t saved) const;
};

/// The same under interruptions: Poisson while it runs; after each it waits, uninterrupted, and begins again from what
/// is saved. The first start waits for nothing.
struct InterruptedWork {
    Stretches stretches;
    double interruptions_per_s = 0;
    double restart_s = 0;
};

/// Mean time from the first start to the end, restarts included: the sum over stretches of w seconds of
/// (e^(rate w) - 1) (1 / rate + restart). May be infinite.
/// Source: Daly, Future Generation Computer Systems 22 (2006) 303, whose restarts may be interrupted: here not.
double expected_run_s(const InterruptedWork& work);
/// Mean number of interruptions: the sum over stretches of e^(rate w) - 1.
double expected_interruptions(const InterruptedWork& work);
/// The stretch of work between two savings that loses least, to first order.
/// Source: Young, Communications of the ACM 17 (1974) 530: sqrt(2 x saving x mean time between interruptions).
double young_interval_s(double saving_s, double interruptions_per_s);

}  // namespace nines
