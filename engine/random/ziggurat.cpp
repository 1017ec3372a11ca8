// The ziggurat tables, computed by the compiler with portable functions, so with the same bits on every machine; and
// the rare branches of the draws that use them.

#include "engine/random/ziggurat.hpp"

#include "engine/random/block_stream.hpp"
#include "engine/random/portable_math.hpp"
#include "engine/random/stream.hpp"

namespace nines {

namespace ziggurat {

namespace {

constexpr double exponential_density(double x) {
    return portable::exp(-x);
}
constexpr double exponential_inverse(double y) {
    return -portable::log(y);
}
constexpr double normal_density(double x) {
    return portable::exp(-x * x / 2);
}
// A square root as a power: std::sqrt is not constexpr, and an error of the last bit only moves a layer's edge.
constexpr double normal_inverse(double y) {
    return portable::exp(portable::log(-2 * portable::log(y)) / 2);
}

using Function = double (*)(double);

constexpr Tables make_tables(Function density, Function inverse, double tail, double area) {
    Tables tables{};
    tables.edge[0] = area / density(tail);
    tables.edge[1] = tail;
    tables.height[0] = 0;
    tables.height[1] = density(tail);
    for (std::size_t i = 1; i + 1 < k_layers; ++i) {
        tables.height[i + 1] = tables.height[i] + area / tables.edge[i];
        tables.edge[i + 1] = inverse(tables.height[i + 1]);
    }
    tables.edge[k_layers] = 0;
    tables.height[k_layers] = 1;
    return tables;
}

}  // namespace

constexpr Tables k_exponential =
    make_tables(exponential_density, exponential_inverse, k_exponential_tail, 0.003949659822581557219977572);
constexpr Tables k_normal = make_tables(normal_density, normal_inverse, k_normal_tail, 0.004928673233974655347361775);

}  // namespace ziggurat

template <class Words>
double Draws<Words>::exponential_outside(std::uint32_t layer, double x) {
    const auto& [edge, height] = ziggurat::k_exponential;
    double shift = 0;  // the tail of an exponential is the whole again, moved to the right
    for (;;) {
        if (x < edge[layer + 1]) {
            return shift + x;
        }
        if (layer == 0) {
            shift += ziggurat::k_exponential_tail;
        } else if (height[layer] + (height[layer + 1] - height[layer]) * uniform() < portable::exp(-x)) {
            return shift + x;
        }
        const std::uint64_t bits = word();
        layer = static_cast<std::uint32_t>(bits & 255U);
        x = fraction(bits) * edge[layer];
    }
}

template <class Words>
double Draws<Words>::normal_outside(std::uint32_t layer, double x, std::uint64_t bits) {
    const auto& [edge, height] = ziggurat::k_normal;
    for (;;) {
        if (x < edge[layer + 1]) {
            return with_sign(x, bits);
        }
        if (layer == 0) {
            // Marsaglia's tail, with two exponential variables.
            double beyond = exponential() / ziggurat::k_normal_tail;
            while (2 * exponential() < beyond * beyond) {
                beyond = exponential() / ziggurat::k_normal_tail;
            }
            return with_sign(ziggurat::k_normal_tail + beyond, bits);
        }
        if (height[layer] + (height[layer + 1] - height[layer]) * uniform() < portable::exp(-x * x / 2)) {
            return with_sign(x, bits);
        }
        bits = word();
        layer = static_cast<std::uint32_t>(bits & 255U);
        x = fraction(bits) * edge[layer];
    }
}

template class Draws<Stream>;
template class Draws<BlockStream>;

}  // namespace nines
