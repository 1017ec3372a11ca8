#include "models/results/incidents.hpp"

#include <algorithm>

namespace nines {

namespace {

constexpr std::uint64_t k_requests_in_block = 20;

/// How old a request in flight may be and still be expected to end well: a slice, or twice the longest that any took.
double patience_of_the_judge_s(const Plan& plan, const Run& run) {
    double longest_s = 0;
    for (const ScopeTally& demand : plan.of_users(run.demands)) {
        longest_s = std::max({longest_s, to_seconds(demand.ok_latency.max()), to_seconds(demand.other_latency.max())});
    }
    return std::max(plan.run.slice_s, 2 * longest_s);
}

std::uint64_t ended_of(const SliceTally& slice) {
    std::uint64_t ended = 0;
    for (const std::uint32_t count : slice.ended) {
        ended += count;
    }
    return ended;
}

/// Requests of a slice that are judged. Young ones in flight are left out; who has waited longer has not been served.
std::uint64_t judged(const SliceTally& slice, double slice_end_s, double young_from_s) {
    return slice_end_s > young_from_s ? ended_of(slice) : slice.offered;
}

std::uint64_t ok_of(const SliceTally& slice) {
    return slice.ended[static_cast<std::size_t>(Outcome::ok)] +
           slice.ended[static_cast<std::size_t>(Outcome::degraded)];
}

/// The latest-begun fault that was in force in the first block of an incident, or ended less than `clear` before.
const FaultRecord* cause_of(const Plan& plan, const FaultsInForce& faults, const SliceBlock& first) {
    // What was wanted just before a fault and failed by it makes the block before the fault bad.
    return faults.latest(later(plan.warmup, to_ns(first.begin_s)),
                         later(plan.warmup, to_ns(std::max(first.end_s, first.last_failure_s))));
}

}  // namespace

std::vector<SliceBlock> join_slices(const Plan& plan, const Run& run) {
    std::vector<SliceBlock> blocks;
    SliceBlock block;
    const double slice_s = plan.run.slice_s;
    bool open = false;
    const double young_from_s = run.measured_s - patience_of_the_judge_s(plan, run);
    for (const SliceTally& slice : run.slices) {
        const double begin_s = slice.at * slice_s;
        const double end_s = std::min((slice.at + 1.0) * slice_s, run.measured_s);
        if (!open) {
            // Empty slices before this one continue the last block.
            if (!blocks.empty()) {
                blocks.back().end_s = begin_s;
            }
            block = {};
            block.begin_s = blocks.empty() ? 0 : begin_s;
            open = true;
        }
        block.end_s = end_s;
        const std::uint64_t requests = judged(slice, end_s, young_from_s);
        block.requests += requests;
        block.ok += ok_of(slice);
        const bool some_never_ended = requests > ended_of(slice);
        block.last_failure_s = std::max(
            block.last_failure_s, some_never_ended ? run.measured_s : to_seconds(slice.last_failure - plan.warmup));
        if (block.requests >= k_requests_in_block) {
            blocks.push_back(block);
            open = false;
        }
    }
    if (open && blocks.empty()) {
        blocks.push_back(block);  // fewer than twenty in the whole run
    } else if (open) {
        blocks.back().requests += block.requests;
        blocks.back().ok += block.ok;
        blocks.back().last_failure_s = std::max(blocks.back().last_failure_s, block.last_failure_s);
    }
    if (!blocks.empty()) {
        blocks.back().end_s = run.measured_s;
    }
    for (SliceBlock& one : blocks) {
        one.bad = static_cast<double>(one.ok) < plan.run.good * static_cast<double>(one.requests);
    }
    return blocks;
}

FaultsInForce::FaultsInForce(const Plan& plan, const Run& run) : clear_(to_ns(plan.run.clear_s)) {
    for (auto fault = run.faults.rbegin(); fault != run.faults.rend(); ++fault) {
        by_begin_.push_back(&*fault);
    }
    std::stable_sort(by_begin_.begin(), by_begin_.end(),
                     [](const FaultRecord* a, const FaultRecord* b) { return a->begin < b->begin; });
    for (std::size_t i = 0; i < by_begin_.size(); ++i) {
        std::size_t before = i == 0 ? k_none : i - 1;
        while (before != k_none && by_begin_[before]->end <= by_begin_[i]->end) {
            before = outlasting_[before];
        }
        outlasting_.push_back(before);
    }
}

const FaultRecord* FaultsInForce::latest(Nanoseconds begin, Nanoseconds end) const {
    const auto after = std::partition_point(by_begin_.begin(), by_begin_.end(),
                                            [&](const FaultRecord* fault) { return fault->begin < end; });
    std::size_t at = after == by_begin_.begin() ? k_none : static_cast<std::size_t>(after - by_begin_.begin()) - 1;
    // Those between a fault that ended long ago and the nearest that outlasted it ended before it did.
    while (at != k_none && by_begin_[at]->end < begin - clear_) {
        at = outlasting_[at];
    }
    return at == k_none ? nullptr : by_begin_[at];
}

Column<FaultId, double> lost_beside_incidents(const Plan& plan, const Run& run, const std::vector<SliceBlock>& blocks) {
    Column<FaultId, double> lost(plan.faults.size(), 0);
    const FaultsInForce faults(plan, run);
    auto block = blocks.begin();
    for (const SliceTally& slice : run.slices) {
        const double begin_s = slice.at * plan.run.slice_s;
        while (block != blocks.end() && block->end_s <= begin_s) {
            ++block;
        }
        const std::uint64_t failed = ended_of(slice) - ok_of(slice);
        if (failed == 0 || (block != blocks.end() && block->bad)) {
            continue;
        }
        const Nanoseconds end = later(plan.warmup, to_ns(begin_s + plan.run.slice_s));
        const FaultRecord* const cause =
            faults.latest(later(plan.warmup, to_ns(begin_s)), std::max(end, slice.last_failure));
        if (cause != nullptr) {
            lost[cause->fault] += static_cast<double>(failed);
        }
    }
    return lost;
}

std::vector<IncidentSpan> find_incidents(const Plan& plan, const Run& run, const std::vector<SliceBlock>& blocks) {
    std::vector<IncidentSpan> incidents;
    const FaultsInForce faults(plan, run);
    bool in_incident = false;
    double good_since_s = -1;  // inside an incident: when it became good again
    for (const SliceBlock& block : blocks) {
        if (!in_incident && block.bad) {
            const FaultRecord* const cause = cause_of(plan, faults, block);
            incidents.push_back({block.begin_s, block.end_s, true, cause == nullptr ? FaultId::none() : cause->fault,
                                 cause == nullptr ? 0 : to_seconds(cause->begin - plan.warmup), 0});
            in_incident = true;
            good_since_s = -1;
        } else if (in_incident && block.bad) {
            good_since_s = -1;
        } else if (in_incident && good_since_s < 0) {
            good_since_s = block.begin_s;
        }
        if (!in_incident) {
            continue;
        }
        IncidentSpan& incident = incidents.back();
        if (block.bad) {
            incident.lost_requests += static_cast<double>(block.requests - block.ok);
        } else if (block.end_s - good_since_s >= plan.run.clear_s) {
            incident.end_s = good_since_s;
            incident.open = false;
            in_incident = false;
        }
    }
    if (in_incident) {
        incidents.back().end_s = run.measured_s;
    }
    return incidents;
}

}  // namespace nines
