// Limited queues with other than exponential work, against an independent simulation. With NINES_SHOW=1 rows are
// printed.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "engine/analytic/station.hpp"

namespace nines::analytic {
namespace {

using Balance = StationBalance;

/// From a program apart from this project's simulator (a heap of departures), 1 to 1.5 million Poisson arrivals: the
/// standard error of a share lost is at most 0.001, of a mean wait about 1 %. Times in units of the mean service time.
struct Limited {
    Balance balance;
    int instances;
    int workers;
    int cv;  // of the work: 0 constant, 1 exponential, 2 lognormal
    double load;
    int limit;  // of each instance's queue
    double lost;
    double wait;
};

const std::vector<Limited>& limited() {
    static const std::vector<Limited> k_limited = {
        {Balance::common_queue, 1, 1, 0, 0.8, 1, 0.198789, 0.311151},
        {Balance::common_queue, 1, 1, 0, 0.8, 4, 0.0348947, 1.20531},
        {Balance::common_queue, 1, 1, 0, 0.8, 16, 0.000184, 1.97588},
        {Balance::common_queue, 1, 1, 0, 0.8, 64, 0, 1.99192},
        {Balance::common_queue, 1, 1, 2, 0.8, 1, 0.298785, 0.532829},
        {Balance::common_queue, 1, 1, 2, 0.8, 4, 0.152724, 1.81123},
        {Balance::common_queue, 1, 1, 2, 0.8, 16, 0.039064, 5.18517},
        {Balance::common_queue, 1, 1, 2, 0.8, 64, 0.00195867, 9.28625},
        {Balance::common_queue, 1, 1, 0, 1, 1, 0.268361, 0.367561},
        {Balance::common_queue, 1, 1, 0, 1, 4, 0.102638, 1.83206},
        {Balance::common_queue, 1, 1, 0, 1, 16, 0.029114, 7.80868},
        {Balance::common_queue, 1, 1, 0, 1, 64, 0.00748333, 31.0122},
        {Balance::common_queue, 1, 1, 2, 1, 1, 0.364809, 0.573958},
        {Balance::common_queue, 1, 1, 2, 1, 4, 0.225359, 2.12413},
        {Balance::common_queue, 1, 1, 2, 1, 16, 0.0998187, 7.87633},
        {Balance::common_queue, 1, 1, 2, 1, 64, 0.0343193, 31.0981},
        {Balance::common_queue, 1, 1, 0, 1.3, 1, 0.363413, 0.440436},
        {Balance::common_queue, 1, 1, 0, 1.3, 4, 0.247505, 2.62099},
        {Balance::common_queue, 1, 1, 0, 1.3, 16, 0.2299, 14.1865},
        {Balance::common_queue, 1, 1, 0, 1.3, 64, 0.229847, 62.1814},
        {Balance::common_queue, 1, 1, 2, 1.3, 1, 0.449207, 0.628949},
        {Balance::common_queue, 1, 1, 2, 1.3, 4, 0.330937, 2.51431},
        {Balance::common_queue, 1, 1, 2, 1.3, 16, 0.245891, 11.508},
        {Balance::common_queue, 1, 1, 2, 1.3, 64, 0.229561, 57.7808},
        {Balance::common_queue, 1, 4, 0, 0.8, 1, 0.134893, 0.0488357},
        {Balance::common_queue, 1, 4, 0, 0.8, 4, 0.0292387, 0.212953},
        {Balance::common_queue, 1, 4, 0, 0.8, 16, 0.000151333, 0.381227},
        {Balance::common_queue, 1, 4, 0, 0.8, 64, 0, 0.384594},
        {Balance::common_queue, 1, 4, 2, 0.8, 1, 0.160715, 0.0599408},
        {Balance::common_queue, 1, 4, 2, 0.8, 4, 0.0817267, 0.281156},
        {Balance::common_queue, 1, 4, 2, 0.8, 16, 0.0192147, 0.926144},
        {Balance::common_queue, 1, 4, 2, 0.8, 64, 0.000822667, 1.62459},
        {Balance::common_queue, 1, 4, 0, 1, 1, 0.213764, 0.0680896},
        {Balance::common_queue, 1, 4, 0, 1, 4, 0.0958033, 0.385012},
        {Balance::common_queue, 1, 4, 0, 1, 16, 0.0285127, 1.86476},
        {Balance::common_queue, 1, 4, 0, 1, 64, 0.007448, 7.66223},
        {Balance::common_queue, 1, 4, 2, 1, 1, 0.242901, 0.0803177},
        {Balance::common_queue, 1, 4, 2, 1, 4, 0.16084, 0.411277},
        {Balance::common_queue, 1, 4, 2, 1, 16, 0.081638, 1.84757},
        {Balance::common_queue, 1, 4, 2, 1, 64, 0.0299067, 7.60703},
        {Balance::common_queue, 1, 4, 0, 1.3, 1, 0.326319, 0.0934174},
        {Balance::common_queue, 1, 4, 0, 1.3, 4, 0.244453, 0.612724},
        {Balance::common_queue, 1, 4, 0, 1.3, 16, 0.229897, 3.51172},
        {Balance::common_queue, 1, 4, 0, 1.3, 64, 0.229847, 15.5283},
        {Balance::common_queue, 1, 4, 2, 1.3, 1, 0.35394, 0.105613},
        {Balance::common_queue, 1, 4, 2, 1.3, 4, 0.287543, 0.567897},
        {Balance::common_queue, 1, 4, 2, 1.3, 16, 0.24181, 2.99157},
        {Balance::common_queue, 1, 4, 2, 1.3, 64, 0.229954, 14.6835},
        {Balance::round_robin, 4, 1, 0, 0.8, 2, 0.005941, 0.325545},
        {Balance::round_robin, 4, 1, 0, 0.8, 8, 0, 0.385033},
        {Balance::round_robin, 4, 1, 0, 1, 2, 0.058593, 0.800773},
        {Balance::round_robin, 4, 1, 0, 1, 8, 0.014889, 3.73169},
        {Balance::round_robin, 4, 1, 0, 1.3, 2, 0.232687, 1.36657},
        {Balance::round_robin, 4, 1, 0, 1.3, 8, 0.229908, 7.33368},
        {Balance::round_robin, 4, 4, 0, 0.8, 2, 0.004335, 0.0416589},
        {Balance::round_robin, 4, 4, 0, 0.8, 8, 0, 0.0523466},
        {Balance::round_robin, 4, 4, 0, 1, 2, 0.054132, 0.163245},
        {Balance::round_robin, 4, 4, 0, 1, 8, 0.01454, 0.88617},
        {Balance::round_robin, 4, 4, 0, 1.3, 2, 0.231963, 0.328486},
        {Balance::round_robin, 4, 4, 0, 1.3, 8, 0.229908, 1.82819},
        {Balance::least_outstanding, 4, 1, 0, 0.8, 2, 0.005603, 0.404028},
        {Balance::least_outstanding, 4, 1, 0, 0.8, 8, 0, 0.457592},
        {Balance::least_outstanding, 4, 1, 0, 1, 2, 0.05784, 0.929751},
        {Balance::least_outstanding, 4, 1, 0, 1, 8, 0.014869, 3.88323},
        {Balance::least_outstanding, 4, 1, 0, 1.3, 2, 0.231568, 1.52192},
        {Balance::least_outstanding, 4, 1, 0, 1.3, 8, 0.23001, 7.48918},
        {Balance::least_outstanding, 4, 4, 0, 0.8, 2, 0.003629, 0.0511285},
        {Balance::least_outstanding, 4, 4, 0, 0.8, 8, 0, 0.0604181},
        {Balance::least_outstanding, 4, 4, 0, 1, 2, 0.052255, 0.192962},
        {Balance::least_outstanding, 4, 4, 0, 1, 8, 0.014473, 0.935161},
        {Balance::least_outstanding, 4, 4, 0, 1.3, 2, 0.231889, 0.371123},
        {Balance::least_outstanding, 4, 4, 0, 1.3, 8, 0.23002, 1.8202},
        {Balance::power_of_two, 4, 1, 0, 0.8, 2, 0.01522, 0.518985},
        {Balance::power_of_two, 4, 1, 0, 0.8, 8, 0, 0.639365},
        {Balance::power_of_two, 4, 1, 0, 1, 2, 0.077389, 0.910553},
        {Balance::power_of_two, 4, 1, 0, 1, 8, 0.01605, 3.95827},
        {Balance::power_of_two, 4, 1, 0, 1.3, 2, 0.239085, 1.35291},
        {Balance::power_of_two, 4, 1, 0, 1.3, 8, 0.230308, 7.27496},
        {Balance::power_of_two, 4, 4, 0, 0.8, 2, 0.009359, 0.0682584},
        {Balance::power_of_two, 4, 4, 0, 0.8, 8, 0, 0.0855102},
        {Balance::power_of_two, 4, 4, 0, 1, 2, 0.066919, 0.182558},
        {Balance::power_of_two, 4, 4, 0, 1, 8, 0.016126, 0.916891},
        {Balance::power_of_two, 4, 4, 0, 1.3, 2, 0.235062, 0.322953},
        {Balance::power_of_two, 4, 4, 0, 1.3, 8, 0.229866, 1.78073},
        {Balance::round_robin, 4, 1, 1, 0.8, 2, 0.0959, 0.741115},
        {Balance::round_robin, 4, 1, 1, 0.8, 8, 0.008329, 1.91642},
        {Balance::round_robin, 4, 1, 1, 1, 2, 0.178313, 0.968042},
        {Balance::round_robin, 4, 1, 1, 1, 8, 0.064916, 3.93038},
        {Balance::round_robin, 4, 1, 1, 1.3, 2, 0.301691, 1.21566},
        {Balance::round_robin, 4, 1, 1, 1.3, 8, 0.235285, 6.17246},
        {Balance::round_robin, 4, 4, 1, 0.8, 2, 0.05788, 0.106881},
        {Balance::round_robin, 4, 4, 1, 0.8, 8, 0.005431, 0.321408},
        {Balance::round_robin, 4, 4, 1, 1, 2, 0.139886, 0.181663},
        {Balance::round_robin, 4, 4, 1, 1, 8, 0.060512, 0.895033},
        {Balance::round_robin, 4, 4, 1, 1.3, 2, 0.278065, 0.269647},
        {Balance::round_robin, 4, 4, 1, 1.3, 8, 0.234556, 1.53108},
        {Balance::least_outstanding, 4, 1, 1, 0.8, 2, 0.026159, 0.627732},
        {Balance::least_outstanding, 4, 1, 1, 0.8, 8, 0.000107, 0.929842},
        {Balance::least_outstanding, 4, 1, 1, 1, 2, 0.100298, 1.0388},
        {Balance::least_outstanding, 4, 1, 1, 1, 8, 0.030039, 4.08183},
        {Balance::least_outstanding, 4, 1, 1, 1.3, 2, 0.252784, 1.4465},
        {Balance::least_outstanding, 4, 1, 1, 1.3, 8, 0.231094, 7.18014},
        {Balance::least_outstanding, 4, 4, 1, 0.8, 2, 0.011916, 0.0707376},
        {Balance::least_outstanding, 4, 4, 1, 0.8, 8, 5.2e-05, 0.110769},
        {Balance::least_outstanding, 4, 4, 1, 1, 2, 0.076238, 0.198324},
        {Balance::least_outstanding, 4, 4, 1, 1, 8, 0.026269, 0.902647},
        {Balance::least_outstanding, 4, 4, 1, 1.3, 2, 0.240838, 0.342686},
        {Balance::least_outstanding, 4, 4, 1, 1.3, 8, 0.229523, 1.78981},
        {Balance::power_of_two, 4, 1, 1, 0.8, 2, 0.053937, 0.781283},
        {Balance::power_of_two, 4, 1, 1, 0.8, 8, 0.000271, 1.31983},
        {Balance::power_of_two, 4, 1, 1, 1, 2, 0.13536, 1.06496},
        {Balance::power_of_two, 4, 1, 1, 1, 8, 0.036225, 4.17939},
        {Balance::power_of_two, 4, 1, 1, 1.3, 2, 0.277577, 1.35961},
        {Balance::power_of_two, 4, 1, 1, 1.3, 8, 0.230592, 6.87759},
        {Balance::power_of_two, 4, 4, 1, 0.8, 2, 0.021948, 0.0923768},
        {Balance::power_of_two, 4, 4, 1, 0.8, 8, 9.3e-05, 0.151411},
        {Balance::power_of_two, 4, 4, 1, 1, 2, 0.096426, 0.197064},
        {Balance::power_of_two, 4, 4, 1, 1, 8, 0.030589, 0.937353},
        {Balance::power_of_two, 4, 4, 1, 1.3, 2, 0.254266, 0.310325},
        {Balance::power_of_two, 4, 4, 1, 1.3, 8, 0.229762, 1.71537},
        {Balance::round_robin, 4, 1, 2, 0.8, 2, 0.176461, 0.897437},
        {Balance::round_robin, 4, 1, 2, 0.8, 8, 0.065429, 2.77763},
        {Balance::round_robin, 4, 1, 2, 1, 2, 0.247238, 1.0464},
        {Balance::round_robin, 4, 1, 2, 1, 8, 0.131518, 3.92442},
        {Balance::round_robin, 4, 1, 2, 1.3, 2, 0.350039, 1.23003},
        {Balance::round_robin, 4, 1, 2, 1.3, 8, 0.261688, 5.41447},
        {Balance::round_robin, 4, 4, 2, 0.8, 2, 0.082995, 0.12167},
        {Balance::round_robin, 4, 4, 2, 0.8, 8, 0.029735, 0.474516},
        {Balance::round_robin, 4, 4, 2, 1, 2, 0.165283, 0.186677},
        {Balance::round_robin, 4, 4, 2, 1, 8, 0.099235, 0.891343},
        {Balance::round_robin, 4, 4, 2, 1.3, 2, 0.291919, 0.265933},
        {Balance::round_robin, 4, 4, 2, 1.3, 8, 0.247831, 1.40294},
        {Balance::least_outstanding, 4, 1, 2, 0.8, 2, 0.05684, 0.80446},
        {Balance::least_outstanding, 4, 1, 2, 0.8, 8, 0.005752, 1.74484},
        {Balance::least_outstanding, 4, 1, 2, 1, 2, 0.132679, 1.10365},
        {Balance::least_outstanding, 4, 1, 2, 1, 8, 0.05383, 4.02816},
        {Balance::least_outstanding, 4, 1, 2, 1.3, 2, 0.271488, 1.4343},
        {Balance::least_outstanding, 4, 1, 2, 1.3, 8, 0.232506, 6.76792},
        {Balance::least_outstanding, 4, 4, 2, 0.8, 2, 0.017592, 0.0785371},
        {Balance::least_outstanding, 4, 4, 2, 0.8, 8, 0.001104, 0.17126},
        {Balance::least_outstanding, 4, 4, 2, 1, 2, 0.087761, 0.199378},
        {Balance::least_outstanding, 4, 4, 2, 1, 8, 0.043152, 0.908238},
        {Balance::least_outstanding, 4, 4, 2, 1.3, 2, 0.248164, 0.338411},
        {Balance::least_outstanding, 4, 4, 2, 1.3, 8, 0.227818, 1.72854},
        {Balance::power_of_two, 4, 1, 2, 0.8, 2, 0.095413, 0.946026},
        {Balance::power_of_two, 4, 1, 2, 0.8, 8, 0.010248, 2.21692},
        {Balance::power_of_two, 4, 1, 2, 1, 2, 0.177312, 1.1551},
        {Balance::power_of_two, 4, 1, 2, 1, 8, 0.064326, 4.18139},
        {Balance::power_of_two, 4, 1, 2, 1.3, 2, 0.304281, 1.3933},
        {Balance::power_of_two, 4, 1, 2, 1.3, 8, 0.233615, 6.4123},
        {Balance::power_of_two, 4, 4, 2, 0.8, 2, 0.028887, 0.099204},
        {Balance::power_of_two, 4, 4, 2, 0.8, 8, 0.002147, 0.233892},
        {Balance::power_of_two, 4, 4, 2, 1, 2, 0.108235, 0.202229},
        {Balance::power_of_two, 4, 4, 2, 1, 8, 0.047577, 0.927376},
        {Balance::power_of_two, 4, 4, 2, 1.3, 2, 0.260885, 0.309736},
        {Balance::power_of_two, 4, 4, 2, 1.3, 8, 0.235257, 1.6738},
    };
    return k_limited;
}

/// What docs/validation.md states, as a share of all arrivals.
double most_lost(Balance balance) {
    switch (balance) {
        case Balance::common_queue:
            return 0.015;
        case Balance::random:
        case Balance::round_robin:
            return 0.03;
        case Balance::least_outstanding:
            return 0.016;
        case Balance::power_of_two:
            return 0.04;
    }
    return 0;
}

TEST(StationLimits, LossAndWaitAsSimulated) {
    for (const Limited& l : limited()) {
        StationInput input{.arrivals_per_s = l.load * l.instances * l.workers,
                           .instances = l.instances,
                           .workers = l.workers,
                           .service_mean_s = 1,
                           .service_scv = static_cast<double>(l.cv * l.cv),
                           .queue_limit = l.limit,
                           .balance = l.balance};
        if (l.cv == 2) {
            input.service_skew = 125;
        }
        const StationOutput found = solve_station(input);
        const auto what = ::testing::Message()
                          << static_cast<int>(l.balance) << " instances " << l.instances << " workers " << l.workers
                          << " cv " << l.cv << " load " << l.load << " limit " << l.limit;
        if (std::getenv("NINES_SHOW") != nullptr) {
            std::printf("limited %d %d %d %d %g %d: lost %.5f %+.5f wait %.4f %+.1f %%\n", static_cast<int>(l.balance),
                        l.instances, l.workers, l.cv, l.load, l.limit, l.lost, found.rejected - l.lost, l.wait,
                        100 * (found.wait_mean_s / l.wait - 1));
        }
        EXPECT_NEAR(found.rejected, l.lost, most_lost(l.balance)) << what;
        // Relative to the stay: a wait of a tenth of the service may be a third wrong.
        EXPECT_NEAR(found.wait_mean_s, l.wait, (l.balance == Balance::power_of_two ? 0.15 : 0.1) * (1 + l.wait))
            << what;
    }
}

// By hand: whole ends of service fall between arrivals; found by requests too, as 48.5 ms of 10 ms of work at 333/s.
TEST(StationLimits, ConstantArrivalsAndWorkAboveCapacity) {
    for (const int workers : {1, 2}) {
        const StationOutput found = solve_station({.arrivals_per_s = 333,
                                                   .arrival_scv = 0,
                                                   .workers = workers,
                                                   .service_mean_s = 0.01,
                                                   .service_scv = 0,
                                                   .queue_limit = 5});
        EXPECT_NEAR(found.rejected, 1 - workers / 3.33, 1e-12);
        EXPECT_NEAR(found.wait_mean_s, 0.05 / workers - 0.5 / 333, 1e-12);
    }
}

}  // namespace
}  // namespace nines::analytic
