#include "tools/output/kept_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "tools/output/result_tables.hpp"

namespace nines {

namespace {

constexpr const char* k_format = "1";

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

std::string value_of(Database& database, const std::string& key) {
    Statement find(database, "SELECT value FROM study WHERE key = ?");
    find.put(key);
    return find.step() ? find.text(0) : std::string();
}

/// What a file of this kind holds, in a sentence about it.
std::string a_kind(const std::string& kind) {
    return kind.empty() ? "a study" : "a " + kind;
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
            return tl::unexpected(
                FileError{ExitCode::bad_input,
                          fmt::format("{} holds {} that is not finished: go on with --resume, or remove the file", path,
                                      a_kind(value_of(**database, "kind")))});
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

bool has_table(Database& database, const char* name) {
    Statement find(database, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
    find.put(name);
    return find.step();
}

KeptFile::KeptFile(std::string path, std::unique_ptr<Database> database)
    : path_(std::move(path)), database_(std::move(database)), committed_(std::chrono::steady_clock::now()) {
}

/// A finished study gives way to the same study only: what was found of another scenario or seed is not lost unasked.
std::optional<FileError> KeptFile::another_study(const std::string& path, const StudyIdentity& identity) {
    auto database = open_locked(path);
    if (!database || content_of(**database) != Content::finished) {
        return std::nullopt;  // whatever else is wrong is told when it is opened
    }
    const auto same = KeptFile(path, std::move(*database)).check_identity(identity);
    if (same) {
        return std::nullopt;
    }
    return FileError{same.error().code, same.error().what + ": name another file, or remove it"};
}

FileResult<KeptFile> KeptFile::open(const std::string& path, const StudyIdentity& identity, StudyOpening opening,
                                    const std::function<void(KeptFile&)>& create) {
    if (opening == StudyOpening::anew) {
        if (auto other = another_study(path, identity)) {
            return tl::unexpected(*other);
        }
    }
    auto database = opening == StudyOpening::anew ? open_anew(path) : open_locked(path);
    if (!database) {
        return tl::unexpected(database.error());
    }
    KeptFile file(path, std::move(*database));
    const Content content = content_of(*file.database_);
    FileResult<void> ready;
    if (content == Content::nothing) {
        ready = file.create(identity, create);
    } else if (content == Content::results) {
        ready = tl::unexpected(
            FileError{ExitCode::bad_input, fmt::format("{} holds the results of a single run: there is nothing to "
                                                       "resume, and without --resume it is replaced",
                                                       path)});
    } else if (content == Content::foreign) {
        ready = tl::unexpected(not_ours(path));
    } else {
        ready = file.check_identity(identity);
    }
    if (!ready) {
        return tl::unexpected(ready.error());
    }
    return file;
}

FileResult<void> KeptFile::create(const StudyIdentity& identity, const std::function<void(KeptFile&)>& create) {
    database_->execute("BEGIN; CREATE TABLE study (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID");
    set("format", k_format);
    for (const auto& [key, member] : k_identity_fields) {
        set(key, identity.*member);
    }
    set("state", "running");
    create(*this);
    database_->execute("COMMIT");
    return database_->good() ? FileResult<void>() : tl::unexpected(failure());
}

FileResult<void> KeptFile::check_identity(const StudyIdentity& identity) {
    const auto refuse = [](const std::string& what) { return tl::unexpected(FileError{ExitCode::bad_input, what}); };
    if (value_of(*database_, "format") != k_format) {
        return refuse(fmt::format("{} is of another version of nines", path_));
    }
    const std::string held = a_kind(value_of(*database_, "kind"));
    for (const auto& [key, member] : k_identity_fields) {
        const std::string there = value_of(*database_, key);
        if (there == identity.*member) {
            continue;
        }
        if (key == std::string_view("kind")) {
            return refuse(fmt::format("{} holds {}, not {}", path_, held, a_kind(identity.kind)));
        }
        if (key == std::string_view("scenario")) {
            return refuse(
                fmt::format("{} holds {} of another scenario, or of one that has changed since", path_, held));
        }
        const auto shown = [](const std::string& value) { return value.empty() ? std::string("none") : value; };
        return refuse(fmt::format("{} holds {} with another {}: {} there, {} here", path_, held, key, shown(there),
                                  shown(identity.*member)));
    }
    return {};
}

void KeptFile::set(const std::string& key, const std::string& value) {
    Statement(*database_, "INSERT OR REPLACE INTO study VALUES (?, ?)").row(key, value);
}

void KeptFile::begin() {
    if (sqlite3_get_autocommit(database_->handle()) != 0) {
        database_->execute("BEGIN");
    }
}

void KeptFile::commit() {
    if (sqlite3_get_autocommit(database_->handle()) == 0) {
        database_->execute("COMMIT");
    }
    committed_ = std::chrono::steady_clock::now();
}

void KeptFile::commit_when_due() {
    const auto now = std::chrono::steady_clock::now();
    if (std::chrono::duration<double>(now - committed_).count() >= commit_s_) {
        commit();
        commit_s_ = std::min(2 * commit_s_, k_commit_s);
    }
}

void KeptFile::finish(bool partial) {
    set("state", partial ? "partial" : "finished");
    commit();
}

FileError KeptFile::failure() {
    return nines::failure(path_, *database_);
}

Result<void> KeptFile::outcome() {
    return database_->good() ? Result<void>() : tl::unexpected(failure().what);
}

std::string StoredFile::value(const std::string& key) const {
    return value_of(*database, key);
}

FileError no_study_of_this_version(const std::string& path) {
    return {ExitCode::bad_input, fmt::format("{} holds no study of this version", path)};
}

FileResult<StoredFile> read_kept_file(const std::string& path) {
    StoredFile stored;
    stored.path = path;
    stored.database = std::make_unique<Database>(path, SQLITE_OPEN_READONLY);
    Database& database = *stored.database;
    const bool is_study = has_table(database, "study");
    if (!database.good()) {
        return tl::unexpected(failure(path, database, "read"));
    }
    if (!is_study || value_of(database, "format") != k_format) {
        return tl::unexpected(no_study_of_this_version(path));
    }
    for (const auto& [key, member] : k_identity_fields) {
        stored.identity.*member = value_of(database, key);
    }
    stored.state = value_of(database, "state");
    return stored;
}

}  // namespace nines
