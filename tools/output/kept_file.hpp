#pragma once
// KeptFile: an SQLite file that replications are kept in while they come: whose they are, one process at a time, and
// transactions.

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/result.hpp"
#include "tools/console/exit_codes.hpp"
#include "tools/output/database.hpp"

namespace nines {

/// A sentence for the user, and how the program should end.
struct FileError {
    ExitCode code = ExitCode::machine;
    std::string what;
};
template <class T>
using FileResult = tl::expected<T, FileError>;

/// Whose replications a file holds. Objectives and study settings are not among it: they change what is made of
/// replications, not the replications. Of a comparison: what stands for all contestants, in their order.
struct StudyIdentity {
    std::string version;
    std::string scenario;  ///< a hash of all that a replication depends on
    std::string seed;
    std::string fidelity;
    std::string variant;
    std::string shard = "1/1";
    std::string control = {};  ///< "flow", or nothing
    std::string kind = {};     ///< "comparison", or nothing: a study
};

/// What must agree, and how it is named; in the order in which a difference is told.
inline constexpr std::array<std::pair<const char*, std::string StudyIdentity::*>, 8> k_identity_fields{
    {{"kind", &StudyIdentity::kind},
     {"variant", &StudyIdentity::variant},
     {"scenario", &StudyIdentity::scenario},
     {"version", &StudyIdentity::version},
     {"seed", &StudyIdentity::seed},
     {"fidelity", &StudyIdentity::fidelity},
     {"shard", &StudyIdentity::shard},
     {"control", &StudyIdentity::control}}};

enum class StudyOpening {
    anew,   ///< a finished study or run that stands there is replaced, an unfinished one is not
    resume  ///< goes on with what is there; begins where there is nothing
};

/// 1. What is written between begin() and commit_when_due() is kept in transactions, at most k_commit_s apart (closer
///    at first): whatever happens to the process, the file holds what was written up to some call of it, whole.
/// 2. One process at a time.
class KeptFile {
public:
    static constexpr double k_commit_s = 1;

    /// @param create  makes the tables of a new file, inside a transaction
    static FileResult<KeptFile> open(const std::string& path, const StudyIdentity& identity, StudyOpening opening,
                                     const std::function<void(KeptFile&)>& create);

    Database& database() { return *database_; }
    void set(const std::string& key, const std::string& value);
    /// Opens a transaction where none is open.
    void begin();
    void commit();
    void commit_when_due();
    /// Says how it ended, and commits.
    void finish(bool partial);
    /// Whether all went well so far; the sentence of what did not.
    Result<void> outcome();
    FileError failure();

private:
    KeptFile(std::string path, std::unique_ptr<Database> database);
    FileResult<void> create(const StudyIdentity& identity, const std::function<void(KeptFile&)>& create);
    FileResult<void> check_identity(const StudyIdentity& identity);
    static std::optional<FileError> another_study(const std::string& path, const StudyIdentity& identity);

    std::string path_;
    std::unique_ptr<Database> database_;
    std::chrono::steady_clock::time_point committed_;
    double commit_s_ = 0.01;  // doubles up to k_commit_s
};

bool has_table(Database& database, const char* name);

/// A kept file as `nines merge` finds it.
struct StoredFile {
    std::string path;
    StudyIdentity identity;
    std::string state;  ///< "running", "partial", "finished"
    std::unique_ptr<Database> database;

    /// What stands under a key; empty where nothing does.
    std::string value(const std::string& key) const;
};
FileResult<StoredFile> read_kept_file(const std::string& path);
/// Of a file that does not hold what one of this version would.
FileError no_study_of_this_version(const std::string& path);

}  // namespace nines
