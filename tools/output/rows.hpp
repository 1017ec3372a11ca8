#pragma once
// Rows: filling a table of results.

#include <cmath>
#include <optional>
#include <string_view>

#include "models/results/rounding.hpp"
#include "tools/output/database.hpp"

namespace nines {

/// Rows of one table; reals are rounded as in every output.
class Rows {
public:
    Rows(Database& database, std::string_view table, std::size_t columns)
        : insert_(database, insert_sql(table, columns)) {}

    template <class... Values>
    void row(const Values&... values) {
        (put(values), ...);
        insert_.step();
    }

private:
    void put(double value) {
        insert_.put(std::isfinite(value) ? std::optional(round_significant(value)) : std::nullopt);
    }
    void put(std::optional<double> value) { put(value.value_or(NAN)); }
    template <class Value>
    void put(const Value& value) {
        insert_.put(value);
    }

    Statement insert_;
};

}  // namespace nines
