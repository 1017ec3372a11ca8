// The compiled structure against the state that the simulators change: for sets of parts that are down at once, the
// same effects are put in force on a State, and requests are walked through it.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "models/faults/effect_stack.hpp"
#include "models/operations/failover.hpp"
#include "models/structure/solved_structure.hpp"
#include "models/world/route.hpp"
#include "tests/support/generate.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

/// A caller or an instance.
struct End {
    LocationId location = LocationId::none();
    InstanceId instance = InstanceId::none();
};

/// Walks requests through a state, without gates: any instance may be asked that is up and reached, caches always miss.
class Walk {
public:
    Walk(const Plan& plan, const Structure& structure, const std::vector<std::uint32_t>& down_parts)
        : plan_(plan), state_(plan), roles_(plan, Luck{}) {
        for (std::size_t f = 0; f < plan.faults.size(); ++f) {
            const FaultPlan& fault = plan.faults[index_at<FaultId>(f)];
            const bool is_a_part = std::any_of(structure.parts.begin(), structure.parts.end(),
                                               [&](const Part& part) { return part.fault == index_at<FaultId>(f); });
            // In force from the beginning and for ever: part of the architecture.
            const bool for_ever = !is_a_part && !fault.every_s && !fault.for_s && !fault.draws_members;
            for (const auto& atoms : fault.members) {
                if (for_ever) {
                    begin(fault, atoms);
                }
            }
        }
        for (const std::uint32_t part : down_parts) {
            const FaultPlan& fault = plan.faults[structure.parts[part].fault];
            begin(fault, fault.members[structure.parts[part].member]);
        }
    }

    bool ok(const RequestKind& kind) { return answered({plan_.origins[kind.origin].location}, kind.call); }

private:
    void begin(const FaultPlan& fault, std::vector<TargetAtom> atoms) {
        for (TargetAtom& atom : atoms) {
            if (atom.kind == TargetAtom::Kind::role) {
                const InstanceId holder = roles_.holder(ServiceId{atom.index}, atom.role);
                atom = {TargetAtom::Kind::instance, holder.value};
                if (!holder.exists()) {
                    return;
                }
            }
        }
        begin_effects(plan_, state_, occurrence_++, fault.effects, atoms);
    }

    bool inside(const TargetAtom& atom, const End& end) const {
        if (end.instance.exists()) {
            return covers(plan_, atom, end.instance);
        }
        return atom.kind == TargetAtom::Kind::everything ||
               (atom.kind == TargetAtom::Kind::location && end.location.exists() &&
                plan_.world.within(end.location, LocationId{atom.index}));
    }

    bool reached(const End& from, const End& to) const {
        for (const NetworkEffect& effect : state_.network_effects) {
            const auto any = [&](const End& end) {
                return std::any_of(effect.atoms.begin(), effect.atoms.end(),
                                   [&](const TargetAtom& atom) { return inside(atom, end); });
            };
            if (effect.effect.kind == EffectKind::partition && any(from) != any(to)) {
                return false;
            }
        }
        if (!plan_.has_world || !from.location.exists() || !to.location.exists()) {
            return true;
        }
        std::vector<std::uint8_t> link_up, location_up;
        for (const std::uint32_t cuts : state_.link_cut) {
            link_up.push_back(cuts == 0 ? 1 : 0);
        }
        for (const std::uint32_t downs : state_.location_down) {
            location_up.push_back(downs == 0 ? 1 : 0);
        }
        for (const LocationId end : {from.location, to.location}) {
            location_up[end.value] = 1;
            if (plan_.world.locations[end].region.exists()) {
                location_up[plan_.world.locations[end].region.value] = 1;
            }
        }
        return find_route(plan_.world, from.location, to.location, link_up, location_up).has_value();
    }

    std::vector<InstanceId> candidates(const CallPlan& call) const {
        const ServicePlan& service = plan_.services[call.service];
        std::vector<InstanceId> found;
        for (std::uint32_t i = 0; !service.has_primary && i < service.instances.count; ++i) {
            found.push_back(service.instances[i]);
        }
        for (std::uint32_t role = 0; service.has_primary && role <= service.replicas.size(); ++role) {
            const bool answers = role == 0 || service.replicas[role - 1].standby || service.failover.to_replica ||
                                 (service.reads_any && call.writes == 0);
            if (answers && roles_.holder(call.service, role).exists()) {
                found.push_back(roles_.holder(call.service, role));
            }
        }
        return found;
    }

