// Fuzzer: any text as each of the small languages inside a value. What is accepted must make sense.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/base/check.hpp"
#include "models/language/distribution_text.hpp"
#include "models/language/expression_text.hpp"
#include "models/language/quantity_text.hpp"
#include "models/language/rate_text.hpp"

namespace {

using nines::check;
using nines::Dimension;

constexpr std::array k_dimensions = {Dimension::number, Dimension::fraction,        Dimension::time,
                                     Dimension::rate,   Dimension::bytes,           Dimension::bytes_per_time,
                                     Dimension::power,  Dimension::money,           Dimension::money_per_time,
                                     Dimension::energy, Dimension::money_per_bytes, Dimension::mass};

nines::Result<std::string> no_file(const std::string& /*path*/) {
    return nines::unexpected<std::string>("no files");
}

void try_quantity(std::string_view text, Dimension dimension) {
    const auto value = nines::parse_quantity(text, dimension);
    if (value) {
        check(std::isfinite(*value) && *value >= 0, "a quantity is finite and not negative");
        const auto again = nines::parse_quantity(nines::exact_text(*value, dimension), dimension);
        check(again && *again == *value, "the exact text of a quantity is read back as the same");
    } else {
        check(!value.error().empty(), "a mistake has a message");
    }
}

void try_distribution(std::string_view text) {
    const auto law = nines::parse_distribution(text, Dimension::time, no_file);
    if (law) {
        check(law->mean() >= 0, "a distribution of times has a mean that is not negative");
        const std::string written = nines::format_distribution(*law, Dimension::time);
        const auto again = nines::parse_distribution(written, Dimension::time, no_file);
        check(again.has_value(), "the text of a distribution is read back");
        check(nines::format_distribution(*again, Dimension::time) == written, "and then stays as it is");
    }
}

void try_rate(std::string_view text) {
    if (const auto rate = nines::parse_rate(text, 70'200, no_file)) {
        check(rate->curve.highest() >= 0, "a rate is not negative");
        check(rate->curve.integral(0, 3600) >= 0, "nor is what it sums up to");
        check(!(rate->curve.after(0, 1) < 0), "the next arrival is not before now");
    }
    if (const auto arrivals = nines::parse_arrivals(text, no_file); arrivals && arrivals->renewal_s) {
        check(arrivals->renewal_s->mean() > 0, "times between arrivals have a positive mean");
    }
}

}  // namespace

/// The first byte picks the dimension.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    try_quantity(text, k_dimensions[data[0] % k_dimensions.size()]);
    nines::parse_count(text);
    nines::parse_tokens(text);
    try_distribution(text);
    try_rate(text);
    return 0;
}
