// Sparklines: eight heights, as blocks or in ASCII.

#include "tools/output/sparkline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace nines {

namespace {

constexpr std::size_t k_heights = 8;
constexpr std::array<std::string_view, k_heights> k_blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, k_heights> k_ascii{"_", ".", ":", "-", "=", "+", "*", "#"};

std::size_t height(double value, const SparklineScale& scale) {
    if (!(scale.high > scale.low)) {
        return k_heights - 1;
    }
    const double share = std::clamp((value - scale.low) / (scale.high - scale.low), 0.0, 1.0);
    return static_cast<std::size_t>(std::lround(share * (k_heights - 1)));
}

}  // namespace

SliceSpan slices_of_column(std::size_t column, std::size_t columns, std::size_t count) {
    const std::size_t first = column * count / columns;
    return {first, std::max(first + 1, (column + 1) * count / columns)};
}

std::string sparkline(std::span<const Sample> samples, const SparklineScale& scale) {
    const auto& characters = scale.unicode ? k_blocks : k_ascii;
    std::string line;
    for (const Sample& sample : samples) {
        line += sample ? characters[height(*sample, scale)] : std::string_view(" ");
    }
    return line;
}

}  // namespace nines
