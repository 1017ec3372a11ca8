#pragma once
// Rounded up: how many granules a time takes when each that has begun counts whole, as bills by duration count.

#include "engine/random/distribution.hpp"

namespace nines::analytic {

/// The mean of ceil(X / granule), X of the law: the sum over k >= 0 of P(X > k granule). In closed form where there is
/// one; else summed term by term, and once terms go on smoothly by integrals between powers of two (relative error
/// below 1e-7). Infinite where the mean of the law is.
/// @param granule  > 0, in the unit of the law
double mean_granules(const Distribution& law, double granule);

}  // namespace nines::analytic
