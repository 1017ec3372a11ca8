#pragma once
// Rates as text: 800/s, steps(...), diurnal(...), trace(...), spike(...), ramp(...), users(...).

#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/random/rate_curve.hpp"
#include "models/language/distribution_text.hpp"
#include "models/language/token_reader.hpp"

namespace nines {

/// What `rate:` says: an open loop with a curve, or a closed loop of users.
struct RateText {
    RateCurve curve = RateCurve::constant(0);
    std::uint32_t users = 0;  ///< 0: open loop
    Distribution think_s;
};

/// Parses `rate:`. `start_clock_s` is the second of the day at time zero. Errors say what the form needs.
Result<RateText> parse_rate(std::string_view text, double start_clock_s, const FileLoader& load);

/// What `arrivals:` says.
struct ArrivalsText {
    bool constant = false;
    std::optional<Distribution> renewal_s;
    std::vector<ModulatedState> modulated;
};
Result<ArrivalsText> parse_arrivals(std::string_view text, const FileLoader& load);

/// Takes "20:00" as seconds of the day.
double clock_of_day(TokenReader& reader, std::string_view form);

/// All words that `rate:` knows, for suggestions.
const std::vector<std::string>& rate_names();

}  // namespace nines
