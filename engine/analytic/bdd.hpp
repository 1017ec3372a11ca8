#pragma once
// Bdd: functions of many two-valued variables as ordered, reduced decision diagrams, and their exact probabilities.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/analytic/decision_nodes.hpp"

namespace nines::analytic {

/// A function, by its node. Equal functions of one Bdd are equal numbers.
using BddNode = std::uint32_t;

/// The two probabilities of a variable or a function. Both are kept, since 1 - p has lost the digits of a small one.
struct Chance {
    double up = 1;    ///< of true
    double down = 0;  ///< of false
};

class Bdd;

/// One function of a Bdd, laid out to be asked for its chances many times.
class BddProgram {
public:
    BddProgram(const Bdd& bdd, BddNode f);

    /// Where the variables are independent, by level. Only sums of products of chances: no digit is lost, however small
    /// one of the two is.
    Chance chance(std::span<const Chance> levels) const {
        return run([&](std::uint32_t level) -> const Chance& { return levels[level]; });
    }
    /// The same of a type that has a `chance`, and more.
    template <class Level>
    Chance chance(std::span<const Level> levels) const {
        return run([&](std::uint32_t level) -> const Chance& { return levels[level].chance; });
    }

private:
    template <class ChanceOf>
    Chance run(ChanceOf chance_of) const {
        std::vector<Chance> chances(lines_.size() + 2);
        chances[0] = {0, 1};
        chances[1] = {1, 0};
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            const Chance& variable = chance_of(lines_[i].level);
            const Chance& high = chances[lines_[i].high];
            const Chance& low = chances[lines_[i].low];
            chances[i + 2] = {variable.up * high.up + variable.down * low.up,
                              variable.up * high.down + variable.down * low.down};
        }
        return chances[root_];
    }

    std::vector<DecisionNode> lines_;  // successors first; by their place in this list, after the two terminals
    std::size_t root_ = 0;
};

/// Source: Bryant, IEEE Trans. Computers C-35 (1986) 677; Brace, Rudell, Bryant, DAC 1990 (ite, unique table).
class Bdd {
public:
    static constexpr BddNode k_false = 0;
    static constexpr BddNode k_true = 1;
    static constexpr std::size_t k_nodes_max = 4'000'000;

    /// More nodes than `nodes_max` are not made: is_full() tells, and then no result since is to be used.
    explicit Bdd(std::size_t nodes_max = k_nodes_max) : nodes_(nodes_max) {}

    /// The variable of a level; levels are asked from 0 up on every path.
    BddNode variable(std::uint32_t level) { return make(level, k_false, k_true); }
    BddNode if_then_else(BddNode condition, BddNode then, BddNode otherwise);
    BddNode both(BddNode f, BddNode g) { return if_then_else(f, g, k_false); }
    BddNode either(BddNode f, BddNode g) { return if_then_else(f, k_true, g); }
    /// At least `count` of the functions are true. For n variables it has at most count (n - count + 1) nodes.
    BddNode at_least(std::uint32_t count, std::span<const BddNode> functions);
    /// The function where the variable of one level is known.
    BddNode restricted(BddNode f, std::uint32_t level, bool value);
    /// not f(not x): of a structure function of what is up, the failure function of what is down.
    BddNode dual(BddNode f);

    bool is_full() const { return nodes_.is_full(); }
    std::size_t size() const { return nodes_.size(); }
    const DecisionNode& node(BddNode f) const { return nodes_[f]; }
    std::vector<BddNode> below(BddNode f) const { return nodes_.below(f); }

    /// The value of f where the variable of each level is as given.
    bool value(BddNode f, const std::vector<bool>& levels) const;
    /// Chances of f where the variables are independent, by level (see BddProgram).
    Chance chance(BddNode f, std::span<const Chance> levels) const { return BddProgram(*this, f).chance(levels); }
    template <class Level>
    Chance chance(BddNode f, std::span<const Level> levels) const {
        return BddProgram(*this, f).chance(levels);
    }
    /// The same where most variables are certain: only what can happen is looked at.
    Chance chance_of_few(BddNode f, std::span<const Chance> levels) const;
    /// The levels that f depends on, ascending.
    std::vector<std::uint32_t> support(BddNode f) const;

private:
    BddNode make(std::uint32_t level, BddNode low, BddNode high) {
        return low == high ? low : nodes_.find_or_add({level, low, high});
    }
    BddNode branch(BddNode f, std::uint32_t level, bool high) const {
        const DecisionNode& at = nodes_[f];
        return at.level != level ? f : high ? at.high : at.low;
    }

    DecisionNodes nodes_;
    OperationCache cache_;
};

}  // namespace nines::analytic
