// Pipelines: a deployment reaches more instances stage by stage, is watched while it bakes, and goes back when an alarm
// that it watches is on. One after the other: what becomes ready meanwhile waits.

#include <algorithm>

#include "models/operations/operations.hpp"

namespace nines {

namespace {

using Kind = OperationsAppointment::Kind;

}  // namespace

const OperationsOutcome& Operations::start() {
    outcome_.clear();
    for (std::uint32_t d = 0; d < pipelines_.size(); ++d) {
        outcome_.appointments.push_back(
            {Kind::deployment_ready, d, 0, plan_of(d).spec.every_s.sample(pipelines_[d].gaps)});
    }
    return outcome_;
}

void Operations::go_on_after(std::uint32_t deploy, double after_s) {
    outcome_.appointments.push_back({Kind::deployment_goes_on, deploy, ++pipelines_[deploy].epoch, after_s});
}

/// A change is ready. When that is, and whether it is bad, does not depend on how it is deployed.
const OperationsOutcome& Operations::deployment_ready(std::uint32_t deploy, double now_s) {
    outcome_.clear();
    Pipeline& pipeline = pipelines_[deploy];
    const DeploySpec& spec = plan_of(deploy).spec;
    outcome_.appointments.push_back({Kind::deployment_ready, deploy, 0, spec.every_s.sample(pipeline.gaps)});
    pipeline.ready.push_back({now_s, pipeline.verdicts.uniform() < spec.bad});
    if (pipeline.state == Pipeline::State::idle) {
        begin_next(deploy, now_s);
    }
    return outcome_;
}

void Operations::begin_next(std::uint32_t deploy, double now_s) {
    Pipeline& pipeline = pipelines_[deploy];
    if (pipeline.ready.empty()) {
        return;
    }
    pipeline.now = pipeline.ready.front();
    pipeline.ready.pop_front();
    pipeline.state = Pipeline::State::rolling;
    pipeline.began_s = now_s;
    pipeline.stage = 0;
    ++tally_.deployments;
    tally_.toil_s += plan_of(deploy).spec.by_hand_s;
    outcome_.notes.push_back({0, NoteKind::deployment_begins, deploy, 0, 0});
    if (pipeline.now.bad) {
        ++tally_.bad;
        ++tally_.failed;
        pipeline.bad = open_cause(plan_of(deploy).fault, now_s);
        causes_[pipeline.bad].deploy = deploy;
        causes_[pipeline.bad].since_s = now_s;
        outcome_.notes.push_back({0, NoteKind::deployment_is_bad, deploy, 0, 0});
    }
    reach_stage(deploy, now_s);
}

void Operations::reach_stage(std::uint32_t deploy, double now_s) {
    Pipeline& pipeline = pipelines_[deploy];
    const DeployPlan& plan = plan_of(deploy);
    const std::uint32_t from = pipeline.stage == 0 ? 0 : plan.stages[pipeline.stage - 1].until;
    const std::uint32_t until = plan.stages[pipeline.stage].until;
    if (pipeline.bad != k_none) {
        Cause& bad = causes_[pipeline.bad];
        count_exposure(bad, now_s);
        bad.share = plan.stages[pipeline.stage].share;
        outcome_.begun.push_back({deploy, from, until});
    }
    if (++pipeline.stage < plan.stages.size()) {
        return go_on_after(deploy, plan.stages[pipeline.stage].after_s);
    }
    tally_.delivered.add(now_s - pipeline.now.since_s);
    if (pipeline.old_bad != k_none) {
        outcome_.notes.push_back({0, NoteKind::deployment_replaced, deploy, 0, 0});
        end_bad(pipeline.old_bad, now_s, false);
    }
    pipeline.state = Pipeline::State::baking;
    go_on_after(deploy, plan.spec.bake_s);
}

const OperationsOutcome& Operations::deployment_goes_on(std::uint32_t deploy, std::uint32_t epoch, double now_s) {
    outcome_.clear();
    Pipeline& pipeline = pipelines_[deploy];
    if (epoch != pipeline.epoch) {
        return outcome_;
    }
    switch (pipeline.state) {
        case Pipeline::State::rolling:
            reach_stage(deploy, now_s);
            break;
        case Pipeline::State::baking:
            bake_over(deploy, now_s);
            break;
        case Pipeline::State::rolling_back:
            rolled_back(deploy, now_s);
            break;
        case Pipeline::State::idle:
            break;
    }
    return outcome_;
}

/// Nobody watches it any more. What is bad about it stays until somebody on call ends it, or the next one replaces it.
void Operations::bake_over(std::uint32_t deploy, double now_s) {
    Pipeline& pipeline = pipelines_[deploy];
    outcome_.notes.push_back({0, NoteKind::deployment_done, deploy, 0, 0});
    count_second_fleet(deploy, now_s);
    pipeline.old_bad = pipeline.bad;
    pipeline.bad = k_none;
    pipeline.state = Pipeline::State::idle;
    begin_next(deploy, now_s);
}

/// Whether the deployment under way would go back if the alarm were on.
bool Operations::watches(const Pipeline& pipeline, std::uint32_t deploy, std::uint32_t alarm) const {
    const bool is_under_way = pipeline.state == Pipeline::State::rolling || pipeline.state == Pipeline::State::baking;
    const ServiceId service = alarms_.spec(alarm).service;
    return is_under_way && plan_of(deploy).spec.rollback == Rollback::automatic &&
           (!service.exists() || service == plan_of(deploy).spec.service);
}

/// Back to the last version known to be good. Of blue and green the good one still stands there while the other bakes.
void Operations::roll_back(std::uint32_t deploy, double now_s) {
    Pipeline& pipeline = pipelines_[deploy];
    if (pipeline.state == Pipeline::State::rolling_back) {
        return;
    }
    const DeploySpec& spec = plan_of(deploy).spec;
    const bool switches = spec.strategy == DeployStrategy::blue_green && pipeline.state == Pipeline::State::baking;
    if (pipeline.state != Pipeline::State::idle && pipeline.bad == k_none) {
        ++tally_.failed;  // nothing was wrong with it
    }
    if (pipeline.state != Pipeline::State::idle) {
        count_second_fleet(deploy, now_s);
    }
    pipeline.state = Pipeline::State::rolling_back;
    const double takes_s = spec.takes_s.sample(pipeline.rollbacks);
    outcome_.notes.push_back({0, NoteKind::rollback_begins, deploy, 0, 0});
    if (switches || takes_s == 0) {
        ++pipeline.epoch;
        return rolled_back(deploy, now_s);
    }
    go_on_after(deploy, takes_s);
}

void Operations::rolled_back(std::uint32_t deploy, double now_s) {
    Pipeline& pipeline = pipelines_[deploy];
    outcome_.notes.push_back({0, NoteKind::rolled_back, deploy, 0, 0});
    end_bad(pipeline.bad, now_s, true);
    end_bad(pipeline.old_bad, now_s, true);
    pipeline.state = Pipeline::State::idle;
    begin_next(deploy, now_s);
}

void Operations::count_second_fleet(std::uint32_t deploy, double now_s) {
    if (plan_of(deploy).spec.strategy == DeployStrategy::blue_green) {
        tally_.second_fleet_s[deploy] += now_s - pipelines_[deploy].began_s;
    }
}

void pay_second_fleets(const Plan& plan, Run& run) {
    for (std::size_t d = 0; d < run.operations.second_fleet_s.size(); ++d) {
        const Range<GroupId> groups = plan.services[plan.operations.deploys[d].spec.service].groups;
        for (std::uint32_t g = 0; g < groups.count; ++g) {
            const GroupPlan& group = plan.groups[groups[g]];
            GroupTally& tally = run.groups[groups[g]];
            const double instance_s = static_cast<double>(group.count) * run.operations.second_fleet_s[d];
            const double energy_j = group.power.idle_w() * instance_s;
            tally.instances_integral_s += instance_s;
            tally.uncommitted_integral_s += instance_s;
            tally.spot_integral_s += static_cast<double>(group.spot.at_start) * run.operations.second_fleet_s[d];
            tally.carbon_g += tally.energy_j > 0 ? tally.carbon_g * energy_j / tally.energy_j : 0;
            tally.energy_j += energy_j;
        }
    }
}

void Operations::count_exposure(Cause& cause, double now_s) {
    tally_.exposure_s += cause.share * (now_s - cause.since_s);
    cause.since_s = now_s;
}

/// A bad version is gone from all instances that had it.
void Operations::end_bad(std::uint32_t& id, double now_s, bool is_repair) {
    if (id == k_none) {
        return;
    }
    Cause& cause = causes_[id];
    count_exposure(cause, now_s);
    tally_.reached_sum += cause.share;
    tally_.restored.add(now_s - cause.began_s);
    outcome_.ended.insert(outcome_.ended.end(), cause.stages.begin(), cause.stages.end());
    cause.stages.clear();
    close_cause(id, now_s, is_repair);
    id = k_none;
}

std::vector<TargetAtom> Operations::atoms_of(const BadStage& stage) const {
    const DeployPlan& plan = plan_of(stage.deploy);
    if (stage.from == 0 && stage.until == plan.order.size()) {
        return {{TargetAtom::Kind::service, plan.spec.service.value, 0}};
    }
    std::vector<TargetAtom> atoms;
    for (std::uint32_t i = stage.from; i < stage.until; ++i) {
        atoms.push_back({TargetAtom::Kind::instance, plan.order[i].value, 0});
    }
    return atoms;
}

void Operations::stage_began(const BadStage& stage, std::uint32_t occurrence) {
    const std::uint32_t cause = pipelines_[stage.deploy].bad;
    causes_[cause].stages.push_back(occurrence);
}

}  // namespace nines
