#include "tools/commands/keeping.hpp"

#include <charconv>

namespace nines {

namespace {

Result<ShardOption> read_shard(const std::string& text) {
    ShardOption option;
    const char* end = text.data() + text.size();
    const auto part = std::from_chars(text.data(), end, option.part);
    const bool slash = part.ec == std::errc() && part.ptr != end && *part.ptr == '/';
    const auto parts = slash ? std::from_chars(part.ptr + 1, end, option.parts) : part;
    if (!slash || parts.ec != std::errc() || parts.ptr != end || option.part < 1 || option.part > option.parts) {
        return unexpected(fmt::format("--shard wants I/N with I from 1 to N, not `{}`", text));
    }
    return option;
}

}  // namespace

void add_keeping_options(boost::program_options::options_description& options, std::string_view what) {
    const std::string resume = fmt::format("go on with the {} in --out; begin it where there is none", what);
    options.add_options()("resume", resume.c_str())("shard",
                                                    boost::program_options::value<std::string>()->value_name("I/N"),
                                                    "only part I of N; the parts are put together by nines merge");
}

Result<Keeping> keeping_of(const CommandLine& line, std::string_view what) {
    Keeping keeping;
    keeping.resume = line.options.count("resume") > 0;
    if (line.options.count("shard") > 0) {
        const auto shard = read_shard(line.options["shard"].as<std::string>());
        if (!shard) {
            return unexpected(shard.error());
        }
        keeping.sharded = *shard;
    }
    if ((keeping.resume || keeping.sharded) && line.common.out.empty()) {
        return unexpected(
            fmt::format("--{} needs the file of the {}: --out FILE.db", keeping.resume ? "resume" : "shard", what));
    }
    return keeping;
}

Result<void> check_shard(const Keeping& keeping, const StudySpec& spec, std::string_view what) {
    if (!keeping.sharded) {
        return {};
    }
    if (!spec.until.empty() || spec.budget_s) {
        return unexpected(
            fmt::format("--shard needs a fixed number of replications: a {} with `until` or `budget` ends where "
                        "all of them together say so",
                        what));
    }
    if (spec.control != StudyControl::none) {
        return unexpected(
            std::string("--shard: a study with `control: flow` is not run in parts; write `--control none`"));
    }
    if (keeping.sharded->parts > spec.replications) {
        return unexpected(
            fmt::format("--shard {}: there are only {} replications", keeping.sharded->text(), spec.replications));
    }
    return {};
}

}  // namespace nines
