#pragma once
// Sparklines: a series of time in one line of blocks.

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nines {

using Sample = std::optional<double>;  ///< nothing: nothing was measured there

/// For each of `columns`, the slices [first, last) of `count` that it shows. Fewer slices than columns: each is shown
/// several times.
struct SliceSpan {
    std::size_t first, last;
};
SliceSpan slices_of_column(std::size_t column, std::size_t columns, std::size_t count);

struct SparklineScale {
    double low = 0, high = 1;
    bool unicode = true;
};

/// One character for each sample: the lowest block at `low`, the full one at `high` (or where both are the same), a
/// space where nothing was measured.
std::string sparkline(std::span<const Sample> samples, const SparklineScale& scale);

}  // namespace nines
