// Effects, alarms, people and deployments of a resolved scenario.

#include <fmt/format.h>

#include "tools/commands/resolved_fields.hpp"

namespace nines::resolved {

namespace {

void write_effect(Emitter& out, const EffectSpec& effect) {
    const std::string key(k_effects.of(effect.kind));
    if (effect.kind == EffectKind::delay) {
        field(out, key, "+" + format_distribution(effect.delay_s, Dimension::time));
        share(out, "share", effect.share);
    } else if (effect.kind == EffectKind::slow) {
        quantity(out, key, effect.amount, Dimension::number);
    } else if (effect.kind == EffectKind::flood || effect.kind == EffectKind::throttle) {
        quantity(out, key, effect.amount, Dimension::rate);
    } else if (effect.kind == EffectKind::reclaim) {
        time(out, key, effect.amount);
    } else {
        share(out, key, effect.amount);
    }
    if (effect.after_work) {
        field(out, "after", "work");
    }
}

void write_alarm(Emitter& out, const Architecture& architecture, const AlarmSpec& alarm) {
    begin_line(out, alarm.name);
    const std::string at = alarm.service.exists() ? "@" + architecture.services[alarm.service].name : "";
    field(out, "metric", std::string(k_alarm_metrics.of(alarm.metric)) + at);
    quantity(out, "above", alarm.above, dimension_of(alarm.metric));
    time(out, "of", alarm.window_s);
    field(out, "points", fmt::format("{} of {}", alarm.points, alarm.of_points));
    field(out, "missing", k_missing_data.of(alarm.missing));
    out << YAML::EndMap;
}

void write_oncall(Emitter& out, const OncallSpec& oncall) {
    begin_block(out, "oncall");
    time(out, "acknowledge", oncall.acknowledge_s);
    time(out, "diagnose", oncall.diagnose_s);
    share(out, "wrong", oncall.wrong);
    if (oncall.night) {
        begin_line(out, "night");
        field(out, "from", time_of_day_text(oncall.night->from_s));
        field(out, "to", time_of_day_text(oncall.night->to_s));
        quantity(out, "slower", oncall.night->slower, Dimension::number);
        quantity(out, "diagnose", oncall.night->diagnose, Dimension::number);
        out << YAML::EndMap;
    }
    if (oncall.game_days) {
        begin_line(out, "game_days");
        time(out, "every", oncall.game_days->every_s);
        share(out, "shorten", oncall.game_days->shorten);
        time(out, "lasts", oncall.game_days->lasts_s);
        time(out, "takes", oncall.game_days->takes_s);
        out << YAML::EndMap;
    }
    out << YAML::EndMap;
}

void write_deploy(Emitter& out, const DeploySpec& deploy) {
    time(out, "every", deploy.every_s);
    field(out, "strategy", deploy.strategy_text);
    time(out, "bake", deploy.bake_s);
    share(out, "bad", deploy.bad_change);
    field(out, "changes", deploy.changes);
    if (!deploy.effects.empty()) {
        write_effects(out, deploy.effects);
    }
    field(out, "rollback", k_rollbacks.of(deploy.rollback));
    time(out, "takes", deploy.takes_s);
    time(out, "by_hand", deploy.by_hand_s);
}

}  // namespace

void write_effects(Emitter& out, const std::vector<EffectSpec>& effects) {
    if (effects.size() == 1 && is_word(effects[0].kind)) {
        field(out, "effect", k_effects.of(effects[0].kind));
        return;
    }
    begin_line(out, "effect");
    for (const EffectSpec& effect : effects) {
        write_effect(out, effect);
    }
    out << YAML::EndMap;
}

std::string time_of_day_text(double clock_s) {
    const auto minutes = static_cast<int>(clock_s / 60);
    return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

std::string repair_text(const Architecture& architecture, const RepairSpec& repair) {
    return repair.runbook ? architecture.operations.runbooks[*repair.runbook].name : "human";
}

void write_operations(Emitter& out, const Architecture& architecture) {
    const OperationsSpec& operations = architecture.operations;
    if (!operations.alarms.empty()) {
        begin_block(out, "alarms");
        for (const AlarmSpec& alarm : operations.alarms) {
            write_alarm(out, architecture, alarm);
        }
        out << YAML::EndMap;
    }
    if (operations.oncall) {
        write_oncall(out, *operations.oncall);
    }
    if (operations.runbooks.empty()) {
        return;
    }
    begin_block(out, "runbooks");
    for (const RunbookSpec& runbook : operations.runbooks) {
        begin_line(out, runbook.name);
        field(out, "automatic", runbook.automatic);
        time(out, "takes", runbook.takes_s);
        share(out, "error", runbook.error);
        out << YAML::EndMap;
    }
    out << YAML::EndMap;
}

void write_deploys(Emitter& out, const Architecture& architecture, const Service& service) {
    bool has_names = false;
    for (const DeploySpec& deploy : architecture.operations.deploys) {
        if (architecture.services[deploy.service].name != service.name) {
            continue;
        }
        const auto slash = deploy.name.find('/');
        if (slash == std::string::npos) {
            begin_block(out, "deploy");
            write_deploy(out, deploy);
            out << YAML::EndMap;
            return;
        }
        if (!has_names) {
            has_names = true;
            begin_block(out, "deploy");
        }
        begin_block(out, deploy.name.substr(slash + 1));
        write_deploy(out, deploy);
        out << YAML::EndMap;
    }
    if (has_names) {
        out << YAML::EndMap;
    }
}

}  // namespace nines::resolved
