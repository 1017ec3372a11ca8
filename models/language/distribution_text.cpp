// Distributions, as text: one table of laws with their parameters, a walk over the tokens of a call, and the way back.

#include "models/language/distribution_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "engine/base/check.hpp"
#include "engine/random/portable_math.hpp"
#include "models/language/show.hpp"

namespace nines {

namespace {

/// A parameter is a value (in the dimension of the distribution) or a bare number.
enum class Measure { value, number };

struct Parameter {
    std::string_view name;
    Measure measure;
    bool is_positional = false;  ///< may stand without its name
};

/// One way to write a law. Its parameters are read into `values` in this order.
struct Form {
    Law law;
    std::string_view name;
    std::string_view usage;
    std::array<Parameter, 2> parameters{};
    std::size_t count = 0;
};

constexpr Measure k_value = Measure::value;
constexpr Measure k_number = Measure::number;

constexpr std::array k_forms = std::to_array<Form>({
    {Law::constant, "constant", "constant(x)", {{{"value", k_value, true}}}, 1},
    {Law::exponential, "exponential", "exponential(mean)", {{{"mean", k_value, true}}}, 1},
    {Law::erlang, "erlang", "erlang(k mean m)", {{{"k", k_number, true}, {"mean", k_value}}}, 2},
    {Law::gamma, "gamma", "gamma(mean m cv c)", {{{"mean", k_value}, {"cv", k_number}}}, 2},
    {Law::lognormal, "lognormal", "lognormal(mean m cv c)", {{{"mean", k_value}, {"cv", k_number}}}, 2},
    {Law::lognormal, "lognormal", "lognormal(median m sigma s)", {{{"median", k_value}, {"sigma", k_number}}}, 2},
    {Law::weibull, "weibull", "weibull(scale s shape k)", {{{"scale", k_value}, {"shape", k_number}}}, 2},
    {Law::pareto, "pareto", "pareto(min m alpha a)", {{{"min", k_value}, {"alpha", k_number}}}, 2},
    {Law::uniform, "uniform", "uniform(low high)", {{{"low", k_value, true}, {"high", k_value, true}}}, 2},
    {Law::hyperexponential,
     "hyperexponential",
     "hyperexponential(mean m cv c)",
     {{{"mean", k_value}, {"cv", k_number}}},
     2},
    {Law::empirical, "empirical", "empirical(file.csv)"},
    {Law::mixture, "mixture", "mixture(90 % d 10 % d)"},
});

bool begins_number(std::string_view text) {
    const std::size_t at = text.starts_with('+') || text.starts_with('-') ? 1 : 0;
    return text.size() > at && ((text[at] >= '0' && text[at] <= '9') || text[at] == '.');
}

/// Walks over the tokens of one call and takes quantities of one token or several off them.
class Walk {
public:
    explicit Walk(std::span<const Token> tokens) : tokens_(tokens) {}

    bool at_end() const { return at_ == tokens_.size(); }
    const Token& peek() const { return tokens_[at_]; }
    const Token& take() { return tokens_[at_++]; }

    /// "40 ms", "40ms", "800 / s": a number, then its unit where the dimension has one. Without this rule the `min`
    /// of `pareto(alpha 2 min 1 s)` would be minutes.
    Result<double> quantity(Dimension dimension) {
        std::string text = take().text;
        const bool lacks_unit = text.find_first_not_of("0123456789.+-eE") == std::string::npos;
        if (dimension != Dimension::number && lacks_unit && is_unit_next()) {
            text += ' ' + take().text;
        }
        while (is_word_next() && (peek().text.starts_with('/') || text.ends_with('/'))) {
            text += take().text;
        }
        return parse_quantity(text, dimension);
    }

private:
    bool is_word_next() const { return !at_end() && !peek().is_call; }
    bool is_unit_next() const { return is_word_next() && !begins_number(peek().text); }

