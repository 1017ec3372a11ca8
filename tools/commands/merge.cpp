// nines merge DB...: the shards of a study into one, as if one process had run it.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "tools/commands/command_line.hpp"
#include "tools/commands/deliver.hpp"
#include "tools/output/contest_file.hpp"
#include "tools/output/frame_json.hpp"
#include "tools/output/study_file.hpp"

namespace nines {

namespace {

constexpr std::string_view k_help =
    "nines merge DB...: the shards of a study or a comparison into one\n\n"
    "  nines merge part1.db part2.db part3.db --out all.db --json all.json\n\n"
    "The result is that of one undisturbed nines study or nines compare.\n\n";
constexpr CommandFace k_face{"merge", k_help, "the files of the shards", "DB..."};
constexpr std::size_t k_files_most = 100'000;
constexpr std::uint64_t k_rows_at_once = 256;

/// Which replications a shard holds, from its text "3/8".
Shard shard_of(const std::string& text) {
    return {std::stoull(text) - 1, std::stoull(text.substr(text.find('/') + 1))};
}

/// A file with what is in it: one study, or the contestants of a comparison.
struct StoredShard {
    StoredFile file;
    StoredContest content;

    bool is_comparison() const { return file.identity.kind == k_comparison; }
    std::string frames() const {
        std::string text;
        for (const Contestant& one : content.contestants) {
            text += frame_text(one.frame);
        }
        return text;
    }
};

/// What keeps `other` from being a part of the same study as `first`, or nothing.
std::string difference(const StoredShard& first, const StoredShard& other) {
    for (const auto& [name, member] : k_identity_fields) {
        if (member != &StudyIdentity::shard && first.file.identity.*member != other.file.identity.*member) {
            return fmt::format("{} and {} are of different studies: they differ in the {}", first.file.path,
                               other.file.path, name);
        }
    }
    const std::uint64_t parts = shard_of(first.file.identity.shard).step;
    if (shard_of(other.file.identity.shard).step != parts) {
        return fmt::format("{} is shard {}, {} is shard {}: they do not divide the study alike", first.file.path,
                           first.file.identity.shard, other.file.path, other.file.identity.shard);
    }
    if (first.frames() != other.frames()) {
        return fmt::format("{} and {} have different study settings or objectives", first.file.path, other.file.path);
    }
    return "";
}

Result<StoredShard> read_shard(const std::string& path) {
    auto stored = read_kept_file(path);
    if (!stored) {
        return unexpected(stored.error().what);
    }
    StoredShard shard{std::move(*stored), {}};
    if (shard.file.state != "finished") {
        return unexpected(fmt::format("{} is not finished: go on with it by nines {} --resume", path,
                                      shard.is_comparison() ? "compare" : "study"));
    }
    if (shard.is_comparison()) {
        auto contest = read_contest(shard.file);
        if (!contest) {
            return unexpected(contest.error().what);
        }
        shard.content = std::move(*contest);
        return shard;
    }
    auto frame = read_study_frame(shard.file);
    if (!frame) {
        return unexpected(frame.error().what);
    }
    if (frame->is_controlled()) {
        return unexpected(
            fmt::format("{} holds a study with `control: flow`: it is whole, and not one of several parts", path));
    }
    shard.content.contestants.push_back({"base", std::move(*frame), {}});
    return shard;
}

Result<std::vector<StoredShard>> read_all(const std::vector<std::string>& paths) {
    std::vector<StoredShard> shards;
    for (const std::string& path : paths) {
        auto shard = read_shard(path);
        if (!shard) {
            return unexpected(shard.error());
        }
        shards.push_back(std::move(*shard));
    }
    return shards;
}

/// In the order of their parts; each part once.
Result<void> order_and_check(std::vector<StoredShard>& shards) {
    for (const StoredShard& other : shards) {
        if (const std::string differ = difference(shards.front(), other); !differ.empty()) {
            return unexpected(differ);
        }
    }
    std::stable_sort(shards.begin(), shards.end(), [](const StoredShard& a, const StoredShard& b) {
        return shard_of(a.file.identity.shard).first < shard_of(b.file.identity.shard).first;
    });
    const std::uint64_t parts = shard_of(shards.front().file.identity.shard).step;
    std::vector<std::string> missing;
    std::size_t next = 0;
    for (std::uint64_t part = 0; part < parts; ++part) {
        const bool there = next < shards.size() && shard_of(shards[next].file.identity.shard).first == part;
        if (!there) {
            missing.push_back(fmt::format("{}/{}", part + 1, parts));
            continue;
        }
        ++next;
        if (next < shards.size() && shards[next].file.identity.shard == shards[next - 1].file.identity.shard) {
            return unexpected(fmt::format("{} and {} are both shard {}", shards[next - 1].file.path,
                                          shards[next].file.path, shards[next].file.identity.shard));
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
/// @param Rows  reads one shard: a RowReader of batches, or a ContestReader of paired ones
template <class Rows, class Batches>
void deliver_in_turn(std::vector<Rows>& shards, std::uint64_t first, std::uint64_t end,
                     const std::function<void(Batches&)>& clear, const std::function<bool(const Batches&)>& take) {
    Batches batch;
    for (std::uint64_t number = first; number < end;) {
        clear(batch);
        while (number < end && batch.size() < k_rows_at_once && shards[number % shards.size()].next(batch)) {
            ++number;
        }
        if (batch.size() == 0 || !take(batch)) {
            return;
        }
    }
}

class Interleaved : public BatchSource {
public:
    Interleaved(std::vector<StoredShard>& shards, const StudyFrame& frame) {
        for (StoredShard& shard : shards) {
            readers_.emplace_back(*shard.file.database, frame);
        }
    }
    void deliver(std::uint64_t first, std::uint64_t end, const std::function<bool(const Batch&)>& take) override {
        deliver_in_turn<RowReader, Batch>(
            readers_, first, end, [](Batch& batch) { batch.clear(); }, take);
    }

private:
    std::vector<RowReader> readers_;
};

class InterleavedPairs : public PairedBatches {
public:
    InterleavedPairs(std::vector<StoredShard>& shards, const std::vector<Contestant>& contestants)
        : contestants_(contestants.size()) {
        for (StoredShard& shard : shards) {
            readers_.emplace_back(*shard.file.database, contestants);
        }
    }
    void deliver(std::uint64_t first, std::uint64_t end, const std::function<bool(const PairedBatch&)>& take) override {
        deliver_in_turn<ContestReader, PairedBatch>(
            readers_, first, end, [&](PairedBatch& batch) { clear(batch, contestants_); }, take);
    }

private:
    std::size_t contestants_;
    std::vector<ContestReader> readers_;
};

/// Whose replications the shards are, together.
StudyIdentity whole_of(const StoredShard& shard) {
    StudyIdentity identity = shard.file.identity;
    identity.shard = "1/1";
    return identity;
}

std::string too_short(std::uint64_t taken, std::uint64_t most) {
    return fmt::format("the shards end at replication {} of {}: one of them has been changed", taken, most);
}

std::function<double()> stopwatch() {
    const auto began = std::chrono::steady_clock::now();
    return [began] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
}

ExitCode merge_studies(std::vector<StoredShard>& shards, const CommonOptions& options) {
    Study study(shards.front().content.contestants.front().frame, {});
    std::unique_ptr<StudyFile> file;
    if (!options.out.empty()) {
        auto opened = StudyFile::open(options.out, whole_of(shards.front()), study.frame(), StudyOpening::anew);
        if (!opened) {
            return fail(k_face, opened.error().what, opened.error().code);
        }
        file = std::move(*opened);
    }
    Interleaved source(shards, study.frame());
    StudyHooks hooks;
    hooks.elapsed_s = stopwatch();
    Result<void> kept = run_study(study, source, file.get(), hooks);
    if (kept && study.ended() == StudyEnd::none) {
        return fail(k_face, too_short(study.taken(), study.most()));
    }
    Results results = study.results();
    results.wall_s = hooks.elapsed_s();
    if (file && kept) {
        kept = file->finish(study, results);
    }
    if (!kept) {
        return fail(k_face, kept.error(), ExitCode::machine);
    }
    print_results(results, options);
    return write_json(results, options) ? verdict(results) : ExitCode::machine;
}

ExitCode merge_comparisons(std::vector<StoredShard>& shards, const CommonOptions& options) {
    const StoredContest& content = shards.front().content;
    Contest contest(content.contestants);
    std::unique_ptr<ContestFile> file;
    if (!options.out.empty()) {
        auto opened =
            ContestFile::open(options.out, whole_of(shards.front()), contest, content.warnings, StudyOpening::anew);
        if (!opened) {
            return fail(k_face, opened.error().what, opened.error().code);
        }
        file = std::move(*opened);
    }
    InterleavedPairs source(shards, contest.contestants());
    ContestHooks hooks;
    hooks.elapsed_s = stopwatch();
    Result<void> kept = run_contest(contest, source, file.get(), hooks);
    if (kept && contest.ended() == StudyEnd::none) {
        return fail(k_face, too_short(contest.taken(), contest.most()));
    }
    ComparisonResults results = results_of(contest);
    results.contestants.front().results.wall_s = hooks.elapsed_s();
    results.warnings = content.warnings;
    if (file && kept) {
        kept = file->finish(results);
    }
    return kept ? deliver_comparison(results, options) : fail(k_face, kept.error(), ExitCode::machine);
}

}  // namespace

ExitCode merge_command(const Words& words) {
    boost::program_options::options_description description("Options");
    add_output_options(description);
    const auto line = read_words(k_face, words, description, k_files_most);
    if (!line) {
        return line.error();
    }
    for (const std::string& shard : line->arguments) {
        std::error_code missing;  // then they are not the same
        if (!line->common.out.empty() && std::filesystem::equivalent(shard, line->common.out, missing)) {
            return fail(k_face, fmt::format("--out {} is one of the shards: it would be lost", line->common.out));
        }
    }
    auto shards = read_all(line->arguments);
    if (!shards) {
        return fail(k_face, shards.error());
    }
    if (const auto checked = order_and_check(*shards); !checked) {
        return fail(k_face, checked.error());
    }
    return shards->front().is_comparison() ? merge_comparisons(*shards, line->common)
                                           : merge_studies(*shards, line->common);
}

}  // namespace nines
