#pragma once
// A study of values with a known law, without a simulation behind it.

#include "models/study/study.hpp"

namespace nines {

/// A frame of the given metrics, nothing else.
inline StudyFrame synthetic_frame(std::vector<FrameMetric> metrics, StudySpec spec) {
    StudyFrame frame;
    frame.metrics = std::move(metrics);
    frame.attribution = {{"requests.lost", "load", "configuration", "customer"},
                         {"requests.lost", "outside incidents", "configuration", "customer"}};
    frame.spec = std::move(spec);
    return frame;
}

/// The next replication of the study, with these values.
inline Batch one_replication(const Study& study, std::vector<double> values, std::uint64_t incidents = 0) {
    Batch batch;
    batch.heads.push_back({study.taken(), study.taken(), 1, 1, incidents, 0});
    batch.metrics = std::move(values);
    batch.sums.assign(study.frame().widths().sums, 0);
    return batch;
}

}  // namespace nines
