#pragma once
// Rounding of printed reals: twelve significant digits, the same bytes on any machine.

namespace nines {

inline constexpr int k_printed_digits = 12;

/// `value` at `digits` significant decimal digits (1 to 17), to the nearest. Minus zero becomes zero; what is not
/// finite stays as it is: the writer decides what to say in its place.
double round_significant(double value, int digits = k_printed_digits);

}  // namespace nines
