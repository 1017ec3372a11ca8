// Gates, simplified as they are made, and their compilation from the components up.

#include "engine/analytic/structure_function.hpp"

#include <algorithm>

namespace nines::analytic {

StructureFunction::StructureFunction() {
    gates_.push_back({});              // all of nothing
    gates_.push_back({1, false, {}});  // one of nothing
}

GateId StructureFunction::add(Gate gate) {
    const auto found = known_.find(gate);
    if (found != known_.end()) {
        return found->second;
    }
    const GateId id = gates_.push_back(gate);
    known_.emplace(std::move(gate), id);
    return id;
}

GateId StructureFunction::component(std::uint32_t number) {
    return add({number, true, {}});
}

GateId StructureFunction::all_of(std::vector<GateId> inputs) {
    std::sort(inputs.begin(), inputs.end());
    inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
    const auto count = static_cast<std::uint32_t>(inputs.size());
    return at_least(count, std::move(inputs));
}

GateId StructureFunction::any_of(std::vector<GateId> inputs) {
    std::sort(inputs.begin(), inputs.end());
    inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
    return at_least(1, std::move(inputs));
}

GateId StructureFunction::at_least(std::uint32_t count, std::vector<GateId> inputs) {
    const auto sure = static_cast<std::uint32_t>(std::count(inputs.begin(), inputs.end(), always()));
    std::erase_if(inputs, [&](GateId input) { return input == always() || input == never(); });
    count -= std::min(count, sure);
    if (count == 0) {
        return always();
    }
    if (count > inputs.size()) {
        return never();
    }
    std::sort(inputs.begin(), inputs.end());
    if (inputs.front() == inputs.back()) {
        return inputs.front();
    }
    return add({count, false, std::move(inputs)});
}

std::vector<std::uint32_t> StructureFunction::components_below(std::span<const GateId> tops) const {
    std::vector<std::uint8_t> seen(gates_.size(), 0);
    std::vector<std::uint32_t> met;
    std::vector<GateId> open(tops.rbegin(), tops.rend());
    while (!open.empty()) {
        const GateId id = open.back();
        open.pop_back();
        if (seen[id.value] != 0) {
            continue;
        }
        seen[id.value] = 1;
        const Gate& gate = gates_[id];
        if (gate.is_component) {
            met.push_back(gate.count);
        }
        open.insert(open.end(), gate.inputs.rbegin(), gate.inputs.rend());
    }
    return met;
}

BddNode StructureFunction::compile(Bdd& bdd, GateId top, std::span<const std::uint32_t> level_of,
                                   std::vector<BddNode>& known) const {
    if (known[top.value] != k_unknown || bdd.is_full()) {
        return known[top.value];
    }
    const Gate& gate = gates_[top];
    if (gate.is_component) {
        return known[top.value] = bdd.variable(level_of[gate.count]);
    }
    std::vector<BddNode> inputs;
    for (const GateId input : gate.inputs) {
        inputs.push_back(compile(bdd, input, level_of, known));
        if (bdd.is_full()) {
            return k_unknown;
        }
    }
    // The counting below goes from the last input to the first: the deepest levels first keep its steps short.
    std::sort(inputs.begin(), inputs.end(),
              [&](BddNode a, BddNode b) { return std::pair(bdd.node(a).level, a) < std::pair(bdd.node(b).level, b); });
    const BddNode result = bdd.at_least(gate.count, inputs);
    return bdd.is_full() ? k_unknown : known[top.value] = result;
}

std::optional<CompiledStructure> compile_structure_function(const StructureFunction& structure,
                                                            std::span<const GateId> gates,
                                                            std::span<const std::vector<std::uint32_t>> orders,
                                                            std::size_t nodes_max) {
    const std::vector<std::uint32_t> needed = structure.components_below(gates);
    const std::uint32_t components = needed.empty() ? 0 : *std::max_element(needed.begin(), needed.end()) + 1;
    std::vector<std::vector<std::uint32_t>> tried;
    for (const std::vector<std::uint32_t>& order : orders) {
        std::vector<std::uint8_t> is_needed(components, 0);
        for (const std::uint32_t component : needed) {
            is_needed[component] = 1;
        }
        CompiledStructure compiled{Bdd(nodes_max), {}, {}};
        std::vector<std::uint32_t> level_of(components, 0);
        const auto place = [&](std::uint32_t component) {
            if (component < components && is_needed[component] != 0) {
                is_needed[component] = 0;
                level_of[component] = static_cast<std::uint32_t>(compiled.component_of.size());
                compiled.component_of.push_back(component);
            }
        };
        std::for_each(order.begin(), order.end(), place);
        std::for_each(needed.begin(), needed.end(), place);
        if (std::find(tried.begin(), tried.end(), compiled.component_of) != tried.end()) {
            continue;
        }
        tried.push_back(compiled.component_of);
        std::vector<BddNode> known(structure.gates(), StructureFunction::k_unknown);
        for (const GateId gate : gates) {
            compiled.works.push_back(structure.compile(compiled.bdd, gate, level_of, known));
        }
        if (!compiled.bdd.is_full()) {
            return compiled;
        }
    }
    return std::nullopt;
}

}  // namespace nines::analytic
