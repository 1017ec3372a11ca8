#pragma once
// WaitLaw: the time that a request waits for a worker: an atom at zero, and a gamma law (often exponential) beyond.

namespace nines::analytic {

/// P(wait > t) = probability x P(gamma variable of this mean and scv > t).
/// Exact for M/M/c and GI/M/c, where those who wait do so exponentially; a fit of two moments elsewhere.
struct WaitLaw {
    double probability = 0;      ///< of waiting at all
    double mean_if_waits_s = 0;  ///< of those who wait
    double scv_if_waits = 1;     ///< variance over squared mean, of those who wait; 1: exponential

    double mean_s() const { return probability * mean_if_waits_s; }
    double second_moment_s2() const { return probability * mean_if_waits_s * mean_if_waits_s * (1 + scv_if_waits); }
    double tail(double seconds) const;  ///< P(wait > seconds), seconds >= 0
    double quantile_s(double p) const;  ///< p in (0, 1); 0 where that share does not wait
};

}  // namespace nines::analytic
