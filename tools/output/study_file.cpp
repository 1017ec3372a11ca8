#include "tools/output/study_file.hpp"

#include <fmt/format.h>

#include "tools/output/frame_json.hpp"
#include "tools/output/result_tables.hpp"

namespace nines {

namespace {

constexpr std::uint64_t k_rows_at_once = 256;
constexpr const char* k_ahead = "ahead";  // finished, and waiting for replications with lower numbers
constexpr const char* k_frame = "frame";

}  // namespace

StudyFile::StudyFile(KeptFile file, const StudyFrame& frame)
    : file_(std::move(file)), frame_(frame), writer_(file_.database(), frame) {
}

FileResult<std::unique_ptr<StudyFile>> StudyFile::open(const std::string& path, const StudyIdentity& identity,
                                                       const StudyFrame& frame, StudyOpening opening) {
    auto kept = KeptFile::open(path, identity, opening, [&](KeptFile& file) {
        file.set(k_frame, frame_text(frame));
        StudyRows(frame).create(file.database());
    });
    if (!kept) {
        return tl::unexpected(kept.error());
    }
    std::unique_ptr<StudyFile> file(new StudyFile(std::move(*kept), frame));
    if (!file->file_.outcome()) {
        return tl::unexpected(file->file_.failure());
    }
    return file;
}

Result<void> StudyFile::replay(const std::function<bool(const Batch&)>& take) {
    RowReader reader(file_.database(), frame_);
    Batch batch;
    bool more = true;
    while (more) {
        batch.clear();
        while (batch.size() < k_rows_at_once && reader.next(batch)) {
        }
        more = batch.size() > 0 && take(batch);
    }
    return file_.outcome();
}

Result<void> StudyFile::append(const Batch& batch, const Study::Taken& taken) {
    file_.begin();
    writer_.append(batch, taken);
    file_.commit_when_due();
    return file_.outcome();
}

Result<std::vector<Parcel>> StudyFile::ahead() {
    std::vector<Parcel> parcels;
    if (has_table(file_.database(), k_ahead)) {
        Statement read(file_.database(), fmt::format("SELECT first, count, batch FROM {} ORDER BY first", k_ahead));
        while (read.step()) {
            parcels.push_back({static_cast<std::uint64_t>(read.integer(0)), static_cast<std::uint64_t>(read.integer(1)),
                               0, read.bytes(2)});
        }
    }
    if (const auto good = file_.outcome(); !good) {
        return unexpected(good.error());
    }
    return parcels;
}

Result<void> StudyFile::keep_ahead(const std::vector<Parcel>& parcels) {
    file_.begin();
    if (!parcels.empty()) {
        file_.database().execute(fmt::format(
            "CREATE TABLE IF NOT EXISTS {} (first INTEGER PRIMARY KEY, count INTEGER, batch BLOB)", k_ahead));
        Statement write(file_.database(), fmt::format("INSERT OR REPLACE INTO {} VALUES (?, ?, ?)", k_ahead));
        for (const Parcel& parcel : parcels) {
            write.put(parcel.first);
            write.put(parcel.count);
            write.put_bytes(parcel.bytes);
            write.step();
        }
    }
    file_.commit();
    return file_.outcome();
}

Result<void> StudyFile::finish(const Study& study, const Results& results) {
    Database& database = file_.database();
    file_.begin();
    if (!results.partial) {
        database.execute(fmt::format("DROP TABLE IF EXISTS {}", k_ahead));
    } else if (has_table(database, k_ahead)) {
        database.execute(fmt::format("DELETE FROM {} WHERE first < {}", k_ahead, study.taken()));
    }
    StudyRows(frame_).erase_after(database, study.last_number());
    drop_result_tables(database);
    create_result_tables(database);
    insert_results(database, results);
    file_.set(k_frame, frame_text(frame_));
    file_.finish(results.partial);
    return file_.outcome();
}

FileResult<StudyFrame> read_study_frame(const StoredFile& stored) {
    const auto frame = read_frame(stored.value(k_frame));
    if (!frame) {
        return tl::unexpected(no_study_of_this_version(stored.path));
    }
    return *frame;
}

}  // namespace nines
