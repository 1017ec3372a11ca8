#include "models/faults/fault_process.hpp"

#include <algorithm>

namespace nines {

FaultProcesses::FaultProcesses(const Plan& plan, Luck luck)
    : plan_(plan), crews_busy_(plan.faults.size()), waiting_for_crew_(plan.faults.size()) {
    for (std::size_t f = 0; f < plan.faults.size(); ++f) {
        const FaultId id = index_at<FaultId>(f);
        const FaultPlan& fault = plan.faults[id];
        const std::size_t count = fault.draws_members ? 1 : fault.members.size();
        for (std::size_t m = 0; m < count; ++m) {
            Process process;
            process.fault = id;
            process.member = static_cast<std::uint32_t>(m);
            const std::string name = plan.names.faults[id] + "/" + plan.names.fault_members[id][m];
            process.ups = Stream(luck, "fault.up", name);
            process.downs = Stream(luck, "fault.down", name);
            process.members = Stream(luck, "fault.members", name);
            processes_.push_back(process);
        }
    }
}

std::vector<FaultAppointment> FaultProcesses::start() {
    std::vector<FaultAppointment> first;
    for (std::size_t i = 0; i < processes_.size(); ++i) {
        Process& process = processes_[i];
        const FaultPlan& fault = plan_.faults[process.fault];
        const Nanoseconds at = fault.every_s ? to_ns(fault.every_s->sample(process.ups)) : fault.at;
        first.push_back({true, static_cast<std::uint32_t>(i), at});
    }
    return first;
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

Nanoseconds FaultProcesses::draw_length(Process& process) {
    const FaultPlan& fault = plan_.faults[process.fault];
    return fault.for_s ? to_ns(fault.for_s->sample(process.downs)) : k_never;
}

std::uint32_t FaultProcesses::begin(std::uint32_t at, Nanoseconds now, std::vector<FaultAppointment>& next) {
    Process& process = processes_[at];
    const FaultPlan& fault = plan_.faults[process.fault];
    std::uint32_t slot = static_cast<std::uint32_t>(occurrences_.size());
    if (free_.empty()) {
        occurrences_.emplace_back();
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    occurrences_[slot] = {process.fault, at, draw_atoms(process), now, 0};
    if (fault.overlap) {
        next.push_back({true, at, later(now, to_ns(fault.every_s->sample(process.ups)))});
    }
    if (fault.crews > 0 && crews_busy_[process.fault] == fault.crews) {
        waiting_for_crew_[process.fault].push_back(slot);
        return slot;
    }
    ++crews_busy_[process.fault];
    next.push_back({false, slot, later(now, draw_length(process))});
    return slot;
}

void FaultProcesses::end(std::uint32_t slot, Nanoseconds now, std::vector<FaultAppointment>& next) {
    const Occurrence& over = occurrences_[slot];
    Process& process = processes_[over.process];
    const FaultPlan& fault = plan_.faults[process.fault];
    --crews_busy_[process.fault];
    if (fault.every_s && !fault.overlap) {
        next.push_back({true, over.process, later(now, to_ns(fault.every_s->sample(process.ups)))});
    }
    auto& waiting = waiting_for_crew_[process.fault];
    if (!waiting.empty()) {
        const std::uint32_t next_slot = waiting.front();
        waiting.pop_front();
        ++crews_busy_[process.fault];
        next.push_back({false, next_slot, later(now, draw_length(processes_[occurrences_[next_slot].process]))});
    }
    free_.push_back(slot);
}

}  // namespace nines
