#pragma once
// ContestFile: the SQLite file of a comparison: the replications of each contestant, as they are simulated, and the
// results once it ends.

#include <memory>
#include <string>
#include <vector>

#include "models/results/comparison_results.hpp"
#include "models/study/compare.hpp"
#include "tools/output/kept_file.hpp"
#include "tools/output/study_rows.hpp"

namespace nines {

/// What StudyIdentity::kind is for these files.
inline constexpr const char* k_comparison = "comparison";

/// Whatever happens to the process, the file holds the first so many replications of all contestants, whole.
class ContestFile : public ContestStore {
public:
    /// @param warnings  sentences about the contestants, for who merges shards without the scenario
    static FileResult<std::unique_ptr<ContestFile>> open(const std::string& path, const StudyIdentity& identity,
                                                         const Contest& contest,
                                                         const std::vector<std::string>& warnings,
                                                         StudyOpening opening);

    Result<void> replay(const std::function<bool(const PairedBatch&)>& take) override;
    Result<void> append(const PairedBatch& batch, const std::vector<Study::Taken>& taken) override;
    /// Writes the results, and ends the file.
    Result<void> finish(const ComparisonResults& results);

private:
    ContestFile(KeptFile file, const Contest& contest);
    void write_contestants();

    KeptFile file_;
    const Contest& contest_;
    std::vector<std::unique_ptr<RowWriter>> writers_;  // by contestant
};

/// Who took part, as the file of a comparison tells it.
struct StoredContest {
    std::vector<Contestant> contestants;
    std::vector<std::string> warnings;
};
FileResult<StoredContest> read_contest(const StoredFile& stored);

/// The replications in the file of a comparison, in the order of their numbers.
class ContestReader {
public:
    ContestReader(Database& database, const std::vector<Contestant>& contestants);
    /// Appends the next replication of each contestant. @returns false after the last
    bool next(PairedBatch& batch);

private:
    std::vector<std::unique_ptr<RowReader>> readers_;  // by contestant
};

/// Makes room for the next replications.
void clear(PairedBatch& batch, std::size_t contestants);

}  // namespace nines
