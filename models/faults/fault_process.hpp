#pragma once
// Fault processes: when faults begin and end, each member with its own clock, repaired by as many as there are crews.

#include <vector>

#include "engine/base/ring.hpp"
#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"

namespace nines {

/// One stretch of a fault: what it hit and since when. Slots are used again once it is over.
struct Occurrence {
    FaultId fault;
    std::uint32_t process = 0;
    std::vector<TargetAtom> atoms;
    Nanoseconds begin = 0;
    std::uint32_t record = 0;  ///< its row in the run's list of occurrences
};

/// What is to be scheduled: the begin of a process or the end of an occurrence.
struct FaultAppointment {
    bool begins = false;
    std::uint32_t subject = 0;  ///< process, or occurrence
    Nanoseconds at = k_never;
};

/// Draws from a stream of its own for each fault and member, so that no fault disturbs another's luck.
class FaultProcesses {
public:
    FaultProcesses(const Plan& plan, Luck luck);

    /// The first appointments of all processes. Fault clocks start when the warm-up begins.
    std::vector<FaultAppointment> start();

    /// A process's fault begins now. Fills `occurrence` and what is to be scheduled next (one or two appointments).
    std::uint32_t begin(std::uint32_t process, Nanoseconds now, std::vector<FaultAppointment>& next);
    /// An occurrence ends now: undo its effects first, then call this. Its slot is free afterwards.
    void end(std::uint32_t occurrence, Nanoseconds now, std::vector<FaultAppointment>& next);

    Occurrence& occurrence(std::uint32_t at) { return occurrences_[at]; }
    FaultId fault_of(std::uint32_t process) const { return processes_[process].fault; }

private:
    struct Process {
        FaultId fault;
        std::uint32_t member = 0;
        Stream ups, downs, members;
    };

    std::vector<TargetAtom> draw_atoms(Process& process);
    Nanoseconds draw_length(Process& process);

    const Plan& plan_;
    std::vector<Process> processes_;
    std::vector<Occurrence> occurrences_;
    std::vector<std::uint32_t> free_;
    Column<FaultId, std::uint32_t> crews_busy_;
    Column<FaultId, Ring<std::uint32_t>> waiting_for_crew_;
};

}  // namespace nines
