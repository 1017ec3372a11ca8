#pragma once
// Random structures: monotone functions with their values by enumeration, computed without a diagram.

#include <functional>
#include <vector>

#include "engine/analytic/importance.hpp"
#include "engine/analytic/structure_function.hpp"
#include "engine/random/stream.hpp"

namespace nines::analytic {

/// A set of components that are up, as bits.
using Up = std::uint32_t;

struct RandomStructure {
    std::uint32_t components = 0;
    StructureFunction function;
    GateId gate;
    std::function<bool(Up)> works;  ///< the same, evaluated as it was written

    /// Gates of gates, up to three deep: all, any, at least k; components are used more than once.
    explicit RandomStructure(std::uint64_t number) {
        Stream stream(Luck{4711, number}, "test.structure", "one");
        components = static_cast<std::uint32_t>(2 + stream.below(8));
        std::tie(gate, works) = grow(stream, 3);
    }

private:
    std::pair<GateId, std::function<bool(Up)>> grow(Stream& stream, int depth) {
        if (depth == 0 || stream.below(5) == 0) {
            const auto one = static_cast<std::uint32_t>(stream.below(components));
            return {function.component(one), [one](Up up) { return ((up >> one) & 1U) != 0; }};
        }
        const auto count = static_cast<std::uint32_t>(1 + stream.below(4));
        std::vector<GateId> gates;
        std::vector<std::function<bool(Up)>> parts;
        for (std::uint32_t i = 0; i < count; ++i) {
            auto [input, value] = grow(stream, depth - 1);
            gates.push_back(input);
            parts.push_back(std::move(value));
        }
        const std::uint64_t kind = stream.below(3);
        const std::uint32_t least = kind == 0   ? count
                                    : kind == 1 ? 1
                                                : static_cast<std::uint32_t>(1 + stream.below(count));
        const GateId made = kind == 0   ? function.all_of(gates)
                            : kind == 1 ? function.any_of(gates)
                                        : function.at_least(least, gates);
        return {made, [parts, least](Up up) {
                    std::uint32_t working = 0;
                    for (const auto& part : parts) {
                        working += part(up) ? 1 : 0;
                    }
                    return working >= least;
                }};
    }
};

/// Compiled with component i on level i; functions that do not need a component still have its level.
struct CompiledOne {
    Bdd bdd;
    BddNode works = Bdd::k_true;

    explicit CompiledOne(const RandomStructure& random) {
        std::vector<std::uint32_t> level_of(random.components);
        for (std::uint32_t i = 0; i < random.components; ++i) {
            level_of[i] = i;
        }
        std::vector<BddNode> known(random.function.gates(), StructureFunction::k_unknown);
        works = random.function.compile(bdd, random.gate, level_of, known);
    }
};

/// Random mean times; some of them alike, where asked for.
inline std::vector<ComponentRates> random_rates(std::uint64_t number, std::uint32_t components) {
    Stream stream(Luck{4712, number}, "test.rates", "one");
    std::vector<ComponentRates> rates;
    for (std::uint32_t i = 0; i < components; ++i) {
        rates.push_back(ComponentRates::of_means(1 + 100 * stream.uniform(), 0.01 + 10 * stream.uniform()));
    }
    return rates;
}

}  // namespace nines::analytic
