#include "models/study/replicator.hpp"

#include <bit>

#include "engine/base/hash.hpp"

namespace nines {

namespace {

/// Of what threats did: all figures follow from it.
std::uint64_t fingerprint_of(const SecurityCourse& course) {
    std::uint64_t fingerprint = course.breaches.size();
    for (const ThreatTally& tally : course.threats) {
        for (const double figure : {tally.events, tally.contain_s, tally.records, tally.credential_s, tally.unpatched_s,
                                    tally.destroyed, tally.flood_requests}) {
            fingerprint = combine(fingerprint, std::bit_cast<std::uint64_t>(figure));
        }
    }
    return fingerprint;
}

/// Of what batch jobs did.
std::uint64_t fingerprint_of(const Column<JobId, JobTally>& jobs) {
    std::uint64_t fingerprint = jobs.size();
    for (const JobTally& tally : jobs) {
        for (const double figure : {tally.ready, tally.finished, tally.duration_s, tally.run_s, tally.machine_s}) {
            fingerprint = combine(fingerprint, std::bit_cast<std::uint64_t>(figure));
        }
    }
    return fingerprint;
}

}  // namespace

Replicator::Replicator(const Plan& plan) : plan_(plan) {
    if (plan.run.fidelity == "flow") {
        flow_.emplace(plan);
    }
    if (plan.security.has_threats()) {
        security_.emplace(plan);
    }
    if (!plan.jobs.empty()) {
        jobs_.emplace(plan);
    }
}

Run Replicator::run(Luck luck, const Watcher& watcher, const RunLimits& limits) {
    nines::Run run = flow_ ? flow_->run(luck, watcher, limits) : simulate_requests(plan_, luck, watcher, limits);
    if (security_) {
        run.security = security_->run(luck, run.measured_s);
        run.fingerprint = combine(run.fingerprint, fingerprint_of(*run.security));
    }
    if (jobs_) {
        run.jobs = jobs_->run(luck, run.faults, run.measured_s);
        run.fingerprint = combine(run.fingerprint, fingerprint_of(run.jobs));
    }
    return run;
}

}  // namespace nines
