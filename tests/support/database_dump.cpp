#include "tests/support/database_dump.hpp"

#include <sqlite3.h>

#include <sstream>

namespace nines::support {

std::string database_query(const std::string& file, const std::string& sql) {
    sqlite3* database = nullptr;
    std::string rows;
    if (sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK) {
        const auto collect = [](void* out, int count, char** values, char**) {
            auto& text = *static_cast<std::string*>(out);
            for (int i = 0; i < count; ++i) {
                text += (i == 0 ? "" : "|") + std::string(values[i] == nullptr ? "NULL" : values[i]);
            }
            text += "\n";
            return 0;
        };
        sqlite3_exec(database, sql.c_str(), collect, &rows, nullptr);
    }
    if (sqlite3_errcode(database) != SQLITE_OK) {
        rows += std::string("error: ") + sqlite3_errmsg(database) + "\n";
    }
    sqlite3_close(database);
    return rows;
}

std::string database_dump(const std::string& file) {
    std::string text = database_query(file, "SELECT name, sql FROM sqlite_master ORDER BY name");
    std::istringstream tables(
        database_query(file, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"));
    for (std::string table; std::getline(tables, table);) {
        // quote() keeps all digits of reals, and the bytes of blobs, apart from texts that look alike.
        std::istringstream columns(database_query(file, "SELECT name FROM pragma_table_info('" + table + "')"));
        std::string cells;
        for (std::string column; std::getline(columns, column);) {
            cells += (cells.empty() ? "quote(\"" : " || '|' || quote(\"") + column + "\")";
        }
        text += table + "\n" + database_query(file, "SELECT " + cells + " FROM \"" + table + "\" ORDER BY 1");
    }
    return text;
}

}  // namespace nines::support
