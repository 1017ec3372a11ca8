#include "models/jobs/simulate_jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "models/jobs/outages.hpp"
#include "models/jobs/start.hpp"

namespace nines {

namespace {

/// A job that is taken back again and again gets nowhere: after so many draws its name is given up for the run.
constexpr std::uint64_t k_draws_most = 20'000'000;
constexpr double k_infinite = std::numeric_limits<double>::infinity();
constexpr double k_rounding =
    1e-9;  // a stretch that ends at the moment of the reclaim is saved, whatever the clock adds up to

/// The jobs of one name, one after the other: they share nothing but the place.
class OneName {
public:
    OneName(const JobPlan& job, const RunSpec& run, const RegionGrid* grid, std::vector<OutageSpan> outages,
            double until_s)
        : job_(job), run_(run), grid_(grid), outages_(std::move(outages)), until_s_(until_s) {}

    JobTally run(Luck luck) {
        const Job& spec = job_.spec;
        Stream gaps(luck, "job.every", spec.name);
        Stream works(luck, "job.work", spec.name);
        const auto gap_s = [&] { return spec.every_s ? spec.every_s->sample(gaps) : k_infinite; };
        double ready_s = spec.at_s ? *spec.at_s : gap_s() - run_.warmup_s;
        for (std::uint64_t number = 0; ready_s < until_s_; ++number) {
            const double work_s = spec.work_s.sample(works);
            one_job(ready_s, work_s, Stream(luck, "job.reclaim", fmt::format("{}#{}", spec.name, number)));
            ready_s += gap_s();
        }
        tally_.energy_j = tally_.machine_s * job_.busy_w;
        return tally_;
    }

private:
    /// How far one job has come.
    struct Progress {
        std::uint64_t saved = 0;  // whole stretches
        double run_s = 0;
        double carbon_g = 0;
        double reclaims = 0;
        bool interrupted = false;
    };

    double start_s(double ready_s) const {
        const Job& spec = job_.spec;
        if (spec.start == JobStart::at_once || !spec.within_s || grid_ == nullptr) {
            return ready_s;
        }
        const double last_s = ready_s + *spec.within_s - job_.expected_run_s;
        return greenest_start_s(*grid_, run_.start_clock_s, {ready_s, last_s, job_.expected_run_s});
    }

    /// From when one of its machines runs until it is taken back.
    double until_reclaim_s(Stream& reclaims) {
        if (!job_.spec.spot) {
            return k_infinite;
        }
        const Distribution& law = job_.spec.spot->reclaim_s;
        draws_ += law.law == Law::exponential ? 1 : job_.spec.instances;
        if (law.law == Law::exponential) {
            // The first of n clocks to ring rings after an n-th of the time.
            return law.sample(reclaims) / job_.spec.instances;
        }
        double first_s = k_infinite;
        for (std::uint32_t machine = 0; machine < job_.spec.instances; ++machine) {
            first_s = std::min(first_s, law.sample(reclaims));
        }
        return first_s;
    }

    /// The outage that is not over at a moment, or the next; the end of the list: there is none.
    std::vector<OutageSpan>::const_iterator outage_from(double at_s) const {
        return std::partition_point(outages_.begin(), outages_.end(),
                                    [&](const OutageSpan& one) { return one.end_s <= at_s; });
    }

    void one_job(double ready_s, double work_s, Stream reclaims) {
        const Stretches stretches = job_.spec.stretches_of(work_s);
        Progress progress;
        double at_s = start_s(ready_s);
        double finished_s = k_infinite;
        while (finished_s == k_infinite && at_s < until_s_ && draws_ < k_draws_most) {
            const auto outage = outage_from(at_s);
            if (outage != outages_.end() && outage->begin_s <= at_s) {
                at_s = outage->end_s;
                continue;
            }
            const double works_s = at_s + (progress.interrupted ? job_.spec.restart_s : 0);
            const double done_s = works_s + stretches.left_s(progress.saved);
            const double reclaimed_s = works_s + until_reclaim_s(reclaims);
            const double lost_s = outage == outages_.end() ? k_infinite : outage->begin_s;
            const double stops_s = std::min({done_s, reclaimed_s, lost_s});
            machines_run(at_s, stops_s, progress);
            at_s = stops_s;
            if (stops_s == done_s) {
                finished_s = done_s;
            } else {
                progress.interrupted = true;
                progress.reclaims += reclaimed_s <= lost_s ? 1 : 0;
                save(stretches, std::max(0.0, stops_s - works_s), progress);
            }
        }
        count(ready_s, finished_s, progress);
    }

    /// What was saved while it worked for so long without finishing.
    static void save(const Stretches& stretches, double worked_s, Progress& progress) {
        if (stretches.are_saved()) {
            const auto more = static_cast<std::uint64_t>(worked_s / stretches.whole_s() * (1 + k_rounding));
            progress.saved = std::min(stretches.whole(), progress.saved + more);
        }
    }

    void machines_run(double from_s, double to_s, Progress& progress) {
        const double machines = job_.spec.instances;
        const double watts = machines * job_.busy_w;
        const auto grams = [&](double begin_s, double end_s) {
            return grid_ == nullptr ? 0 : grid_->grams_per_watt(begin_s, end_s) * watts;
        };
        const double end_s = std::min(to_s, until_s_);
        progress.run_s += (to_s - from_s) * machines;
        progress.carbon_g += grams(from_s, end_s);
        const double begin_s = std::max(from_s, 0.0);
        if (begin_s < end_s) {
            tally_.machine_s += (end_s - begin_s) * machines;
            tally_.carbon_g += grams(begin_s, end_s);
        }
    }

    void count(double ready_s, double finished_s, const Progress& progress) {
        if (ready_s < 0) {
            return;
        }
        const bool is_finished = finished_s <= until_s_;
        tally_.ready += 1;
        if (const auto& within_s = job_.spec.within_s) {
            const double due_s = ready_s + *within_s;
            tally_.judged += is_finished || due_s <= until_s_ ? 1 : 0;
            tally_.late += due_s <= until_s_ && finished_s > due_s ? 1 : 0;
        }
        if (!is_finished) {
            return;
        }
        tally_.finished += 1;
        tally_.uninterrupted += progress.interrupted ? 0 : 1;
        tally_.duration_s += finished_s - ready_s;
        tally_.run_s += progress.run_s;
        tally_.reclaims += progress.reclaims;
        tally_.job_carbon_g += progress.carbon_g;
    }

    const JobPlan& job_;
    const RunSpec& run_;
    const RegionGrid* grid_;
    std::vector<OutageSpan> outages_;
    double until_s_;
    std::uint64_t draws_ = 0;
    JobTally tally_;
};

}  // namespace

JobSimulation::JobSimulation(const Plan& plan) : plan_(plan) {
    for (const JobPlan& job : plan.jobs) {
        if (job.region.exists() && grids_.find(job.region) == grids_.end()) {
            grids_.emplace(job.region, RegionGrid(plan.carbon[job.region], plan.run.start_clock_s));
        }
    }
}

Column<JobId, JobTally> JobSimulation::run(Luck luck, const std::vector<FaultRecord>& faults, double until_s) const {
    Column<JobId, JobTally> tallies;
    for (const JobPlan& job : plan_.jobs) {
        const auto grid = grids_.find(job.region);
        OneName jobs(job, plan_.run, grid == grids_.end() ? nullptr : &grid->second,
                     outages_at(plan_, faults, job.spec.zone), until_s);
        tallies.push_back(jobs.run(luck));
    }
    return tallies;
}

}  // namespace nines
