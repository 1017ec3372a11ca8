// nines merge DB...: the shards of a study into one, as if one process had run it.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>

#include "tools/commands/commands.hpp"
#include "tools/commands/deliver.hpp"
#include "tools/output/frame_json.hpp"
#include "tools/output/study_file.hpp"

namespace nines {

namespace {

constexpr std::string_view k_help =
    "nines merge DB...: the shards of a study into one\n\n"
    "  nines merge part1.db part2.db part3.db --out all.db --json all.json\n\n"
    "The result is that of one undisturbed nines study.\n\n";
constexpr std::size_t k_files_most = 100'000;
constexpr std::uint64_t k_rows_at_once = 256;

/// Which replications a shard holds, from its text "3/8".
Shard shard_of(const std::string& text) {
    return {std::stoull(text) - 1, std::stoull(text.substr(text.find('/') + 1))};
}

/// What keeps `other` from being a part of the same study as `first`, or nothing.
std::string difference(const StoredStudy& first, const StoredStudy& other) {
    for (const auto& [name, member] : k_identity_fields) {
        if (member != &StudyIdentity::shard && first.identity.*member != other.identity.*member) {
            return fmt::format("{} and {} are of different studies: they differ in the {}", first.path, other.path,
                               name);
        }
    }
    const std::uint64_t parts = shard_of(first.identity.shard).step;
    if (shard_of(other.identity.shard).step != parts) {
        return fmt::format("{} is shard {}, {} is shard {}: they do not divide the study alike", first.path,
                           first.identity.shard, other.path, other.identity.shard);
    }
    if (frame_text(first.frame) != frame_text(other.frame)) {
        return fmt::format("{} and {} have different study settings or objectives", first.path, other.path);
    }
    return "";
}

Result<std::vector<StoredStudy>> read_all(const std::vector<std::string>& paths) {
    std::vector<StoredStudy> shards;
    for (const std::string& path : paths) {
        auto stored = read_study_file(path);
        if (!stored) {
            return unexpected(stored.error().what);
        }
        if (stored->state != "finished") {
            return unexpected(fmt::format("{} is not finished: go on with it by nines study --resume", path));
        }
        if (stored->frame.is_controlled()) {
            return unexpected(
                fmt::format("{} holds a study with `control: flow`: it is whole, and not one of several parts", path));
        }
        shards.push_back(std::move(*stored));
    }
    return shards;
}

/// In the order of their parts; each part once.
Result<void> order_and_check(std::vector<StoredStudy>& shards) {
    for (const StoredStudy& other : shards) {
        if (const std::string differ = difference(shards.front(), other); !differ.empty()) {
            return unexpected(differ);
        }
    }
    std::stable_sort(shards.begin(), shards.end(), [](const StoredStudy& a, const StoredStudy& b) {
        return shard_of(a.identity.shard).first < shard_of(b.identity.shard).first;
    });
    const std::uint64_t parts = shard_of(shards.front().identity.shard).step;
    std::vector<std::string> missing;
    std::size_t next = 0;
    for (std::uint64_t part = 0; part < parts; ++part) {
        const bool there = next < shards.size() && shard_of(shards[next].identity.shard).first == part;
        if (!there) {
            missing.push_back(fmt::format("{}/{}", part + 1, parts));
            continue;
        }
        ++next;
        if (next < shards.size() && shards[next].identity.shard == shards[next - 1].identity.shard) {
            return unexpected(fmt::format("{} and {} are both shard {}", shards[next - 1].path, shards[next].path,
                                          shards[next].identity.shard));
        }
    }
    if (!missing.empty()) {
        constexpr std::size_t k_named = 5;
        const std::size_t named = std::min(missing.size(), k_named);
        return unexpected(
            fmt::format("missing: shard {}{}",
                        fmt::join(missing.begin(), missing.begin() + static_cast<std::ptrdiff_t>(named), ", "),
                        named < missing.size() ? fmt::format(" and {} more", missing.size() - named) : ""));
    }
    return {};
}

/// Replications of all shards in the order of their numbers: one of each in turn.
class Interleaved : public BatchSource {
public:
    Interleaved(std::vector<StoredStudy>& shards, const StudyFrame& frame) {
        for (StoredStudy& shard : shards) {
            readers_.push_back(std::make_unique<RowReader>(*shard.database, frame));
        }
    }
    void deliver(std::uint64_t first, std::uint64_t end, const std::function<bool(const Batch&)>& take) override {
        Batch batch;
        for (std::uint64_t number = first; number < end;) {
            batch.clear();
            while (number < end && batch.size() < k_rows_at_once && readers_[number % readers_.size()]->next(batch)) {
                ++number;
            }
            if (batch.size() == 0 || !take(batch)) {
                return;
            }
        }
    }

private:
    std::vector<std::unique_ptr<RowReader>> readers_;
};

ExitCode fail(const std::string& what, ExitCode code = ExitCode::bad_input) {
    fmt::print(stderr, "nines merge: {}\n", what);
    return code;
}

ExitCode merge(std::vector<StoredStudy>& shards, const CommonOptions& options) {
    const auto began = std::chrono::steady_clock::now();
    Study study(shards.front().frame, {});
    std::unique_ptr<StudyFile> file;
    if (!options.out.empty()) {
        StudyIdentity identity = shards.front().identity;
        identity.shard = "1/1";
        auto opened = StudyFile::open(options.out, identity, study.frame(), StudyOpening::anew);
        if (!opened) {
            return fail(opened.error().what, opened.error().code);
        }
        file = std::move(*opened);
    }
    Interleaved source(shards, study.frame());
    StudyHooks hooks;
    hooks.elapsed_s = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
    Result<void> kept = run_study(study, source, file.get(), hooks);
    if (kept && study.ended() == StudyEnd::none) {
        return fail(fmt::format("the shards end at replication {} of {}: one of them has been changed", study.taken(),
                                study.most()));
    }
    Results results = study.results();
    results.wall_s = hooks.elapsed_s();
    if (file && kept) {
        kept = file->finish(study, results);
    }
    if (!kept) {
        return fail(kept.error(), ExitCode::machine);
    }
    print_results(results, options);
    return write_json(results, options) ? verdict(results) : ExitCode::machine;
}

}  // namespace

ExitCode merge_command(const Words& words) {
    boost::program_options::options_description description("Options");
    add_output_options(description);
    const auto line = parse_options(words, description, k_files_most);
    if (!line) {
        return fail(line.error());
    }
    if (line->common.help) {
        std::cout << k_help << description;
        return ExitCode::done;
    }
    if (line->arguments.empty()) {
        return fail("expected the files of the shards: nines merge DB...");
    }
    for (const std::string& shard : line->arguments) {
        std::error_code missing;  // then they are not the same
        if (!line->common.out.empty() && std::filesystem::equivalent(shard, line->common.out, missing)) {
            return fail(fmt::format("--out {} is one of the shards: it would be lost", line->common.out));
        }
    }
    auto shards = read_all(line->arguments);
    if (!shards) {
        return fail(shards.error());
    }
    if (const auto checked = order_and_check(*shards); !checked) {
        return fail(checked.error());
    }
    return merge(*shards, line->common);
}

}  // namespace nines
