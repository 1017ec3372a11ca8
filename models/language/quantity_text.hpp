#pragma once
// Quantities: a number with its unit, as text, to a double in the base unit of its dimension.

#include <string_view>

#include "engine/base/result.hpp"

namespace nines {

/// What a number measures; the base unit in which it is given back.
enum class Dimension {
    number,           ///< a bare number
    fraction,         ///< "70 %" -> 0.70; a bare 0 or 1 is right too; no upper bound here ("250 %" is 2.5)
    time,             ///< seconds: ns us ms s min h d wk mo yr (mo = 730 h, yr = 8,760 h)
    rate,             ///< per second: "800/s", "60/min", "1000/h", "5/d"
    bytes,            ///< bytes: B kB MB GB TB PB, KiB MiB GiB TiB PiB
    bytes_per_time,   ///< bytes per second: "1 GB/s"; bits too: "10 Gbit/s"
    power,            ///< watts: W kW
    money,            ///< "15000 USD"
    money_per_time,   ///< USD per hour: "0.1 USD/h", "70 USD/month"
    money_per_bytes,  ///< USD per byte: "0.09 USD/GB"
    energy,           ///< kWh
    mass,             ///< kg: g kg t
};

/// "a time such as `250 ms`": what is expected, for an error.
std::string_view expected_text(Dimension dimension);

/// Parses the whole of `text`. The error is a sentence: "expected a time such as `250 ms`, found `250`: a unit is
/// missing (ns, us, ms, s, min, h, d, wk, mo, yr)". NaN, infinities and what overflows a double are refused.
Result<double> parse_quantity(std::string_view text, Dimension dimension);

/// Parses a whole number (no unit), such as a count: "3". Refuses fractions, signs and what exceeds 10^9.
Result<std::int64_t> parse_count(std::string_view text);

/// The nicest text of a quantity: format_quantity(0.25, time) is "250 ms", format_quantity(0.9995, fraction) "99.95 %".
std::string format_quantity(double value, Dimension dimension);

}  // namespace nines
