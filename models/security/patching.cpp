#include "models/security/patching.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nines {

double PatchedHosts::all_patched_s(double disclosed_s) const {
    return rounds ? rounds->next_after(disclosed_s) + takes_s : std::numeric_limits<double>::infinity();
}

double PatchedHosts::unpatched_s(double disclosed_s, double from_s, double until_s) const {
    const double begin_s = std::max(disclosed_s, from_s);
    const auto count = static_cast<double>(hosts);
    if (until_s <= begin_s) {
        return 0;
    }
    if (!rounds) {
        return count * (until_s - begin_s);
    }
    const double round_s = rounds->next_after(disclosed_s);
    const double step_s = takes_s / count;
    // Hosts done by a moment, in the order in which they are patched.
    const auto done_by = [&](double moment_s) {
        if (moment_s < round_s) {
            return 0.0;
        }
        return step_s > 0 ? std::clamp(std::floor((moment_s - round_s) / step_s), 0.0, count) : count;
    };
    const double before = done_by(begin_s);
    const double within = done_by(until_s) - before;
    // The i-th is done at round + i * step, i from before + 1 to before + within.
    const double mean_done_s = round_s + step_s * (before + (within + 1) / 2);
    return within * (mean_done_s - begin_s) + (count - before - within) * (until_s - begin_s);
}

}  // namespace nines