    bool answered(const End& from, CallPlanId id) {
        const CallPlan& call = plan_.calls[id];
        if (state_.up_count[call.service] < plan_.services[call.service].needs) {
            return false;
        }
        const std::vector<InstanceId> all = candidates(call);
        return std::any_of(all.begin(), all.end(), [&](InstanceId instance) {
            const End there{plan_.groups[plan_.group_of[instance]].location, instance};
            return state_.is_up(instance) && reached(from, there) && steps_done(there, call.steps);
        });
    }

    bool steps_done(const End& at, const Range<StepId>& steps) {
        for (std::uint32_t s = 0; s < steps.count; ++s) {
            const StepPlan& step = plan_.steps[steps[s]];
            for (std::uint32_t c = 0; c < step.calls.count; ++c) {
                if (!plan_.calls[step.calls[c]].optional && !answered(at, step.calls[c])) {
                    return false;
                }
            }
        }
        return true;
    }

    const Plan& plan_;
    State state_;
    Failover roles_;
    std::uint32_t occurrence_ = 0;
};

/// Every single part, every pair where they are few, and random sets.
void expect_the_same(const Plan& plan, std::uint64_t number) {
    const Structure structure = compile_structure(plan);
    auto solved = SolvedStructure::of(structure);
    ASSERT_TRUE(solved);
    const auto parts = static_cast<std::uint32_t>(structure.parts.size());
    std::vector<std::vector<std::uint32_t>> sets{{}};
    for (std::uint32_t a = 0; a < parts; ++a) {
        sets.push_back({a});
        for (std::uint32_t b = a + 1; b < parts && parts <= 12; ++b) {
            sets.push_back({a, b});
        }
    }
    Stream stream(Luck{5, number}, "test.sets", "down");
    for (int i = 0; i < 30; ++i) {
        std::vector<std::uint32_t> set;
        const double share = stream.uniform();
        for (std::uint32_t part = 0; part < parts; ++part) {
            if (stream.chance(share)) {
                set.push_back(part);
            }
        }
        sets.push_back(std::move(set));
    }
    for (int i = 0; i < 400 && parts > 12; ++i) {
        std::vector<std::uint32_t> set;
        for (std::uint64_t members = 2 + stream.below(3); members > 0; --members) {
            set.push_back(static_cast<std::uint32_t>(stream.below(parts)));
        }
        std::sort(set.begin(), set.end());
        set.erase(std::unique(set.begin(), set.end()), set.end());
        sets.push_back(std::move(set));
    }
    for (const auto& set : sets) {
        Walk walk(plan, structure, set);
        bool all_ok = true;
        for (const RequestKind& kind : structure.requests) {
            all_ok = walk.ok(kind) && all_ok;
        }
        std::vector<bool> up;
        for (std::uint32_t level = 0; level < solved->rates().size(); ++level) {
            const bool hit = std::find(set.begin(), set.end(), solved->component_at(level)) != set.end();
            up.push_back(solved->is_part(level) && !hit);
        }
        EXPECT_EQ(solved->bdd().value(solved->node(solved->sure()), up), all_ok) << set.size() << " parts down";
    }
}

TEST(CompileStructure, RandomScenariosAgreeWithTheirState) {
    std::uint32_t with_parts = 0;
    for (std::uint64_t number = 0; number < 150; ++number) {
        SCOPED_TRACE(number);
        const Plan plan = plan_of(support::generate_scenario(number).yaml);
        ASSERT_FALSE(HasFailure());
        with_parts += compile_structure(plan).parts.empty() ? 0 : 1;
        expect_the_same(plan, number);
    }
    EXPECT_GT(with_parts, 50);
}

