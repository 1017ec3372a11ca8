#include "tools/commands/contest_run.hpp"

#include <algorithm>
#include <chrono>

#include "tools/console/interrupt.hpp"
#include "tools/console/progress.hpp"
#include "tools/console/terminal.hpp"

namespace nines {

void fill_field(ContestField& field, const std::deque<Loaded>& loaded, const Contest& contest, const Shard& shard,
                const RunLimits& limits) {
    for (std::size_t i = 0; i < loaded.size(); ++i) {
        const MetricTable& table = field.tables.emplace_back(loaded[i].plan);
        field.contexts.push_back({loaded[i].plan, table, contest.contestant(i).frame.seed, shard, limits,
                                  contest.study(i).incident_bar(), interrupted});
    }
}

Result<double> run_timed(Contest& contest, PairedSource& source, ContestStore* store, const CommonOptions& options) {
    catch_interrupts();
    Progress progress(!options.quiet, look_at_terminal(2, options.color).interactive);
    const auto began = std::chrono::steady_clock::now();
    ContestHooks hooks;
    hooks.elapsed_s = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
    const StudySpec& spec = contest.spec();
    hooks.progress = [&](const Contest& now) {
        const double of_budget = spec.budget_s ? hooks.elapsed_s() / *spec.budget_s : 0;
        const bool fixed = spec.until.empty() && !spec.budget_s;
        progress.update(std::max(now.share_done(), of_budget), now.events(), now.taken(), fixed ? now.most() : 0);
    };
    const Result<void> kept = run_contest(contest, source, store, hooks);
    progress.finish();
    if (!kept) {
        return unexpected(kept.error());
    }
    return hooks.elapsed_s();
}

}  // namespace nines
