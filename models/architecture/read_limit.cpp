// `limit:`: how many attempts a service lets in.

#include <fmt/format.h>

#include "models/architecture/readers.hpp"

namespace nines {

std::optional<double> read_limit_rate(const ReadContext& context, const Node& node, const std::string& path) {
    const auto rate = read_quantity(node, path, Dimension::rate, context.problems);
    if (rate && *rate <= 0) {
        context.problem(node, path, fmt::format("expected a rate above 0, found `{}`", node.text));
        return std::nullopt;
    }
    return rate;
}

/// `limit: 1000/s`, or `{rate: 1000/s, burst: 2000, per: client}`.
void read_limit(const ReadContext& context, MappingReader& service_reader, Service& service) {
    const Node* node = service_reader.optional("limit");
    if (node == nullptr) {
        return;
    }
    const std::string path = service_reader.path_of("limit");
    LimitSpec limit;
    if (!node->is_mapping()) {
        limit.per_s = read_limit_rate(context, *node, path).value_or(1);
        limit.burst = burst_of_one_second(limit.per_s);
        service.limit = limit;
        return;
    }
    MappingReader reader(*node, path, context.problems, "a limit");
    if (const Node* rate = reader.required("rate")) {
        limit.per_s = read_limit_rate(context, *rate, reader.path_of("rate")).value_or(1);
    }
    limit.burst = burst_of_one_second(limit.per_s);
    if (const Node* burst = reader.optional("burst")) {
        const auto tokens = read_quantity(*burst, reader.path_of("burst"), Dimension::number, context.problems);
        if (tokens && *tokens < 1) {
            context.problem(
                *burst, reader.path_of("burst"),
                fmt::format("expected at least 1, found `{}`: each attempt takes a whole token", burst->text));
        }
        limit.burst = tokens.value_or(limit.burst);
    }
    if (const Node* per = reader.optional("per")) {
        limit.per = read_word(*per, reader.path_of("per"), k_limit_scopes, "who shares a limit", context.problems)
                        .value_or(LimitPer::service);
    }
    reader.finish();
    service.limit = limit;
}

}  // namespace nines
