#include "engine/analytic/token_bucket.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/random/portable_math.hpp"

namespace nines::analytic {

namespace {

constexpr double k_exact_most = 5000;  // tokens
constexpr double k_nothing = 1e-13;    // a smaller share is rounding
constexpr double k_load_extreme = 50;  // of more the bucket is never full, unless it holds one token

/// P(more than k arrivals while a token comes), from k = 0 on, as long as it matters.
std::vector<double> tails(double load) {
    std::vector<double> chance{portable::exp(-load)};
    while (static_cast<double>(chance.size()) < load || chance.back() > 1e-18) {
        chance.push_back(chance.back() * load / static_cast<double>(chance.size()));
    }
    std::vector<double> beyond(chance.size(), 0);
    for (std::size_t k = chance.size() - 1; k-- > 0;) {
        beyond[k] = beyond[k + 1] + chance[k + 1];
    }
    return beyond;
}

/// The chance that a departure of M/D/1/`room` leaves nobody behind. Up and down over the border between j and j + 1
/// goes the same: p(j + 1) P(no arrival) = p(0) P(more than j) + sum over i of p(i) P(more than j - i + 1).
double empty_after_departure(double load, std::size_t room) {
    constexpr double k_overflow = 1e200;
    const std::vector<double> beyond = tails(load);
    const double none = portable::exp(-load);
    std::vector<double> state{1};
    double sum = 1;
    for (std::size_t j = 0; j + 1 < room; ++j) {
        double up = j < beyond.size() ? state[0] * beyond[j] : 0;
        const std::size_t lowest = j + 2 > beyond.size() ? j + 2 - beyond.size() : 1;
        for (std::size_t i = std::max<std::size_t>(lowest, 1); i <= j; ++i) {
            up += state[i] * beyond[j - i + 1];
        }
        state.push_back(up / none);
        sum += state.back();
        if (state.back() < 1e-18 * sum) {
            break;  // the rest is nothing
        }
        if (sum > k_overflow) {
            return 0;
        }
    }
    return state[0] / sum;
}

double loss_of_whole(double load, double burst) {
    if (load > k_load_extreme && burst > 1) {
        return 1 - 1 / load;
    }
    const double empty = empty_after_departure(load, static_cast<std::size_t>(burst));
    const double loss = 1 - 1 / (empty + load);
    return loss > k_nothing ? loss : 0;
}

double loss_of_many(double load, double burst) {
    const double slope = 2 * (load - 1) / load * burst;
    if (std::abs(slope) < 1e-6) {
        return 1 / (2 * burst);
    }
    return slope < -700 ? 0 : (load - 1) / (load * (1 - portable::exp(-slope)));
}

}  // namespace

double token_bucket_loss(double load, double burst) {
    if (load <= 0) {
        return 0;
    }
    if (burst > k_exact_most) {
        return loss_of_many(load, burst);
    }
    const double whole = std::floor(burst);
    const double part = burst - whole;
    const double below = loss_of_whole(load, whole);
    return part > 0 ? below + part * (loss_of_whole(load, whole + 1) - below) : below;
}

}  // namespace nines::analytic
