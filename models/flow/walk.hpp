#pragma once
// FlowWalk: the loop of `flow` for plans in which the next scene follows from this one and what happens: everybody
// knows at once who is up, nobody is promoted, nothing waits for a crew. Then a replication is a walk from solved scene
// to solved scene; a step that was taken before costs one look into a table.

#include <optional>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/kernel/event_set.hpp"
#include "engine/random/stream.hpp"
#include "models/flow/course.hpp"
#include "models/flow/load.hpp"
#include "models/requests/simulate.hpp"

namespace nines {

/// From a scene and what happens in it to the next scene; open addressing, linear probing.
class StepTable {
public:
    StepTable() { forget(); }
    /// Where the step leads; none: not taken before.
    /// @param inner  of what a scene does not show: who of those that their zone took away would be away without it
    NodeId find(NodeId from, std::uint32_t label, std::uint64_t inner) const;
    void add(NodeId from, std::uint32_t label, std::uint64_t inner, NodeId to);
    void forget();

private:
    struct Entry {
        std::uint64_t key = 0;  // 0: empty
        NodeId to;
    };
    static std::uint64_t key_of(NodeId from, std::uint32_t label, std::uint64_t inner) {
        const std::uint64_t step = (std::uint64_t{from.value} + 1) << 32U | label;
        return combine(step, inner) | 1U;
    }
    std::vector<Entry> entries_;
    std::size_t used_ = 0;
};

class FlowWalk {
public:
    FlowWalk(const Plan& plan, Atlas& atlas, Stays& stays, const std::vector<LoadCourse>& loads);

    /// Whether a plan can be walked through.
    static bool fits(const Plan& plan);

    /// Nothing: a backlog grew somewhere, and that has a memory; the general loop has to do it.
    std::optional<Run> run(Luck luck, const Watcher& watcher, const RunLimits& limits);
    /// The atlas has forgotten its scenes.
    void forget() { steps_.forget(); }

private:
    enum class Kind : std::uint16_t { fault_begins, fault_ends, link_converges, place_converges, load_changes };
    struct Process {
        FaultId fault;
        std::uint32_t member = 0;
        std::string name;  // of its streams
        std::vector<LinkId> links;
        std::vector<LocationId> places;  // that its `down` takes away
        bool in_force = false;
        std::uint32_t occurrence = 0;  // how many before this one
        InstanceId instance;           // all that it hits; none: more than that
        Stream ups, downs;
    };

    void begin(Luck luck);
    void schedule(Microseconds at, Kind kind, std::uint32_t subject) {
        if (at < end_) {
            events_.schedule(at, static_cast<std::uint16_t>(kind), subject);
        }
    }
    std::uint32_t happens(const Event& event);
    void note(NoteKind kind, const Process& process);
    void fault_begins(std::uint32_t process);
    void fault_ends(std::uint32_t process);
    void places_change(const Process& process, int by);
    void toggle(const Process& process);
    std::uint32_t load_changes(DemandId demand);
    NodeId look_around(NodeId before);
    double seconds(Microseconds at) const { return static_cast<double>(at - warmup_) * (1 / k_us_per_s); }

    const Plan& plan_;
    Atlas& atlas_;
    Stays& stays_;
    const std::vector<LoadCourse>& loads_;
    StepTable steps_;
    std::vector<Process> processes_;
    std::uint32_t first_link_label_ = 0, first_place_label_ = 0;
    Column<DemandId, std::uint32_t> first_load_label_;

    EventSet events_;
    Microseconds now_ = 0, end_ = 0, warmup_ = 0;
    std::uint64_t in_force_ = 0;              // hash of which processes are, alike instances of a group exchanged
    Column<InstanceId, std::uint64_t> hits_;  // on each instance alone
    Column<LinkId, std::int32_t> link_cut_;
    Column<LocationId, std::int32_t> place_down_;
    std::vector<std::uint8_t> link_up_, place_up_;  // as routing believes
    Column<DemandId, double> per_s_;
    CourseBook* book_ = nullptr;  // of the replication that runs
    Run run_;
};

}  // namespace nines
