#include "models/flow/walk.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/hash.hpp"
#include "engine/kernel/fingerprint.hpp"
#include "models/faults/effect_stack.hpp"
#include "models/jobs/outages.hpp"

namespace nines {

namespace {

constexpr std::size_t k_first_entries = 1U << 12U;
constexpr std::uint64_t k_events_between_looks = 1U << 16U;

}  // namespace

// --- steps

NodeId StepTable::find(NodeId from, std::uint32_t label, std::uint64_t inner) const {
    const std::uint64_t key = key_of(from, label, inner);
    const std::size_t mask = entries_.size() - 1;
    for (std::size_t at = mix(key) & mask;; at = (at + 1) & mask) {
        if (entries_[at].key == key) {
            return entries_[at].to;
        }
        if (entries_[at].key == 0) {
            return NodeId::none();
        }
    }
}

void StepTable::add(NodeId from, std::uint32_t label, std::uint64_t inner, NodeId to) {
    if (2 * ++used_ > entries_.size()) {
        std::vector<Entry> old(2 * entries_.size());
        old.swap(entries_);
        for (const Entry& entry : old) {
            if (entry.key != 0) {
                std::size_t at = mix(entry.key) & (entries_.size() - 1);
                while (entries_[at].key != 0) {
                    at = (at + 1) & (entries_.size() - 1);
                }
                entries_[at] = entry;
            }
        }
    }
    const std::uint64_t key = key_of(from, label, inner);
    std::size_t at = mix(key) & (entries_.size() - 1);
    while (entries_[at].key != 0) {
        at = (at + 1) & (entries_.size() - 1);
    }
    entries_[at] = {key, to};
}

void StepTable::forget() {
    entries_.assign(k_first_entries, {});
    used_ = 0;
}

// --- the walk

bool FlowWalk::fits(const Plan& plan) {
    const auto knows_at_once = [](const BalancerPlan& balancer) { return balancer.watches.count == 0; };
    const auto tells_at_once = [](const DnsPlan& dns) { return dns.watches.count == 0 && dns.policy.ttl_s == 0; };
    const auto is_steady = [](const DemandPlan& demand) { return demand.law != ArrivalLaw::modulated; };
    const auto is_simple = [](const ServicePlan& service) {
        return !service.has_primary && !service.scale && service.count == service.instances.count;
    };
    const auto alternates = [](const FaultPlan& fault) {
        const bool waits = fault.crews > 0 && fault.crews < fault.members.size();
        return !waits && !fault.overlap && !fault.draws_members && !fault.follows_threat && !fault.notice_s &&
               !fault.turns;
    };
    return std::all_of(plan.balancers.begin(), plan.balancers.end(), knows_at_once) &&
           std::all_of(plan.dns.begin(), plan.dns.end(), tells_at_once) &&
           std::all_of(plan.demands.begin(), plan.demands.end(), is_steady) &&
           std::all_of(plan.services.begin(), plan.services.end(), is_simple) &&
           std::all_of(plan.faults.begin(), plan.faults.end(), alternates) && !plan.operations.any();
}

FlowWalk::FlowWalk(const Plan& plan, Atlas& atlas, Stays& stays, const std::vector<LoadCourse>& loads)
    : plan_(plan),
      atlas_(atlas),
      stays_(stays),
      loads_(loads),
      first_load_label_(plan.demands.size()),
      link_cut_(plan.world.links.size()),
      place_down_(plan.world.locations.size()),
      per_s_(plan.demands.size()) {
    for (std::size_t f = 0; f < plan.faults.size(); ++f) {
        const auto id = index_at<FaultId>(f);
        for (std::size_t m = 0; m < plan.faults[id].members.size(); ++m) {
            Process process;
            process.fault = id;
            process.member = static_cast<std::uint32_t>(m);
            process.name = plan.names.faults[id] + "/" + plan.names.fault_members[id][m];
            // What an effect does to places and links shows by trying it.
            State state(plan);
            const EffectChange change =
                begin_effects(plan, state, 0, plan.faults[id].effects, plan.faults[id].members[m]);
            process.links = change.links;
            process.places = change.locations;
            const std::vector<TargetAtom>& atoms = plan.faults[id].members[m];
            if (atoms.size() == 1 && atoms[0].kind == TargetAtom::Kind::instance) {
                process.instance = InstanceId{atoms[0].index};
            }
            processes_.push_back(std::move(process));
        }
    }
    first_link_label_ = static_cast<std::uint32_t>(2 * processes_.size());
    first_place_label_ = first_link_label_ + static_cast<std::uint32_t>(2 * plan.world.links.size());
    std::uint32_t next = first_place_label_ + static_cast<std::uint32_t>(2 * plan.world.locations.size());
    for (std::size_t d = 0; d < loads.size(); ++d) {
        first_load_label_[index_at<DemandId>(d)] = next;
        next += static_cast<std::uint32_t>(loads[d].size());
    }
    end_ = to_us(plan.run.warmup_s + plan.run.horizon_s);
    warmup_ = to_us(plan.run.warmup_s);
}

void FlowWalk::begin(Luck luck) {
    events_ = EventSet();
    now_ = 0;
    run_ = {};
    in_force_ = 0;
    hits_.assign(plan_.group_of.size(), 0);
    link_cut_.assign(plan_.world.links.size(), 0);
    place_down_.assign(plan_.world.locations.size(), 0);
    link_up_.assign(plan_.world.links.size(), 1);
    place_up_.assign(plan_.world.locations.size(), 1);
    for (std::uint32_t p = 0; p < processes_.size(); ++p) {
        Process& process = processes_[p];
        process.in_force = false;
        process.ups = Stream(luck, "fault.up", process.name);
        process.downs = Stream(luck, "fault.down", process.name);
        const FaultPlan& fault = plan_.faults[process.fault];
        schedule(to_us(fault.every_s ? fault.every_s->sample(process.ups) : fault.at_s), Kind::fault_begins, p);
    }
    for (std::size_t d = 0; d < plan_.users_demands(); ++d) {
        load_changes(index_at<DemandId>(d));
    }
}

/// The scene as it is now, from nothing: who is hit, what routing believes, how much is asked.
NodeId FlowWalk::look_around(NodeId before) {
    Scene scene(plan_, Luck{});
    for (std::uint32_t p = 0; p < processes_.size(); ++p) {
        const FaultPlan& fault = plan_.faults[processes_[p].fault];
        if (processes_[p].in_force) {
            begin_effects(plan_, scene.state, p, fault.effects, fault.members[processes_[p].member]);
            shift_flood(plan_, scene.state, processes_[p].fault, true);
        }
    }
    scene.limits.renew(scene.state, 0);
    scene.routes.believe(link_up_, place_up_);
    scene.per_s = per_s_;
    scene.ask_for_attackers();
    Ways& ways = atlas_.solver().ways();
    for (std::size_t b = 0; b < plan_.balancers.size(); ++b) {
        const auto id = index_at<BalancerId>(b);
        const BalancerPlan& balancer = plan_.balancers[id];
        const Range<InstanceId> instances = plan_.services[balancer.service].instances;
        for (std::uint32_t i = 0; i < instances.count && !balancer.blind; ++i) {
            const MessageEnd from{plan_.location_of_caller[balancer.caller]};
            scene.believed[id][i] = scene.can_be_asked(ways, from, instances[i]) ? 1 : 0;
        }
    }
    for (std::size_t d = 0; d < plan_.dns.size(); ++d) {
        const auto id = index_at<DnsId>(d);
        for (std::uint32_t site = 0; site < plan_.dns[id].sites.size(); ++site) {
            const bool up = scene.site_is_up(ways, plan_.dns[id], site) && scene.site_is_believed(plan_.dns[id], site);
            scene.answers[id].now[site] = up ? 1 : 0;
        }
    }
    return atlas_.find(scene, scene.key(scene.key_of_things()), before);
}

/// A process begins or ends. What a scene shows does not tell which processes are in force: an instance that failed by
/// itself in a zone that is gone looks like the others there, until the zone is back.
void FlowWalk::toggle(const Process& process) {
    if (!process.instance.exists()) {
        const std::uint64_t word = mix((std::uint64_t{process.fault.value} << 32U) + process.member);
        in_force_ = process.in_force ? in_force_ + word : in_force_ - word;
        return;
    }
    std::uint64_t& hits = hits_[process.instance];
    const auto shown = [&] {
        return hits == 0 ? std::uint64_t{0} : combine(plan_.group_of[process.instance].value, hits);
    };
    in_force_ -= shown();
    hits ^= mix(process.fault.value + std::uint64_t{1});
    in_force_ += shown();
}

void FlowWalk::places_change(const Process& process, int by) {
    for (const LinkId link : process.links) {
        link_cut_[link] += by;
        schedule(later(now_, to_us(plan_.world.links[link].convergence_s)), Kind::link_converges, link.value);
    }
    for (const LocationId place : process.places) {
        place_down_[place] += by;
        schedule(later(now_, to_us(Routes::convergence_s(plan_, place))), Kind::place_converges, place.value);
    }
}

void FlowWalk::note(NoteKind kind, const Process& process) {
    if (process.occurrence != UINT32_MAX) {
        run_.notes.push_back({now_ * 1000, kind, process.fault.value, process.occurrence, 0});
    }
}

void FlowWalk::fault_begins(std::uint32_t at) {
    Process& process = processes_[at];
    const FaultPlan& fault = plan_.faults[process.fault];
    process.in_force = true;
    toggle(process);
    if (fault.for_s) {
        schedule(later(now_, to_us(fault.for_s->sample(process.downs))), Kind::fault_ends, at);
    }
    if (run_.faults.size() < faults_recorded(plan_) && now_ < k_never / 1000) {
        process.occurrence = static_cast<std::uint32_t>(run_.faults.size());
        run_.faults.push_back({process.fault, process.member, now_ * 1000, k_never});
    } else {
        process.occurrence = UINT32_MAX;
        ++run_.faults_dropped;
    }
    book_->fault_begins(process.fault, at, seconds(now_));
    note(NoteKind::fault_begins, process);
    places_change(process, 1);
}

void FlowWalk::fault_ends(std::uint32_t at) {
    Process& process = processes_[at];
    const FaultPlan& fault = plan_.faults[process.fault];
    process.in_force = false;
    toggle(process);
    if (fault.every_s) {
        schedule(later(now_, to_us(fault.every_s->sample(process.ups))), Kind::fault_begins, at);
    }
    if (process.occurrence != UINT32_MAX && now_ < k_never / 1000) {
        run_.faults[process.occurrence].end = now_ * 1000;
    }
    book_->fault_ends(at, seconds(now_));
    note(NoteKind::fault_ends, process);
    places_change(process, -1);
}

/// @returns the label of the stretch that begins
std::uint32_t FlowWalk::load_changes(DemandId demand) {
    const LoadCourse& load = loads_[demand.value];
    const LoadCourse::Stretch stretch = load.at(seconds(now_) + 0.5 / k_us_per_s);
    per_s_[demand] = stretch.per_s;
    const double left_s = stretch.until_s - seconds(now_);
    schedule(std::max(later(now_, to_us(left_s)), now_ + 1), Kind::load_changes, demand.value);
    return first_load_label_[demand] + static_cast<std::uint32_t>(stretch.number);
}

/// Makes an event happen. @returns its label: from the same scene the same label leads to the same scene
std::uint32_t FlowWalk::happens(const Event& event) {
    switch (static_cast<Kind>(event.kind())) {
        case Kind::fault_begins:
            fault_begins(event.subject);
            return 2 * event.subject;
        case Kind::fault_ends:
            fault_ends(event.subject);
            return 2 * event.subject + 1;
        case Kind::link_converges: {
            const LinkId link{event.subject};
            link_up_[link.value] = link_cut_[link] == 0 ? 1 : 0;
            return first_link_label_ + 2 * event.subject + link_up_[link.value];
        }
        case Kind::place_converges: {
            const LocationId place{event.subject};
            place_up_[place.value] = place_down_[place] == 0 ? 1 : 0;
            return first_place_label_ + 2 * event.subject + place_up_[place.value];
        }
        case Kind::load_changes:
            break;
    }
    return load_changes(DemandId{event.subject});
}

std::optional<Run> FlowWalk::run(Luck luck, const Watcher& watcher, const RunLimits& limits) {
    CourseBook book(plan_, atlas_, stays_);
    book_ = &book;
    begin(luck);
    Fingerprint fingerprint;
    std::vector<double> grams(atlas_.grid().regions(), 0);
    NodeId node = look_around(NodeId::none());
    if (atlas_.loss(node).drifts) {
        return std::nullopt;
    }
    const auto pass = [&](Microseconds to) {
        const Microseconds from = std::max(now_, warmup_);
        if (to > from) {
            book.stay(node, seconds(from), seconds(to));
            for (std::size_t region = 0; region < grams.size(); ++region) {
                grams[region] +=
                    atlas_[node].watts[region] * atlas_.grid().grams_per_watt(region, seconds(from), seconds(to));
            }
        }
        now_ = to;
    };
    while (!events_.empty()) {
        const Event event = events_.pop();
        pass(event.at);
        ++run_.events;
        fingerprint.add(event);
        const std::uint32_t label = happens(event);
        NodeId next = steps_.find(node, label, in_force_);
        if (!next.exists()) {
            next = look_around(node);
            steps_.add(node, label, in_force_, next);
        }
        node = next;
        if (atlas_.loss(node).drifts) {
            return std::nullopt;
        }
        if (atlas_.bytes() > limits.memory_bytes) {
            run_.stop = too_many_scenes();
            break;
        }
        if (run_.events % k_events_between_looks == 0 && watcher &&
            !watcher(static_cast<double>(now_) / static_cast<double>(end_), run_.events)) {
            run_.stop.cause = StopCause::interrupted;
            break;
        }
    }
    pass(run_.stop.cause == StopCause::none ? end_ : now_);
    run_.measured_s = std::max(0.0, seconds(now_));
    run_.course = book.close(run_.measured_s);
    run_.fingerprint = fingerprint.value();
    fill_tallies(plan_, atlas_, stays_, grams, node, run_);
    return std::move(run_);
}

}  // namespace nines
