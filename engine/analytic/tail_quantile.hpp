#pragma once
// The quantile of a non-negative variable from its tail, by bisection.

namespace nines::analytic {

/// The t with tail(t) = 1 - p, for a tail that falls from at most 1 to 0 without jumps after 0; 0 when tail(0) <= 1 -
/// p.
/// @param guess  any positive number of the order of the answer
template <class Tail>
double tail_quantile(const Tail& tail, double p, double guess) {
    const double wanted = 1 - p;
    if (tail(0.0) <= wanted) {
        return 0;
    }
    double high = guess;
    while (tail(high) > wanted) {
        high *= 2;
    }
    double low = 0;
    for (double middle = high / 2; middle > low && middle < high; middle = low + (high - low) / 2) {
        (tail(middle) > wanted ? low : high) = middle;
    }
    return high;
}

}  // namespace nines::analytic
