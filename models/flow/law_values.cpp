#include "models/flow/law_values.hpp"

#include "engine/random/portable_math.hpp"

namespace nines {

namespace {

std::array<LawSlice, k_law_values> make_slices() {
    constexpr double k_slices_in_decade = 30;
    constexpr double k_first = 26;  // 10^(-26/30) = 0.136
    constexpr double k_ten = 2.302585092994046;
    std::array<LawSlice, k_law_values> slices;
    double from = 0;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        const auto step = static_cast<double>(i);
        double at = 0.01 * step;
        double to = at + 0.005;
        if (i == 0) {
            at = to / 2;
        } else if (i >= k_body_values) {
            const auto tail = [&](double more) {
                return portable::exp(-(k_first + step - k_body_values + more) / k_slices_in_decade * k_ten);
            };
            at = 1 - tail(0);
            to = i + 1 == slices.size() ? 1 : 1 - tail(0.5);
        }
        slices[i] = {at, to - from};
        from = to;
    }
    return slices;
}

}  // namespace

const std::array<LawSlice, k_law_values>& law_slices() {
    static const std::array<LawSlice, k_law_values> slices = make_slices();
    return slices;
}

LawValues values_of(const analytic::LatencyLaw& law) {
    LawValues values;
    values.mean_s = law.mean();
    values.is_constant = law.is_constant();
    if (values.is_constant) {
        values.at.front() = to_ns(law.mean());
        return values;
    }
    for (std::size_t i = 0; i < values.at.size(); ++i) {
        values.at[i] = to_ns(law.quantile(law_slices()[i].at));
    }
    return values;
}

}  // namespace nines
