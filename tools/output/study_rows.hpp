#pragma once
// Study rows: the replications of a study in SQLite, a row each with a column for each metric, to the bit.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/study/frame.hpp"
#include "models/study/study.hpp"
#include "tools/output/database.hpp"

namespace nines {

/// Metrics are columns, in tables of at most k_columns_most: SQLite has no more than 2000 in one. A file with several
/// studies has a prefix for the tables of each.
class StudyRows {
public:
    static constexpr std::size_t k_columns_most = 1500;

    explicit StudyRows(const StudyFrame& frame, std::string prefix = {}) : frame_(frame), prefix_(std::move(prefix)) {}

    /// The tables of an empty study.
    void create(Database& database) const;
    /// Replications with a number above `last` go; all of them without one.
    void erase_after(Database& database, std::optional<std::uint64_t> last) const;

    std::size_t tables() const;
    std::string table_name(std::size_t table) const;
    std::string incidents_table() const { return prefix_ + "study_incidents"; }
    std::string notices_table() const { return prefix_ + "study_notices"; }
    std::size_t first_metric(std::size_t table) const { return table * k_columns_most; }
    std::size_t metrics_of(std::size_t table) const;
    std::size_t columns_before_metrics(std::size_t table) const;

private:
    const StudyFrame& frame_;
    std::string prefix_;
};

/// Appends replications; inside a transaction of the caller.
class RowWriter {
public:
    RowWriter(Database& database, const StudyFrame& frame, const std::string& prefix = {});
    void append(const Batch& batch, const Study::Taken& taken);

private:
    void append_row(const Batch& batch, std::size_t row);

    StudyRows layout_;
    Widths widths_;
    std::vector<std::unique_ptr<Statement>> tables_;
    Statement incidents_, notices_;
};

/// Reads replications back, in the order of their numbers.
class RowReader {
public:
    RowReader(Database& database, const StudyFrame& frame, const std::string& prefix = {});
    /// Appends the next replication, and what is remembered of it, to the batch. @returns false after the last, or
    /// where the database has an error
    bool next(Batch& batch);

private:
    void read_lists(Database& database);

    StudyRows layout_;
    Widths widths_;
    std::vector<std::unique_ptr<Statement>> tables_;
    std::multimap<std::uint64_t, Incident> incidents_;
    std::multimap<std::uint64_t, Notice> notices_;
    bool ended_ = false;
};

}  // namespace nines
