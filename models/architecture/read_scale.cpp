// `scale:`: how many instances of a fleet there are, by what it has to do.

#include <fmt/format.h>

#include <algorithm>

#include "models/architecture/readers.hpp"

namespace nines {

namespace {

constexpr double k_every_least_s = 1;

double read_time(const ReadContext& context, MappingReader& reader, std::string_view key, double fallback) {
    const Node* node = reader.optional(key);
    if (node == nullptr) {
        return fallback;
    }
    if (node->text == "0") {
        return 0;  // a bare 0 needs no unit
    }
    return read_quantity(*node, reader.path_of(key), Dimension::time, context.problems).value_or(fallback);
}

/// A share below 100 %: with more, no load could ever be far enough under the target.
double read_band(const ReadContext& context, MappingReader& reader, double fallback) {
    const Node* node = reader.optional("band");
    if (node == nullptr) {
        return fallback;
    }
    const auto share = read_share(context, *node, reader.path_of("band"));
    if (share && *share >= 1) {
        context.problem(*node, reader.path_of("band"), fmt::format("expected less than 100 %, found `{}`", node->text));
        return fallback;
    }
    return share.value_or(fallback);
}

/// `target: 60 %` of the workers, or attempts for each instance: `target: 4`.
void read_target_of(const ReadContext& context, MappingReader& reader, const Service& service, ScaleSpec& scale) {
    const Node* node = reader.required("target");
    const std::string path = reader.path_of("target");
    const bool by_workers = scale.on == ScaleSignal::utilization;
    if (by_workers && !service.workers) {
        context.problem(reader.node(), reader.path_of("on"),
                        "with `workers: unlimited` there is no utilization: scale `on: concurrency`");
    }
    if (node == nullptr) {
        return;
    }
    const auto target =
        read_quantity(*node, path, by_workers ? Dimension::fraction : Dimension::number, context.problems);
    if (!target) {
        return;
    }
    if (*target <= 0 || (by_workers && *target > 1)) {
        context.problem(*node, path,
                        fmt::format("expected {}, found `{}`",
                                    by_workers ? "a share of the workers above 0 and up to 100 %"
                                               : "attempts for each instance, above 0",
                                    node->text));
        return;
    }
    scale.target = *target;
}

/// `min` and `max` hold what the service begins with between them.
void read_bounds(const ReadContext& context, MappingReader& reader, const Service& service, ScaleSpec& scale) {
    const Node* least = reader.optional("min");
    if (least != nullptr) {
        scale.min = static_cast<std::uint32_t>(
            read_count(*least, reader.path_of("min"), 1, k_listed_max, context.problems).value_or(1));
    }
    const Node* most = reader.required("max");
    if (most == nullptr) {
        return;
    }
    const auto max = read_count(*most, reader.path_of("max"), 1, k_listed_max, context.problems);
    if (!max) {
        return;
    }
    scale.max = static_cast<std::uint32_t>(*max);
    std::uint64_t begins_with = 0;
    for (const GroupSpec& group : service.groups) {
        begins_with += group.instances;
    }
    if (scale.min > scale.max) {
        context.problem(*most, reader.path_of("max"),
                        fmt::format("at most {} instances are fewer than at least {}", scale.max, scale.min));
    } else if (begins_with > scale.max) {
        context.problem(*most, reader.path_of("max"),
                        fmt::format("`{}` begins with {} instances, more than `max`", service.name, begins_with));
    } else if (begins_with > 0 && begins_with < scale.min) {
        context.problem(*least, reader.path_of("min"),
                        fmt::format("`{}` begins with {} instances, fewer than `min`: write `in` or `instances` with "
                                    "as many",
                                    service.name, begins_with));
    }
}

/// What the account may have lies between what the service begins with and `max`.
void read_quota(const ReadContext& context, MappingReader& reader, const Service& service, ScaleSpec& scale) {
    const Node* raise = reader.optional("raise");
    if (raise != nullptr && raise->text != "never") {
        scale.raise_s =
            read_distribution(*raise, reader.path_of("raise"), Dimension::time, context.document, context.problems);
    }
    const Node* node = reader.optional("quota");
    if (node == nullptr) {
        if (raise != nullptr) {
            context.problem(*raise, reader.path_of("raise"), "`raise` belongs to a `quota`");
        }
        return;
    }
    const auto quota = read_count(*node, reader.path_of("quota"), 1, 1'000'000'000, context.problems);
    if (!quota) {
        return;
    }
    std::uint64_t begins_with = 0;
    for (const GroupSpec& group : service.groups) {
        begins_with += group.instances;
    }
    if (static_cast<std::uint64_t>(*quota) < std::max<std::uint64_t>(begins_with, scale.min)) {
        context.problem(*node, reader.path_of("quota"),
                        fmt::format("`{}` begins with {} instances and keeps at least {}: a quota of {} does not allow "
                                    "that",
                                    service.name, begins_with, scale.min, *quota));
    }
    scale.quota = static_cast<std::uint32_t>(*quota);
}

}  // namespace

void read_scale(const ReadContext& context, MappingReader& service_reader, Service& service) {
    const Node* node = service_reader.optional("scale");
    if (node == nullptr) {
        return;
    }
    const std::string path = service_reader.path_of("scale");
    MappingReader reader(*node, path, context.problems,
                         "scaling such as `{on: utilization, target: 60 %, max: 40, launch: 2 min}`");
    if (!reader.is_mapping()) {
        return;
    }
    if (service.kind != ServiceKind::fleet) {
        context.problem(*node, path, "only a fleet scales");
        return;
    }
    ScaleSpec scale;
    if (const Node* word = reader.optional("on")) {
        scale.on = read_word(*word, reader.path_of("on"), k_scale_signals, "what scaling looks at", context.problems)
                       .value_or(ScaleSignal::utilization);
    }
    read_target_of(context, reader, service, scale);
    read_bounds(context, reader, service, scale);
    scale.every_s = read_time(context, reader, "every", scale.every_s);
    if (scale.every_s < k_every_least_s) {
        context.problem(*reader.optional("every"), reader.path_of("every"),
                        "evaluations closer than 1 s are not simulated");
    }
    if (const Node* launch = reader.required("launch")) {
        scale.launch_s = launch->text == "0" ? Distribution::constant(0)
                                             : read_distribution(*launch, reader.path_of("launch"), Dimension::time,
                                                                 context.document, context.problems)
                                                   .value_or(Distribution::constant(0));
    }
    scale.out_after_s = read_time(context, reader, "out_after", scale.out_after_s);
    scale.in_after_s = read_time(context, reader, "in_after", scale.in_after_s);
    scale.band = read_band(context, reader, scale.band);
    scale.drain_s = read_time(context, reader, "drain", scale.drain_s);
    if (const Node* word = reader.optional("pending")) {
        scale.pending = read_word(*word, reader.path_of("pending"), k_pending_launches,
                                  "what launches on their way are", context.problems)
                            .value_or(PendingLaunches::counted);
    }
    read_quota(context, reader, service, scale);
    read_schedule(context, reader, scale);
    reader.finish();
    service.scale = std::move(scale);
}

}  // namespace nines
