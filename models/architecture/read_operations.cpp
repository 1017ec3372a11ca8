// The `alarms:`, `oncall:` and `runbooks:` parts, `repair:` of faults and `deploy:` of services.

#include <fmt/format.h>

#include <algorithm>

#include "models/architecture/readers.hpp"
#include "models/language/rate_text.hpp"

namespace nines {

namespace {

/// A positive time that alarms, stages and game days go by.
std::optional<double> read_period(const ReadContext& context, const Node& node, const std::string& path) {
    const auto seconds = read_quantity(node, path, Dimension::time, context.problems);
    if (seconds && *seconds < 1e-3) {
        context.problem(node, path, fmt::format("expected a time of 1 ms or more, found `{}`", node.text));
        return std::nullopt;
    }
    return seconds;
}

/// A time that may be a bare 0.
double read_time(const ReadContext& context, const Node& node, const std::string& path) {
    return node.text == "0" ? 0 : read_quantity(node, path, Dimension::time, context.problems).value_or(0);
}

/// A share below 100 %: what always goes wrong never ends.
double read_chance_of_repeat(const ReadContext& context, MappingReader& reader, std::string_view key) {
    const Node* node = reader.optional(key);
    if (node == nullptr) {
        return 0;
    }
    const double share = read_share(context, *node, reader.path_of(key)).value_or(0);
    if (share >= 1) {
        context.problem(*node, reader.path_of(key), "what goes wrong every time never ends: expected less than 100 %");
        return 0;
    }
    return share;
}

/// Whether the entries under a top-level word can be read; a problem where they stand wrong.
bool has_entries(const ReadContext& context, const Node* node, std::string_view word, std::string_view example) {
    if (node == nullptr) {
        return false;
    }
    if (!node->is_mapping()) {
        add_expected(*node, std::string(word), fmt::format("{} by name, such as `{}`", word, example),
                     context.problems);
        return false;
    }
    for (const Entry& entry : node->entries) {
        if (!is_name(entry.key)) {
            context.problems.add(entry.key_place, join_path(word, entry.key),
                                 fmt::format("`{}` is no name: letters, digits, - and _", entry.key));
        }
    }
    return true;
}

// --- alarms

/// "error_share@web": what is looked at, and where. @returns whether it is known what is looked at
bool read_alarm_metric(const ReadContext& context, const Node& node, const std::string& path, AlarmSpec& alarm) {
    const auto text = read_text(node, path, context.problems);
    if (!text) {
        return false;
    }
    const auto at = std::min(text->find('@'), text->size());
    const auto metric = k_alarm_metrics.find(std::string_view(*text).substr(0, at));
    if (!metric) {
        Problem& problem =
            context.problem(node, path, fmt::format("expected what an alarm can look at, found `{}`", *text));
        problem.choices = {"error_share",         "error_share@SERVICE", "latency", "latency@SERVICE",
                           "utilization@SERVICE", "queue@SERVICE",       "cost",    "budget"};
        problem.found = *text;
        return false;
    }
    alarm.metric = *metric;
    const std::string word = text->substr(0, at);
    if (at == text->size()) {
        if (is_of_workers(*metric)) {
            context.problem(node, path, fmt::format("`{0}` is measured at a service: write `{0}@SERVICE`", word));
        }
        return true;
    }
    if (is_of_the_bill(*metric)) {
        context.problem(node, path, fmt::format("the bill is of everything together: write `{}`", word));
        return true;
    }
    const std::string name = text->substr(at + 1);
    for (std::size_t i = 0; i < context.architecture.services.size(); ++i) {
        if (context.architecture.services[index_at<ServiceId>(i)].name == name) {
            alarm.service = index_at<ServiceId>(i);
        }
    }
    if (!alarm.service.exists()) {
        Problem& problem = context.problem(node, path, fmt::format("there is no service `{}`", name));
        problem.choices = context.choices([&] { return service_names(context.architecture); });
        problem.found = name;
    } else if (is_of_workers(*metric) && !context.architecture.services[alarm.service].workers) {
        context.problem(node, path, fmt::format("the workers of `{}` are unlimited: they have no {}", name, word));
    }
    return true;
}

std::optional<double> read_threshold(const ReadContext& context, const Node& node, const std::string& path,
                                     AlarmMetric metric) {
    switch (dimension_of(metric)) {
        case Dimension::time:
            return read_period(context, node, path);
        case Dimension::fraction:
            return read_share(context, node, path);
        default:
            return read_quantity(node, path, dimension_of(metric), context.problems);
    }
}

/// "3 of 5".
void read_points(const ReadContext& context, const Node& node, const std::string& path, AlarmSpec& alarm) {
    constexpr std::string_view k_form = "3 of 5";
    const auto tokens = read_tokens(context, node, path);
    if (!tokens) {
        return;
    }
    TokenReader reader(*tokens);
    const std::int64_t points = reader.count(k_form);
    reader.expect("of", k_form);
    const std::int64_t of_points = reader.count(k_form);
    reader.finish(k_form);
    if (reader.error()) {
        context.problem(node, path, *reader.error());
    } else if (points < 1 || points > of_points || of_points > k_alarm_points_most) {
        context.problem(node, path,
                        fmt::format("expected points such as `{}`, at least 1 and at most {}, found `{}`", k_form,
                                    k_alarm_points_most, node.text));
    } else {
        alarm.points = static_cast<std::uint32_t>(points);
        alarm.of_points = static_cast<std::uint32_t>(of_points);
    }
}

void read_alarm(const ReadContext& context, const Entry& entry) {
    AlarmSpec alarm;
    alarm.name = entry.key;
    alarm.place = entry.key_place;
    MappingReader reader(entry.value, "alarms." + entry.key, context.problems, "an alarm");
    if (!reader.is_mapping() && !entry.value.is_null()) {
        return;
    }
    bool knows_metric = false;  // what it is says of what dimension a threshold is
    if (const Node* metric = reader.required("metric")) {
        knows_metric = read_alarm_metric(context, *metric, reader.path_of("metric"), alarm);
    }
    if (const Node* above = reader.required("above"); above != nullptr && knows_metric) {
        alarm.above = read_threshold(context, *above, reader.path_of("above"), alarm.metric).value_or(0);
    }
    if (const Node* window = reader.optional("of")) {
        alarm.window_s = read_period(context, *window, reader.path_of("of")).value_or(alarm.window_s);
        check_event_count(context, *window, reader.path_of("of"), 1 / alarm.window_s, "windows of an alarm");
    }
    if (const Node* points = reader.optional("points")) {
        read_points(context, *points, reader.path_of("points"), alarm);
    }
    if (const Node* missing = reader.optional("missing")) {
        alarm.missing =
            read_word(*missing, reader.path_of("missing"), k_missing_data, "what missing data says", context.problems)
                .value_or(alarm.missing);
    }
    reader.finish();
    context.architecture.operations.alarms.push_back(std::move(alarm));
}

// --- people

std::optional<Distribution> read_duration(const ReadContext& context, MappingReader& reader, std::string_view key,
                                          bool is_needed) {
    const Node* node = is_needed ? reader.required(key) : reader.optional(key);
    return node == nullptr
               ? std::nullopt
               : read_distribution(*node, reader.path_of(key), Dimension::time, context.document, context.problems);
}

/// How many times as long something takes.
double read_factor(const ReadContext& context, const Node& node, const std::string& path) {
    const auto factor = read_quantity(node, path, Dimension::number, context.problems);
    if (factor && (*factor < 1 || *factor > 1000)) {
        context.problem(node, path, fmt::format("expected a factor from 1 to 1000, found `{}`", node.text));
    }
    return factor.value_or(1);
}

NightSpec read_night(const ReadContext& context, const Node& node, const std::string& path) {
    NightSpec night;
    MappingReader reader(node, path, context.problems, "a night");
    if (!reader.is_mapping()) {
        return night;
    }
    night.from_s = read_clock(context, reader, "from");
    night.to_s = read_clock(context, reader, "to");
    if (const Node* slower = reader.required("slower")) {
        night.slower = read_factor(context, *slower, reader.path_of("slower"));
    }
    if (const Node* diagnose = reader.optional("diagnose")) {
        night.diagnose = read_factor(context, *diagnose, reader.path_of("diagnose"));
    }
    reader.finish();
    return night;
}

GameDaysSpec read_game_days(const ReadContext& context, const Node& node, const std::string& path) {
    GameDaysSpec days;
    MappingReader reader(node, path, context.problems, "`game_days`");
    if (!reader.is_mapping()) {
        return days;
    }
    if (const Node* every = reader.required("every")) {
        days.every_s = read_period(context, *every, reader.path_of("every")).value_or(1);
    }
    if (const Node* shorten = reader.required("shorten")) {
        days.shorten = read_share(context, *shorten, reader.path_of("shorten")).value_or(0);
    }
    if (const Node* lasts = reader.required("lasts")) {
        days.lasts_s = read_period(context, *lasts, reader.path_of("lasts")).value_or(1);
    }
    if (const Node* takes = reader.optional("takes")) {
        days.takes_s = read_time(context, *takes, reader.path_of("takes"));
    }
    reader.finish();
    return days;
}

void read_oncall(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    MappingReader reader(*node, "oncall", context.problems, "`oncall`");
    if (!reader.is_mapping()) {
        return;
    }
    OncallSpec oncall;
    oncall.acknowledge_s = read_duration(context, reader, "acknowledge", true).value_or(Distribution::constant(0));
    oncall.diagnose_s = read_duration(context, reader, "diagnose", true).value_or(Distribution::constant(0));
    oncall.wrong = read_chance_of_repeat(context, reader, "wrong");
    if (const Node* night = reader.optional("night")) {
        oncall.night = read_night(context, *night, reader.path_of("night"));
    }
    if (const Node* days = reader.optional("game_days")) {
        oncall.game_days = read_game_days(context, *days, reader.path_of("game_days"));
    }
    reader.finish();
    context.architecture.operations.oncall = std::move(oncall);
}

void read_runbook(const ReadContext& context, const Entry& entry) {
    RunbookSpec runbook;
    runbook.name = entry.key;
    runbook.place = entry.key_place;
    MappingReader reader(entry.value, "runbooks." + entry.key, context.problems, "a runbook");
    if (!reader.is_mapping() && !entry.value.is_null()) {
        return;
    }
    if (entry.key == "human") {
        context.problems.add(entry.key_place, reader.path(),
                             "`human` is no name of a runbook: `repair: human` is by hand");
        return;
    }
    if (const Node* automatic = reader.optional("automatic")) {
        runbook.automatic = read_bool(*automatic, reader.path_of("automatic"), context.problems).value_or(false);
    }
    runbook.takes_s = read_duration(context, reader, "takes", true).value_or(Distribution::constant(0));
    runbook.error = read_chance_of_repeat(context, reader, "error");
    reader.finish();
    if (!context.architecture.operations.oncall && (!runbook.automatic || runbook.error > 0)) {
        context.problems.add(entry.key_place, reader.path(),
                             runbook.automatic ? "a runbook that can fail needs somebody `oncall`"
                                               : "a runbook that is not `automatic` needs somebody `oncall`");
    }
    context.architecture.operations.runbooks.push_back(std::move(runbook));
}

}  // namespace

double read_clock(const ReadContext& context, MappingReader& reader, std::string_view key) {
    const Node* node = reader.required(key);
    const auto tokens = node == nullptr ? std::nullopt : read_tokens(context, *node, reader.path_of(key));
    if (!tokens) {
        return 0;
    }
    TokenReader words(*tokens);
    const double clock_s = clock_of_day(words, key);
    words.finish(key);
    if (words.error()) {
        context.problem(*node, reader.path_of(key), *words.error());
    }
    return clock_s;
}

std::optional<RepairSpec> read_repair(const ReadContext& context, const Node& node, const std::string& path) {
    const OperationsSpec& operations = context.architecture.operations;
    const auto text = read_text(node, path, context.problems);
    if (!text) {
        return RepairSpec{};
    }
    if (operations.alarms.empty()) {
        context.problem(node, path, "nobody repairs what no alarm tells of: the scenario needs `alarms`");
    }
    if (*text == "human") {
        if (!operations.oncall) {
            context.problem(node, path, "`repair: human` needs somebody `oncall`");
        }
        return RepairSpec{};
    }
    std::vector<std::string> names{"human"};
    for (std::size_t i = 0; i < operations.runbooks.size(); ++i) {
        if (operations.runbooks[i].name == *text) {
            return RepairSpec{static_cast<std::uint32_t>(i)};
        }
        names.push_back(operations.runbooks[i].name);
    }
    Problem& problem = context.problem(node, path, fmt::format("expected `human` or a runbook, found `{}`", *text));
    problem.choices = std::move(names);
    problem.found = *text;
    return RepairSpec{};
}

void read_operations(const ReadContext& context, MappingReader& reader) {
    const Node* alarms = reader.optional("alarms");
    if (has_entries(context, alarms, "alarms", "errors: {metric: error_share@web, above: 5 %}")) {
        for (const Entry& entry : alarms->entries) {
            read_alarm(context, entry);
        }
    }
    read_oncall(context, reader.optional("oncall"));
    const Node* runbooks = reader.optional("runbooks");
    if (has_entries(context, runbooks, "runbooks", "zone-loss: {automatic: true, takes: 2 min}")) {
        for (const Entry& entry : runbooks->entries) {
            read_runbook(context, entry);
        }
    }
    const OperationsSpec& operations = context.architecture.operations;
    for (const DeploySpec& deploy : operations.deploys) {
        if (deploy.rollback == Rollback::manual && !operations.oncall) {
            context.problems.add(deploy.place, join_path(deploy.path, "rollback"),
                                 "`rollback: manual` needs somebody `oncall`");
        }
        if (deploy.bad > 0 && operations.alarms.empty()) {
            context.architecture.warnings.push_back(
                fmt::format("no alarm tells of a bad deployment of `{}`: it stays until the next one", deploy.name));
        }
    }
}

}  // namespace nines
