#pragma once
// Database: an SQLite connection that remembers its first error, and prepared statements that bind by type.

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nines {

/// After an error all further calls do nothing.
class Database {
public:
    /// @param flags  SQLITE_OPEN_...; the connection is of one thread at a time, without mutexes
    Database(const std::string& file, int flags);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() { close(); }

    void execute(const char* sql);
    void execute(const std::string& sql) { execute(sql.c_str()); }
    void note(int code);
    bool good() const { return error_.empty(); }
    const std::string& error() const { return error_; }
    /// The code of the error, without its extension: SQLITE_BUSY, SQLITE_FULL ...
    int code() const { return code_; }
    sqlite3* handle() { return handle_; }
    void close();

private:
    sqlite3* handle_ = nullptr;
    std::string error_;
    int code_ = SQLITE_OK;
};

/// A prepared statement. Values are bound in order by put(), or all at once by row().
class Statement {
public:
    Statement(Database& database, const std::string& sql);
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement() { sqlite3_finalize(statement_); }

    // Texts and blobs must outlive the step: SQLite does not copy them.
    void put(std::string_view text);
    void put(const std::string& text) { put(std::string_view(text)); }
    void put(const char* text) { put(std::string_view(text)); }
    void put(std::span<const double> blob);
    void put_bytes(std::string_view blob);
    void put(double value);  ///< to the bit; what is not a number becomes NULL
    void put(std::optional<double> value);
    void put(std::int64_t value);
    void put(std::uint64_t value) { put(static_cast<std::int64_t>(value)); }
    void put(bool value) { put(static_cast<std::int64_t>(value)); }

    /// Runs it for the values bound since the last time. @returns whether there is a row to read
    bool step();
    /// Ready for the next values; after rows have been read.
    void reset();

    template <class... Values>
    void row(const Values&... values) {
        (put(values), ...);
        step();
    }

    // Columns of the row, from 0.
    double real(int column) const;  ///< NaN where it is NULL
    std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
    std::string text(int column) const;
    std::string bytes(int column) const;
    /// The doubles of a blob, as many as fit into `into`; whether the sizes are equal.
    bool reals(int column, std::span<double> into) const;

private:
    Database& database_;
    sqlite3_stmt* statement_ = nullptr;
    int position_ = 0;
};

/// "INSERT INTO table VALUES (?, ?, ...)".
std::string insert_sql(std::string_view table, std::size_t columns);

}  // namespace nines
