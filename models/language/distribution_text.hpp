#pragma once
// Distributions, as text: "lognormal(mean 40 ms cv 1)" to a checked description in base units.

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/random/distribution.hpp"
#include "models/language/expression_text.hpp"
#include "models/language/quantity_text.hpp"

namespace nines {

/// Gives the content of a data file named in the text (for `empirical(file.csv)`), or why not.
using FileLoader = std::function<Result<std::string>(const std::string& path)>;

/// Parses a distribution of the language: constant(x) or a bare quantity, exponential(mean), erlang(k mean m),
/// gamma(mean m cv c), lognormal(mean m cv c), lognormal(median m sigma s), weibull(scale s shape k),
/// pareto(min m alpha a), uniform(a b), hyperexponential(mean m cv c), empirical(file.csv), mixture(90 % d 10 % d).
/// Values are non-negative; parameters out of range are an error that names the parameter.
/// An unknown name's error begins with "expected a distribution, found `x`".
Result<Distribution> parse_distribution(std::string_view text, Dimension dimension, const FileLoader& load);

/// The same for the tokens [begin, end) of a longer expression.
Result<Distribution> parse_distribution(std::span<const Token> tokens, Dimension dimension, const FileLoader& load);

/// The text of a law, which parse_distribution reads back as the same law: to the bit where its parameters were written
/// with up to 12 digits, else within a relative 1e-12, and always to the same text again. Laws that came from the text
/// `empirical(...)` or `mixture(...)` have that text; ones made or scaled by the program have none (a check fails).
std::string format_distribution(const Distribution& distribution, Dimension dimension);

/// The nicest text that parse_quantity reads back as exactly this value: with all its digits where 12 do not suffice.
std::string exact_text(double value, Dimension dimension);

/// All names, for suggestions.
const std::vector<std::string>& distribution_names();

}  // namespace nines
