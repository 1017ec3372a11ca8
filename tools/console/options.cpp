// Options: numbers are read here rather than by the library, whose casts take -1 for a large seed.

#include "tools/console/options.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <charconv>
#include <span>

#include "models/language/problem.hpp"

namespace nines {

namespace po = boost::program_options;

namespace {

constexpr const char* k_arguments = "arguments";
constexpr std::uint64_t k_threads_most = 4096;

struct TextOption {
    const char* name;
    const char* value_name;
    const char* help;
};

// Options with one value. Flags and the one that may be repeated are added beside them.
constexpr std::array<TextOption, 3> k_scenario_options{{
    {"seed", "N", "the luck: the same seed gives the same run, to the byte"},
    {"threads", "N", "threads to use (default: as many as the machine has); results do not depend on it"},
    {"fidelity", "NAME", "requests (each request is simulated) or flow (rates between events)"},
}};
constexpr std::array<TextOption, 3> k_output_options{{
    {"json", "FILE", "write the results as JSON; - is standard output"},
    {"out", "FILE.db", "write the results as an SQLite file"},
    {"color", "WHEN", "auto, always or never"},
}};

void add_texts(po::options_description& options, std::span<const TextOption> texts) {
    for (const TextOption& option : texts) {
        options.add_options()(option.name, po::value<std::string>()->value_name(option.value_name), option.help);
    }
}

std::string text_of(const po::variables_map& values, const char* name) {
    return values.count(name) > 0 ? values[name].as<std::string>() : std::string();
}

Result<std::uint64_t> read_count(const char* name, const std::string& text, std::uint64_t least, std::uint64_t most) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < least || number > most) {
        return tl::unexpected(
            fmt::format("--{} wants a whole number from {} to {}, not `{}`", name, least, most, text));
    }
    return number;
}

Result<CommonOptions> read_common(const po::variables_map& values) {
    CommonOptions common;
    if (values.count("set") > 0) {
        common.sets = values["set"].as<std::vector<std::string>>();
    }
    for (const std::string& set : common.sets) {
        if (set.find('=') == std::string::npos || set.front() == '=') {
            return tl::unexpected(fmt::format("--set wants PATH=VALUE, not `{}`", set));
        }
    }
    if (values.count("seed") > 0) {
        const auto seed = read_count("seed", text_of(values, "seed"), 0, UINT64_MAX);
        if (!seed) {
            return tl::unexpected(seed.error());
        }
        common.seed = *seed;
    }
    if (values.count("threads") > 0) {
        const auto threads = read_count("threads", text_of(values, "threads"), 1, k_threads_most);
        if (!threads) {
            return tl::unexpected(threads.error());
        }
        common.threads = static_cast<int>(*threads);
    }
    common.json = text_of(values, "json");
    common.out = text_of(values, "out");
    if (common.out == "-") {
        return tl::unexpected(std::string("--out wants a file; - is standard output for --json alone"));
    }
    if (values.count("variant") > 0) {
        const boost::any& given = values["variant"].value();
        if (const auto* several = boost::any_cast<std::vector<std::string>>(&given)) {
            common.variants = *several;
        } else {
            common.variant = text_of(values, "variant");
        }
    }
    common.fidelity = text_of(values, "fidelity");
    common.quiet = values.count("quiet") > 0;
    common.help = values.count("help") > 0;
    if (values.count("color") > 0) {
        common.color = text_of(values, "color");
    }
    if (common.color != "auto" && common.color != "always" && common.color != "never") {
        return tl::unexpected(fmt::format("--color wants auto, always or never, not `{}`", common.color));
    }
    return common;
}

std::string unknown_option(const std::string& written, const po::options_description& options) {
    const std::string name = written.substr(std::min(written.find_first_not_of('-'), written.size()));
    std::vector<std::string> names;
    for (const auto& option : options.options()) {
        names.push_back(option->long_name());
    }
    const std::string_view near = nearest(name, names);
    const std::string sentence = fmt::format("unknown option `{}`", written);
    return near.empty() ? sentence : fmt::format("{}; did you mean `--{}`?", sentence, near);
}

std::string syntax_error(const po::invalid_syntax& error) {
    const std::string option = error.get_option_name();
    switch (error.kind()) {
        case po::invalid_syntax::missing_parameter:
        case po::invalid_syntax::empty_adjacent_parameter:
            return fmt::format("{} wants a value", option);
        case po::invalid_syntax::extra_parameter:
            return fmt::format("{} takes no value", option);
        default:
            return error.what();
    }
}

/// The library reports mistakes by throwing; here is the border at which they become sentences.
Result<po::variables_map> read_values(const std::vector<std::string>& words, const po::options_description& all,
                                      const po::options_description& visible) {
    namespace style = po::command_line_style;
    po::variables_map values;
    po::positional_options_description positional;
    positional.add(k_arguments, -1);
    try {
        po::command_line_parser parser(words);
        parser.options(all).positional(positional).style(style::unix_style & ~style::allow_guessing);
        po::store(parser.run(), values);
        po::notify(values);
    } catch (const po::unknown_option& error) {
        return tl::unexpected(unknown_option(error.get_option_name(), visible));
    } catch (const po::invalid_syntax& error) {
        return tl::unexpected(syntax_error(error));
    } catch (const po::multiple_occurrences& error) {
        return tl::unexpected(fmt::format("{} is given more than once", error.get_option_name()));
    } catch (const po::error& error) {
        return tl::unexpected(std::string(error.what()));
    }
    return values;
}

}  // namespace

void add_common_options(po::options_description& options, VariantChoice variants) {
    auto add = options.add_options();
    add("help,h", "say what the command does, and its options");
    add("set", po::value<std::vector<std::string>>()->composing()->value_name("PATH=VALUE"),
        "change any field of the scenario; may be repeated");
    if (variants == VariantChoice::several) {
        add("variant", po::value<std::vector<std::string>>()->composing()->value_name("NAME"),
            "take this variant; may be repeated (default: all of the file)");
    } else {
        add("variant", po::value<std::string>()->value_name("NAME"), "run this variant of the scenario");
    }
    add_texts(options, k_scenario_options);
    add_texts(options, k_output_options);
    add("quiet,q", "only the verdict and the objectives");
}

void add_output_options(po::options_description& options) {
    options.add_options()("help,h", "say what the command does, and its options");
    add_texts(options, k_output_options);
    options.add_options()("quiet,q", "only the verdict and the objectives");
}

Result<CommandLine> parse_options(const std::vector<std::string>& words, const po::options_description& options,
                                  std::size_t most_arguments) {
    po::options_description all;
    all.add(options);
    all.add_options()(k_arguments, po::value<std::vector<std::string>>());
    auto values = read_values(words, all, options);
    if (!values) {
        return tl::unexpected(values.error());
    }
    auto common = read_common(*values);
    if (!common) {
        return tl::unexpected(common.error());
    }
    CommandLine line{.common = std::move(*common), .arguments = {}, .options = std::move(*values)};
    if (line.options.count(k_arguments) > 0) {
        line.arguments = line.options[k_arguments].as<std::vector<std::string>>();
    }
    if (line.arguments.size() > most_arguments) {
        return tl::unexpected(fmt::format("`{}` is one argument too many", line.arguments[most_arguments]));
    }
    if (!line.arguments.empty()) {
        line.common.file = line.arguments.front();
    }
    return line;
}

}  // namespace nines
