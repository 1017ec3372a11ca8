#pragma once
// Load: a demand's rate as stretches in which it is taken to be constant, at its mean over the stretch.

#include <cstddef>
#include <vector>

#include "models/plan/plan.hpp"

namespace nines {

class LoadCourse {
public:
    /// A jump of the rate is a border between stretches; a slope is cut into pieces; a curve that repeats within a day
    /// is cut into quarters of an hour, so that every day has the same stretches.
    explicit LoadCourse(const RateCurve& curve);

    struct Stretch {
        std::size_t number = 0;  ///< within a period
        double per_s = 0;
        double until_s = 0;  ///< from time zero; infinite: for ever
    };
    Stretch at(double time_s) const;
    std::size_t size() const { return per_s_.size(); }

private:
    double period_s_ = 0;
    std::vector<double> ends_s_;  // ascending; the last stretch has none where the curve does not repeat
    std::vector<double> per_s_;
};

}  // namespace nines
