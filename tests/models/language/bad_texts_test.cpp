// Mistakes of the language, text by text, with the whole message that the user gets. A message that changes is a change
// of the interface: read it in the diff as its reader will.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "models/language/distribution_text.hpp"
#include "models/language/expression_text.hpp"
#include "models/language/quantity_text.hpp"
#include "models/language/source.hpp"

namespace nines {
namespace {

struct BadQuantity {
    Dimension dimension;
    const char* text;
    const char* message;
};

// clang-format off
const BadQuantity k_bad_quantities[] = {
    {Dimension::number, "", "expected a number such as `1.5`, found nothing"},
    {Dimension::number, "abc", "expected a number such as `1.5`, found `abc`"},
    {Dimension::number, "3 ms", "expected a number such as `1.5`, found `3 ms`: a number here has no unit"},
    {Dimension::number, "nan", "expected a number such as `1.5`, found `nan`"},
    {Dimension::number, "inf", "expected a number such as `1.5`, found `inf`"},
    {Dimension::number, "1e400", "expected a number such as `1.5`, found `1e400`: the number is too large or too small for a computer"},
    {Dimension::number, "-1", "expected a number such as `1.5`, found `-1`: it must not be negative"},
    {Dimension::number, "1,000", "expected a number such as `1.5`, found `1,000`: write the digits without separators, such as `1000`"},
    {Dimension::number, "1_000", "expected a number such as `1.5`, found `1_000`: write the digits without separators, such as `1000`"},
    {Dimension::number, "0x10", "expected a number such as `1.5`, found `0x10`: a number here has no unit"},
    {Dimension::fraction, "70", "expected a share such as `70 %`, found `70`: a unit is missing (%)"},
    {Dimension::fraction, "0.5", "expected a share such as `70 %`, found `0.5`: write `50 %`"},
    {Dimension::fraction, "70 percent", "expected a share such as `70 %`, found `70 percent`: `percent` is no unit for it (%)"},
    {Dimension::fraction, "-5 %", "expected a share such as `70 %`, found `-5 %`: it must not be negative"},
    {Dimension::fraction, "70 %%", "expected a share such as `70 %`, found `70 %%`: `%%` is no unit for it, did you mean `%`?"},
    {Dimension::time, "250", "expected a time such as `250 ms`, found `250`: a unit is missing (ns, us, ms, s, min, h, d, wk, mo, yr)"},
    {Dimension::time, "250 sec", "expected a time such as `250 ms`, found `250 sec`: `sec` is no unit for it (ns, us, ms, s, min, h, d, wk, mo, yr)"},
    {Dimension::time, "5 m", "expected a time such as `250 ms`, found `5 m`: `m` could be minutes or months: write `min` or `mo`"},
    {Dimension::time, "5 Min", "expected a time such as `250 ms`, found `5 Min`: `Min` is no unit for it, did you mean `min`?"},
    {Dimension::time, "-250 ms", "expected a time such as `250 ms`, found `-250 ms`: it must not be negative"},
    {Dimension::time, "1,000 ms", "expected a time such as `250 ms`, found `1,000 ms`: write the digits without separators, such as `1000`"},
    {Dimension::time, "2e6 yr", "expected a time such as `250 ms`, found `2e6 yr`: times end at 1000000 yr"},
    {Dimension::time, "250 ms s", "expected a time such as `250 ms`, found `250 ms s`: `ms s` is no unit for it, did you mean `ms`?"},
    {Dimension::time, "1e308 yr", "expected a time such as `250 ms`, found `1e308 yr`: the number is too large for a computer"},
    {Dimension::time, "5/s", "expected a time such as `250 ms`, found `5/s`: `/s` is no unit for it (ns, us, ms, s, min, h, d, wk, mo, yr)"},
    {Dimension::time, "ms", "expected a time such as `250 ms`, found `ms`"},
    {Dimension::time, "1e-400 s", "expected a time such as `250 ms`, found `1e-400 s`: the number is too large or too small for a computer"},
    {Dimension::rate, "800", "expected a rate such as `800/s`, found `800`: a unit is missing (/s, /min, /h, /d, /month, /yr)"},
    {Dimension::rate, "800 rps", "expected a rate such as `800/s`, found `800 rps`: `rps` is no unit for it (/s, /min, /h, /d, /month, /yr)"},
    {Dimension::rate, "800/sec", "expected a rate such as `800/s`, found `800/sec`: `sec` is no unit for it (/s, /min, /h, /d, /month, /yr)"},
    {Dimension::rate, "800/", "expected a rate such as `800/s`, found `800/`: a unit is missing (/s, /min, /h, /d, /month, /yr)"},
    {Dimension::rate, "800 s", "expected a rate such as `800/s`, found `800 s`: `s` is no unit for it (/s, /min, /h, /d, /month, /yr)"},
    {Dimension::rate, "-1/s", "expected a rate such as `800/s`, found `-1/s`: it must not be negative"},
    {Dimension::bytes, "64", "expected a size such as `64 GiB`, found `64`: a unit is missing (B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB)"},
    {Dimension::bytes, "64 Gib", "expected a size such as `64 GiB`, found `64 Gib`: `Gib` is no unit for it, did you mean `GiB`?"},
    {Dimension::bytes, "60 KB", "expected a size such as `64 GiB`, found `60 KB`: `KB` is no unit for it, did you mean `kB`?"},
    {Dimension::bytes, "1 GB/s", "expected a size such as `64 GiB`, found `1 GB/s`: `GB/s` is no unit for it (B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB)"},
    {Dimension::bytes_per_time, "1 GB", "expected a bandwidth such as `1 GB/s`, found `1 GB`: `GB` is no unit for it (MB/s, GB/s, Gbit/s, GB/month, ...)"},
    {Dimension::bytes_per_time, "10 Gbps", "expected a bandwidth such as `1 GB/s`, found `10 Gbps`: `Gbps` is no unit for it (MB/s, GB/s, Gbit/s, GB/month, ...)"},
    {Dimension::bytes_per_time, "10 Gbit/sek", "expected a bandwidth such as `1 GB/s`, found `10 Gbit/sek`: `sek` is no unit for it (MB/s, GB/s, Gbit/s, GB/month, ...)"},
    {Dimension::power, "90 watts", "expected a power such as `90 W`, found `90 watts`: `watts` is no unit for it (W, kW)"},
    {Dimension::money, "15000", "expected an amount of money such as `15000 USD`, found `15000`: a unit is missing (USD)"},
    {Dimension::money, "15000 EUR", "expected an amount of money such as `15000 USD`, found `15000 EUR`: `EUR` is no unit for it (USD)"},
    {Dimension::money, "$5", "expected an amount of money such as `15000 USD`, found `$5`"},
    {Dimension::money_per_time, "70 USD", "expected a price such as `0.1 USD/h`, found `70 USD`: `USD` is no unit for it (USD/h, USD/d, USD/month, USD/yr)"},
    {Dimension::money_per_time, "70 USD/week", "expected a price such as `0.1 USD/h`, found `70 USD/week`: `week` is no unit for it (USD/h, USD/d, USD/month, USD/yr)"},
    {Dimension::money_per_bytes, "0.09 USD", "expected a price such as `0.09 USD/GB`, found `0.09 USD`: `USD` is no unit for it (USD/GB, USD/TB, ...)"},
    {Dimension::money_per_bytes, "0.09 USD/Gb", "expected a price such as `0.09 USD/GB`, found `0.09 USD/Gb`: `Gb` is no unit for it, did you mean `GB`?"},
    {Dimension::energy, "5 kwh", "expected an energy such as `5 kWh`, found `5 kwh`: `kwh` is no unit for it, did you mean `kWh`?"},
    {Dimension::mass, "5 kgs", "expected a mass such as `5 kg`, found `5 kgs`: `kgs` is no unit for it, did you mean `kg`?"},
};

struct BadText {
    const char* text;
    const char* message;
};

const BadText k_bad_counts[] = {
    {"", "expected a whole number such as `3`, found nothing"},
    {"3.5", "expected a whole number such as `3`, found `3.5`"},
    {"-3", "expected a whole number such as `3`, found `-3`"},
    {"+3", "expected a whole number such as `3`, found `+3`"},
    {"1e3", "expected a whole number such as `3`, found `1e3`"},
    {"1,000", "expected a whole number such as `3`, found `1,000`: write the digits without separators, such as `1000`"},
    {"1_000", "expected a whole number such as `3`, found `1_000`: write the digits without separators, such as `1000`"},
    {"three", "expected a whole number such as `3`, found `three`"},
    {"2000000000", "expected a whole number such as `3`, found `2000000000`: counts end at 1000000000"},
    {"99999999999999999999", "expected a whole number such as `3`, found `99999999999999999999`: counts end at 1000000000"},
    {"3 %", "expected a whole number such as `3`, found `3 %`"},
};

const BadText k_bad_expressions[] = {
    {"f(", "unbalanced parenthesis in `f(`: a `)` is missing, write `f()`"},
    {"f(a", "unbalanced parenthesis in `f(a`: a `)` is missing, write `f(a)`"},
    {"f(g(1 s", "unbalanced parenthesis in `f(g(1 s`: a `)` is missing, write `f(g(1 s))`"},
    {"f)", "unbalanced parenthesis in `f)`: a `)` has no `(` before it"},
    {"f(a))", "unbalanced parenthesis in `f(a))`: a `)` has no `(` before it"},
    {"(a)", "expected a name before `(` in `(a)`"},
    {"f((a))", "expected a name before `(` in `f((a))`"},
    {"f(1,000 ms)", "a comma between digits in `f(1,000 ms)`: write `1000` for a thousand, and spaces between arguments"},
    {"f(1,2)", "a comma between digits in `f(1,2)`: write `1000` for a thousand, and spaces between arguments"},
};

const BadText k_bad_distributions[] = {
    {"", "expected a distribution, found nothing"},
    {"exponental(4 ms)", "expected a distribution, found `exponental`"},
    {"nan", "expected a distribution, found `nan`"},
    {"normal(1 ms 2 ms)", "expected a distribution, found `normal`"},
    {"exponential", "expected a distribution, found `exponential` without parameters: write `exponential(mean)`"},
    {"exponential()", "exponential needs `mean`, `mean` is missing: write `exponential(mean)`"},
    {"exponential(40)", "`mean` of exponential: expected a time such as `250 ms`, found `40`: a unit is missing (ns, us, ms, s, min, h, d, wk, mo, yr)"},
    {"exponential(4 ms 5 ms)", "exponential does not know `5`: write `exponential(mean)`"},
    {"exponential(0 s)", "`mean` of exponential must be greater than 0, found 0"},
    {"exponential(-4 ms)", "`mean` of exponential: expected a time such as `250 ms`, found `-4 ms`: it must not be negative"},
    {"exponential(4 ms) x", "expected the end of the distribution, found `x`"},
    {"4 ms 5 ms", "expected the end of the distribution, found `5`"},
    {"lognormal(mean 40 ms)", "lognormal needs `mean` and `cv`, or `median` and `sigma`, `cv` is missing: write `lognormal(mean m cv c)` or `lognormal(median m sigma s)`"},
    {"lognormal(cv 1)", "lognormal needs `mean` and `cv`, or `median` and `sigma`, `mean` is missing: write `lognormal(mean m cv c)` or `lognormal(median m sigma s)`"},
    {"lognormal(40 ms 1)", "lognormal does not know `40`: write `lognormal(mean m cv c)` or `lognormal(median m sigma s)`"},
    {"lognormal(mean 40 ms sigma 1)", "lognormal needs `mean` and `cv`, or `median` and `sigma`, not a mix of them: write `lognormal(mean m cv c)` or `lognormal(median m sigma s)`"},
    {"lognormal(median 40 ms cv 1)", "lognormal needs `mean` and `cv`, or `median` and `sigma`, not a mix of them: write `lognormal(mean m cv c)` or `lognormal(median m sigma s)`"},
    {"lognormal(mean 40 ms cv)", "`cv` of lognormal: expected a number such as `1.5`, found nothing"},
    {"lognormal(mean 40 ms mean 4 ms cv 1)", "`mean` of lognormal is given twice"},
    {"lognormal(mean cv 1)", "`mean` of lognormal: expected a time such as `250 ms`, found `cv`"},
    {"lognormal(mean 40 ms cv 5 ms)", "lognormal does not know `ms`: write `lognormal(mean m cv c)` or `lognormal(median m sigma s)`"},
    {"lognormal(mean 40 ms cv -1)", "`cv` of lognormal: expected a number such as `1.5`, found `-1`: it must not be negative"},
    {"lognormal(median 1 s sigma 50)", "`sigma` of lognormal must be at most 20, found 50"},
    {"erlang(0 mean 10 ms)", "`k` of erlang must be a whole number from 1 to 10000, found 0"},
    {"erlang(2.5 mean 10 ms)", "`k` of erlang must be a whole number from 1 to 10000, found 2.5"},
    {"erlang(4)", "erlang needs `k` and `mean`, `mean` is missing: write `erlang(k mean m)`"},
    {"erlang(4 10 ms)", "erlang does not know `10`: write `erlang(k mean m)`"},
    {"gamma(mean 10 ms cv 500)", "`cv` of gamma must be at most 100, found 500"},
    {"weibull(scale 1 s shape 0)", "`shape` of weibull must be from 0.1 to 1000, found 0"},
    {"weibull(scale 1 s)", "weibull needs `scale` and `shape`, `shape` is missing: write `weibull(scale s shape k)`"},
    {"pareto(min 1 s alpha 0)", "`alpha` of pareto must be greater than 0, and at most 1000, found 0"},
    {"pareto(min 0 s alpha 2)", "`min` of pareto must be greater than 0, found 0"},
    {"uniform(16 ms 4 ms)", "the first value of uniform must not be greater than the second"},
    {"uniform(4 16 ms)", "`low` of uniform: expected a time such as `250 ms`, found `4`: a unit is missing (ns, us, ms, s, min, h, d, wk, mo, yr)"},
    {"uniform(4 ms)", "uniform needs `low` and `high`, `high` is missing: write `uniform(low high)`"},
    {"hyperexponential(mean 1 s cv 0.5)", "`cv` of hyperexponential must be at least 1 (and at most 1000); use gamma or erlang below 1, found 0.5"},
    {"mixture()", "mixture needs weights and distributions: write `mixture(90 % d 10 % d)`"},
    {"mixture(90 % 1 ms)", "the weights of a mixture must sum to 100 %, found 90 %"},
    {"mixture(90 % exponential(1 ms) 20 % 1 s)", "the weights of a mixture must sum to 100 %, found 110 %"},
    {"mixture(exponential(1 ms) 10 % 1 s)", "mixture needs a weight such as `90 %` before `exponential`: write `mixture(90 % d 10 % d)`"},
    {"mixture(90 exponential(1 ms) 10 % 1 s)", "a weight of mixture: expected a share such as `70 %`, found `90`: a unit is missing (%)"},
    {"mixture(100 %)", "mixture needs a distribution after each weight"},
    {"mixture(100 % exponental(1 ms))", "expected a distribution, found `exponental`"},
    {"empirical()", "empirical needs the name of one file: write `empirical(file.csv)`"},
    {"empirical(missing.csv)", "the file `missing.csv` does not exist"},
    {"constant(1,000 ms)", "a comma between digits in `constant(1,000 ms)`: write `1000` for a thousand, and spaces between arguments"},
    {"constant(exponential(1 ms))", "constant does not know `exponential(...)`: write `constant(x)`"},
    {"exponential(rate 4 ms)", "exponential does not know `rate`: write `exponential(mean)`"},
};

struct BadYaml {
    const char* text;
    const char* message;  ///< line:column and message of the first problem
    const char* hint;
};

const BadYaml k_bad_yaml[] = {
    {"", "0:0 the file is empty", ""},
    {"# only a comment\n", "0:0 the file is empty", ""},
    {"---\n", "0:0 the file is empty", ""},
    {"a: 1\na: 2\n", "2:1 the key `a` is here twice: on line 1 and on line 2", "take one of them away"},
    {"a: {b: 1, b: 2}\n", "1:11 the key `b` is here twice on line 1", "take one of them away"},
    {"a: 1\n---\nb: 2\n", "2:1 a second YAML document begins here", "one file is one document"},
    {"a: \"x\n", "1:4 the quote that begins here is never closed", ""},
    {"a: 'x\n", "1:4 the quote that begins here is never closed", ""},
    {"a: [1, 2\nb: 3\n", "2:2 a `]` or a comma is missing", "each item of [...] is followed by `,` or `]`"},
    {"[1", "1:1 the `[` that begins here is never closed", ""},
    {"{a: 1", "1:1 the `{` that begins here is never closed", ""},
    {"a: 1\n]\n", "2:1 a `]` or `}` without its beginning", ""},
    {"a: b: c\n", "1:5 a second `:` in one line, or a key with a wrong indentation", "a nested mapping begins on a line of its own, indented deeper; a text with `: ` in it needs quotes"},
    {"a:\n  b: 1\n c: 2\n", "3:2 expected the next key of this mapping", "look at the indentation of this line and of those above it: the keys of one mapping begin in one column"},
    {"a:\n\tb: 1\n", "2:3 a second `:` in one line, or a key with a wrong indentation", "indent with spaces: this line begins with a tab"},
    {"a:\n  b: 1\n\tc: 2\n", "3:1 a tab where YAML wants spaces", "indent with spaces: this line begins with a tab"},
    {"a: @x\n", "1:4 a text cannot begin with this character", "a text that begins with such a character, or contains `: `, needs quotes"},
    {"a: %x\n", "1:4 a text cannot begin with this character", "a text that begins with `%` needs quotes; a share is written `70 %`"},
    {"a: *x\n", "1:4 an alias `*name` without its anchor `&name` before it", "a text that begins with such a character, or contains `: `, needs quotes"},
    {"a: !x y\n", "1:4 the YAML tag `!x` is not part of the language", "a text that begins with `!` needs quotes"},
    {"a: !!str y\n", "1:4 the YAML tag `tag:yaml.org,2002:str` is not part of the language", "a text that begins with `!` needs quotes"},
    {"a: &x [*x]\n", "1:8 an alias inside the value that it stands for", ""},
    {"{a: {b}}: 2\n", "1:1 a key must be a text, found a mapping", "a text that begins with `{` or `[` needs quotes"},
    {"? [a]\n: 2\n", "1:3 a key must be a text, found a list", "a text that begins with `{` or `[` needs quotes"},
    {"null: 3\n", "1:1 a key is missing", "a key that is the word null needs quotes"},
    {": 3\n", "1:1 a key is missing", "a key that is the word null needs quotes"},
    {"a: \"\\q\"\n", "1:7 unknown escape after `\\` in double quotes", "write `\\\\` for a backslash, or use single quotes"},
    {"a: - b\n", "1:4 a list cannot begin here", "put `- ` on a line of its own, or write [a, b]"},
    {"a: \"x\" y\n", "1:8 expected the next key of this mapping", "look at the indentation of this line and of those above it: the keys of one mapping begin in one column"},
    {"- a\nb: 1\n", "2:1 a second YAML document begins here", "one file is one document"},
    {"availability: >= 99.8 %\n", "1:15 a text that begins with `>` needs quotes: `>= 99.8 %`", "write it in quotes: \">= 99.8 %\""},
    {"o: {availability: >= 99.8 %, b: 1}\n", "1:19 a text that begins with `>` needs quotes: `>= 99.8 %`", "write it in quotes: \">= 99.8 %\""},
    {"o: [> 3 ms]\n", "1:5 a text that begins with `>` needs quotes: `> 3 ms`", "write it in quotes: \"> 3 ms\""},
    {"a: {rate: steps(1/s 0 s, 2/s 9 s)}\n", "1:11 unbalanced parenthesis in `steps(1/s 0 s`: a `)` is missing", "inside {...} and [...] YAML ends a value at a comma: separate arguments by spaces: steps(1/s 0 s 2/s 9 s)"},
    {"a: [f(1, 2), 3]\n", "1:5 unbalanced parenthesis in `f(1`: a `)` is missing", "inside {...} and [...] YAML ends a value at a comma: separate arguments by spaces: f(1 2)"},
    {"include: b.yaml\n", "1:10 an include is possible in a file only", ""},
    {"a: \"x\nb: \"y\"\nc: 2\n", "2:5 expected the next key of this mapping", "the quote that begins on line 1 may lack its end"},
    {"a: | b\n", "1:6 `>` and `|` begin a text of several lines, with nothing behind them", ""},
};
// clang-format on

TEST(BadTexts, QuantitiesSayWhatWasExpected) {
    for (const BadQuantity& bad : k_bad_quantities) {
        const Result<double> value = parse_quantity(bad.text, bad.dimension);
        ASSERT_FALSE(value) << bad.text << " was read as " << *value;
        EXPECT_EQ(value.error(), bad.message);
    }
}

TEST(BadTexts, CountsSayWhatWasExpected) {
    for (const BadText& bad : k_bad_counts) {
        const Result<std::int64_t> value = parse_count(bad.text);
        ASSERT_FALSE(value) << bad.text << " was read as " << *value;
        EXPECT_EQ(value.error(), bad.message);
    }
}

TEST(BadTexts, ExpressionsSayWhichParenthesisIsWrong) {
    for (const BadText& bad : k_bad_expressions) {
        const Result<std::vector<Token>> tokens = parse_tokens(bad.text);
        ASSERT_FALSE(tokens) << bad.text;
        EXPECT_EQ(tokens.error(), bad.message);
    }
}

TEST(BadTexts, DistributionsNameTheParameter) {
    const FileLoader no_file = [](const std::string& path) -> Result<std::string> {
        return unexpected(fmt::format("the file `{}` does not exist", path));
    };
    for (const BadText& bad : k_bad_distributions) {
        const Result<Distribution> value = parse_distribution(bad.text, Dimension::time, no_file);
        ASSERT_FALSE(value) << bad.text;
        EXPECT_EQ(value.error(), bad.message);
    }
}

TEST(BadTexts, YamlSaysWhereAndWhatToDo) {
    for (const BadYaml& bad : k_bad_yaml) {
        Problems problems;
        read_document_text("x.yaml", bad.text, problems);
        ASSERT_FALSE(problems.empty()) << bad.text;
        const Problem& first = problems.list.front();
        EXPECT_EQ(fmt::format("{}:{} {}", first.place.line, first.place.column, first.message), bad.message)
            << bad.text;
        EXPECT_EQ(first.hint, bad.hint) << bad.text;
    }
}

TEST(BadTexts, AreAHundredAndMore) {
    EXPECT_GE(std::size(k_bad_quantities) + std::size(k_bad_counts) + std::size(k_bad_expressions) +
                  std::size(k_bad_distributions) + std::size(k_bad_yaml),
              100U);
}

}  // namespace
}  // namespace nines
