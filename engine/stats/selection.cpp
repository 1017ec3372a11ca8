// Selection: constants by quadrature and root finding of Boost.Math, and the screening of KN.

#include "engine/stats/selection.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/tools/roots.hpp>
#include <cmath>

#include "engine/base/check.hpp"

namespace nines {

namespace {

void check_design(const SelectionDesign& design) {
    check(design.variants >= 2 && design.first_stage >= 2, "two variants and two replications at least");
    check(design.probability_of_correct * static_cast<double>(design.variants) > 1 && design.probability_of_correct < 1,
          "the probability of a correct selection lies between that of a guess and 1");
}

double degrees_of(const SelectionDesign& design) {
    return static_cast<double>(design.first_stage - 1);
}

/// A point at which a variable with a density is looked at, and the share of the variable that it stands for.
struct Node {
    double at;
    double share;
};

/// Panels of 30 points each over [low, high]: exact to the last digits where the density is smooth.
template <class Density>
std::vector<Node> nodes_of(const Density& density, double low, double high) {
    using Rule = boost::math::quadrature::gauss<double, 30>;
    constexpr int k_panels = 6;
    const double half = (high - low) / (2 * k_panels);
    std::vector<Node> nodes;
    for (int panel = 0; panel < k_panels; ++panel) {
        const double centre = low + (2 * panel + 1) * half;
        for (std::size_t i = 0; i < Rule::abscissa().size(); ++i) {
            for (const double at : {centre - half * Rule::abscissa()[i], centre + half * Rule::abscissa()[i]}) {
                nodes.push_back({at, half * Rule::weights()[i] * density(at)});
            }
        }
    }
    return nodes;
}

template <class Function>
double expectation(const std::vector<Node>& nodes, const Function& function) {
    double sum = 0;
    for (const Node& node : nodes) {
        sum += function(node.at) * node.share;
    }
    return sum;
}

/// The h at which an increasing probability of h takes the value wanted.
template <class Function>
double solve_for_h(const Function& probability, double wanted) {
    const auto miss = [&](double h) { return probability(h) - wanted; };
    std::uintmax_t steps = 200;
    const auto [low, high] = boost::math::tools::bracket_and_solve_root(
        miss, 2.0, 2.0, true, boost::math::tools::eps_tolerance<double>(46), steps);
    return low + (high - low) / 2;
}

/// Where almost all of a distribution lies.
template <class Law>
std::pair<double, double> bulk(const Law& law) {
    constexpr double k_tail = 1e-17;
    return {boost::math::quantile(law, k_tail), boost::math::quantile(boost::math::complement(law, k_tail))};
}

}  // namespace

double rinott_h(const SelectionDesign& design) {
    check_design(design);
    const double degrees = degrees_of(design);
    const boost::math::chi_squared law(degrees);
    const boost::math::normal standard;
    const auto [low, high] = bulk(law);
    const auto others = static_cast<double>(design.variants - 1);
    // In roots of the chi-squared variables, in which the densities have no corner at 0.
    const auto density = [&](double root) { return 2 * root * boost::math::pdf(law, root * root); };
    const std::vector<Node> roots = nodes_of(density, std::sqrt(low), std::sqrt(high));
    const auto correct = [&](double h) {
        return expectation(roots, [&](double mine) {
            const auto beats_one = [&](double theirs) {
                const double scale = std::sqrt(degrees * (1 / (mine * mine) + 1 / (theirs * theirs)));
                return boost::math::cdf(standard, h / scale);
            };
            return std::pow(expectation(roots, beats_one), others);
        });
    };
    return solve_for_h(correct, design.probability_of_correct);
}

double dudewicz_dalal_h(const SelectionDesign& design) {
    check_design(design);
    const boost::math::students_t law(degrees_of(design));
    const auto others = static_cast<double>(design.variants - 1);
    // t = sinh(u): the tails of Student's t are long, those in u are not.
    const auto density = [&](double u) { return boost::math::pdf(law, std::sinh(u)) * std::cosh(u); };
    const double reach = std::asinh(bulk(law).second);
    const std::vector<Node> nodes = nodes_of(density, -reach, reach);
    const auto correct = [&](double h) {
        return expectation(nodes, [&](double u) { return std::pow(boost::math::cdf(law, std::sinh(u) + h), others); });
    };
    return solve_for_h(correct, design.probability_of_correct);
}

double kn_eta(const SelectionDesign& design, Sampling sampling) {
    check_design(design);
    const auto others = static_cast<double>(design.variants - 1);
    const double alpha = 1 - design.probability_of_correct;
    const double each = sampling == Sampling::common_luck ? alpha / others : 1 - std::pow(1 - alpha, 1 / others);
    return (std::pow(2 * each, -2 / degrees_of(design)) - 1) / 2;
}

double kn_h_squared(const SelectionDesign& design, Sampling sampling) {
    return 2 * kn_eta(design, sampling) * degrees_of(design);
}

KimNelson::KimNelson(const SelectionDesign& design, double delta, Sampling sampling)
    : design_(design), delta_(delta), h_squared_(kn_h_squared(design, sampling)), sums_(design.variants) {
    check(delta > 0, "a difference that matters is above 0");
    differences_.resize(design.variants * (design.variants - 1) / 2);
    for (std::size_t i = 0; i < design.variants; ++i) {
        survivors_.push_back(i);
    }
}

void KimNelson::add(std::span<const double> values) {
    check(values.size() == design_.variants, "a value for each variant");
    ++replications_;
    for (const std::size_t variant : survivors_) {
        sums_[variant] += values[variant];
    }
    if (replications_ <= design_.first_stage) {
        for (std::size_t second = 1; second < design_.variants; ++second) {
            for (std::size_t first = 0; first < second; ++first) {
                differences_[pair(first, second)].add(values[first] - values[second]);
            }
        }
    }
    if (replications_ >= design_.first_stage && !decided()) {
        screen();
    }
}

void KimNelson::screen() {
    std::vector<std::size_t> kept;
    for (const std::size_t variant : survivors_) {
        if (!beaten(variant)) {
            kept.push_back(variant);
        }
    }
    if (replications_ >= stage_max() && kept.size() > 1) {
        // Equal sums to the last bit at the end: the first of them.
        kept.resize(1);
    }
    survivors_ = std::move(kept);
}

bool KimNelson::beaten(std::size_t variant) const {
    return std::any_of(survivors_.begin(), survivors_.end(), [&](std::size_t other) {
        return other != variant && sums_[variant] - sums_[other] < -allowance(variant, other);
    });
}

std::size_t KimNelson::pair(std::size_t first, std::size_t second) const {
    const auto [low, high] = std::minmax(first, second);
    return high * (high - 1) / 2 + low;
}

double KimNelson::difference_variance(std::size_t first, std::size_t second) const {
    return differences_[pair(first, second)].variance();
}

double KimNelson::allowance(std::size_t first, std::size_t second) const {
    const double budget = h_squared_ * difference_variance(first, second) / delta_;
    return std::max(0.0, (budget - static_cast<double>(replications_) * delta_) / 2);
}

std::uint64_t KimNelson::pair_stage(std::size_t first, std::size_t second) const {
    return static_cast<std::uint64_t>(h_squared_ * difference_variance(first, second) / (delta_ * delta_));
}

std::uint64_t KimNelson::stage_max() const {
    std::uint64_t stage = 0;
    for (std::size_t second = 1; second < design_.variants; ++second) {
        for (std::size_t first = 0; first < second; ++first) {
            stage = std::max(stage, pair_stage(first, second));
        }
    }
    return std::max(design_.first_stage, stage + 1);
}

}  // namespace nines
