// Cut sets of small order from the gates up, and inequalities on their union.

#include "engine/analytic/availability_bounds.hpp"

#include <algorithm>
#include <cmath>

#include "engine/random/portable_math.hpp"

namespace nines::analytic {

namespace {

using Set = std::vector<std::uint32_t>;
using Sets = std::vector<Set>;

bool smaller(const Set& a, const Set& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

/// Takes out sets that hold another.
Sets minimal(Sets sets) {
    std::sort(sets.begin(), sets.end(), smaller);
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
    if (sets.empty() || sets.front().size() == sets.back().size()) {
        return sets;  // none of one size holds another
    }
    Sets kept;
    for (Set& set : sets) {
        const bool holds_another = std::any_of(kept.begin(), kept.end(), [&](const Set& small) {
            return std::includes(set.begin(), set.end(), small.begin(), small.end());
        });
        if (!holds_another) {
            kept.push_back(std::move(set));
        }
    }
    return kept;
}

/// Ways in which gates fail: sets of components down, no larger than `order`.
class SmallCutSets {
public:
    SmallCutSets(const StructureFunction& structure, std::uint32_t order, std::size_t most)
        : structure_(structure), order_(order), most_(most), known_(structure.gates()) {}

    /// Nothing: too many.
    const std::optional<Sets>& of(GateId id) {
        std::optional<Sets>& known = known_[id.value];
        if (!known && !too_many_) {
            known = find(id);
        }
        return known;
    }

private:
    std::optional<Sets> find(GateId id) {
        const auto gate = structure_.look(id);
        if (gate.component) {
            return Sets{{*gate.component}};
        }
        if (gate.count == 0) {
            return Sets{};  // it always works
        }
        // failing[j]: at least j of the inputs seen so far have failed.
        const std::size_t enough = gate.inputs.size() + 1 - gate.count;
        std::vector<Sets> failing(enough + 1);
        failing[0] = {{}};
        std::size_t deepest = 0;  // beyond it nothing fails with so few components down
        for (const GateId input : gate.inputs) {
            const std::optional<Sets>& sets = of(input);
            if (!sets) {
                return std::nullopt;
            }
            for (std::size_t j = std::min(enough, deepest + 1); j > 0; --j) {
                Sets more = failing[j];
                if (!add_products(failing[j - 1], *sets, more)) {
                    return std::nullopt;
                }
                failing[j] = minimal(std::move(more));
                if (failing[j].size() > most_) {
                    too_many_ = true;
                    return std::nullopt;
                }
                deepest = failing[j].empty() ? deepest : std::max(deepest, j);
            }
        }
        return failing[enough];
    }

    bool add_products(const Sets& a, const Sets& b, Sets& sum) {
        for (const Set& x : a) {
            for (const Set& y : b) {
                Set both;
                std::set_union(x.begin(), x.end(), y.begin(), y.end(), std::back_inserter(both));
                if (both.size() <= order_) {
                    sum.push_back(std::move(both));
                }
            }
            if (sum.size() > k_raw_per_kept * most_) {
                too_many_ = true;
                return false;
            }
        }
        return true;
    }

    static constexpr std::size_t k_raw_per_kept = 8;  // before those that hold another are taken out

    const StructureFunction& structure_;
    std::uint32_t order_;
    std::size_t most_;
    bool too_many_ = false;
    std::vector<std::optional<Sets>> known_;
};

double chance_of(const Set& set, std::span<const double> down) {
    double chance = 1;
    for (const std::uint32_t member : set) {
        chance *= down[member];
    }
    return chance;
}

/// Chance that at least `count` of independent components are down: positive sums only.
double at_least_down(std::span<const std::uint32_t> components, std::span<const double> down, std::uint32_t count) {
    std::vector<double> exactly(count + 1, 0);  // [k]: k are down; the last: at least so many
    exactly[0] = 1;
    for (const std::uint32_t component : components) {
        const double q = down[component];
        exactly[count] += q * exactly[count - 1];
        for (std::uint32_t k = count - 1; k > 0; --k) {
            exactly[k] = exactly[k] * (1 - q) + exactly[k - 1] * q;
        }
        exactly[0] *= 1 - q;
    }
    return exactly[count];
}

/// The union's lower bound from the sum of chances and the sum over pairs, of the likeliest sets.
double lower_bound(Sets sets, std::span<const double> down) {
    constexpr std::size_t k_sets_paired = 400;
    std::sort(sets.begin(), sets.end(), [&](const Set& a, const Set& b) {
        return std::pair(-chance_of(a, down), a) < std::pair(-chance_of(b, down), b);
    });
    sets.resize(std::min(sets.size(), k_sets_paired));
    double single = 0;
    double pairs = 0;
    double best = 0;
    for (std::size_t i = 0; i < sets.size(); ++i) {
        single += chance_of(sets[i], down);
        for (std::size_t j = 0; j < i; ++j) {
            Set both;
            std::set_union(sets[i].begin(), sets[i].end(), sets[j].begin(), sets[j].end(), std::back_inserter(both));
            pairs += chance_of(both, down);
        }
        if (single > 0) {
            const double t = 1 + std::floor(2 * pairs / single);
            best = std::max(best, 2 / (t + 1) * single - 2 / (t * (t + 1)) * pairs);
        }
    }
    return best;
}

}  // namespace

std::optional<std::vector<std::vector<std::uint32_t>>> small_cut_sets(const StructureFunction& structure, GateId gate,
                                                                      std::uint32_t order, std::size_t most) {
    return SmallCutSets(structure, order, most).of(gate);
}

std::optional<UnavailabilityBounds> unavailability_bounds(const StructureFunction& structure, GateId gate,
                                                          std::span<const double> down, const BoundLimits& limits) {
    const std::vector<GateId> gates{gate};
    const std::vector<std::uint32_t> components = structure.components_below(gates);
    for (std::uint32_t order = limits.order; order > 0; --order) {
        const auto sets = small_cut_sets(structure, gate, order, limits.cut_sets);
        if (!sets) {
            continue;
        }
        UnavailabilityBounds bounds;
        bounds.order = order;
        bounds.cut_sets = sets->size();
        bounds.beyond = at_least_down(components, down, order + 1);
        double log_none = 0;
        for (const Set& set : *sets) {
            log_none += portable::log1p(-chance_of(set, down));
        }
        bounds.upper = std::min(1.0, -portable::expm1(log_none) + bounds.beyond);
        bounds.lower = lower_bound(*sets, down);
        return bounds;
    }
    return std::nullopt;
}

}  // namespace nines::analytic
