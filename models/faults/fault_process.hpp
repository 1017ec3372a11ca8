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
    std::uint32_t record = 0;  ///< its row in the run's list of occurrences
};

/// What is to be scheduled: the begin of a process or the end of an occurrence. In seconds from now: either fidelity
/// has a clock of its own.
struct FaultAppointment {
    bool begins = false;
    std::uint32_t subject = 0;  ///< process, or occurrence
    double after_s = 0;         ///< infinite: never
};

/// A stretch of a fault that follows a threat, in seconds since the warm-up began. Those of one fault come in order;
/// they overlap where the fault's do.
struct Outage {
    FaultId fault;
    double begin_s = 0;
    double lasts_s = 0;
};

/// Draws from a stream of its own for each fault and member, so that no fault disturbs another's luck.
class FaultProcesses {
public:
    /// @param outages  of the faults that follow threats
    FaultProcesses(const Plan& plan, Luck luck, std::vector<Outage> outages = {});

    /// The first appointments of all processes. Fault clocks start when the warm-up begins.
    std::vector<FaultAppointment> start();

    static constexpr std::uint32_t k_nothing = UINT32_MAX;
    /// A process's fault begins now. Fills an occurrence and what is to be scheduled next (one or two appointments).
    /// k_nothing: of a counted group's instances one was meant that this fault has hit already; its clock stands still.
    std::uint32_t begin(std::uint32_t process, std::vector<FaultAppointment>& next);
    /// A fault that has no clock begins now, on what the atoms name; end() ends it.
    std::uint32_t begin_on(FaultId fault, std::vector<TargetAtom> atoms);
    /// An occurrence ends now: undo its effects first, then call this. Its slot is free afterwards.
    void end(std::uint32_t occurrence, std::vector<FaultAppointment>& next);

    Occurrence& occurrence(std::uint32_t at) { return occurrences_[at]; }
    /// How many occurrences have stood in a slot and are over: whether it is still the same one.
    std::uint32_t turn(std::uint32_t occurrence) const { return turns_[occurrence]; }
    FaultId fault_of(std::uint32_t process) const { return processes_[process].fault; }
    /// Which member of its fault the process is; UINT32_MAX where members are drawn anew each time.
    std::uint32_t member_of(std::uint32_t process) const {
        const Process& one = processes_[process];
        return plan_.faults[one.fault].draws_members ? UINT32_MAX : one.member;
    }
    /// Whether an occurrence of the process in force has hit just this atom.
    bool has_hit(std::uint32_t process, const TargetAtom& atom) const;

    void renew_luck(std::uint64_t key);  ///< from now on; what is scheduled stays

    /// Random words drawn for when faults begin, how long they last, and whom they hit.
    std::uint64_t words_drawn() const {
        std::uint64_t sum = 0;
        for (const Process& process : processes_) {
            sum += process.ups.position() + process.downs.position() + process.members.position();
        }
        return sum;
    }

private:
    struct Process {
        FaultId fault;
        std::uint32_t member = 0;
        std::uint64_t instances = 1;  // whose clocks it is: those of a counted group tick as one
        std::uint64_t down = 0;       // of them, hit by this fault now
        Stream ups, downs, members;
        Stream first;                 // of a fault that comes in turns: the same for all its members
        std::size_t next_outage = 0;  // of a fault that follows a threat: in outages_
        double since_s = 0;           // what the wait for the next counts from, since the warm-up began: when the last
                                      // was over, or of those that overlap began
    };
    double draw_gap_s(Process& process) const;
    /// Until the first turn that is one, of a fault that comes in turns.
    double draw_first_turn_s(Process& process) const;
    /// Until the next outage of a fault that follows a threat; infinite: there is none.
    double gap_until_outage_s(Process& process) const;
    std::uint32_t take_slot();

    std::vector<TargetAtom> draw_atoms(Process& process);
    double draw_length_s(Process& process);

    const Plan& plan_;
    std::vector<Outage> outages_;
    std::vector<Process> processes_;
    Column<FaultId, std::uint32_t> first_process_;
    std::vector<Occurrence> occurrences_;  // a free slot has no atoms
    std::vector<std::uint32_t> turns_;     // by slot
    std::vector<std::uint32_t> free_;
    Column<FaultId, std::uint32_t> crews_busy_;
    Column<FaultId, Ring<std::uint32_t>> waiting_for_crew_;
};

}  // namespace nines
