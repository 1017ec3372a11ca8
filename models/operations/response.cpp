// Responses: an alarm tells of what is wrong; runbooks and people on call end it.

#include <algorithm>
#include <cmath>

#include "models/operations/operations.hpp"

namespace nines {

namespace {

using Kind = OperationsAppointment::Kind;

}  // namespace

Operations::Operations(const Plan& plan, Luck luck)
    : plan_(plan),
      alarms_(plan, luck),
      pipelines_(plan.operations.deploys.size()),
      span_of_(plan.operations.alarms.size(), k_none) {
    if (is_idle()) {
        return;
    }
    tally_.second_fleet_s.resize(pipelines_.size());
    for (std::uint32_t d = 0; d < pipelines_.size(); ++d) {
        const std::string& name = plan_of(d).spec.name;
        pipelines_[d].gaps = Stream(luck, "deploy.ready", name);
        pipelines_[d].verdicts = Stream(luck, "deploy.bad", name);
        pipelines_[d].rollbacks = Stream(luck, "deploy.rollback", name);
    }
    const auto tempers = [&](const std::string& name) {
        return Tempers{Stream(luck, "oncall.acknowledge", name), Stream(luck, "oncall.diagnose", name),
                       Stream(luck, "oncall.wrong", name), Stream(luck, "runbook.takes", name),
                       Stream(luck, "runbook.error", name)};
    };
    for (const std::string& fault : plan.names.faults) {
        of_faults_.push_back(tempers("fault " + fault));
    }
    for (const AlarmSpec& alarm : plan.operations.alarms) {
        of_alarms_.push_back(tempers("alarm " + alarm.name));
    }
}

// --- causes

std::uint32_t Operations::open_cause(FaultId fault, double now_s) {
    auto id = static_cast<std::uint32_t>(causes_.size());
    if (free_causes_.empty()) {
        causes_.emplace_back();
    } else {
        id = free_causes_.back();
        free_causes_.pop_back();
    }
    Cause& cause = causes_[id];
    std::vector<std::uint32_t> stages = std::move(cause.stages);  // its memory is used again
    cause = Cause{};
    cause.stages = std::move(stages);
    cause.fault = fault;
    cause.began_s = now_s;
    cause.is_open = true;
    ++undetected_;
    if (++open_ == 1 && alarms_.size() > 0) {
        tally_.troubles.push_back({now_s});
    }
    return id;
}

void Operations::fault_began(FaultId fault, std::uint32_t occurrence, double now_s) {
    const std::uint32_t id = open_cause(fault, now_s);
    causes_[id].occurrence = occurrence;
    if (occurrence >= cause_of_.size()) {
        cause_of_.resize(occurrence + std::size_t{1}, k_none);
    }
    cause_of_[occurrence] = id;
}

void Operations::fault_ended(std::uint32_t occurrence, double now_s) {
    if (occurrence >= cause_of_.size() || cause_of_[occurrence] == k_none) {
        return;  // a stage of a bad deployment
    }
    const std::uint32_t id = cause_of_[occurrence];
    cause_of_[occurrence] = k_none;
    close_cause(id, now_s, plan_.faults[causes_[id].fault].repair.has_value());
}

void Operations::close_cause(std::uint32_t id, double now_s, bool is_repair) {
    Cause& cause = causes_[id];
    cause.is_open = false;
    free_causes_.push_back(id);
    undetected_ -= cause.is_detected ? 0 : 1;
    if (--open_ == 0 && alarms_.size() > 0) {
        tally_.troubles.back().end_s = now_s;
    }
    if (is_repair && cause.is_detected) {
        tally_.repaired.add(now_s - cause.detected_s);
        tally_.without_human += cause.by_human ? 0 : 1;
    }
    if (cause.response != k_none) {
        response_over(cause.response, now_s);
    }
}

// --- alarms

bool Operations::has_more_to_tell(std::uint32_t alarm) const {
    if (undetected_ > 0) {
        return true;
    }
    for (std::uint32_t d = 0; d < pipelines_.size(); ++d) {
        if (watches(pipelines_[d], d, alarm)) {
            return true;
        }
    }
    return false;
}

const OperationsOutcome& Operations::look(std::uint32_t alarm, double now_s) {
    outcome_.clear();
    const bool was_on = alarms_.is_on(alarm);
    const bool on = alarms_.rule_holds(alarm);
    alarms_.set_on(alarm, on);
    if (on && !was_on) {
        span_of_[alarm] = static_cast<std::uint32_t>(tally_.alarm_spans.size());
        tally_.alarm_spans.push_back({alarm, now_s});
        outcome_.notes.push_back({0, NoteKind::alarm_fires, alarm, 0, 0});
    } else if (!on && was_on) {
        tally_.alarm_spans[span_of_[alarm]].end_s = now_s;
        outcome_.notes.push_back({0, NoteKind::alarm_clears, alarm, 0, 0});
        for (std::uint32_t r = 0; r < responses_.size(); ++r) {
            if (responses_[r].cause == k_none && responses_[r].alarm == alarm &&
                responses_[r].state == Response::State::diagnosing) {
                response_over(r, now_s);  // there is nothing left to be found
            }
        }
    }
    if (!on) {
        return outcome_;
    }
    // What goes wrong is told to everybody before anybody acts: acting may begin the next deployment.
    const std::uint64_t begun = responses_begun_;
    tell_of_causes(alarm, now_s);
    bool goes_back = false;
    for (std::uint32_t d = 0; d < pipelines_.size(); ++d) {
        if (watches(pipelines_[d], d, alarm)) {
            roll_back(d, now_s);
            goes_back = true;
        }
    }
    if (!was_on && !goes_back && responses_begun_ == begun) {
        page(k_none, alarm, now_s);
    }
    return outcome_;
}

/// An alarm that is on tells of everything that is wrong. What ends by itself is left to itself, and counts as detected
/// only where nothing else explains the alarm.
void Operations::tell_of_causes(std::uint32_t alarm, double now_s) {
    const auto ends_by_itself = [&](const Cause& cause) {
        return cause.deploy == k_none && !plan_.faults[cause.fault].repair;
    };
    for (std::uint32_t c = 0; c < causes_.size(); ++c) {
        if (causes_[c].is_open && !causes_[c].is_detected && !ends_by_itself(causes_[c])) {
            detect(c, alarm, now_s);
        }
    }
    const bool is_explained = std::any_of(causes_.begin(), causes_.end(),
                                          [&](const Cause& one) { return one.is_open && !ends_by_itself(one); });
    for (Cause& cause : causes_) {
        if (cause.is_open && !cause.is_detected) {
            cause.is_detected = true;
            --undetected_;
            if (!is_explained) {
                tally_.detected.add(now_s - cause.began_s);
            }
        }
    }
}

void Operations::detect(std::uint32_t id, std::uint32_t alarm, double now_s) {
    Cause& cause = causes_[id];
    cause.is_detected = true;
    cause.detected_s = now_s;
    --undetected_;
    tally_.detected.add(now_s - cause.began_s);
    if (cause.deploy != k_none) {
        const Pipeline& pipeline = pipelines_[cause.deploy];
        const bool goes_back =
            watches(pipeline, cause.deploy, alarm) || pipeline.state == Pipeline::State::rolling_back;
        return goes_back ? void() : page(id, alarm, now_s);
    }
    const std::optional<RepairSpec>& repair = plan_.faults[cause.fault].repair;
    if (repair->runbook && plan_.operations.runbooks[*repair->runbook].automatic) {
        const std::uint32_t response = take_response();
        responses_[response].cause = id;
        responses_[response].alarm = alarm;
        causes_[id].response = response;
        return begin_runbook(response, true);
    }
    page(id, alarm, now_s);
}

// --- people and runbooks

std::uint32_t Operations::take_response() {
    const auto free = std::find_if(responses_.begin(), responses_.end(),
                                   [](const Response& one) { return one.state == Response::State::over; });
    const auto id = static_cast<std::uint32_t>(free - responses_.begin());
    if (free == responses_.end()) {
        responses_.emplace_back();
    }
    ++responses_begun_;
    const std::uint32_t epoch = responses_[id].epoch + 1;
    responses_[id] = Response{};
    responses_[id].epoch = epoch;
    return id;
}

void Operations::go_on(std::uint32_t response, double after_s) {
    outcome_.appointments.push_back({Kind::response_goes_on, response, ++responses_[response].epoch, after_s});
}

Operations::Tempers& Operations::tempers_of(const Response& response) {
    return response.cause == k_none ? of_alarms_[response.alarm] : of_faults_[causes_[response.cause].fault.value];
}

void Operations::tell(NoteKind kind, const Response& response) {
    const bool alone = response.cause == k_none;
    outcome_.notes.push_back(
        {0, kind, alone ? response.alarm : causes_[response.cause].fault.value, alone ? 1U : 0U, 0});
}

void Operations::page(std::uint32_t cause, std::uint32_t alarm, double now_s) {
    if (!plan_.operations.oncall) {
        return;
    }
    const std::uint32_t response = take_response();
    responses_[response].cause = cause;
    responses_[response].alarm = alarm;
    if (cause != k_none) {
        causes_[cause].response = response;
    }
    call_people(response, now_s);
}

void Operations::call_people(std::uint32_t id, double now_s) {
    Response& response = responses_[id];
    response.state = Response::State::paged;
    response.paged_s = now_s;
    go_on(id, plan_.operations.oncall->acknowledge_s.sample(tempers_of(response).acknowledge) *
                  night_factor(&NightSpec::slower, now_s));
}

double Operations::night_factor(double NightSpec::*factor, double now_s) const {
    const std::optional<NightSpec>& night = plan_.operations.oncall->night;
    if (!night) {
        return 1;
    }
    const double clock_s =
        std::fmod(static_cast<double>(plan_.run.start_clock_s % 86'400) + now_s + k_seconds_per_day, k_seconds_per_day);
    const bool is_within = night->from_s <= night->to_s ? clock_s >= night->from_s && clock_s < night->to_s
                                                        : clock_s >= night->from_s || clock_s < night->to_s;
    return is_within ? (*night).*factor : 1;
}

double Operations::practice_factor(double now_s) const {
    const std::optional<GameDaysSpec>& days = plan_.operations.oncall->game_days;
    const bool is_fresh = days && now_s >= days->every_s && std::fmod(now_s, days->every_s) < days->lasts_s;
    return is_fresh ? 1 - days->shorten : 1;
}

const OperationsOutcome& Operations::response_goes_on(std::uint32_t id, std::uint32_t epoch, double now_s) {
    outcome_.clear();
    if (responses_[id].epoch != epoch) {
        return outcome_;
    }
    Response& response = responses_[id];
    switch (response.state) {
        case Response::State::paged:
            response.acknowledged_s = now_s;
            tally_.acknowledged.add(now_s - response.paged_s);
            tell(NoteKind::acknowledged, response);
            if (response.cause == k_none && !alarms_.is_on(response.alarm)) {
                response_over(id, now_s);
            } else {
                begin_diagnosis(id, now_s);
            }
            break;
        case Response::State::diagnosing:
            diagnosed(id, now_s);
            break;
        case Response::State::automatic:
        case Response::State::working:
            runbook_over(id, now_s);
            break;
        case Response::State::rolling_back:
        case Response::State::over:
            break;
    }
    return outcome_;
}

void Operations::begin_diagnosis(std::uint32_t id, double now_s) {
    responses_[id].state = Response::State::diagnosing;
    go_on(id, plan_.operations.oncall->diagnose_s.sample(tempers_of(responses_[id]).diagnose) *
                  night_factor(&NightSpec::diagnose, now_s) * practice_factor(now_s));
}

void Operations::diagnosed(std::uint32_t id, double now_s) {
    Response& response = responses_[id];
    if (response.cause == k_none) {
        return response_over(id, now_s);  // nothing to end: it passes by itself, or there is nothing
    }
    if (tempers_of(response).wrong.chance(plan_.operations.oncall->wrong)) {
        tell(NoteKind::diagnosis_wrong, response);
        return begin_diagnosis(id, now_s);
    }
    tell(NoteKind::diagnosed, response);
    const Cause& cause = causes_[response.cause];
    if (cause.deploy != k_none) {
        for (const std::uint32_t bad : {pipelines_[cause.deploy].bad, pipelines_[cause.deploy].old_bad}) {
            if (bad != k_none) {
                causes_[bad].by_human = true;
            }
        }
        response.state = Response::State::rolling_back;
        return roll_back(cause.deploy, now_s);
    }
    return plan_.faults[cause.fault].repair->runbook ? begin_runbook(id, false) : cure(id, true);
}

void Operations::begin_runbook(std::uint32_t id, bool automatic) {
    Response& response = responses_[id];
    const RepairSpec& repair = *plan_.faults[causes_[response.cause].fault].repair;
    response.state = automatic ? Response::State::automatic : Response::State::working;
    tell(NoteKind::runbook_begins, response);
    go_on(id, plan_.operations.runbooks[*repair.runbook].takes_s.sample(tempers_of(response).runbook));
}

/// A runbook that did not help: one that ran by itself calls people, people look again.
void Operations::runbook_over(std::uint32_t id, double now_s) {
    Response& response = responses_[id];
    const bool automatic = response.state == Response::State::automatic;
    const RepairSpec& repair = *plan_.faults[causes_[response.cause].fault].repair;
    if (!tempers_of(response).failure.chance(plan_.operations.runbooks[*repair.runbook].error)) {
        return cure(id, !automatic);
    }
    tell(NoteKind::runbook_fails, response);
    return automatic ? call_people(id, now_s) : begin_diagnosis(id, now_s);
}

void Operations::cure(std::uint32_t id, bool by_human) {
    Cause& cause = causes_[responses_[id].cause];
    cause.by_human = by_human;
    outcome_.ended.push_back(cause.occurrence);
}

void Operations::response_over(std::uint32_t id, double now_s) {
    Response& response = responses_[id];
    if (response.acknowledged_s >= 0) {
        tally_.toil_s += now_s - response.acknowledged_s;
    }
    if (response.cause != k_none) {
        causes_[response.cause].response = k_none;
    }
    response.state = Response::State::over;
    ++response.epoch;
}

OperationsTally Operations::close(double end_s) {
    for (Response& response : responses_) {
        if (response.state != Response::State::over && response.acknowledged_s >= 0) {
            tally_.toil_s += end_s - response.acknowledged_s;
        }
    }
    for (Cause& cause : causes_) {
        if (cause.is_open && cause.deploy != k_none) {
            count_exposure(cause, end_s);
            tally_.reached_sum += cause.share;
        }
    }
    for (std::uint32_t d = 0; d < pipelines_.size(); ++d) {
        const Pipeline::State state = pipelines_[d].state;
        if (state == Pipeline::State::rolling || state == Pipeline::State::baking) {
            count_second_fleet(d, end_s);
        }
    }
    for (AlarmSpan& span : tally_.alarm_spans) {
        span.end_s = std::min(span.end_s, end_s);
    }
    if (!tally_.troubles.empty()) {
        tally_.troubles.back().end_s = std::min(tally_.troubles.back().end_s, end_s);
    }
    if (plan_.operations.oncall && plan_.operations.oncall->game_days) {
        const GameDaysSpec& days = *plan_.operations.oncall->game_days;
        tally_.toil_s += std::floor(std::max(end_s, 0.0) / days.every_s) * days.takes_s;
    }
    return std::move(tally_);
}

}  // namespace nines
