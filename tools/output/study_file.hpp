#pragma once
// StudyFile: the SQLite file of a study: what was simulated, as it is simulated, and the results once it ends.

#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "models/study/ahead_store.hpp"
#include "models/study/run_study.hpp"
#include "tools/console/exit_codes.hpp"
#include "tools/output/study_rows.hpp"

namespace nines {

/// A sentence for the user, and how the program should end.
struct FileError {
    ExitCode code = ExitCode::machine;
    std::string what;
};
template <class T>
using FileResult = tl::expected<T, FileError>;

/// Whose replications a file holds. Objectives and study settings are not among it: they change what is made of
/// replications, not the replications.
struct StudyIdentity {
    std::string version;
    std::string scenario;  ///< a hash of all that a replication depends on
    std::string seed;
    std::string fidelity;
    std::string variant;
    std::string shard = "1/1";
    std::string control = {};  ///< "flow", or nothing
};

/// What must agree, and how it is named; in the order in which a difference is told.
inline constexpr std::array<std::pair<const char*, std::string StudyIdentity::*>, 7> k_identity_fields{
    {{"scenario", &StudyIdentity::scenario},
     {"version", &StudyIdentity::version},
     {"seed", &StudyIdentity::seed},
     {"fidelity", &StudyIdentity::fidelity},
     {"variant", &StudyIdentity::variant},
     {"shard", &StudyIdentity::shard},
     {"control", &StudyIdentity::control}}};

enum class StudyOpening {
    anew,   ///< a finished study or run that stands there is replaced, an unfinished one is not
    resume  ///< goes on with what is there; begins where there is nothing
};

/// 1. What was appended is kept in transactions, at most k_commit_s apart (closer at first): whatever happens to the
/// process, the file
///    holds the first so many replications, whole.
/// 2. One process at a time.
class StudyFile : public StudyStore, public AheadStore {
public:
    static constexpr double k_commit_s = 1;

    static FileResult<std::unique_ptr<StudyFile>> open(const std::string& path, const StudyIdentity& identity,
                                                       const StudyFrame& frame, StudyOpening opening);

    Result<void> replay(const std::function<bool(const Batch&)>& take) override;
    Result<void> append(const Batch& batch, const Study::Taken& taken) override;
    Result<std::vector<Parcel>> ahead() override;
    Result<void> keep_ahead(const std::vector<Parcel>& parcels) override;
    /// Writes the results, and ends the file.
    Result<void> finish(const Study& study, const Results& results);

private:
    StudyFile(std::string path, const StudyFrame& frame, std::unique_ptr<Database> database);
    FileResult<void> create(const StudyIdentity& identity);
    static std::optional<FileError> another_study(const std::string& path, const StudyIdentity& identity,
                                                  const StudyFrame& frame);
    FileResult<void> check_identity(const StudyIdentity& identity);
    void begin();
    void commit();
    Result<void> outcome();

    std::string path_;
    const StudyFrame& frame_;
    std::unique_ptr<Database> database_;
    std::unique_ptr<RowWriter> writer_;
    std::chrono::steady_clock::time_point committed_;
    double commit_s_ = 0.01;  // doubles up to k_commit_s
};

/// A shard as `nines merge` finds it.
struct StoredStudy {
    std::string path;
    StudyIdentity identity;
    StudyFrame frame;
    std::string state;  ///< "running", "partial", "finished"
    std::unique_ptr<Database> database;
};
FileResult<StoredStudy> read_study_file(const std::string& path);

}  // namespace nines
