// One of `study.rare`: a rare event of load, how long it must hold, and within which time.

#include <fmt/format.h>

#include "engine/base/time.hpp"
#include "models/architecture/readers.hpp"

namespace nines {

namespace {

using Kind = RareEventSpec::Kind;

std::vector<std::string> choices_of(const ReadContext& context) {
    std::vector<std::string> choices{"failure", "in_flight"};
    for (const std::string& service : service_names(context.architecture)) {
        choices.push_back("queue@" + service);
        choices.push_back("in_flight@" + service);
    }
    return choices;
}

/// "queue@web" to its parts; a problem where it is no event of the scenario.
std::optional<RareEventSpec> read_event(const ReadContext& context, const Node& node, const std::string& path) {
    RareEventSpec spec;
    spec.event = node.is_scalar() ? node.text : "";
    const auto at = spec.event.find('@');
    const std::string what = spec.event.substr(0, at);
    const Column<ServiceId, Service>& services = context.architecture.services;
    for (std::size_t i = 0; at != std::string::npos && i < services.size(); ++i) {
        if (services[index_at<ServiceId>(i)].name == spec.event.substr(at + 1)) {
            spec.service = index_at<ServiceId>(i);
        }
    }
    const bool is_whole = at == std::string::npos;
    if (is_whole && what == "failure") {
        spec.kind = Kind::failure;
    } else if (what == "in_flight" && (is_whole || spec.service.exists())) {
        spec.kind = Kind::in_flight;
    } else if (what == "queue" && spec.service.exists()) {
        spec.kind = Kind::queue;
    } else {
        add_wrong_word(node, path, "a rare event", context.choices([&] { return choices_of(context); }),
                       context.problems);
        return std::nullopt;
    }
    return spec;
}

/// A time of more than zero and at most the horizon.
void read_length(const ReadContext& context, const Field& field, double& into) {
    if (field.node == nullptr) {
        return;
    }
    const auto value = read_quantity(*field.node, field.path, Dimension::time, context.problems);
    const double horizon_s = context.architecture.run.horizon_s;
    if (value && (!(*value > 0) || *value > horizon_s)) {
        context.problem(*field.node, field.path,
                        fmt::format("expected more than 0 and at most the horizon ({}), found `{}`",
                                    format_quantity(horizon_s, Dimension::time), field.node->text));
        return;
    }
    into = value.value_or(into);
}

}  // namespace

void read_rare_event(const ReadContext& context, const Node& node, const std::string& path) {
    MappingReader reader(node, path, context.problems, "a rare event");
    const Node* event = reader.required("event");
    auto spec = event != nullptr ? read_event(context, *event, reader.path_of("event")) : std::nullopt;
    const Field above = reader.field("above");
    const Field held = reader.field("for");
    const Field within = reader.field("within");
    reader.finish();
    RareEventSpec read = spec.value_or(RareEventSpec{});
    read.within_s = context.architecture.run.horizon_s;
    read_length(context, within, read.within_s);
    read_length(context, held, read.for_s);
    if (above.node != nullptr) {
        constexpr std::int64_t k_most = 1'000'000'000;
        read.above = static_cast<double>(read_count(*above.node, above.path, 0, k_most, context.problems).value_or(0));
    }
    if (!spec) {
        return;
    }
    const bool is_failure = spec->kind == Kind::failure;
    if (!is_failure && above.node == nullptr) {
        context.problem(node, path, fmt::format("`{}` needs `above`: more than how many", spec->event));
    }
    for (const Field& field : {above, held}) {
        if (is_failure && field.node != nullptr) {
            context.problem(*field.node, field.path, "`failure` happens or not: it takes neither `above` nor `for`");
        }
    }
    if (context.architecture.run.fidelity == "flow") {
        context
            .problem(*event, reader.path_of("event"),
                     "rare events of load are followed request by request, and this study is in `flow`")
            .hint = "write `run: {fidelity: requests}`";
    }
    context.architecture.study.rare.push_back(std::move(read));
}

}  // namespace nines
