#include "tools/output/study_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "tools/output/frame_json.hpp"
#include "tools/output/result_tables.hpp"

namespace nines {

namespace {

constexpr const char* k_format = "1";
constexpr std::uint64_t k_rows_at_once = 256;
constexpr const char* k_ahead = "ahead";  // finished, and waiting for replications with lower numbers

/// The errno behind a file that cannot be opened: SQLite tells that of its last try, which is to read only.
int why_not_open(const std::string& path, Database& database) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    return ::access(folder.empty() ? "." : folder.c_str(), W_OK) == 0 ? sqlite3_system_errno(database.handle()) : errno;
}

FileError failure(const std::string& path, Database& database, std::string_view wish = "write") {
    if (database.code() == SQLITE_BUSY || database.code() == SQLITE_LOCKED) {
        return {ExitCode::bad_input,
                fmt::format("{} is in use by another process: wait for it, or write another file", path)};
    }
    if (database.code() == SQLITE_NOTADB) {
        return {ExitCode::bad_input, fmt::format("{} is not a file of nines: it stays as it is", path)};
    }
    const int error = database.code() == SQLITE_CANTOPEN ? why_not_open(path, database) : 0;
    return {ExitCode::machine,
            fmt::format("cannot {} {}: {}", wish, path, error != 0 ? std::strerror(error) : database.error())};
}

/// Opens and takes the lock, for as long as the connection lives.
FileResult<std::unique_ptr<Database>> open_locked(const std::string& path) {
    auto database = std::make_unique<Database>(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    set_file_format(*database);
    database->execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL;");
    database->execute("BEGIN EXCLUSIVE; COMMIT");
    if (!database->good()) {
        return tl::unexpected(failure(path, *database));
    }
    return database;
}

bool has_table(Database& database, const char* name) {
    Statement find(database, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
    find.put(name);
    return find.step();
}

std::string value_of(Database& database, const char* key) {
    Statement find(database, "SELECT value FROM study WHERE key = ?");
    find.put(key);
    return find.step() ? find.text(0) : std::string();
}

void set_value(Database& database, const char* key, const std::string& value) {
    Statement(database, "INSERT OR REPLACE INTO study VALUES (?, ?)").row(key, value);
}

enum class Content { nothing, results, unfinished, finished, foreign };

Content content_of(Database& database) {
    if (has_table(database, "study")) {
        return value_of(database, "state") == "finished" ? Content::finished : Content::unfinished;
    }
    if (has_table(database, "run") && has_table(database, "metrics")) {
        return Content::results;
    }
    Statement any(database, "SELECT 1 FROM sqlite_master");
    return any.step() ? Content::foreign : Content::nothing;
}

FileError not_ours(const std::string& path) {
    return {ExitCode::bad_input, fmt::format("{} is not a file of nines: it stays as it is", path)};
}

/// Makes room for a new study.
FileResult<std::unique_ptr<Database>> open_anew(const std::string& path) {
    auto database = open_locked(path);
    if (!database) {
        return database;
    }
    const Content content = content_of(**database);
    if (!(*database)->good()) {
        return tl::unexpected(failure(path, **database));
    }
    switch (content) {
        case Content::nothing:
            return database;
        case Content::foreign:
            return tl::unexpected(not_ours(path));
        case Content::unfinished:
            return tl::unexpected(FileError{
                ExitCode::bad_input,
                fmt::format("{} holds a study that is not finished: go on with --resume, or remove the file", path)});
        case Content::results:
        case Content::finished:
            break;
    }
    (*database)->close();
    std::error_code error;
    std::filesystem::remove(path, error);
    if (error) {
        return tl::unexpected(FileError{ExitCode::machine, fmt::format("cannot write {}: {}", path, error.message())});
    }
    return open_locked(path);
}

}  // namespace

StudyFile::StudyFile(std::string path, const StudyFrame& frame, std::unique_ptr<Database> database)
    : path_(std::move(path)),
      frame_(frame),
      database_(std::move(database)),
      committed_(std::chrono::steady_clock::now()) {
}

/// A finished study gives way to the same study only: what was found of another scenario or seed is not lost unasked.
std::optional<FileError> StudyFile::another_study(const std::string& path, const StudyIdentity& identity,
                                                  const StudyFrame& frame) {
    auto database = open_locked(path);
    if (!database || content_of(**database) != Content::finished) {
        return std::nullopt;  // whatever else is wrong is told when it is opened
    }
    StudyFile file(path, frame, std::move(*database));
    const auto same = file.check_identity(identity);
    if (same) {
        return std::nullopt;
    }
    return FileError{same.error().code, same.error().what + ": name another file, or remove it"};
}

FileResult<std::unique_ptr<StudyFile>> StudyFile::open(const std::string& path, const StudyIdentity& identity,
                                                       const StudyFrame& frame, StudyOpening opening) {
    if (opening == StudyOpening::anew) {
        if (auto other = another_study(path, identity, frame)) {
            return tl::unexpected(*other);
        }
    }
    auto database = opening == StudyOpening::anew ? open_anew(path) : open_locked(path);
    if (!database) {
        return tl::unexpected(database.error());
    }
    std::unique_ptr<StudyFile> file(new StudyFile(path, frame, std::move(*database)));
    const Content content = content_of(*file->database_);
    FileResult<void> ready;
    if (content == Content::nothing) {
        ready = file->create(identity);
    } else if (content == Content::results) {
        ready = tl::unexpected(
            FileError{ExitCode::bad_input, fmt::format("{} holds the results of a single run: there is nothing to "
                                                       "resume, and without --resume it is replaced",
                                                       path)});
    } else if (content == Content::foreign) {
        ready = tl::unexpected(not_ours(path));
    } else {
        ready = file->check_identity(identity);
    }
    if (!ready) {
        return tl::unexpected(ready.error());
    }
    file->writer_ = std::make_unique<RowWriter>(*file->database_, frame);
    if (!file->database_->good()) {
        return tl::unexpected(failure(path, *file->database_));
    }
    return file;
}

FileResult<void> StudyFile::create(const StudyIdentity& identity) {
    database_->execute("BEGIN; CREATE TABLE study (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID");
    set_value(*database_, "format", k_format);
    for (const auto& [key, member] : k_identity_fields) {
        set_value(*database_, key, identity.*member);
    }
    set_value(*database_, "frame", frame_text(frame_));
    set_value(*database_, "state", "running");
    StudyRows(frame_).create(*database_);
    database_->execute("COMMIT");
    return database_->good() ? FileResult<void>() : tl::unexpected(failure(path_, *database_));
}

FileResult<void> StudyFile::check_identity(const StudyIdentity& identity) {
    if (value_of(*database_, "format") != k_format) {
        return tl::unexpected(FileError{ExitCode::bad_input, fmt::format("{} is of another version of nines", path_)});
    }
    for (const auto& [key, member] : k_identity_fields) {
        const std::string there = value_of(*database_, key);
        if (there == identity.*member) {
            continue;
        }
        const auto shown = [](const std::string& value) { return value.empty() ? std::string("none") : value; };
        const std::string what = key == std::string_view("scenario")
                                     ? fmt::format(
                                           "{} holds a study of another scenario, or of one that has changed "
                                           "since",
                                           path_)
                                     : fmt::format("{} holds a study with another {}: {} there, {} here", path_, key,
                                                   shown(there), shown(identity.*member));
        return tl::unexpected(FileError{ExitCode::bad_input, what});
    }
    return {};
}

Result<void> StudyFile::outcome() {
    return database_->good() ? Result<void>() : tl::unexpected(failure(path_, *database_).what);
}

Result<void> StudyFile::replay(const std::function<bool(const Batch&)>& take) {
    RowReader reader(*database_, frame_);
    Batch batch;
    bool more = true;
    while (more) {
        batch.clear();
        while (batch.size() < k_rows_at_once && reader.next(batch)) {
        }
        more = batch.size() > 0 && take(batch);
    }
    return outcome();
}

Result<void> StudyFile::append(const Batch& batch, const Study::Taken& taken) {
    begin();
    writer_->append(batch, taken);
    const auto now = std::chrono::steady_clock::now();
    if (std::chrono::duration<double>(now - committed_).count() >= commit_s_) {
        commit();
        commit_s_ = std::min(2 * commit_s_, k_commit_s);
    }
    return outcome();
}

void StudyFile::begin() {
    if (sqlite3_get_autocommit(database_->handle()) != 0) {
        database_->execute("BEGIN");
    }
}

void StudyFile::commit() {
    if (sqlite3_get_autocommit(database_->handle()) == 0) {
        database_->execute("COMMIT");
    }
    committed_ = std::chrono::steady_clock::now();
}

Result<std::vector<Parcel>> StudyFile::ahead() {
    std::vector<Parcel> parcels;
    if (has_table(*database_, k_ahead)) {
        Statement read(*database_, fmt::format("SELECT first, count, batch FROM {} ORDER BY first", k_ahead));
        while (read.step()) {
            parcels.push_back({static_cast<std::uint64_t>(read.integer(0)), static_cast<std::uint64_t>(read.integer(1)),
                               0, read.bytes(2)});
        }
    }
    if (const auto good = outcome(); !good) {
        return unexpected(good.error());
    }
    return parcels;
}

Result<void> StudyFile::keep_ahead(const std::vector<Parcel>& parcels) {
    begin();
    if (!parcels.empty()) {
        database_->execute(fmt::format(
            "CREATE TABLE IF NOT EXISTS {} (first INTEGER PRIMARY KEY, count INTEGER, batch BLOB)", k_ahead));
        Statement write(*database_, fmt::format("INSERT OR REPLACE INTO {} VALUES (?, ?, ?)", k_ahead));
        for (const Parcel& parcel : parcels) {
            write.put(parcel.first);
            write.put(parcel.count);
            write.put_bytes(parcel.bytes);
            write.step();
        }
    }
    commit();
    return outcome();
}

Result<void> StudyFile::finish(const Study& study, const Results& results) {
    begin();
    if (!results.partial) {
        database_->execute(fmt::format("DROP TABLE IF EXISTS {}", k_ahead));
    } else if (has_table(*database_, k_ahead)) {
        database_->execute(fmt::format("DELETE FROM {} WHERE first < {}", k_ahead, study.taken()));
    }
    StudyRows(frame_).erase_after(*database_, study.last_number());
    drop_result_tables(*database_);
    create_result_tables(*database_);
    insert_results(*database_, results);
    set_value(*database_, "frame", frame_text(frame_));
    set_value(*database_, "state", results.partial ? "partial" : "finished");
    database_->execute("COMMIT");
    return outcome();
}

FileResult<StoredStudy> read_study_file(const std::string& path) {
    StoredStudy stored;
    stored.path = path;
    stored.database = std::make_unique<Database>(path, SQLITE_OPEN_READONLY);
    Database& database = *stored.database;
    const bool is_study = has_table(database, "study");
    if (!database.good()) {
        return tl::unexpected(failure(path, database, "read"));
    }
    if (!is_study || value_of(database, "format") != k_format) {
        return tl::unexpected(FileError{ExitCode::bad_input, fmt::format("{} holds no study of this version", path)});
    }
    for (const auto& [key, member] : k_identity_fields) {
        stored.identity.*member = value_of(database, key);
    }
    stored.state = value_of(database, "state");
    const auto frame = read_frame(value_of(database, "frame"));
    if (!frame) {
        return tl::unexpected(FileError{ExitCode::bad_input, fmt::format("{} holds no study of this version", path)});
    }
    stored.frame = *frame;
    return stored;
}

}  // namespace nines
