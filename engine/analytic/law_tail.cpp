// Tails of laws, by their closed forms.

#include "engine/analytic/law_tail.hpp"

#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

namespace nines::analytic {

std::optional<double> tail_of(const Distribution& law, double x) {
    if (x < 0) {
        return 1;
    }
    constexpr double k_root_of_two = 1.4142135623730951;
    switch (law.law) {
        case Law::constant:
            return x < law.a ? 1 : 0;
        case Law::exponential:
            return portable::exp(-x / law.a);
        case Law::erlang:
            return boost::math::gamma_q(law.stages, x * law.stages / law.a);
        case Law::gamma:
            return boost::math::gamma_q(law.b, x / law.a);
        case Law::lognormal:
            if (x == 0 || law.b == 0) {
                return x < portable::exp(law.a) ? 1 : 0;
            }
            return boost::math::erfc((portable::log(x) - law.a) / law.b / k_root_of_two) / 2;
        case Law::weibull:
            return portable::exp(-portable::pow(x / law.a, law.b));
        case Law::pareto:
            return x <= law.a ? 1 : portable::pow(law.a / x, law.b);
        case Law::uniform:
            return x < law.a ? 1 : x >= law.b ? 0 : (law.b - x) / (law.b - law.a);
        case Law::hyperexponential:
            return law.b * portable::exp(-x / law.a) + (1 - law.b) * portable::exp(-x / law.c);
        case Law::empirical:
        case Law::mixture:
            break;
    }
    return std::nullopt;
}

}  // namespace nines::analytic
