#pragma once
// RepairMixture: repair times drawn too long on purpose, with the weight that makes up for it.
// Rare outages of redundant parts happen through long repairs: of m parts the first is mended in a time of density
// about r^(m - 1) f(r). Natural draws seldom go there, and biasing the failures alone underestimates in silence.

#include <cstdint>
#include <vector>

#include "engine/random/block_stream.hpp"
#include "engine/random/distribution.hpp"

namespace nines {

/// The k-th moment, E[R^k]; infinite where it does not exist.
double raw_moment(const Distribution& law, std::uint32_t k);

/// A draw and the density of the true law over that of the law it was drawn from.
struct WeightedDraw {
    double value = 0;
    double weight = 1;
};

/// The mixture (1/m) sum of f_k for k = 0 ... m - 1, where f_k is proportional to r^k f(r) (length-biased k times).
/// Exact, without rejection, for exponential, Erlang, gamma, lognormal, Weibull (f_k is a generalised gamma law),
/// Pareto (as far as the moments exist), hyperexponential, and mixtures of these. Every weight is below m.
class RepairMixture {
public:
    RepairMixture() = default;
    /// @param tilts  m >= 1: how many densities are mixed
    RepairMixture(const Distribution& law, std::uint32_t tilts);

    /// How many densities are mixed; 1: natural draws, for laws that have no exact biased density (constant, uniform,
    /// empirical), or whose moments do not exist.
    std::uint32_t tilts() const { return static_cast<std::uint32_t>(moments_.size()); }

    double natural(BlockStream& stream) const { return law_.sample(stream); }
    WeightedDraw biased(BlockStream& stream) const;
    /// What is left of a repair at a random time during it: a uniform part of a length-biased time, exactly so where
    /// there are two tilts at least; else a uniform part of a natural one.
    double left(BlockStream& stream) const;

private:
    /// value = scale * draw^power
    struct Part {
        double until = 0;  // cumulated probability
        Distribution draw;
        double scale = 1;
        double power = 1;
    };

    double draw(const Part& part, BlockStream& stream) const;
    void add_tilted(const Distribution& law, std::uint32_t k, double probability);

    Distribution law_;
    std::vector<double> moments_ = {1};
    std::vector<Part> parts_;
    std::size_t parts_of_first_tilt_ = 0;  // parts_ begins with those of k = 0, then of k = 1
    std::size_t parts_of_two_tilts_ = 0;
};

}  // namespace nines
