#include "models/faults/fault_process.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/random/portable_math.hpp"
#include "engine/random/renewed.hpp"

namespace nines {

namespace {

/// How long until the turn that is one, from the turn that may be the first on. Each is one with the same chance,
/// whatever the others are: so many are passed over as a geometric law has it, floor(E / -ln(1 - chance)) of an
/// exponential E of mean 1.
double turns_passed_s(const TurnsPlan& turns, Stream& luck) {
    if (turns.chance >= 1) {
        return 0;
    }
    return turns.gap_s * std::floor(luck.exponential() / -portable::log1p(-turns.chance));
}

}  // namespace

FaultProcesses::FaultProcesses(const Plan& plan, Luck luck, std::vector<Outage> outages)
    : plan_(plan),
      outages_(std::move(outages)),
      first_process_(plan.faults.size()),
      crews_busy_(plan.faults.size()),
      waiting_for_crew_(plan.faults.size()) {
    for (std::size_t f = 0; f < plan.faults.size(); ++f) {
        const FaultId id = index_at<FaultId>(f);
        const FaultPlan& fault = plan.faults[id];
        first_process_[id] = static_cast<std::uint32_t>(processes_.size());
        const std::size_t count =
            fault.draws_members ? std::min<std::size_t>(1, fault.members.size()) : fault.members.size();
        for (std::size_t m = 0; m < count; ++m) {
            Process process;
            process.fault = id;
            process.member = static_cast<std::uint32_t>(m);
            const std::string name = plan.names.faults[id] + "/" + plan.names.fault_members[id][m];
            process.ups = Stream(luck, "fault.up", name);
            process.downs = Stream(luck, "fault.down", name);
            process.members = Stream(luck, "fault.members", name);
            if (fault.turns) {
                process.first = Stream(luck, "fault.first", plan.names.faults[id]);
            }
            const TargetAtom atom = fault.members[m].empty() ? TargetAtom{} : fault.members[m].front();
            if (!fault.draws_members && atom.kind == TargetAtom::Kind::member) {
                process.instances = plan.groups[GroupId{atom.index}].count;
            }
            processes_.push_back(process);
        }
    }
}

std::vector<FaultAppointment> FaultProcesses::start() {
    std::vector<FaultAppointment> first;
    for (std::size_t i = 0; i < processes_.size(); ++i) {
        Process& process = processes_[i];
        const FaultPlan& fault = plan_.faults[process.fault];
        const bool comes_again = fault.every_s || fault.follows_threat;
        const double after_s = fault.turns   ? draw_first_turn_s(process)
                               : comes_again ? draw_gap_s(process)
                                             : fault.at_s;
        first.push_back({true, static_cast<std::uint32_t>(i), after_s});
    }
    return first;
}

/// Until the process's fault begins. The clocks of a counted group run at exponential times (cross_check sees to it):
/// the first of n to ring rings after an n-th of the time.
void FaultProcesses::renew_luck(std::uint64_t key) {
    for (Process& process : processes_) {
        process.ups = renewed(process.ups, key);
        process.downs = renewed(process.downs, key);
        process.members = renewed(process.members, key);
    }
}

double FaultProcesses::draw_gap_s(Process& process) const {
    if (plan_.faults[process.fault].follows_threat) {
        return gap_until_outage_s(process);
    }
    if (const auto& turns = plan_.faults[process.fault].turns) {
        return turns->gap_s + turns_passed_s(*turns, process.ups);
    }
    const double gap_s = plan_.faults[process.fault].every_s->sample(process.ups);
    return gap_s / static_cast<double>(process.instances);
}

double FaultProcesses::draw_first_turn_s(Process& process) const {
    const TurnsPlan& turns = *plan_.faults[process.fault].turns;
    const double within_s = process.first.uniform() * turns.first_within_s;
    const double first_s =
        turns.first_step_s > 0 ? std::floor(within_s / turns.first_step_s) * turns.first_step_s : within_s;
    return turns.first_s + first_s + turns.between_members_s * process.member + turns_passed_s(turns, process.ups);
}

double FaultProcesses::gap_until_outage_s(Process& process) const {
    while (process.next_outage < outages_.size() && outages_[process.next_outage].fault != process.fault) {
        ++process.next_outage;
    }
    return process.next_outage < outages_.size() ? outages_[process.next_outage].begin_s - process.since_s
                                                 : std::numeric_limits<double>::infinity();
}

std::vector<TargetAtom> FaultProcesses::draw_atoms(Process& process) {
    const FaultPlan& fault = plan_.faults[process.fault];
    if (!fault.draws_members) {
        return fault.members[process.member];
    }
    // A share of the members, rounded half up, without replacement (the first steps of a Fisher-Yates shuffle).
    std::vector<std::uint32_t> order(fault.members.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = static_cast<std::uint32_t>(i);
    }
    const auto wanted = static_cast<std::size_t>(fault.share * static_cast<double>(order.size()) + 0.5 + 1e-9);
    std::vector<TargetAtom> atoms;
    for (std::size_t i = 0; i < std::min(wanted, order.size()); ++i) {
        const std::size_t pick = i + process.members.below(order.size() - i);
        std::swap(order[i], order[pick]);
        const auto& member = fault.members[order[i]];
        atoms.insert(atoms.end(), member.begin(), member.end());
    }
    return atoms;
}

double FaultProcesses::draw_length_s(Process& process) {
    const FaultPlan& fault = plan_.faults[process.fault];
    if (fault.follows_threat) {
        const Outage& outage = outages_[process.next_outage++];
        process.since_s = outage.begin_s + (fault.overlap ? 0 : outage.lasts_s);
        return outage.lasts_s;
    }
    return fault.for_s ? fault.for_s->sample(process.downs) : std::numeric_limits<double>::infinity();
}

std::uint32_t FaultProcesses::take_slot() {
    if (free_.empty()) {
        occurrences_.emplace_back();
        turns_.push_back(0);
        return static_cast<std::uint32_t>(occurrences_.size() - 1);
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
}

std::uint32_t FaultProcesses::begin_on(FaultId fault, std::vector<TargetAtom> atoms) {
    const std::uint32_t slot = take_slot();
    occurrences_[slot] = {fault, first_process_[fault], std::move(atoms), 0};
    ++crews_busy_[fault];
    return slot;
}

std::uint32_t FaultProcesses::begin(std::uint32_t at, std::vector<FaultAppointment>& next) {
    Process& process = processes_[at];
    const FaultPlan& fault = plan_.faults[process.fault];
    if (process.instances > 1) {
        // All clocks of the group are taken to run, and those that stand still are left out when they ring.
        next.push_back({true, at, draw_gap_s(process)});
        if (!fault.overlap && process.members.below(process.instances) < process.down) {
            return k_nothing;
        }
        ++process.down;
    }
    const std::uint32_t slot = take_slot();
    occurrences_[slot] = {process.fault, at, draw_atoms(process), 0};
    const bool comes_again = fault.overlap && process.instances == 1;
    if (comes_again && !fault.follows_threat) {
        next.push_back({true, at, draw_gap_s(process)});
    }
    if (fault.crews > 0 && crews_busy_[process.fault] == fault.crews) {
        waiting_for_crew_[process.fault].push_back(slot);
        return slot;
    }
    ++crews_busy_[process.fault];
    next.push_back({false, slot, draw_length_s(process)});
    if (comes_again && fault.follows_threat) {
        next.push_back({true, at, draw_gap_s(process)});  // the threat's next, known once this one is
    }
    return slot;
}

void FaultProcesses::end(std::uint32_t slot, std::vector<FaultAppointment>& next) {
    const Occurrence& over = occurrences_[slot];
    Process& process = processes_[over.process];
    const FaultPlan& fault = plan_.faults[process.fault];
    --crews_busy_[process.fault];
    if (process.instances > 1) {
        --process.down;
    } else if ((fault.every_s || fault.follows_threat || fault.turns) && !fault.overlap) {
        next.push_back({true, over.process, draw_gap_s(process)});
    }
    auto& waiting = waiting_for_crew_[process.fault];
    if (!waiting.empty()) {
        const std::uint32_t next_slot = waiting.front();
        waiting.pop_front();
        ++crews_busy_[process.fault];
        next.push_back({false, next_slot, draw_length_s(processes_[occurrences_[next_slot].process])});
    }
    occurrences_[slot].atoms.clear();
    ++turns_[slot];
    free_.push_back(slot);
}

bool FaultProcesses::has_hit(std::uint32_t process, const TargetAtom& atom) const {
    return std::any_of(occurrences_.begin(), occurrences_.end(), [&](const Occurrence& one) {
        return one.process == process && !one.atoms.empty() && one.atoms.front().kind == atom.kind &&
               one.atoms.front().index == atom.index;
    });
}

}  // namespace nines
