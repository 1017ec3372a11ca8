#include "models/faults/effect_stack.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/check.hpp"

namespace nines {

namespace {

std::uint32_t& reasons_of(Away& away, EffectKind kind) {
    return kind == EffectKind::down ? away.silent : away.crashed;
}

/// Counts one more (or less) reason to be away. True: it went or came back with that.
bool shift(Away& away, EffectKind kind, bool begins) {
    const bool was_up = away.is_up();
    std::uint32_t& reasons = reasons_of(away, kind);
    check(begins || reasons > 0, "a fault ends once for each beginning");
    reasons += begins ? 1U : UINT32_MAX;
    return was_up != away.is_up();
}

void shift_instance(const Plan& plan, State& state, InstanceId instance, EffectKind kind, bool begins,
                    EffectChange& change) {
    Away& away = state.away[instance];
    if (shift(away, kind, begins) && state.is_here(instance)) {
        state.up_count[plan.serving[plan.group_of[instance]].service] += away.is_up() ? 1U : UINT64_MAX;
        (away.is_up() ? change.returned : change.lost).push_back(instance);
    }
}

/// The same for those of a counted group that no instance stands in for.
void shift_crowd(const Plan& plan, State& state, GroupId id, EffectKind kind, bool begins) {
    Away& away = state.crowd_away[id];
    if (shift(away, kind, begins)) {
        const GroupPlan& group = plan.groups[id];
        const std::uint64_t others = group.count - group.instances.count;
        state.up_count[group.service] += away.is_up() ? others : -others;
    }
}

void shift_place(State& state, std::uint32_t& reasons, bool begins) {
    const bool was_broken = reasons > 0;
    reasons += begins ? 1U : UINT32_MAX;
    const bool is_broken = reasons > 0;
    if (was_broken != is_broken) {
        state.broken_places += is_broken ? 1U : UINT32_MAX;
    }
}

/// Launches into what the atom names are stopped. A control plane that is down takes no orders at all.
void stop_orders(const Plan& plan, State& state, const EffectSpec& effect, const TargetAtom& atom, bool begins) {
    const bool of_control = atom.kind == TargetAtom::Kind::control;
    for (std::size_t i = 0; i < plan.groups.size(); ++i) {
        const auto group = index_at<GroupId>(i);
        const bool here = of_control ? plan.world.within(plan.groups[group].location, LocationId{atom.index})
                                     : covers_all_of(plan, atom, group);
        if (here) {
            auto& reasons = of_control && effect.kind != EffectKind::no_new_capacity ? state.no_control[group]
                                                                                     : state.no_launches[group];
            reasons += begins ? 1U : UINT32_MAX;
        }
    }
}

void take_away(const Plan& plan, State& state, const EffectSpec& effect, const TargetAtom& atom, bool begins,
               EffectChange& change) {
    if (atom.kind == TargetAtom::Kind::control) {
        return stop_orders(plan, state, effect, atom, begins);
    }
    if (atom.kind == TargetAtom::Kind::link) {
        shift_place(state, state.link_cut[LinkId{atom.index}], begins);
        change.links.push_back(LinkId{atom.index});
        return;
    }
    for_each_instance(plan, atom,
                      [&](InstanceId instance) { shift_instance(plan, state, instance, effect.kind, begins, change); });
    for (std::size_t i = 0; i < plan.groups.size(); ++i) {
        const auto group = index_at<GroupId>(i);
        if (plan.groups[group].is_counted() && covers_all_of(plan, atom, group)) {
            shift_crowd(plan, state, group, effect.kind, begins);
        }
    }
    if (atom.kind == TargetAtom::Kind::location && effect.kind == EffectKind::down) {
        for (std::size_t i = 0; i < plan.world.locations.size(); ++i) {
            const auto location = index_at<LocationId>(i);
            if (plan.world.within(location, LocationId{atom.index})) {
                shift_place(state, state.location_down[location], begins);
                change.locations.push_back(location);
            }
        }
    }
}

/// The condition of an instance anew, from all effects in force: no rounding is left behind when one ends.
void renew(const Plan& plan, State& state, InstanceId instance) {
    Condition condition;
    for (const WorkEffect& work : state.work_effects) {
        const bool here = std::any_of(work.atoms.begin(), work.atoms.end(),
                                      [&](const TargetAtom& atom) { return covers(plan, atom, instance); });
        if (!here) {
            continue;
        }
        switch (work.effect.kind) {
            case EffectKind::slow:
                condition.slow *= work.effect.amount;
                break;
            case EffectKind::capacity:
                condition.capacity *= work.effect.amount;
                break;
            case EffectKind::errors: {
                double& share = work.effect.after_work ? condition.errors_after : condition.errors;
                share = 1 - (1 - share) * (1 - work.effect.amount);
                break;
            }
            default:
                break;
        }
    }
    state.condition[instance] = condition;
}

/// @param told  whose condition has changed anyway, and is told of already
void rank_anew(const Plan& plan, State& state, const std::vector<TargetAtom>& told, EffectChange& change) {
    for (const InstanceId instance : rank_capacity(plan, state)) {
        if (std::none_of(told.begin(), told.end(),
                         [&](const TargetAtom& atom) { return covers(plan, atom, instance); })) {
            change.conditioned.push_back(instance);
        }
    }
}

/// From the notice on nothing new is taken; the end undoes what of a reclaim has come to be.
void reclaim(const Plan& plan, State& state, std::uint32_t occurrence, const std::vector<TargetAtom>& atoms,
             bool begins, EffectChange& change) {
    const bool has_struck = !begins && std::erase(state.struck, occurrence) > 0;
    for (const TargetAtom& atom : atoms) {
        for_each_instance(plan, atom, [&](InstanceId instance) {
            Away& away = state.away[instance];
            const bool took_requests = state.takes_requests(instance);
            check(begins || away.noticed > 0, "a reclaim ends once for each notice");
            away.noticed += begins ? 1U : UINT32_MAX;
            if (has_struck) {
                shift_instance(plan, state, instance, EffectKind::reclaim, false, change);
                if (--away.gone == 0) {
                    change.back.push_back(instance);
                }
            } else if (took_requests != state.takes_requests(instance)) {
                (begins ? change.noticed : change.returned).push_back(instance);
            }
        });
    }
    if (has_struck) {
        rank_anew(plan, state, {}, change);
    }
}

template <class Effect>
void keep_or_drop(std::vector<Effect>& in_force, std::uint32_t occurrence, const EffectSpec& effect,
                  const std::vector<TargetAtom>& atoms, bool begins) {
    if (begins) {
        in_force.push_back({occurrence, effect, atoms});
    } else {
        std::erase_if(in_force, [&](const Effect& one) {
            return one.occurrence == occurrence && one.effect.kind == effect.kind;
        });
    }
}

EffectChange change_effects(const Plan& plan, State& state, std::uint32_t occurrence,
                            const std::vector<EffectSpec>& effects, const std::vector<TargetAtom>& atoms, bool begins) {
    EffectChange change;
    for (const EffectSpec& effect : effects) {
        switch (effect.kind) {
            case EffectKind::down:
            case EffectKind::crash:
                for (const TargetAtom& atom : atoms) {
                    take_away(plan, state, effect, atom, begins, change);
                }
                break;
            case EffectKind::no_new_capacity:
                for (const TargetAtom& atom : atoms) {
                    stop_orders(plan, state, effect, atom, begins);
                }
                break;
            case EffectKind::reclaim:
                reclaim(plan, state, occurrence, atoms, begins, change);
                break;
            case EffectKind::partition:
            case EffectKind::delay:
            case EffectKind::loss: {
                // A partitioned link is a cut one: it has no two sides of its own.
                if (effect.kind == EffectKind::partition) {
                    for (const TargetAtom& atom : atoms) {
                        if (atom.kind == TargetAtom::Kind::link) {
                            take_away(plan, state, effect, atom, begins, change);
                        }
                    }
                }
                keep_or_drop(state.network_effects, occurrence, effect, atoms, begins);
                change.network = true;
                break;
            }
            case EffectKind::flood:
                break;  // shift_flood: attackers belong to the fault, not to what is hit
            case EffectKind::throttle:
                keep_or_drop(state.throttles, occurrence, effect, atoms, begins);
                change.limits = true;
                break;
            case EffectKind::slow:
            case EffectKind::errors:
            case EffectKind::capacity: {
                keep_or_drop(state.work_effects, occurrence, effect, atoms, begins);
                for (const TargetAtom& atom : atoms) {
                    for_each_instance(plan, atom, [&](InstanceId instance) {
                        renew(plan, state, instance);
                        change.conditioned.push_back(instance);
                    });
                }
                if (effect.kind == EffectKind::capacity) {
                    rank_anew(plan, state, atoms, change);
                }
                break;
            }
        }
    }
    return change;
}

}  // namespace

EffectChange begin_effects(const Plan& plan, State& state, std::uint32_t occurrence,
                           const std::vector<EffectSpec>& effects, const std::vector<TargetAtom>& atoms) {
    return change_effects(plan, state, occurrence, effects, atoms, true);
}

bool shift_flood(const Plan& plan, State& state, FaultId fault, bool begins) {
    if (plan.attacks.empty() || !is_flood(plan.faults[fault].effects)) {
        return false;
    }
    check(begins || state.floods[fault] > 0, "a flood ends once for each beginning");
    state.floods[fault] += begins ? 1U : UINT32_MAX;
    Column<ServiceId, double> sent(plan.services.size());
    for (const AttackPlan& attack : plan.attacks) {
        sent[attack.service] += attack.per_s * state.floods[attack.fault];
    }
    const std::vector<double> before = state.attack_per_s;
    state.is_attacked = false;
    for (std::size_t i = 0; i < plan.attacks.size(); ++i) {
        const AttackPlan& attack = plan.attacks[i];
        const double all = sent[attack.service];
        const double absorbed = plan.services[attack.service].flood_guard.absorbed_per_s(all);
        const double passes = all > 0 ? 1 - absorbed / all : 0;
        state.attack_per_s[i] = attack.per_s * state.floods[attack.fault] * passes;
        state.is_attacked = state.is_attacked || state.attack_per_s[i] > 0;
    }
    return state.attack_per_s != before;
}

std::vector<InstanceId> rank_capacity(const Plan& plan, State& state) {
    std::vector<InstanceId> changed;
    for (const WorkEffect& work : state.work_effects) {
        if (work.effect.kind != EffectKind::capacity) {
            continue;
        }
        std::uint32_t next = 0;
        for (const TargetAtom& atom : work.atoms) {
            for_each_instance(plan, atom, [&](InstanceId instance) {
                if (!state.is_here(instance) || state.away[instance].gone > 0) {
                    return;
                }
                const std::uint32_t before = std::exchange(state.capacity_rank[instance], next++);
                if (before != state.capacity_rank[instance]) {
                    changed.push_back(instance);
                }
            });
        }
    }
    return changed;
}

EffectChange strike(const Plan& plan, State& state, std::uint32_t occurrence, const std::vector<TargetAtom>& atoms) {
    EffectChange change;
    state.struck.push_back(occurrence);
    for (const TargetAtom& atom : atoms) {
        for_each_instance(plan, atom, [&](InstanceId instance) {
            shift_instance(plan, state, instance, EffectKind::reclaim, true, change);
            if (++state.away[instance].gone == 1) {
                change.gone.push_back(instance);
            }
        });
    }
    rank_anew(plan, state, {}, change);
    return change;
}

EffectChange end_effects(const Plan& plan, State& state, std::uint32_t occurrence,
                         const std::vector<EffectSpec>& effects, const std::vector<TargetAtom>& atoms) {
    return change_effects(plan, state, occurrence, effects, atoms, false);
}

}  // namespace nines
