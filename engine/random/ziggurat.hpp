#pragma once
// Tables of the ziggurat: a falling density cut into 256 layers of equal area, so that most draws are one
// multiplication. Sources: Marsaglia, Tsang: The ziggurat method for generating random variables. J. Stat. Software
// 5(8), 2000; Doornik: An improved ziggurat method to generate normal random samples. 2005 (separate bits for layer and
// value).

#include <array>
#include <cstddef>

namespace nines::ziggurat {

inline constexpr std::size_t k_layers = 256;

/// Layer i > 0 is the box [0, edge[i]) x [height[i], height[i + 1]); layer 0 is the base with the tail beyond edge[1],
/// its edge made so wide that the box has the same area. edge falls to 0, height rises to 1.
struct Tables {
    std::array<double, k_layers + 1> edge;
    std::array<double, k_layers + 1> height;
};

extern const Tables k_exponential;  // density e^-x
extern const Tables k_normal;       // density e^(-x^2 / 2), the right half

/// Where the tail begins: the solutions of "256 layers close exactly", to 25 digits by bisection in 60.
inline constexpr double k_exponential_tail = 7.697117470131049714044628;
inline constexpr double k_normal_tail = 3.65415288536100877164543;

}  // namespace nines::ziggurat