/// Two regions, services that call across zones, and faults of every kind that takes something away.
std::string network_scenario(const std::string& faults) {
    return R"(
nines: 1
name: network
world: {regions: [us-east-1, us-west-2, eu-west-1], edges: [IAD, SFO]}
services:
  web:
    kind: fleet
    in: [{region: us-east-1, zones: 3}, {region: us-west-2, zones: 2}]
    balance: {prefer: same-zone}
    endpoints: {page: {steps: [{work: 1 ms}, {parallel: [{call: items.read}, {call: extra.get, optional: true}]}, {call: db.write}]}}
  items: {kind: fleet, in: {region: us-east-1, zones: 3, each: 2}, needs: 3, endpoints: {read: {steps: [{work: 1 ms}]}}}
  extra: {kind: cache, in: {region: us-east-1}, endpoints: {get: {steps: [{work: 1 ms}]}}}
  db:
    kind: database
    in: {region: us-east-1, zones: 1}
    replication: {standby: {mode: sync, zone: other}, far: {mode: async, region: us-west-2}}
    failover: {detect: 1 s, promote: 1 s}
    endpoints: {write: {steps: [{work: 1 ms}], writes: 1}}
demand:
  d: {from: {IAD: 60 %, us-west-2: 40 %}, calls: web.page, rate: 1/s}
faults:
)" + faults;
}

TEST(CompileStructure, NetworkFaultsAgreeWithTheState) {
    const char* faults[] = {
        "  w: {target: any link, effect: down, every: exponential(1 d), for: exponential(1 h)}\n"
        "  x: {target: any zone, effect: down, every: exponential(1 d), for: exponential(1 h)}\n",
        "  w: {target: any region, effect: down, every: exponential(1 d), for: exponential(1 h)}\n"
        "  x: {target: any instance, effect: partition, every: exponential(1 d), for: exponential(1 h)}\n",
        "  w: {target: zone/use1-az1, effect: partition, every: exponential(1 d), for: exponential(1 h)}\n"
        "  x: {target: service/items, effect: crash, every: exponential(1 d), for: exponential(1 h)}\n"
        "  y: {target: any instance, effect: crash, every: exponential(1 d), for: exponential(1 h)}\n"
        "  z: {target: link/use1-az1--use1-az2, effect: partition, at: 0 s, for: forever}\n",
        "  w: {target: any edge, effect: down, every: exponential(1 d), for: exponential(1 h)}\n"
        "  x: {target: provider, effect: down, every: exponential(1 d), for: exponential(1 h)}\n"
        "  y: {target: region/us-east-1, effect: partition, every: exponential(1 d), for: exponential(1 h)}\n"
        "  z: {target: any service, effect: crash, every: exponential(1 d), for: exponential(1 h)}\n",
    };
    std::uint64_t number = 1000;
    for (const char* text : faults) {
        SCOPED_TRACE(text);
        expect_the_same(plan_of(network_scenario(text)), number++);
    }
}

// One instance of each, so that everything hangs on the way between two zones, and between two regions.
TEST(CompileStructure, WaysAroundAgreeWithTheState) {
    for (const char* there : {"use1-az2", "usw2-az1"}) {
        SCOPED_TRACE(there);
        const std::string region = there[2] == 'e' ? "us-east-1" : "us-west-2";
        expect_the_same(plan_of(R"(
nines: 1
name: ways
world: {regions: [us-east-1, us-west-2, eu-west-1]}
services:
  web: {kind: fleet, in: {region: us-east-1, zones: [use1-az1]}, endpoints: {page: {steps: [{call: db.read}]}}}
  db: {kind: fleet, in: {region: )" +
                                region + ", zones: [" + there + R"(]}, endpoints: {read: {steps: [{work: 1 ms}]}}}
demand: {d: {from: {us-east-1: 100 %}, calls: web.page, rate: 1/s}}
faults:
  links: {target: any link, effect: down, every: exponential(1 d), for: exponential(1 h)}
  zones: {target: any zone, effect: down, every: exponential(1 d), for: exponential(1 h)}
  regions: {target: any region, effect: down, every: exponential(1 d), for: exponential(1 h)}
)"),
                        2000);
    }
}

}  // namespace
}  // namespace nines
