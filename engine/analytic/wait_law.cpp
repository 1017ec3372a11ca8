// Tail and quantiles of a wait.

#include "engine/analytic/wait_law.hpp"

#include "engine/analytic/incomplete_gamma.hpp"
#include "engine/analytic/tail_quantile.hpp"
#include "engine/random/portable_math.hpp"

namespace nines::analytic {

double WaitLaw::tail(double seconds) const {
    if (probability <= 0 || mean_if_waits_s <= 0) {
        return 0;
    }
    const double stretch = seconds / mean_if_waits_s;
    if (scv_if_waits == 1) {
        return probability * portable::exp(-stretch);
    }
    if (scv_if_waits < 1e-4) {  // as good as constant
        return stretch < 1 ? probability : 0.0;
    }
    return probability * gamma_tail(1 / scv_if_waits, stretch / scv_if_waits);
}

double WaitLaw::quantile_s(double p) const {
    if (1 - p >= probability || mean_if_waits_s <= 0) {
        return 0;
    }
    if (scv_if_waits == 1) {
        return portable::log(probability / (1 - p)) * mean_if_waits_s;
    }
    return tail_quantile([this](double t) { return tail(t); }, p, mean_if_waits_s);
}

}  // namespace nines::analytic