    std::span<const Token> tokens_;
    std::size_t at_ = 0;
};

/// All ways to write a law, for an error: "`lognormal(mean m cv c)` or `lognormal(median m sigma s)`".
std::string usages(std::string_view name) {
    std::string text;
    for (const Form& form : k_forms) {
        if (form.name == name) {
            text += fmt::format("{}`{}`", text.empty() ? "" : " or ", form.usage);
        }
    }
    return text;
}

/// What a law needs: "lognormal needs `mean` and `cv`, or `median` and `sigma`".
std::string needs(std::string_view name) {
    std::string text = fmt::format("{} needs ", name);
    bool is_first = true;
    for (const Form& form : k_forms) {
        if (form.name == name) {
            text += fmt::format("{}`{}`", is_first ? "" : ", or ", form.parameters[0].name);
            text += form.count == 2 ? fmt::format(" and `{}`", form.parameters[1].name) : "";
            is_first = false;
        }
    }
    return text;
}

using Values = std::array<std::optional<double>, 2>;

/// The position in `form` of the parameter that the walk stands at: by its name, else the next free positional one.
std::optional<std::size_t> next_parameter(const Form& form, const Values& values, Walk& walk) {
    for (std::size_t i = 0; i < form.count; ++i) {
        if (!walk.peek().is_call && walk.peek().text == form.parameters[i].name) {
            walk.take();
            return i;
        }
    }
    for (std::size_t i = 0; i < form.count; ++i) {
        if (form.parameters[i].is_positional && !values[i] && begins_number(walk.peek().text)) {
            return i;
        }
    }
    return std::nullopt;
}

/// Whether `word` is a parameter of another way to write the same law.
bool is_of_other_form(const Form& form, std::string_view word) {
    return std::any_of(k_forms.begin(), k_forms.end(), [&](const Form& other) {
        return other.name == form.name && other.count == 2 &&
               (other.parameters[0].name == word || other.parameters[1].name == word);
    });
}

Result<Values> read_values(const Form& form, std::span<const Token> tokens, Dimension dimension) {
    Values values;
    Walk walk(tokens);
    while (!walk.at_end()) {
        const Token& token = walk.peek();
        const auto i = next_parameter(form, values, walk);
        if (!i && is_of_other_form(form, token.text)) {
            return unexpected(fmt::format("{}, not a mix of them: write {}", needs(form.name), usages(form.name)));
        }
        if (!i) {
            return unexpected(fmt::format("{} does not know {}: write {}", form.name,
                                          quote(token.is_call ? token.text + "(...)" : token.text), usages(form.name)));
        }
        const Parameter& parameter = form.parameters[*i];
        if (values[*i]) {
            return unexpected(fmt::format("`{}` of {} is given twice", parameter.name, form.name));
        }
        if (walk.at_end() || walk.peek().is_call || !begins_number(walk.peek().text)) {
            const std::string found = walk.at_end() ? std::string("nothing") : quote(walk.peek().text);
            const Dimension wanted = parameter.measure == k_value ? dimension : Dimension::number;
            return unexpected(fmt::format("`{}` of {}: expected {}, found {}", parameter.name, form.name,
                                          expected_text(wanted), found));
        }
        const Result<double> value = walk.quantity(parameter.measure == k_value ? dimension : Dimension::number);
        if (!value) {
            return unexpected(fmt::format("`{}` of {}: {}", parameter.name, form.name, value.error()));
        }
        values[*i] = *value;
    }
    for (std::size_t i = 0; i < form.count; ++i) {
        if (!values[i]) {
            return unexpected(fmt::format("{}, `{}` is missing: write {}", needs(form.name), form.parameters[i].name,
                                          usages(form.name)));
        }
    }
    return values;
}

/// The form of `name` whose names of parameters appear in the call; the first one when none does.
const Form* find_form(const Token& call) {
    const Form* first = nullptr;
    for (const Form& form : k_forms) {
        if (form.name != call.text) {
            continue;
        }
        first = first == nullptr ? &form : first;
        for (const Token& argument : call.arguments) {
            for (std::size_t i = 0; i < form.count; ++i) {
                if (!argument.is_call && argument.text == form.parameters[i].name) {
                    return &form;
                }
            }
        }
    }
    return first;
}

/// Limits of parameters: where the law is defined, and where its arithmetic stays in a double.
struct Limit {
    Law law;
    std::size_t parameter;
    double low, high;
    bool is_low_allowed;
    std::string_view text;
};

constexpr double k_huge = HUGE_VAL;
constexpr std::array k_limits = std::to_array<Limit>({
    {Law::exponential, 0, 0, k_huge, false, "must be greater than 0"},
    {Law::erlang, 0, 1, 10'000, true, "must be a whole number from 1 to 10000"},
    {Law::erlang, 1, 0, k_huge, false, "must be greater than 0"},
    {Law::gamma, 0, 0, k_huge, false, "must be greater than 0"},
    {Law::gamma, 1, 0, 100, true, "must be at most 100"},
    {Law::lognormal, 0, 0, k_huge, false, "must be greater than 0"},
    {Law::lognormal, 1, 0, 1'000, true, "must be at most 1000"},
    {Law::weibull, 0, 0, k_huge, false, "must be greater than 0"},
    {Law::weibull, 1, 0.1, 1'000, true, "must be from 0.1 to 1000"},
    {Law::pareto, 0, 0, k_huge, false, "must be greater than 0"},
    {Law::pareto, 1, 0, 1'000, false, "must be greater than 0, and at most 1000"},
    {Law::hyperexponential, 0, 0, k_huge, false, "must be greater than 0"},
    {Law::hyperexponential, 1, 1, 1'000, true, "must be at least 1 (and at most 1000); use gamma or erlang below 1"},
});

std::optional<std::string> why_out_of_range(const Form& form, const Values& values) {
    for (const Limit& limit : k_limits) {
        if (limit.law != form.law) {
            continue;
        }
        const double value = *values[limit.parameter];
        const bool is_whole = form.law != Law::erlang || limit.parameter != 0 || std::floor(value) == value;
        if (!(value >= limit.low && value <= limit.high) || (value == limit.low && !limit.is_low_allowed) ||
            !is_whole) {
            return fmt::format("`{}` of {} {}, found {:.12g}", form.parameters[limit.parameter].name, form.name,
                               limit.text, value);
        }
    }
    constexpr double k_sigma_most = 20;
    if (form.parameters[1].name == "sigma" && *values[1] > k_sigma_most) {
        return fmt::format("`sigma` of lognormal must be at most 20, found {:.12g}", *values[1]);
    }
    if (form.law == Law::uniform && *values[0] > *values[1]) {
        return std::string("the first value of uniform must not be greater than the second");
    }
    return std::nullopt;
}

/// A law without spread is the constant at its middle; below this cv the shape of a gamma would be astronomical.
constexpr double k_spread_least = 1e-6;

Distribution make(const Form& form, double first, double second) {
    switch (form.law) {
        case Law::constant:
            return Distribution::constant(first);
        case Law::exponential:
            return Distribution::exponential(first);
        case Law::erlang:
            return Distribution::erlang(static_cast<std::uint32_t>(first), second);
        case Law::gamma:
            return second < k_spread_least ? Distribution::constant(first) : Distribution::gamma(first, second);
        case Law::lognormal:
            if (second < k_spread_least) {
                return Distribution::constant(first);
            }
            return form.parameters[1].name == "sigma" ? Distribution::lognormal_median_sigma(first, second)
                                                      : Distribution::lognormal_mean_cv(first, second);
        case Law::weibull:
            return Distribution::weibull(first, second);
        case Law::pareto:
            return Distribution::pareto(first, second);
        case Law::uniform:
            return first == second ? Distribution::constant(first) : Distribution::uniform(first, second);
        case Law::hyperexponential:
            return Distribution::hyperexponential(first, second);
        case Law::empirical:
        case Law::mixture:
            break;  // these have no fixed list of parameters
    }
    return {};
}

std::string_view first_field(std::string_view line) {
    line = line.substr(0, std::min(line.find_first_of(",;#"), line.size()));
    const std::size_t begin = line.find_first_not_of(" \t\r\"");
    return begin == std::string_view::npos ? std::string_view{}
                                           : line.substr(begin, line.find_last_not_of(" \t\r\"") - begin + 1);
}

/// One value a line, its first field: a quantity with its unit, or a bare number in the base unit (seconds, bytes).
/// Empty lines and what follows a `#` are skipped, and so is a first line that is a heading.
Result<std::vector<double>> read_samples(const std::string& path, std::string_view text, Dimension dimension) {
    std::vector<double> values;
    for (int line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view field = first_field(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (field.empty() || (line == 1 && !begins_number(field))) {
            continue;
        }
        Result<double> value = parse_quantity(field, Dimension::number);
        if (!value && dimension != Dimension::number) {
            value = parse_quantity(field, dimension);
        }
        if (!value) {
            return unexpected(fmt::format("{}:{}: {}", escape_text(path), line, value.error()));
        }
        values.push_back(*value);
    }
    if (values.empty()) {
        return unexpected(fmt::format("the file {} has no values", quote(path)));
    }
    return values;
}

Result<Distribution> read_empirical(const Token& call, Dimension dimension, const FileLoader& load) {
    if (call.arguments.size() != 1 || call.arguments[0].is_call) {
        return unexpected<std::string>("empirical needs the name of one file: write `empirical(file.csv)`");
    }
    if (!load) {
        return unexpected<std::string>("empirical is not possible here: there is no folder to look for its file");
    }
    const std::string& path = call.arguments[0].text;
    return load(path)
        .and_then([&](const std::string& text) { return read_samples(path, text, dimension); })
        .map([](std::vector<double> values) { return Distribution::empirical(std::move(values)); });
}

Result<Distribution> read_part(Walk& walk, Dimension dimension, const FileLoader& load) {
    if (walk.at_end()) {
        return unexpected<std::string>("mixture needs a distribution after each weight");
    }
    if (walk.peek().is_call || !begins_number(walk.peek().text)) {
        return parse_distribution(std::span<const Token>(&walk.take(), 1), dimension, load);
    }
    return walk.quantity(dimension).map([](double value) { return Distribution::constant(value); });
}

Result<Distribution> read_mixture(const Token& call, Dimension dimension, const FileLoader& load) {
    std::vector<double> weights;
    std::vector<Distribution> parts;
    double sum = 0;
    Walk walk(call.arguments);
    while (!walk.at_end()) {
        if (walk.peek().is_call || !begins_number(walk.peek().text)) {
            return unexpected(fmt::format("mixture needs a weight such as `90 %` before {}: write {}",
                                          quote(walk.peek().text), usages("mixture")));
        }
        const Result<double> weight = walk.quantity(Dimension::fraction);
        if (!weight) {
            return unexpected(fmt::format("a weight of mixture: {}", weight.error()));
        }
        Result<Distribution> part = read_part(walk, dimension, load);
        if (!part) {
            return part;
        }
        weights.push_back(*weight);
        parts.push_back(std::move(*part));
        sum += *weight;
    }
    if (weights.empty()) {
        return unexpected(fmt::format("mixture needs weights and distributions: write {}", usages("mixture")));
    }
    constexpr double k_rounding = 1e-9;
    if (std::abs(sum - 1) > k_rounding) {
        return unexpected(fmt::format("the weights of a mixture must sum to 100 %, found {}",
                                      format_quantity(sum, Dimension::fraction)));
    }
    return Distribution::mixture(std::move(weights), std::move(parts));
}

std::string text_of(const Token& token) {
    std::string text;
    for (const Token& argument : token.arguments) {
        text += (text.empty() ? "" : " ") + text_of(argument);
    }
    return token.is_call ? fmt::format("{}({})", token.text, text) : token.text;
}

/// Keeps the text of an `empirical` or `mixture`, of which its parameters alone could not be told again.
Distribution written_as(Distribution distribution, const Token& call) {
    distribution.written = std::make_shared<const std::string>(text_of(call));
    return distribution;
}

Result<Distribution> read_call(const Token& call, Dimension dimension, const FileLoader& load) {
    const Form* form = find_form(call);
    if (form == nullptr) {
        return unexpected(fmt::format("expected a distribution, found {}", quote(call.text)));
    }
    if (form->law == Law::empirical || form->law == Law::mixture) {
        auto read =
            form->law == Law::empirical ? read_empirical(call, dimension, load) : read_mixture(call, dimension, load);
        return std::move(read).map([&](Distribution made) { return written_as(std::move(made), call); });
    }
    return read_values(*form, call.arguments, dimension).and_then([&](const Values& values) -> Result<Distribution> {
        if (const auto why = why_out_of_range(*form, values)) {
            return unexpected(*why);
        }
        return make(*form, *values[0], values[1].value_or(0));
    });
}

// --- the way back ---------------------------------------------------------------------------------------------------

/// A parameter worked out from others, without the noise of that: users write fewer than 12 digits.
double settled(double value) {
    return parse_quantity(fmt::format("{:.12g}", value), Dimension::number).value_or(value);
}

bool is_same(const Distribution& one, const Distribution& other) {
    return one.law == other.law && one.a == other.a && one.b == other.b && one.c == other.c;
}

/// A lognormal keeps the median and sigma of its logarithm; whether it was written so, only trying tells.
std::string format_lognormal(const Distribution& law, Dimension dimension) {
    const auto number = [](double value) { return exact_text(value, Dimension::number); };
    const double cv = std::sqrt(portable::expm1(law.b * law.b));
    std::string by_mean =
        fmt::format("lognormal(mean {} cv {})", exact_text(settled(law.mean()), dimension), number(settled(cv)));
    const auto read = parse_distribution(by_mean, dimension, nullptr);
    return read && is_same(*read, law)
               ? by_mean
               : fmt::format("lognormal(median {} sigma {})", exact_text(settled(portable::exp(law.a)), dimension),
                             number(law.b));
}

/// The cv from the seldom phase alone: 1 less the other one would lose all digits where that is nearly 1.
std::string format_hyperexponential(const Distribution& law, Dimension dimension) {
    const double mean = 2 * law.a * law.b;
    const double seldom = mean / (2 * law.c);
    const double gap = 1 - 2 * seldom;
    const double cv = std::sqrt(1 + gap * gap / (2 * seldom * (1 - seldom)));
    return fmt::format("hyperexponential(mean {} cv {})", exact_text(settled(mean), dimension),
                       exact_text(settled(cv), Dimension::number));
}

/// A quantity with all digits of a double, in the unit that it is kept in.
std::string in_base_unit(double value, Dimension dimension) {
    // In the order of the dimensions.
    constexpr std::array<std::string_view, 12> k_base_units = {"",   " %",   " s",     "/s",     " B",   " B/s",
                                                               " W", " USD", " USD/h", " USD/B", " kWh", " kg"};
    if (dimension != Dimension::fraction) {
        return fmt::format("{}{}", value, k_base_units[static_cast<std::size_t>(dimension)]);
    }
    // The product may be one step off the number that was divided by 100.
    const double percent = value * 100;
    for (const double near : {percent, std::nextafter(percent, 0), std::nextafter(percent, HUGE_VAL)}) {
        if (near / 100 == value) {
            return fmt::format("{} %", near);
        }
    }
    return format_quantity(value, Dimension::fraction);
}

}  // namespace

std::string exact_text(double value, Dimension dimension) {
    const std::string nice = format_quantity(value, dimension);
    const Result<double> read = parse_quantity(nice, dimension);
    return read && *read == value ? nice : in_base_unit(value, dimension);
}

std::string format_distribution(const Distribution& law, Dimension dimension) {
    const auto value = [&](double amount) { return exact_text(amount, dimension); };
    const auto number = [](double amount) { return exact_text(amount, Dimension::number); };
    switch (law.law) {
        case Law::constant:
            return value(law.a);
        case Law::exponential:
            return fmt::format("exponential({})", value(law.a));
        case Law::erlang:
            return fmt::format("erlang({} mean {})", law.stages, value(law.a));
        case Law::gamma:
            return fmt::format("gamma(mean {} cv {})", value(settled(law.mean())),
                               number(settled(1 / std::sqrt(law.b))));
        case Law::lognormal:
            return format_lognormal(law, dimension);
        case Law::weibull:
            return fmt::format("weibull(scale {} shape {})", value(law.a), number(law.b));
        case Law::pareto:
            return fmt::format("pareto(min {} alpha {})", value(law.a), number(law.b));
        case Law::uniform:
            return fmt::format("uniform({} {})", value(law.a), value(law.b));
        case Law::hyperexponential:
            return format_hyperexponential(law, dimension);
        case Law::empirical:
        case Law::mixture:
            break;
    }
    check(law.written != nullptr, "a law with a table was read from its text");
    return *law.written;
}

Result<Distribution> parse_distribution(std::string_view text, Dimension dimension, const FileLoader& load) {
    return parse_tokens(text).and_then(
        [&](const std::vector<Token>& tokens) { return parse_distribution(tokens, dimension, load); });
}

Result<Distribution> parse_distribution(std::span<const Token> tokens, Dimension dimension, const FileLoader& load) {
    if (tokens.empty()) {
        return unexpected<std::string>("expected a distribution, found nothing");
    }
    const Token& first = tokens.front();
    if (!first.is_call && !begins_number(first.text)) {
        const bool is_law = find_form(first) != nullptr;
        return unexpected(fmt::format("expected a distribution, found {}{}", quote(first.text),
                                      is_law ? fmt::format(" without parameters: write {}", usages(first.text)) : ""));
    }
    Walk walk(tokens);
    Result<Distribution> result =
        first.is_call ? read_call(walk.take(), dimension, load)
                      : walk.quantity(dimension).map([](double value) { return Distribution::constant(value); });
    if (result && !walk.at_end()) {
        return unexpected(fmt::format("expected the end of the distribution, found {}", quote(walk.peek().text)));
    }
    return result;
}

const std::vector<std::string>& distribution_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        for (const Form& form : k_forms) {
            if (list.empty() || list.back() != form.name) {
                list.emplace_back(form.name);
            }
        }
        return list;
    }();
    return names;
}

}  // namespace nines
