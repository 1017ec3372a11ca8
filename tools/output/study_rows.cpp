#include "tools/output/study_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>

#include "tools/output/frame_json.hpp"

namespace nines {

namespace {

constexpr const char* k_lists = R"sql(
    CREATE TABLE {} (id INTEGER PRIMARY KEY, replication INTEGER, begin_s REAL, end_s REAL, open INTEGER,
                                  objective TEXT, cause TEXT, owner TEXT, lost_requests REAL, timeline TEXT);
    CREATE TABLE {} (id INTEGER PRIMARY KEY, replication INTEGER, text TEXT);
)sql";

/// Columns of the first table before its metrics.
constexpr std::size_t k_head_columns = 7;
/// After them, where `flow` was run beside.
constexpr std::size_t k_control_columns = 2;

/// The name as SQL takes it; SQLite's columns do not differ in case alone, while services may.
std::string column_of(const std::string& metric, std::set<std::string>& taken) {
    std::string name = metric;
    const auto lower = [](std::string text) {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return text;
    };
    for (int again = 2; !taken.insert(lower(name)).second; ++again) {
        name = fmt::format("{} ({})", metric, again);
    }
    return fmt::format("\"{}\" REAL", name);
}

}  // namespace

std::size_t StudyRows::tables() const {
    return std::max<std::size_t>(1, (frame_.metrics.size() + k_columns_most - 1) / k_columns_most);
}

std::string StudyRows::table_name(std::size_t table) const {
    return prefix_ + (table == 0 ? "replications" : fmt::format("replications_{}", table + 1));
}

std::size_t StudyRows::metrics_of(std::size_t table) const {
    return std::min(k_columns_most, frame_.metrics.size() - first_metric(table));
}

std::size_t StudyRows::columns_before_metrics(std::size_t table) const {
    return table == 0 ? k_head_columns + (frame_.is_controlled() ? k_control_columns : 0) : 1;
}

void StudyRows::create(Database& database) const {
    for (std::size_t table = 0; table < tables(); ++table) {
        std::string sql = fmt::format("CREATE TABLE {} (number INTEGER PRIMARY KEY", table_name(table));
        sql += table == 0 ? ", fingerprint TEXT, events INTEGER, simulated_s REAL, incidents INTEGER, lost REAL, "
                            "sums BLOB"
                          : "";
        sql += table == 0 && frame_.is_controlled() ? ", flow_events INTEGER, flow BLOB" : "";
        std::set<std::string> taken{"number", "fingerprint", "events",      "simulated_s", "incidents",
                                    "lost",   "sums",        "flow_events", "flow"};
        for (std::size_t i = 0; i < metrics_of(table); ++i) {
            sql += ", " + column_of(frame_.metrics[first_metric(table) + i].name, taken);
        }
        database.execute(sql + ")");
    }
    database.execute(fmt::format(k_lists, incidents_table(), notices_table()));
}

void StudyRows::erase_after(Database& database, std::optional<std::uint64_t> last) const {
    const std::int64_t above = last ? static_cast<std::int64_t>(*last) : -1;
    for (std::size_t table = 0; table < tables(); ++table) {
        database.execute(fmt::format("DELETE FROM {} WHERE number > {}", table_name(table), above));
    }
    for (const std::string& list : {incidents_table(), notices_table()}) {
        database.execute(fmt::format("DELETE FROM {} WHERE replication > {}", list, above));
    }
}

RowWriter::RowWriter(Database& database, const StudyFrame& frame, const std::string& prefix)
    : layout_(frame, prefix),
      widths_(frame.widths()),
      incidents_(database,
                 fmt::format("INSERT INTO {} VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", layout_.incidents_table())),
      notices_(database, fmt::format("INSERT INTO {} VALUES (NULL, ?, ?)", layout_.notices_table())) {
    for (std::size_t table = 0; table < layout_.tables(); ++table) {
        const std::size_t columns = layout_.columns_before_metrics(table) + layout_.metrics_of(table);
        tables_.push_back(std::make_unique<Statement>(database, insert_sql(layout_.table_name(table), columns)));
    }
}

void RowWriter::append(const Batch& batch, const Study::Taken& taken) {
    for (std::size_t row = 0; row < taken.rows; ++row) {
        append_row(batch, row);
    }
    for (const Incident& one : taken.incidents) {
        incidents_.row(one.replication, one.begin_s, one.end_s, one.open, one.objective, one.cause, one.owner,
                       one.lost_requests, timeline_text(one.timeline));
    }
    for (const Notice& one : taken.notices) {
        notices_.row(one.replication, one.text);
    }
}

