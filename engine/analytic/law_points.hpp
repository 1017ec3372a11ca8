#pragma once
// The points of a LatencyLaw for the laws of the language: means of the law over each bin, by closed forms.

#include "engine/analytic/latency_bins.hpp"

namespace nines {
struct Distribution;
}

namespace nines::analytic {

/// @param law  any but a mixture, with a finite mean. About 100 us for gamma, Erlang and hyperexponential laws.
bins::Points points_of(const Distribution& law);

/// A gamma law of mean 1 (exponential for scv 1), fast: between the laws of a grid of scv, four an octave, points are
/// mixed linearly in the standard deviation, which keeps the mean. Below scv 0.01 they shrink to the constant; above 69
/// the law of 69 is taken.
bins::Points unit_gamma_points(double scv);

}  // namespace nines::analytic
