// Two choices: one unknown, the share of instances in the fullest state, from which the others follow downwards.

#include "engine/analytic/two_choices.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "engine/analytic/false_position.hpp"
#include "engine/random/portable_math.hpp"

namespace nines::analytic {

namespace {

/// A limit beyond this many places is as good as none, while the load is below 1; above, one common queue takes over.
constexpr int k_most_places = 48;

/// The shares s_k, computed from the fullest state down.
struct Descent {
    double load;
    int workers;
    std::array<double, k_most_places + 1> waiting{};  // s_workers and on

    /// s_0 - 1 (or at least 1), where s_top = here and s_(top + 1) = above.
    double excess(int top, double here, double above) {
        for (int k = top - 1; k >= 0 && here <= 2; --k) {
            if (k + 1 >= workers) {
                waiting.at(static_cast<std::size_t>(k + 1 - workers)) = here;
            }
            const double busy = std::min(k + 1, workers) / (load * workers);
            above = std::exchange(here, std::sqrt(here * here + busy * (here - above)));
            if (k < load * workers && here - above <= 1e-15 * here) {
                break;  // the states below are as good as never left downwards: all s_k are the same
            }
        }
        return here - 1;
    }
};

}  // namespace

TwoChoices solve_two_choices(double load, int workers, double limit) {
    const int places = static_cast<int>(std::min<double>(k_most_places, limit));
    Descent descent{.load = load, .workers = workers};
    // The share of the fullest state may be next to nothing: it is sought by its logarithm.
    const auto from_full = [&](double log_full) {
        return descent.excess(workers + places, portable::exp(log_full), 0);
    };
    const double lowest = from_full(-690);
    if (lowest < 0) {
        from_full(
            false_position(from_full, {.low = -690, .high = 0, .at_low = lowest, .at_high = from_full(0)}, 1e-13));
    } else {  // as without a limit: s_(k + 1) = load s_k^2 from `workers` on
        const auto from_busy = [&](double busy) { return descent.excess(workers, busy, load * busy * busy); };
        double share = false_position(from_busy, {.low = 0, .high = 1, .at_low = -1, .at_high = from_busy(1)}, 1e-14);
        for (double& waiting : descent.waiting) {
            waiting = std::exchange(share, load * share * share);
        }
    }
    const double full = descent.waiting.at(static_cast<std::size_t>(places));
    TwoChoices result;
    result.rejected = lowest < 0 ? full * full : 0.0;
    result.wait_probability = descent.waiting[0] * descent.waiting[0] - result.rejected;
    for (std::size_t k = 0; k < static_cast<std::size_t>(places); ++k) {
        // One who finds k waiting where all work waits for k + 1 turns, each exponential.
        const double beyond = descent.waiting.at(k) * descent.waiting.at(k) - result.rejected;
        result.wait_in_turns += beyond;
        result.square += 2.0 * static_cast<double>(k + 1) * beyond;
    }
    return result;
}

}  // namespace nines::analytic
