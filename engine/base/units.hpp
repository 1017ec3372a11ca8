#pragma once
// Units: how many of a small one make a large one, where quantities are billed or told in the large one.

namespace nines {

inline constexpr double k_joules_per_kwh = 3.6e6;
inline constexpr double k_bytes_per_gb = 1e9;  ///< decimal, as providers bill

}  // namespace nines
