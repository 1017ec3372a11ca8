#pragma once
// Distributions of non-negative numbers: flat, sampled from a named stream, with exact mean and cv.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/random/portable_math.hpp"
#include "engine/random/stream.hpp"

namespace nines {

enum class Law : std::uint8_t {
    constant,
    exponential,
    erlang,
    gamma,
    lognormal,
    weibull,
    pareto,
    uniform,
    hyperexponential,
    empirical,
    mixture
};

/// One law with its parameters; a value type. Tables of `empirical` and parts of `mixture` are shared, immutable.
struct Distribution {
    struct Table;  ///< sorted values of `empirical`, or weights and parts of `mixture`

    Law law = Law::constant;
    std::uint32_t stages = 0;  ///< erlang
    double a = 0;              ///< constant value, mean, log-mean, scale, minimum, lower end ...
    double b = 0;              ///< cv-like second parameter: log-sigma, shape, alpha, upper end, branch probability
    double c = 0;              ///< third: second mean of a hyperexponential
    std::shared_ptr<const Table> table = {};
    std::shared_ptr<const std::string> written = {};  ///< of a law with a table: the text it was read from, if any

    static Distribution constant(double value);
    static Distribution exponential(double mean);
    static Distribution erlang(std::uint32_t stages, double mean);
    static Distribution gamma(double mean, double cv);
    static Distribution lognormal_mean_cv(double mean, double cv);
    static Distribution lognormal_median_sigma(double median, double sigma);
    static Distribution weibull(double scale, double shape);
    static Distribution pareto(double minimum, double alpha);
    static Distribution uniform(double low, double high);
    /// Two phases with balanced means (cv > 1; cv = 1 is exponential).
    static Distribution hyperexponential(double mean, double cv);
    /// Equally likely values; kept sorted, drawn by linear interpolation of the quantile function.
    static Distribution empirical(std::vector<double> values);
    static Distribution mixture(std::vector<double> weights, std::vector<Distribution> parts);

    double mean() const;      ///< may be infinite (pareto with alpha <= 1)
    double variance() const;  ///< may be infinite
    /// The same law with every value multiplied by `factor` > 0.
    Distribution scaled(double factor) const;
    bool is_zero() const { return law == Law::constant && a == 0; }
    /// Of `empirical` its values, ascending; of `mixture` the cumulated weights of its parts, the last 1; else none.
    std::span<const double> values() const;
    /// Of `mixture` its parts, one for each of values(); else none.
    std::span<const Distribution> parts() const;

    /// Draws one value, >= 0, from a Stream or a BlockStream. Allocates nothing.
    ///
    /// Common random numbers: what a draw takes from the stream does not depend on a, b and c, and the value grows with
    /// the parameters' quantiles, so variants of one law stay synchronised draw by draw. Exceptions: gamma, and Erlang
    /// of more than 8 stages (rejection looks at the shape); mixtures of parts of different laws.
    /// | law | words of the stream | method |
    /// | constant | none | |
    /// | uniform, pareto, empirical | 1 | inverse transform (Devroye, Non-Uniform Random Variate Generation, II.2) |
    /// | exponential | 1 in 98 of 100 draws | ziggurat (ziggurat.hpp) |
    /// | weibull | 1 in 98 of 100 draws | inverse transform of an exponential: scale E^(1 / shape) |
    /// | lognormal | 1 in 99 of 100 draws | e^normal; ziggurat |
    /// | erlang | as many exponentials as stages; above 8 stages as gamma | sum (the definition) |
    /// | gamma | 2 and seldom more; 3 for a shape below 1 | Marsaglia, Tsang 2000 |
    /// | hyperexponential | 1 and an exponential | composition (Devroye, II.4) |
    /// | mixture | 1 and the part's | composition, the part by inverse transform |
    template <class Words>
    double sample(Words& stream) const {
        switch (law) {  // the laws of most work steps are inlined
            case Law::constant:
                return a;
            case Law::exponential:
                return a * stream.exponential();
            case Law::lognormal:
                return portable::exp(a + b * stream.normal());
            case Law::erlang:
            case Law::gamma:
            case Law::weibull:
            case Law::pareto:
            case Law::uniform:
            case Law::hyperexponential:
            case Law::empirical:
            case Law::mixture:
                break;
        }
        return sample_other(stream);
    }

private:
    template <class Words>
    double sample_other(Words& stream) const;
};

}  // namespace nines
