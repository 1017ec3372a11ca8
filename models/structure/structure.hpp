#pragma once
// Structure: which parts of a scenario fail, and which of them must be down together for a request to fail. Compiled
// from the same plan that the simulators run.

#include <optional>
#include <string>
#include <vector>

#include "engine/analytic/failure_system.hpp"
#include "engine/analytic/importance.hpp"
#include "engine/analytic/structure_function.hpp"
#include "models/plan/plan.hpp"

namespace nines {

/// How the stretches of one part's up and down follow each other.
enum class PartLaw : std::uint8_t {
    alternating,  ///< up, down, up ... each drawn independently
    overlapping,  ///< faults begin whether or not one is in force: down while at least one is (an M/G/infinity queue)
    scheduled,    ///< down once, from a time on: nothing of it is left in the long run
};

/// What fails as one: a member of a fault with its own clock. A component of the structure function.
struct Part {
    std::string name;     ///< what it is: "zone/use1-az1", "web@use1-az1/0"; and the fault, where several hit it
    std::string process;  ///< fault and member, "zones/use1-az1"
    FaultId fault;
    std::uint32_t member = 0;  ///< of the fault
    bool owned_by_provider = false;
    PartLaw law = PartLaw::alternating;
    Distribution up_s;                   ///< overlapping: between beginnings
    std::optional<Distribution> down_s;  ///< none: for ever
    std::uint32_t crews = 0;             ///< of its fault, where they are fewer than the members; else 0
    double at_s = 0;                     ///< scheduled: when, since the warm-up began

    /// Whether a solver knows how: alternating, exponential times, fewer crews than parts.
    bool waits_for_crews() const;
    /// Of the part alone, in the long run; crews free.
    analytic::ComponentRates rates() const;
};

/// A kind of request: from one place to one endpoint. Many have the same success.
struct RequestKind {
    DemandId demand;
    OriginId origin;
    CallPlanId call;
    double of_demand = 0;    ///< share of its demand's requests
    double share = 0;        ///< of all requests of the scenario
    analytic::GateId works;  ///< with the chances of caches among its components
    analytic::GateId sure;   ///< whatever caches hold: every part that some requests need is needed
};

/// Something that the structure does not hold, and why.
struct LeftOut {
    std::string name;  ///< of a fault or a service
    std::string what;  ///< "slow 3x"
    std::string why;
};

struct Structure {
    std::vector<Part> parts;     ///< components 0, 1, ... of the function
    std::vector<double> misses;  ///< components after those: a cache is missed with this chance; works on a hit
    analytic::StructureFunction function;
    std::vector<RequestKind> requests;
    Column<ServiceId, analytic::GateId> service_up;  ///< enough of it is up; always, where no request needs it
    std::vector<LeftOut> left_out;
    std::vector<LeftOut>
        needs_simulation;  ///< takes service away, but not in a way that is solved: the figures are not exact
    /// Orders of the components to try for a diagram, the one that mostly suits first.
    std::vector<std::vector<std::uint32_t>> orders;

    std::size_t components() const { return parts.size() + misses.size(); }
    analytic::ComponentRates rates_of(std::uint32_t component) const;
};

/// A request is ok when each call that it requires finds, somewhere, an instance that is up, that can be reached, and
/// whose own required calls are ok; services with `needs` have that many up; a database has its primary or somebody to
/// promote. So routing, health checks, retries and failover are taken as instant and as good as they can be.
Structure compile_structure(const Plan& plan);

}  // namespace nines