void RowWriter::append_row(const Batch& batch, std::size_t row) {
    const Replication& head = batch.heads[row];
    const std::string fingerprint = fmt::format("{:016x}", head.fingerprint);
    const std::span<const double> sums(batch.sums.data() + row * widths_.sums, widths_.sums);
    for (std::size_t table = 0; table < tables_.size(); ++table) {
        Statement& insert = *tables_[table];
        insert.put(head.number);
        if (table == 0) {
            insert.put(fingerprint);
            insert.put(head.events);
            insert.put(head.simulated_s);
            insert.put(head.incidents);
            insert.put(head.lost);
            insert.put(sums);
        }
        if (table == 0 && widths_.controls > 0) {
            insert.put(head.flow_events);
            insert.put(std::span<const double>(batch.controls).subspan(row * widths_.controls, widths_.controls));
        }
        const double* metrics = batch.metrics.data() + row * widths_.metrics + layout_.first_metric(table);
        for (std::size_t i = 0; i < layout_.metrics_of(table); ++i) {
            insert.put(metrics[i]);
        }
        insert.step();
    }
}

RowReader::RowReader(Database& database, const StudyFrame& frame, const std::string& prefix)
    : layout_(frame, prefix), widths_(frame.widths()) {
    for (std::size_t table = 0; table < layout_.tables(); ++table) {
        tables_.push_back(std::make_unique<Statement>(
            database, fmt::format("SELECT * FROM {} ORDER BY number", layout_.table_name(table))));
    }
    read_lists(database);
}

void RowReader::read_lists(Database& database) {
    Statement incidents(database,
                        fmt::format("SELECT replication, begin_s, end_s, open, objective, cause, owner, lost_requests, "
                                    "timeline FROM {} ORDER BY id",
                                    layout_.incidents_table()));
    while (incidents.step()) {
        Incident one;
        one.replication = static_cast<std::uint64_t>(incidents.integer(0));
        one.begin_s = incidents.real(1);
        one.end_s = incidents.real(2);
        one.open = incidents.integer(3) != 0;
        one.objective = incidents.text(4);
        one.cause = incidents.text(5);
        one.owner = incidents.text(6);
        one.lost_requests = incidents.real(7);
        one.timeline = read_timeline(incidents.text(8));
        incidents_.emplace(one.replication, std::move(one));
    }
    Statement notices(database, fmt::format("SELECT replication, text FROM {} ORDER BY id", layout_.notices_table()));
    while (notices.step()) {
        const auto replication = static_cast<std::uint64_t>(notices.integer(0));
        notices_.emplace(replication, Notice{replication, notices.text(1)});
    }
}

bool RowReader::next(Batch& batch) {
    // A statement that has come to its end would begin anew.
    for (std::size_t table = 0; table < tables_.size() && !ended_; ++table) {
        ended_ = !tables_[table]->step();
    }
    if (ended_) {
        return false;
    }
    const Statement& first = *tables_.front();
    Replication head;
    head.number = static_cast<std::uint64_t>(first.integer(0));
    const std::string fingerprint = first.text(1);
    std::from_chars(fingerprint.data(), fingerprint.data() + fingerprint.size(), head.fingerprint, 16);
    head.events = static_cast<std::uint64_t>(first.integer(2));
    head.simulated_s = first.real(3);
    head.incidents = static_cast<std::uint64_t>(first.integer(4));
    head.lost = first.real(5);
    batch.sums.resize(batch.sums.size() + widths_.sums);
    if (!first.reals(6, std::span(batch.sums).last(widths_.sums))) {
        return false;
    }
    if (widths_.controls > 0) {
        head.flow_events = static_cast<std::uint64_t>(first.integer(k_head_columns));
        batch.controls.resize(batch.controls.size() + widths_.controls);
        if (!first.reals(k_head_columns + 1, std::span(batch.controls).last(widths_.controls))) {
            return false;
        }
    }
    for (std::size_t table = 0; table < tables_.size(); ++table) {
        const int before = static_cast<int>(layout_.columns_before_metrics(table));
        for (std::size_t i = 0; i < layout_.metrics_of(table); ++i) {
            batch.metrics.push_back(tables_[table]->real(before + static_cast<int>(i)));
        }
    }
    batch.heads.push_back(head);
    for (auto [at, end] = incidents_.equal_range(head.number); at != end; ++at) {
        batch.incidents.push_back(at->second);
    }
    for (auto [at, end] = notices_.equal_range(head.number); at != end; ++at) {
        batch.notices.push_back(at->second);
    }
    return true;
}

}  // namespace nines
