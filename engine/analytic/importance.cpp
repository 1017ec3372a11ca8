// The long run of a structure function, and the importance of its components.

#include "engine/analytic/importance.hpp"

#include <cmath>
#include <map>

namespace nines::analytic {

namespace {

std::vector<Chance> chances_of(std::span<const ComponentRates> levels) {
    std::vector<Chance> chances;
    for (const ComponentRates& level : levels) {
        chances.push_back(level.chance);
    }
    return chances;
}

/// Chances of all functions below one, and P(f and not g) for pairs of them.
class Chances {
public:
    Chances(const Bdd& bdd, BddNode top, std::span<const ComponentRates> levels)
        : bdd_(bdd), below_(bdd.below(top)), levels_(levels), of_(static_cast<std::size_t>(top) + 2) {
        of_[Bdd::k_false] = {0, 1};
        of_[Bdd::k_true] = {1, 0};
        for (const BddNode at : below_) {
            if (at > Bdd::k_true) {
                const DecisionNode& node = bdd.node(at);
                const Chance& v = levels[node.level].chance;
                of_[at] = {v.up * of_[node.high].up + v.down * of_[node.low].up,
                           v.up * of_[node.high].down + v.down * of_[node.low].down};
            }
        }
    }

    const std::vector<BddNode>& below() const { return below_; }
    const Chance& of(BddNode f) const { return of_[f]; }

    double first_alone(BddNode f, BddNode g) {
        if (f == Bdd::k_false || g == Bdd::k_true || f == g) {
            return 0;
        }
        if (f == Bdd::k_true) {
            return of_[g].down;
        }
        if (g == Bdd::k_false) {
            return of_[f].up;
        }
        const auto [at, fresh] = pairs_.emplace(std::pair(f, g), 0.0);
        if (!fresh) {
            return at->second;
        }
        const DecisionNode& a = bdd_.node(f);
        const DecisionNode& b = bdd_.node(g);
        const std::uint32_t level = std::min(a.level, b.level);
        const Chance& v = levels_[level].chance;
        const double high = first_alone(a.level == level ? a.high : f, b.level == level ? b.high : g);
        const double low = first_alone(a.level == level ? a.low : f, b.level == level ? b.low : g);
        return pairs_[{f, g}] = v.up * high + v.down * low;
    }

private:
    const Bdd& bdd_;
    std::vector<BddNode> below_;
    std::span<const ComponentRates> levels_;
    std::vector<Chance> of_;
    std::map<std::pair<BddNode, BddNode>, double> pairs_;
};

std::vector<double> birnbaum_of(const Bdd& bdd, BddNode works, std::span<const ComponentRates> levels,
                                Chances& chances) {
    std::vector<double> reached(static_cast<std::size_t>(works) + 2, 0);
    std::vector<double> birnbaum(levels.size(), 0);
    reached[works] = 1;
    const std::vector<BddNode>& below = chances.below();
    for (std::size_t i = below.size(); i > 0; --i) {
        const BddNode at = below[i - 1];
        if (at <= Bdd::k_true) {
            continue;
        }
        const DecisionNode& node = bdd.node(at);
        const Chance& v = levels[node.level].chance;
        birnbaum[node.level] += reached[at] * chances.first_alone(node.high, node.low);
        reached[node.high] += reached[at] * v.up;
        reached[node.low] += reached[at] * v.down;
    }
    return birnbaum;
}

/// P(some cut set that holds the component is down).
double cut_chance(const MinimalSets& cut_sets, std::uint32_t level, std::span<const Chance> down_is_true) {
    Bdd bdd;
    BddNode some = Bdd::k_false;
    for (const std::vector<std::uint32_t>& set : cut_sets.sets) {
        if (!std::binary_search(set.begin(), set.end(), level)) {
            continue;
        }
        BddNode all = Bdd::k_true;
        for (std::size_t i = set.size(); i > 0; --i) {
            all = bdd.both(bdd.variable(set[i - 1]), all);
        }
        some = bdd.either(all, some);
    }
    return bdd.chance(some, down_is_true).up;
}

/// Fussell-Vesely takes a diagram for each component: above so many pairs of components and cut sets it is left out.
constexpr std::size_t k_fussell_vesely_steps_max = 2'000'000;

}  // namespace

ComponentRates ComponentRates::of_means(double up_s, double down_s) {
    if (std::isinf(up_s)) {
        return {{1, 0}, 0};
    }
    if (std::isinf(down_s)) {
        return {{0, 1}, 0};
    }
    const double cycle_s = up_s + down_s;
    return {{up_s / cycle_s, down_s / cycle_s}, 1 / cycle_s};
}

std::vector<double> birnbaum_importance(const Bdd& bdd, BddNode works, std::span<const ComponentRates> levels) {
    Chances chances(bdd, works, levels);
    return birnbaum_of(bdd, works, levels, chances);
}

SystemRates solve_system(const Bdd& bdd, BddNode works, std::span<const ComponentRates> levels) {
    Chances chances(bdd, works, levels);
    SystemRates rates{chances.of(works), 0};
    const std::vector<double> birnbaum = birnbaum_of(bdd, works, levels, chances);
    for (std::size_t level = 0; level < levels.size(); ++level) {
        rates.failures_per_s += birnbaum[level] * levels[level].failures_per_s;
    }
    return rates;
}

std::vector<Importance> importance_of_all(const Bdd& bdd, BddNode works, std::span<const ComponentRates> levels,
                                          const MinimalSets& cut_sets) {
    Chances chances(bdd, works, levels);
    const std::vector<double> birnbaum = birnbaum_of(bdd, works, levels, chances);
    const double down = chances.of(works).down;
    const BddProgram program(bdd, works);
    std::vector<Chance> variables = chances_of(levels);
    std::vector<Chance> down_is_true;
    for (const Chance& chance : variables) {
        down_is_true.push_back({chance.down, chance.up});
    }
    const bool with_cuts = cut_sets.is_complete() && cut_sets.sets.size() * levels.size() <= k_fussell_vesely_steps_max;
    std::vector<Importance> all(levels.size());
    for (std::uint32_t level = 0; level < levels.size(); ++level) {
        Importance& one = all[level];
        one.birnbaum = birnbaum[level];
        variables[level] = {1, 0};
        one.unavailability_if_perfect = program.chance(std::span<const Chance>(variables)).down;
        variables[level] = {0, 1};
        one.unavailability_if_down = program.chance(std::span<const Chance>(variables)).down;
        variables[level] = levels[level].chance;
        if (down > 0) {
            one.criticality = one.birnbaum * levels[level].chance.down / down;
            one.risk_achievement_worth = one.unavailability_if_down / down;
            if (with_cuts) {
                one.fussell_vesely = cut_chance(cut_sets, level, down_is_true) / down;
            }
        }
        if (one.unavailability_if_perfect > 0) {
            one.risk_reduction_worth = down / one.unavailability_if_perfect;
        }
    }
    return all;
}

}  // namespace nines::analytic
