#include "tools/output/contest_file.hpp"

#include <fmt/format.h>

#include <sstream>

#include "tools/output/comparison_tables.hpp"
#include "tools/output/frame_json.hpp"
#include "tools/output/words.hpp"

namespace nines {

namespace {

constexpr std::uint64_t k_rows_at_once = 256;
constexpr const char* k_contestants = "contestants";  // how many there are
constexpr const char* k_warnings = "warnings";

/// Of the tables of one contestant: the base is 0.
std::string prefix_of(std::size_t contestant) {
    return fmt::format("c{}_", contestant);
}

std::string key_of(const char* what, std::size_t contestant) {
    return fmt::format("{}.{}", what, contestant);
}

std::string text_of(const std::vector<Better>& sides) {
    std::string text;
    for (const Better better : sides) {
        text += fmt::format("{}{}", text.empty() ? "" : " ", k_betters.of(better));
    }
    return text;
}

/// Nothing where the text is none of ours.
std::optional<std::vector<Better>> read_betters(const std::string& text) {
    std::vector<Better> sides;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const auto better = k_betters.find(word);
        if (!better) {
            return std::nullopt;
        }
        sides.push_back(*better);
    }
    return sides;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream all(text);
    for (std::string line; std::getline(all, line);) {
        lines.push_back(line);
    }
    return lines;
}

}  // namespace

ContestFile::ContestFile(KeptFile file, const Contest& contest) : file_(std::move(file)), contest_(contest) {
    for (std::size_t i = 0; i < contest.size(); ++i) {
        writers_.push_back(std::make_unique<RowWriter>(file_.database(), contest.contestant(i).frame, prefix_of(i)));
    }
}

FileResult<std::unique_ptr<ContestFile>> ContestFile::open(const std::string& path, const StudyIdentity& identity,
                                                           const Contest& contest,
                                                           const std::vector<std::string>& warnings,
                                                           StudyOpening opening) {
    auto kept = KeptFile::open(path, identity, opening, [&](KeptFile& file) {
        file.set(k_contestants, std::to_string(contest.size()));
        file.set(k_warnings, fmt::format("{}", fmt::join(warnings, "\n")));
        for (std::size_t i = 0; i < contest.size(); ++i) {
            StudyRows(contest.contestant(i).frame, prefix_of(i)).create(file.database());
        }
    });
    if (!kept) {
        return tl::unexpected(kept.error());
    }
    std::unique_ptr<ContestFile> file(new ContestFile(std::move(*kept), contest));
    if (!file->file_.outcome()) {
        return tl::unexpected(file->file_.failure());
    }
    return file;
}

Result<void> ContestFile::replay(const std::function<bool(const PairedBatch&)>& take) {
    ContestReader reader(file_.database(), contest_.contestants());
    PairedBatch batch;
    bool more = true;
    while (more) {
        clear(batch, contest_.size());
        while (batch.size() < k_rows_at_once && reader.next(batch)) {
        }
        more = batch.size() > 0 && take(batch);
    }
    return file_.outcome();
}

Result<void> ContestFile::append(const PairedBatch& batch, const std::vector<Study::Taken>& taken) {
    file_.begin();
    for (std::size_t i = 0; i < writers_.size(); ++i) {
        writers_[i]->append(batch.contestants[i], taken[i]);
    }
    file_.commit_when_due();
    return file_.outcome();
}

/// Settings and objectives may be others than when the file was begun.
void ContestFile::write_contestants() {
    for (std::size_t i = 0; i < contest_.size(); ++i) {
        const Contestant& one = contest_.contestant(i);
        file_.set(key_of("name", i), one.name);
        file_.set(key_of("frame", i), frame_text(one.frame));
        file_.set(key_of("better", i), text_of(one.better));
    }
}

Result<void> ContestFile::finish(const ComparisonResults& results) {
    Database& database = file_.database();
    file_.begin();
    for (std::size_t i = 0; i < contest_.size(); ++i) {
        StudyRows(contest_.contestant(i).frame, prefix_of(i)).erase_after(database, contest_.last_number());
    }
    drop_comparison_tables(database);
    create_comparison_tables(database);
    insert_comparison(database, results);
    write_contestants();
    file_.finish(results.base().partial);
    return file_.outcome();
}

FileResult<StoredContest> read_contest(const StoredFile& stored) {
    StoredContest contest;
    contest.warnings = lines_of(stored.value(k_warnings));
    const std::string count = stored.value(k_contestants);
    for (std::size_t i = 0; std::to_string(i) != count; ++i) {
        const auto frame = read_frame(stored.value(key_of("frame", i)));
        const auto better = read_betters(stored.value(key_of("better", i)));
        if (!frame || !better || better->size() != frame->metrics.size()) {
            return tl::unexpected(no_study_of_this_version(stored.path));
        }
        contest.contestants.push_back({stored.value(key_of("name", i)), *frame, *better});
    }
    return contest;
}

ContestReader::ContestReader(Database& database, const std::vector<Contestant>& contestants) {
    for (std::size_t i = 0; i < contestants.size(); ++i) {
        readers_.push_back(std::make_unique<RowReader>(database, contestants[i].frame, prefix_of(i)));
    }
}

bool ContestReader::next(PairedBatch& batch) {
    bool all = true;
    for (std::size_t i = 0; i < readers_.size(); ++i) {
        all = readers_[i]->next(batch.contestants[i]) && all;
    }
    return all;
}

void clear(PairedBatch& batch, std::size_t contestants) {
    batch.contestants.resize(contestants);
    for (Batch& one : batch.contestants) {
        one.clear();
    }
}

}  // namespace nines
