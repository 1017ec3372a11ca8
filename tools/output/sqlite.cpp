// Results as one SQLite file, filled in one transaction under another name.

#include "tools/output/sqlite.hpp"

#include "engine/base/atomic_file.hpp"
#include "tools/output/result_tables.hpp"

namespace nines {

namespace {

/// Empty, or what SQLite said.
std::string write(const std::string& file, const std::function<void(Database&)>& fill) {
    Database database(file, SQLITE_OPEN_READWRITE);
    set_file_format(database);
    // There is no journal: the file is a temporary one that nobody else sees, and AtomicFile flushes it.
    database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
    fill(database);
    database.execute("COMMIT");
    return database.error();
}

}  // namespace

Result<void> write_sqlite(const Results& results, const std::string& path) {
    return write_sqlite(path, [&](Database& database) {
        create_result_tables(database);
        insert_results(database, results);
    });
}

Result<void> write_sqlite(const std::string& path, const std::function<void(Database&)>& fill) {
    Result<AtomicFile> file = AtomicFile::begin(path);
    if (!file) {
        return tl::unexpected(file.error());
    }
    const std::string error = write(file->temporary(), fill);
    if (!error.empty()) {
        return tl::unexpected("cannot write " + path + ": " + error);
    }
    return file->commit();
}

}  // namespace nines
