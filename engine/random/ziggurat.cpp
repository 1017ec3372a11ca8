// The ziggurat tables, computed by the compiler with portable functions: the same bits on every machine.

#include "engine/random/ziggurat.hpp"

#include "engine/random/portable_math.hpp"

namespace nines::ziggurat {

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

}  // namespace nines::ziggurat
