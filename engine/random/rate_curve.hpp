#pragma once
// RateCurve: how often a demand asks, over time, as straight pieces; arrivals by inverting its integral.

#include <optional>
#include <vector>

#include "engine/random/distribution.hpp"

namespace nines {

/// A piecewise-linear rate. Knots ascend in time; two knots at one time are a jump. Before the first knot the first
/// rate holds, after the last the last; with `period_s` the curve repeats for ever (its knots span one period).
/// Guarantee: the inversion needs no rejection, so no rate can make it stall.
class RateCurve {
public:
    struct Knot {
        double at_s = 0;
        double per_s = 0;
    };

    static RateCurve constant(double per_s);
    /// rate[i] holds from at[i] until at[i + 1].
    static RateCurve steps(const std::vector<Knot>& steps);
    static RateCurve linear(std::vector<Knot> knots);
    /// A sinusoid over 24 h between trough and peak, highest at `peak_clock_s` (seconds of the day); `start_clock_s` is
    /// the second of the day at time zero. Straight minute pieces: within 3e-6 of the amplitude.
    static RateCurve diurnal(double peak_per_s, double trough_per_s, double peak_clock_s, double start_clock_s);

    double at(double time_s) const;
    double highest() const;
    /// The time at which the integral from `from_s` has grown by `amount`: solved exactly on each straight piece, so
    /// the next arrival of a Poisson process is one exponential draw, whatever the rate does. Infinite when it never
    /// grows that far, or on a curve that repeats not within 1e12 s. O(pieces until then), at most those of two
    /// periods.
    double after(double from_s, double amount) const;
    /// Integral over [from, to], the expected number of arrivals of a Poisson process.
    double integral(double from_s, double to_s) const;
    /// Every rate multiplied by `factor`.
    void scale(double factor);
    const std::vector<Knot>& knots() const { return knots_; }
    double period_s() const { return period_s_; }  ///< 0: does not repeat

private:
    double to_phase(double time_s) const;

    std::vector<Knot> knots_;
    double period_s_ = 0;    // 0: does not repeat
    double per_period_ = 0;  // integral over one period
};

/// A two-state or longer cycle of rates with exponential stays (Markov-modulated Poisson process).
struct ModulatedState {
    double per_s = 0;
    double stay_mean_s = 0;
};

}  // namespace nines
