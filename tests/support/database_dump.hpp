#pragma once
// database_dump: all that an SQLite file holds, as text, whatever its pages look like.

#include <string>

namespace nines::support {

/// A line for each table (as it was created) and for each row, tables by name and rows by their key.
std::string database_dump(const std::string& file);

/// All rows of a query, cells by `|` and rows by newlines; "error: ..." where it cannot be asked.
std::string database_query(const std::string& file, const std::string& sql);

}  // namespace nines::support
