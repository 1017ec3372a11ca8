#include "tools/commands/trials.hpp"

#include "tools/commands/contest_run.hpp"

namespace nines {

namespace {

constexpr const char* k_flow = "flow";

/// The base and what can be made of it, in one order.
struct Entries {
    std::deque<Loaded> loaded;  ///< the base first
    std::vector<Remedy> remedies;
    std::vector<std::string> impossible;
};

Result<Loaded> read_for_trial(const CommonOptions& options, std::uint64_t replications) {
    Result<Loaded> loaded = read_scenario(options);
    if (loaded) {
        StudySpec& study = loaded->plan.study;
        study.replications = replications;
        study.until.clear();
    }
    return loaded;
}

/// The user's options, in flow: what only a study in requests has is taken away.
CommonOptions options_for_trials(const StudyJob& job) {
    CommonOptions options = job.common();
    options.fidelity = k_flow;
    const Node* study = job.loaded.document.root.find("study");
    if (job.loaded.plan.study.control != StudyControl::none) {
        options.sets.emplace_back("study.control=none");
    }
    if (study != nullptr && study->find("rare") != nullptr) {
        options.sets.emplace_back("study.rare=null");
    }
    return options;
}

Result<Entries> entries_of(const StudyJob& job, const std::vector<Remedy>& remedies, std::uint64_t replications) {
    const CommonOptions options = options_for_trials(job);
    Entries entries;
    Result<Loaded> base = read_for_trial(options, replications);
    if (!base) {
        return unexpected(base.error());
    }
    entries.loaded.push_back(std::move(*base));
    for (const Remedy& remedy : remedies) {
        CommonOptions varied = options;
        varied.sets.insert(varied.sets.end(), remedy.sets.begin(), remedy.sets.end());
        Result<Loaded> one = read_for_trial(varied, replications);
        if (one) {
            entries.loaded.push_back(std::move(*one));
            entries.remedies.push_back(remedy);
        } else {
            entries.impossible.push_back(remedy.name);
        }
    }
    return entries;
}

}  // namespace

Result<Trials> try_remedies(const StudyJob& job, const Results& results) {
    std::vector<Remedy> remedies = remedies_of(job.loaded.document, job.loaded.architecture, results);
    std::vector<std::string> left_out;
    while (remedies.size() > k_trials_most) {
        left_out.insert(left_out.begin(), remedies.back().name);
        remedies.pop_back();
    }
    Result<Entries> entries = entries_of(job, remedies, results.replications);
    if (!entries) {
        return unexpected(entries.error());
    }
    Trials trials;
    if (!entries->remedies.empty()) {
        std::vector<Contestant> contestants;
        for (std::size_t i = 0; i < entries->loaded.size(); ++i) {
            const std::string name = i == 0 ? "base" : entries->remedies[i - 1].name;
            contestants.push_back(contestant_of(entries->loaded[i].plan, job.seed(), name));
        }
        Contest contest(std::move(contestants));
        ContestField field;
        const Executor executor(static_cast<std::size_t>(job.common().threads));
        fill_field(field, entries->loaded, contest, {}, {job.limits.memory_bytes / executor.threads()});
        PairedSource source(field.contexts, executor);
        if (const Result<double> wall_s = run_timed(contest, source, nullptr, job.common()); !wall_s) {
            return unexpected(wall_s.error());
        }
        trials = trials_of(results_of(contest), entries->remedies);
    }
    trials.left_out = std::move(left_out);
    trials.impossible = std::move(entries->impossible);
    return trials;
}

}  // namespace nines
