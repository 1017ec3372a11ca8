#pragma once
// The normal and the gamma law's tails by + - * / alone: the same bits on every processor (portable_math.hpp).

namespace nines::analytic {

/// P(standard normal > x). Relative error below 1e-13.
/// Source: Marsaglia, Evaluating the Normal Distribution, J. Stat. Software 11(4) (2004); Abramowitz, Stegun 26.2.14.
double normal_tail(double x);

/// P(standard gamma variable of this shape > x), shape > 0, x >= 0. Relative error below 1e-12 (1e-11 at shape 1e4).
/// Source: series and continued fraction, Abramowitz, Stegun 6.5.29 and 6.5.31.
double gamma_tail(double shape, double x);

/// Natural logarithm of the gamma function, x > 0. Absolute error below 1e-14 (relative, where the value is large).
/// Source: Stirling's series, Abramowitz, Stegun 6.1.41.
double log_gamma(double x);

}  // namespace nines::analytic
