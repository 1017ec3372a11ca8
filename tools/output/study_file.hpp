#pragma once
// StudyFile: the SQLite file of a study: what was simulated, as it is simulated, and the results once it ends.

#include <memory>

#include "models/study/ahead_store.hpp"
#include "models/study/run_study.hpp"
#include "tools/output/kept_file.hpp"
#include "tools/output/study_rows.hpp"

namespace nines {

/// Whatever happens to the process, the file holds the first so many replications, whole.
class StudyFile : public StudyStore, public AheadStore {
public:
    static FileResult<std::unique_ptr<StudyFile>> open(const std::string& path, const StudyIdentity& identity,
                                                       const StudyFrame& frame, StudyOpening opening);

    Result<void> replay(const std::function<bool(const Batch&)>& take) override;
    Result<void> append(const Batch& batch, const Study::Taken& taken) override;
    Result<std::vector<Parcel>> ahead() override;
    Result<void> keep_ahead(const std::vector<Parcel>& parcels) override;
    /// Writes the results, and ends the file.
    Result<void> finish(const Study& study, const Results& results);

private:
    StudyFile(KeptFile file, const StudyFrame& frame);

    KeptFile file_;
    const StudyFrame& frame_;
    RowWriter writer_;
};

/// The study in a file, as `nines merge` finds it.
FileResult<StudyFrame> read_study_frame(const StoredFile& stored);

}  // namespace nines
