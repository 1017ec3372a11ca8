// Rounding by way of the decimal digits: scaling by powers of ten would itself round.

#include "models/results/rounding.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <iterator>

namespace nines {

double round_significant(double value, int digits) {
    if (!std::isfinite(value)) {
        return value;
    }
    fmt::memory_buffer text;
    fmt::format_to(std::back_inserter(text), "{:.{}e}", value, digits - 1);
    double rounded = 0;
    std::from_chars(text.data(), text.data() + text.size(), rounded);
    return rounded == 0 ? 0 : rounded;  // a plain zero, never -0
}

}  // namespace nines
