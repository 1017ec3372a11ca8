// Results as one SQLite file, filled in one transaction under another name.

#include "tools/output/sqlite.hpp"

#include "engine/base/atomic_file.hpp"
#include "tools/output/result_tables.hpp"

namespace nines {

namespace {

/// Empty, or what SQLite said.
std::string fill(const std::string& file, const Results& results) {
    Database database(file, SQLITE_OPEN_READWRITE);
    set_file_format(database);
    // There is no journal: the file is a temporary one that nobody else sees, and AtomicFile flushes it.
    database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
    create_result_tables(database);
    insert_results(database, results);
    database.execute("COMMIT");
    return database.error();
}

}  // namespace

Result<void> write_sqlite(const Results& results, const std::string& path) {
    Result<AtomicFile> file = AtomicFile::begin(path);
    if (!file) {
        return tl::unexpected(file.error());
    }
    const std::string error = fill(file->temporary(), results);
    if (!error.empty()) {
        return tl::unexpected("cannot write " + path + ": " + error);
    }
    return file->commit();
}

}  // namespace nines
