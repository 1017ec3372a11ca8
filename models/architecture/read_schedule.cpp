// `schedule:` of a scaler: bounds by time of day.

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "models/architecture/readers.hpp"

namespace nines {

namespace {

constexpr std::uint32_t bit_of(Weekday day) {
    return 1U << static_cast<std::uint32_t>(day);
}
constexpr std::uint32_t k_weekend = bit_of(Weekday::sat) | bit_of(Weekday::sun);

/// `weekdays`, `weekends`, one day, or a list of days.
std::uint32_t read_days(const ReadContext& context, const Node& node, const std::string& path) {
    if (node.is_sequence() && !node.items.empty()) {
        std::uint32_t days = 0;
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            days |= bit_of(read_word(node.items[i], fmt::format("{}[{}]", path, i), k_weekdays, "a day of the week",
                                     context.problems)
                               .value_or(Weekday::mon));
        }
        return days;
    }
    if (node.is_scalar() && node.text == "weekdays") {
        return k_every_day & ~k_weekend;
    }
    if (node.is_scalar() && node.text == "weekends") {
        return k_weekend;
    }
    if (const auto day = k_weekdays.find(node.text); node.is_scalar() && day) {
        return bit_of(*day);
    }
    std::vector<std::string> choices = k_weekdays.all();
    choices.insert(choices.end(), {"weekdays", "weekends"});
    add_wrong_word(node, path, "days such as `weekdays` or `[mon, fri]`", std::move(choices), context.problems);
    return k_every_day;
}

std::optional<std::uint32_t> read_instances(const ReadContext& context, MappingReader& reader, std::string_view key,
                                            std::int64_t least) {
    const Node* node = reader.optional(key);
    const auto count =
        node == nullptr ? std::nullopt : read_count(*node, reader.path_of(key), least, k_listed_max, context.problems);
    return count ? std::optional(static_cast<std::uint32_t>(*count)) : std::nullopt;
}

ScheduledScale read_action(const ReadContext& context, const Node& node, const std::string& path) {
    ScheduledScale action;
    MappingReader reader(node, path, context.problems, "an action such as `{at: 07:50, min: 8}`");
    if (!reader.is_mapping()) {
        return action;
    }
    action.at_s = static_cast<std::int32_t>(read_clock(context, reader, "at"));
    if (const Node* days = reader.optional("days")) {
        action.days = read_days(context, *days, reader.path_of("days"));
    }
    action.min = read_instances(context, reader, "min", 1);
    action.max = read_instances(context, reader, "max", 1);
    action.desired = read_instances(context, reader, "desired", 1);
    const bool says = std::any_of(node.entries.begin(), node.entries.end(), [](const Entry& entry) {
        return entry.key == "min" || entry.key == "max" || entry.key == "desired";
    });
    if (!says) {
        context.problem(node, path, "an action sets `min`, `max` or `desired`");
    }
    reader.finish();
    return action;
}

/// Over a week, `min` is never above `max`: whatever an action leaves as it was counts as well.
void check_bounds(const ReadContext& context, const Node& node, const std::string& path, const ScaleSpec& scale) {
    std::vector<std::tuple<std::uint32_t, std::int32_t, std::size_t>> week;  // day, time, which
    for (std::uint32_t day = 0; day < k_weekdays.entries.size(); ++day) {
        for (std::size_t i = 0; i < scale.schedule.size(); ++i) {
            if ((scale.schedule[i].days >> day & 1U) != 0) {
                week.emplace_back(day, scale.schedule[i].at_s, i);
            }
        }
    }
    std::sort(week.begin(), week.end());
    std::uint32_t min = scale.min;
    std::uint32_t max = scale.max;
    std::vector<bool> is_told(scale.schedule.size());
    for (int round = 0; round < 2; ++round) {
        for (const auto& [day, at_s, i] : week) {
            const ScheduledScale& action = scale.schedule[i];
            min = action.min.value_or(min);
            max = action.max.value_or(max);
            if (round > 0 && min > max && !is_told[i]) {
                is_told[i] = true;
                context.problem(node.items[i], fmt::format("{}[{}]", path, i),
                                fmt::format("from then on at least {} and at most {} instances would have to be there: "
                                            "set both",
                                            min, max));
            }
        }
    }
}

}  // namespace

void read_schedule(const ReadContext& context, MappingReader& reader, ScaleSpec& scale) {
    const Node* node = reader.optional("schedule");
    if (node == nullptr) {
        return;
    }
    const std::string path = reader.path_of("schedule");
    if (!node->is_sequence() || node->items.empty()) {
        add_expected(*node, path, "a list of actions such as `[{at: 07:50, min: 8}, {at: 20:00, min: 2}]`",
                     context.problems);
        return;
    }
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        scale.schedule.push_back(read_action(context, node->items[i], fmt::format("{}[{}]", path, i)));
    }
    check_bounds(context, *node, path, scale);
}

}  // namespace nines
