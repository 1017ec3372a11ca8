#pragma once
// The root of a continuous function between two points where its signs differ.

namespace nines::analytic {

/// Ends of an interval, and the function there; the signs differ (or one is 0).
struct Bracket {
    double low = 0;
    double high = 0;
    double at_low = 0;
    double at_high = 0;
};

/// A point within `tolerance` above the root; about 8 calls of the function.
/// Source: the Illinois variant of false position (Dowell, Jarratt, BIT 11 (1971) 168); every eighth step halves, so
/// that it ends whatever the function.
template <class Function>
double false_position(const Function& function, Bracket b, double tolerance) {
    const bool rises = b.at_low < b.at_high;
    int kept = 0;  // the end that the step before kept: kept twice, its value counts half
    for (int step = 1; step < 200 && b.high - b.low > tolerance; ++step) {
        double middle = b.low + (b.high - b.low) * b.at_low / (b.at_low - b.at_high);
        if (step % 8 == 0 || !(middle > b.low && middle < b.high)) {
            middle = b.low + (b.high - b.low) / 2;
            if (middle <= b.low || middle >= b.high) {
                break;
            }
        }
        const double found = function(middle);
        if (rises ? found < 0 : found > 0) {
            b.low = middle;
            b.at_low = found;
            b.at_high /= kept == 1 ? 2 : 1;
            kept = 1;
        } else {
            b.high = middle;
            b.at_high = found;
            b.at_low /= kept == -1 ? 2 : 1;
            kept = -1;
        }
    }
    return b.high;
}

}  // namespace nines::analytic
