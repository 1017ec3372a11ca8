#include "tools/output/database.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace nines {

Database::Database(const std::string& file, int flags) {
    note(sqlite3_open_v2(file.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr));
}

void Database::execute(const char* sql) {
    if (good()) {
        note(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr));
    }
}

void Database::note(int code) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW && error_.empty()) {
        error_ = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
        code_ = code & 0xFF;
    }
}

void Database::close() {
    sqlite3_close(handle_);
    handle_ = nullptr;
}

Statement::Statement(Database& database, const std::string& sql) : database_(database) {
    if (database_.good()) {
        database_.note(sqlite3_prepare_v2(database_.handle(), sql.c_str(), -1, &statement_, nullptr));
    }
}

void Statement::put(std::string_view text) {
    database_.note(
        sqlite3_bind_text(statement_, ++position_, text.data(), static_cast<int>(text.size()), SQLITE_STATIC));
}

void Statement::put(std::span<const double> blob) {
    database_.note(
        sqlite3_bind_blob(statement_, ++position_, blob.data(), static_cast<int>(blob.size_bytes()), SQLITE_STATIC));
}

void Statement::put_bytes(std::string_view blob) {
    database_.note(
        sqlite3_bind_blob(statement_, ++position_, blob.data(), static_cast<int>(blob.size()), SQLITE_STATIC));
}

void Statement::put(double value) {
    ++position_;
    database_.note(std::isnan(value) ? sqlite3_bind_null(statement_, position_)
                                     : sqlite3_bind_double(statement_, position_, value));
}

void Statement::put(std::optional<double> value) {
    put(value.value_or(std::numeric_limits<double>::quiet_NaN()));
}

void Statement::put(std::int64_t value) {
    database_.note(sqlite3_bind_int64(statement_, ++position_, value));
}

bool Statement::step() {
    if (!database_.good()) {
        return false;
    }
    const int code = sqlite3_step(statement_);
    database_.note(code);
    if (code != SQLITE_ROW) {
        reset();
    }
    return code == SQLITE_ROW;
}

void Statement::reset() {
    position_ = 0;
    database_.note(sqlite3_reset(statement_));
}

double Statement::real(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL ? std::numeric_limits<double>::quiet_NaN()
                                                                  : sqlite3_column_double(statement_, column);
}

std::string Statement::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes == nullptr ? std::string()
                            : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::string Statement::bytes(int column) const {
    const auto* blob = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return blob == nullptr ? std::string()
                           : std::string(blob, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

bool Statement::reals(int column, std::span<double> into) const {
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    if (size != into.size_bytes()) {
        return false;
    }
    if (size > 0) {
        std::memcpy(into.data(), sqlite3_column_blob(statement_, column), size);
    }
    return true;
}

std::string insert_sql(std::string_view table, std::size_t columns) {
    std::string sql = fmt::format("INSERT INTO {} VALUES (?", table);
    for (std::size_t i = 1; i < columns; ++i) {
        sql += ", ?";
    }
    return sql + ")";
}

}  // namespace nines
