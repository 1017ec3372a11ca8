#pragma once
// Coverage: how many of so many studies must hold the truth for an interval to be believed, as reference case t26 has
// it.

#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace nines {

/// 1000 studies; 200 where the environment asks for short runs (sanitizers).
inline std::uint64_t studies() {
    const char* asked = std::getenv("NINES_SHORT");
    return asked != nullptr && std::string_view(asked) == "1" ? 200 : 1000;
}

/// How many studies gave an interval, and how many of these hold the truth.
struct Coverage {
    std::uint64_t given = 0;
    std::uint64_t holds = 0;

    void add(bool hold) {
        ++given;
        holds += hold ? 1 : 0;
    }

    /// Within what 95 % coverage gives with probability 0.999: of 1000, 926 to 971. An interval that covers 90 % falls
    /// outside with probability 0.997, one that covers 94 % with 0.03, over seeds; these are fixed.
    /// @param exact  what the interval covers, where it is known to be other than 95 %
    bool is_nominal(double exact = 0.95) const {
        const boost::math::binomial law(static_cast<double>(given), exact);
        return boost::math::cdf(law, static_cast<double>(holds)) > 0.0005 &&
               boost::math::cdf(boost::math::complement(law, static_cast<double>(holds) - 1)) > 0.0005;
    }
};

inline std::ostream& operator<<(std::ostream& out, const Coverage& coverage) {
    return out << coverage.holds << " of " << coverage.given << " studies hold the truth";
}

}  // namespace nines
