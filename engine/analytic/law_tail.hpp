#pragma once
// The tail of a law of time: how likely a stretch drawn from it lasts longer than something.

#include <optional>

#include "engine/random/distribution.hpp"

namespace nines::analytic {

/// P(a value of the law is greater than x). Nothing for laws with a table (empirical, mixture).
std::optional<double> tail_of(const Distribution& law, double x);

}  // namespace nines::analytic
