// GI/G/m: exact where a formula exists, else interpolations between what is exact.

#include "engine/analytic/gi_g_m.hpp"

#include <algorithm>
#include <cmath>

#include "engine/analytic/incomplete_gamma.hpp"
#include "engine/analytic/queueing.hpp"
#include "engine/random/portable_math.hpp"

namespace nines::analytic {

namespace {

/// Above so many workers GI/M/m costs more than it is worth.
constexpr double k_most_exact_workers = 64;
/// Smaller chances of waiting are taken for none: ratios of them underflow.
constexpr double k_least_chance = 1e-290;

/// Mean wait over all arrivals, and the chance of waiting.
struct Wait {
    double probability = 0;
    double mean_s = 0;
};

double erlang_c_of(const GiGm& q) {
    const double full = erlang_b(q.load() * q.workers, static_cast<int>(q.workers));
    return full / (1 - q.load() * (1 - full));
}

/// E exp(-s T) for a time T of this mean and scv: gamma up to scv 1, two-phase hyperexponential above.
double interarrival_transform(double s, double mean, double scv) {
    if (scv == 0) {
        return portable::exp(-s * mean);
    }
    if (scv <= 1) {
        return portable::exp(-portable::log1p(s * mean * scv) / scv);
    }
    const double often = (1 + std::sqrt((scv - 1) / (scv + 1))) / 2;
    const double rare = 1 - often;
    return often / (1 + s * mean / (2 * often)) + rare / (1 + s * mean / (2 * rare));
}

/// Factor of the wait of M/D/m over half of that of M/M/m, less 1. Source: Cosmetatos; Whitt 1993, (2.20).
double constant_excess(double workers, double load) {
    return std::min(0.24, (1 - load) * (workers - 1) * (std::sqrt(4 + 5 * workers) - 2) / (16 * workers * load));
}

/// Factor of the mean wait of M/G/m over that of M/M/m.
double poisson_factor(double scv, double workers, double load, double erlang) {
    const double half = (1 + scv) / 2;
    if (scv == 1 || workers == 1) {
        return half;
    }
    if (scv < 1) {
        return scv + (1 - scv) * (1 + constant_excess(workers, load)) / 2;
    }
    // Of many workers all are busy far more seldom than the load says, and light traffic reaches further.
    const double reach = workers > 4 ? std::min(0.5, portable::log(workers / 4) / (4 * portable::log(2))) : 0.0;
    const double heavy = load - (load - erlang) * reach;
    return heavy * half + (1 - heavy) * (1 + (half - 1) * residual_share(scv, workers));
}

/// How the law of service moves the chance of waiting of M/G/m with several workers. Fitted: M/D/m, M/lognormal/m.
double poisson_chance(double scv, double workers, double erlang) {
    const double shift = scv < 1 ? -0.13 * (1 - scv) : 0.08 * (1 - 1 / scv);
    return erlang * (1 + shift * (1 - 1 / workers) * (1 - erlang));
}

Wait poisson_wait(const GiGm& q, double erlang) {
    const double drain_s = q.service_mean_s / (q.workers * (1 - q.load()));
    return {poisson_chance(q.service_scv, q.workers, erlang),
            erlang * drain_s * poisson_factor(q.service_scv, q.workers, q.load(), erlang)};
}

/// P(wait) of GI/G/m for several workers. Source: Whitt 1993, section 3.
double whitt_chance(const GiGm& q, double service_scv, double erlang) {
    const double ca = q.arrival_scv();
    const double cs = service_scv;
    const double m = q.workers;
    const double load = q.load();
    const double spare = (1 - load) * std::sqrt(m);
    const double poisson = normal_tail(spare);
    if (poisson < k_least_chance || erlang < k_least_chance) {
        return 0;
    }
    const double pi4 = std::min(1.0, erlang * normal_tail((1 + cs) * spare / (ca + cs)) / poisson);
    const double pi5 = std::min(1.0, erlang * normal_tail(2 * spare / (1 + ca)) / poisson);
    const double pi1 = load * load * pi4 + (1 - load * load) * pi5;
    const double gap = (m - m * load - 0.5) / std::sqrt(m * load * (ca + cs) / (1 + cs));
    if (m < 7 || gap <= 0.5 || ca >= 1) {
        return std::min(1.0, pi1);
    }
    const double pi2 = ca * pi1 + (1 - ca) * normal_tail(gap);
    const double share = gap >= 1 ? 1.0 : 2 * (gap - 0.5);
    return std::min(1.0, share * pi2 + (1 - share) * pi1);
}

/// Factor of the mean wait over that of M/M/m, several workers. Source: Whitt 1993, (2.16)-(2.25).
double whitt_factor(const GiGm& q) {
    const double ca = q.arrival_scv();
    const double cs = q.service_scv;
    const double load = q.load();
    const double half = (ca + cs) / 2;
    if (half == 0) {
        return 0;
    }
    const double gamma = constant_excess(q.workers, load);
    const double phi1 = 1 + gamma;
    const double phi3 = (1 - 4 * gamma) * portable::exp(-2 * (1 - load) / (3 * load));
    const double phi4 = std::min(1.0, (phi1 + phi3) / 2);
    const double psi = half >= 1 ? 1.0 : portable::pow(phi4, 2 * (1 - half));
    const double phi = ca >= cs ? (4 * (ca - cs) * phi1 + cs * psi) / (4 * ca - 3 * cs)
                                : ((cs - ca) * phi3 + (cs + 3 * ca) * psi) / (2 * (ca + cs));
    return half * phi;
}

/// One worker. Source: Kraemer, Langenbach-Belz; Whitt 1983, (44)-(51).
Wait single_wait(const GiGm& q) {
    const double ca = q.arrival_scv();
    const double cs = q.service_scv;
    const double load = q.load();
    const double h = ca < 1 ? (1 + ca + load * cs) / (1 + load * (cs - 1) + load * load * (4 * ca + cs))
                            : 4 * load / (ca + load * load * (4 * ca + cs));
    Wait wait{std::clamp(load + (ca - 1) * load * (1 - load) * h, 0.0, 1.0), 0};
    if (ca + cs > 0) {
        const double excess = ca < 1 ? 2 * (1 - load) * (1 - ca) * (1 - ca) / (3 * load * (ca + cs))
                                     : (1 - load) * (ca - 1) / (ca + 4 * cs);
        wait.mean_s = load * q.service_mean_s / (1 - load) * (ca + cs) / 2 * portable::exp(-excess);
    }
    return wait;
}

/// P(wait) of GI/M/m. Every term is positive: both differences change their sign at the same j.
/// Source: Takacs, Introduction to the Theory of Queues (1962), chapter 2; Gross, Shortle, Thompson, Harris, 5.3.
double takacs_chance(const GiGm& q, double sigma) {
    const double interval_s = 1 / q.arrivals_per_s;
    const auto transform = [&](double busy) {
        return interarrival_transform(busy / q.service_mean_s, interval_s, q.arrival_scv());
    };
    const double m = q.workers;
    double sum = 1 / (1 - sigma);
    double product = 1;  // binomial(m, j) / C_j
    for (double j = 1; j <= m; ++j) {
        const double phi = transform(j);
        product *= (m - j + 1) / j * (1 - phi) / phi;
        // At the common zero of the two differences their ratio is taken a little beside it.
        const double beside = std::abs(m * (1 - sigma) - j) < 1e-5 * m ? 1e-4 * m : 0.0;
        const double near_phi = beside > 0 ? transform(j + beside) : phi;
        sum += product / (1 - phi) * (m * (1 - near_phi) - j - beside) / (m * (1 - sigma) - j - beside);
    }
    return 1 / (sum * (1 - sigma));
}

/// GI/M/m: those who wait do so exponentially.
Wait exponential_service_wait(const GiGm& q, double erlang) {
    const double interval_s = 1 / q.arrivals_per_s;
    const auto state = solve_gim1([&](double s) { return interarrival_transform(s, interval_s, q.arrival_scv()); },
                                  q.arrivals_per_s, q.service_mean_s / q.workers);
    double waits = state->sigma;
    if (q.workers > 1) {
        waits = q.workers <= k_most_exact_workers ? takacs_chance(q, state->sigma) : whitt_chance(q, 1, erlang);
    }
    return {waits, waits * state->sojourn_mean_s};
}

/// Constant service: where arrivals are dealt in turn, all groups together are one.
Wait constant_service_wait(const GiGm& q) {
    GiGm all = q;
    all.arrivals_per_s *= q.dealt_to;
    all.workers *= q.dealt_to;
    all.dealt_to = 1;
    all.service_scv = 0;
    const double erlang = erlang_c_of(all);
    if (all.stream_scv == 1) {
        return poisson_wait(all, erlang);
    }
    if (all.workers == 1) {
        return single_wait(all);
    }
    const double drain_s = all.service_mean_s / (all.workers * (1 - all.load()));
    return {whitt_chance(all, 0, erlang), erlang * drain_s * whitt_factor(all)};
}

Wait general_wait(const GiGm& q, double erlang) {
    const double ca = q.arrival_scv();
    const double cs = q.service_scv;
    if (cs == 1) {
        return exponential_service_wait(q, erlang);
    }
    if (cs < 1) {
        const Wait constant = constant_service_wait(q);
        if (cs == 0) {
            return constant;
        }
        const Wait exponential = exponential_service_wait(q, erlang);
        return {cs * exponential.probability + (1 - cs) * constant.probability,
                cs * exponential.mean_s + (1 - cs) * constant.mean_s};
    }
    if (q.workers == 1) {
        return single_wait(q);
    }
    if (ca > 1) {
        const double drain_s = q.service_mean_s / (q.workers * (1 - q.load()));
        return {whitt_chance(q, cs, erlang), erlang * drain_s * whitt_factor(q)};
    }
    const Wait exponential = exponential_service_wait(q, erlang);
    const double usual = whitt_chance(q, 1, erlang);
    const double chance = usual > 0 ? whitt_chance(q, cs, erlang) / usual : 1.0;
    const double damped = portable::pow(poisson_factor(cs, q.workers, q.load(), erlang) / ((1 + cs) / 2), ca);
    return {std::min(1.0, exponential.probability * chance), exponential.mean_s * (ca + cs) / (ca + 1) * damped};
}

}  // namespace

double usual_skew(double scv) {
    return scv >= 1 ? 3 * scv * (1 + scv) : (2 * scv + 1) * (scv + 1);
}

double residual_scv(double service_scv, double service_skew) {
    return std::max(0.0, 4 * service_skew / (3 * (1 + service_scv) * (1 + service_scv)) - 1);
}

double residual_share(double service_scv, double workers) {
    const double power = service_scv <= 1 ? 1.0 : 1 + 4.0 / 3 * (1 - 1 / service_scv);
    return portable::pow(2 / (workers + 1), power);
}

WaitLaw gi_g_m_wait(const GiGm& q) {
    const double erlang = q.workers == 1 ? q.load() : erlang_c_of(q);
    const Wait wait = q.arrival_scv() == 1 ? poisson_wait(q, erlang) : general_wait(q, erlang);
    WaitLaw law;
    if (wait.probability < k_least_chance) {
        return law;
    }
    law.probability = wait.probability;
    law.mean_if_waits_s = wait.mean_s / wait.probability;
    const double excess = residual_scv(q.service_scv, q.service_skew) - 1;
    // Of several workers the first to be free is nearer to an exponential time; but heavy tails linger.
    const double shows = excess > 0 && q.workers > 1 ? (1 - wait.probability) * 2 / (q.workers + 1) : 1 - q.load();
    law.scv_if_waits = std::max(0.0, 1 + shows * excess);
    return law;
}

}  // namespace nines::analytic
