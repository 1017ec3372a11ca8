#pragma once
// Contest: the base and its variants under the same luck, reduced replication by replication to paired differences.

#include <memory>
#include <optional>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/stats/paired_tally.hpp"
#include "models/results/comparison_results.hpp"
#include "models/study/paired_source.hpp"
#include "models/study/study.hpp"

namespace nines {

/// Who takes part. How many replications, how sure and when to stop is said by the `study` of the first, the base.
struct Contestant {
    std::string name;
    StudyFrame frame;
    std::vector<Better> better;  ///< by metric of the frame
};
Contestant contestant_of(const Plan& plan, std::uint64_t seed, const std::string& name);

/// The metrics of stopping rules that some contestant does not measure; a sentence for each.
std::vector<std::string> unmeasured_rules(const std::vector<Contestant>& contestants);

/// One figure of two contestants.
struct ContestPair {
    std::size_t first = 0, second = 0;                ///< contestants
    std::size_t first_metric = 0, second_metric = 0;  ///< in their frames
    PairedTally tally = {};
};

/// A metric that decisions are about, between all pairs of contestants that measure it.
struct ContestKey {
    std::string metric;
    std::vector<ContestPair> pairs;  ///< (0, 1), (0, 2), ... (1, 2), ...
};

/// 1. What it holds depends on the replications taken, in their order, and on nothing else.
/// 2. Memory does not grow with their number.
/// 3. A stopping rule is about the difference of its metric between each variant and the base, at a confidence that
///    makes all of them hold at once; it ends at a replication that the rules name.
class Contest {
public:
    /// @param contestants  the base first; unmeasured_rules() is empty
    explicit Contest(std::vector<Contestant> contestants, Shard shard = {});

    /// Takes the next replications, up to the one at which it ends. @returns for each contestant, what its study has
    /// kept of them
    std::vector<Study::Taken> take(const PairedBatch& batch);
    /// Ends it from outside.
    void end(StudyEnd why, const Stop& stop = {});

    StudyEnd ended() const { return end_; }
    std::uint64_t taken() const { return taken_; }
    /// How many its shard may take at most.
    std::uint64_t most() const { return shard_.share_of(spec().replications); }
    /// The number of the last replication taken; nothing before the first.
    std::optional<std::uint64_t> last_number() const { return studies_.front()->last_number(); }
    std::uint64_t events() const;
    /// Of the replications, for people.
    double share_done() const;
    const StudySpec& spec() const { return contestants_.front().frame.spec; }
    std::size_t size() const { return contestants_.size(); }
    const Study& study(std::size_t contestant) const { return *studies_[contestant]; }

    const std::vector<Contestant>& contestants() const { return contestants_; }
    const Contestant& contestant(std::size_t i) const { return contestants_[i]; }
    /// A variant's metrics beside the base's, in the order of the base's, by name; none for the base itself.
    const std::vector<ContestPair>& versus(std::size_t i) const { return versus_[i]; }
    const std::vector<ContestKey>& keys() const { return keys_; }

private:
    void match();
    void make_keys();
    void make_rules();
    std::size_t rows_until_end(const PairedBatch& batch);
    void add(const PairedBatch& batch, std::size_t rows, ContestPair& pair) const;
    void note_stops(const PairedBatch& batch, std::size_t rows);

    std::vector<Contestant> contestants_;
    Shard shard_;
    std::vector<std::unique_ptr<Study>> studies_;
    std::vector<std::vector<ContestPair>>
        versus_;  // by variant (0: the base, none), in the order of the base's metrics
    std::vector<ContestKey> keys_;
    std::optional<Stopping> stopping_;
    std::vector<ContestPair> wanted_;  // by target of stopping_; their tallies stay empty
    std::vector<double> target_values_;
    std::uint64_t taken_ = 0;
    StudyEnd end_ = StudyEnd::none;
};

struct ContestHooks {
    std::function<double()> elapsed_s;                  ///< wall-clock time since it began, for `budget`
    std::function<void(const Contest&)> progress = {};  ///< after each batch
};

/// What is kept between processes. Every error is a sentence for the user.
class ContestStore {
public:
    virtual ~ContestStore() = default;
    /// Hands over what is there already, in order, until `take` returns false.
    virtual Result<void> replay(const std::function<bool(const PairedBatch&)>& take) = 0;
    /// Keeps the first rows of a batch, and what the study of each contestant has taken of its lists.
    virtual Result<void> append(const PairedBatch& batch, const std::vector<Study::Taken>& taken) = 0;
};

/// Runs it to its end. An error is that of the store (nullptr: none); the contest then holds what was taken before.
Result<void> run_contest(Contest& contest, PairedBatches& source, ContestStore* store, const ContestHooks& hooks);

/// What it has found so far: all but `wall_s`.
ComparisonResults results_of(const Contest& contest);

}  // namespace nines
