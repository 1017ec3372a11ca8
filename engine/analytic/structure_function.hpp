#pragma once
// StructureFunction: when a system works, as gates over components; compiled into a Bdd to be solved.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "engine/analytic/bdd.hpp"
#include "engine/base/column.hpp"

namespace nines::analytic {

/// A part of a structure that works or does not, by what is below it.
using GateId = Index<struct GateTag>;

/// Gates are equal when they are written alike, up to the order of their inputs; each is kept once. All are monotone:
/// one more component that works never breaks what worked.
class StructureFunction {
public:
    StructureFunction();

    GateId always() const { return GateId{0}; }
    GateId never() const { return GateId{1}; }
    /// Works while the component does.
    GateId component(std::uint32_t number);
    GateId all_of(std::vector<GateId> inputs);
    GateId any_of(std::vector<GateId> inputs);
    /// At least `count` of the inputs work; an input that stands twice counts twice.
    GateId at_least(std::uint32_t count, std::vector<GateId> inputs);

    std::size_t gates() const { return gates_.size(); }
    /// What a gate is made of. Works when at least `count` of the inputs do; with none it always (0) or never (1)
    /// works.
    struct Look {
        std::optional<std::uint32_t> component;
        std::uint32_t count = 0;
        std::span<const GateId> inputs;
    };
    Look look(GateId id) const {
        const Gate& gate = gates_[id];
        return {gate.is_component ? std::optional(gate.count) : std::nullopt, gate.count, gate.inputs};
    }
    /// The components below, each once, in the order in which a walk from the gate first meets them.
    std::vector<std::uint32_t> components_below(std::span<const GateId> gates) const;
    /// The gate's function where `level_of` gives each component's level. Gates below are shared over calls by `known`
    /// (of the size of gates(), k_unknown at first).
    BddNode compile(Bdd& bdd, GateId gate, std::span<const std::uint32_t> level_of, std::vector<BddNode>& known) const;
    static constexpr BddNode k_unknown = UINT32_MAX;

private:
    /// count of 1: any of the inputs; as many as inputs: all of them. A component has itself for its count, and no
    /// inputs.
    struct Gate {
        std::uint32_t count = 0;
        bool is_component = false;
        std::vector<GateId> inputs;

        auto operator<=>(const Gate&) const = default;
    };

    GateId add(Gate gate);

    Column<GateId, Gate> gates_;
    std::map<Gate, GateId> known_;
};

/// Functions of one structure as a Bdd, with the order of its variables.
struct CompiledStructure {
    Bdd bdd;
    std::vector<BddNode> works;               ///< by gate that was asked for
    std::vector<std::uint32_t> component_of;  ///< by level
};

/// Compiles with each order of components in turn until one stays within `nodes_max`. An order is a list of components;
/// those that it does not name come last. Nothing: too large in every order.
std::optional<CompiledStructure> compile_structure_function(const StructureFunction& structure,
                                                            std::span<const GateId> gates,
                                                            std::span<const std::vector<std::uint32_t>> orders,
                                                            std::size_t nodes_max = Bdd::k_nodes_max);

}  // namespace nines::analytic
