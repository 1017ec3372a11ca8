// The steps of endpoints, and the policies of calls: timeout, deadline, retry.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/architecture/readers.hpp"
#include "models/language/token_reader.hpp"

namespace nines {

namespace {

constexpr std::int64_t k_attempts_max = 10'000;
constexpr std::int64_t k_priority_max = 15;

/// `backoff: exponential(20 ms cap 1 s)` or `fixed(DIST)`.
void read_backoff(const ReadContext& context, const Node& node, const std::string& path, RetryPolicy& retry) {
    const auto tokens = read_tokens(context, node, path);
    if (!tokens) {
        return;
    }
    if (tokens->size() != 1 || !tokens->front().is_call ||
        (tokens->front().text != "exponential" && tokens->front().text != "fixed")) {
        context.problem(node, path,
                        fmt::format("expected a back-off such as `exponential(20 ms cap 1 s)` or "
                                    "`fixed(200 ms)`, found `{}`",
                                    node.text));
        return;
    }
    const Token& call = tokens->front();
    if (call.text == "fixed") {
        const auto fixed = parse_distribution(call.arguments, Dimension::time, context.loader_of(node));
        if (!fixed) {
            context.problem(node, path, fixed.error());
            return;
        }
        retry.backoff = BackoffLaw::fixed;
        retry.fixed_s = *fixed;
        return;
    }
    constexpr std::string_view k_form = "exponential(20 ms cap 1 s)";
    TokenReader reader(call.arguments);
    retry.backoff = BackoffLaw::exponential;
    retry.base_s = reader.quantity(Dimension::time, k_form);
    retry.cap_s = reader.accept("cap") ? reader.quantity(Dimension::time, k_form) : 20;
    reader.finish(k_form);
    if (reader.error()) {
        context.problem(node, path, *reader.error());
    } else if (retry.cap_s < retry.base_s) {
        context.problem(node, path, "the cap of a back-off must not be below its base");
    }
}

CallStep read_call_step(const ReadContext& context, const Node& node, const std::string& path) {
    CallStep call;
    MappingReader reader(node, path, context.problems, "a call");
    if (const Node* target = reader.required("call")) {
        if (!target->is_scalar() || target->text.empty()) {
            add_expected(*target, reader.path_of("call"), "an endpoint (service.endpoint)", context.problems);
        }
        call.target = target->text;
        call.place = target->place;
    }
    call.policy = read_call_policy(context, reader);
    if (const Node* optional = reader.optional("optional")) {
        call.policy.optional = read_bool(*optional, reader.path_of("optional"), context.problems).value_or(false);
        call.policy.is_needed = !call.policy.optional;
    }
    for (const std::string_view later : {"hedge", "breaker", "bulkhead"}) {
        reader.known_not_built(later);
    }
    reader.finish();
    return call;
}

/// `work: DIST`, or `work` with an unreadable value.
std::optional<Step> read_work(const ReadContext& context, const Node& value, const std::string& path) {
    const auto work = read_distribution(value, path, Dimension::time, context.document, context.problems);
    if (!work) {
        return std::nullopt;
    }
    if (!std::isfinite(work->mean())) {
        context.problem(value, path, "a work with an infinite mean has no steady state").hint =
            "a pareto has a mean when its alpha is above 1";
    }
    return WorkStep{*work};
}

std::optional<Step> read_cache(const ReadContext& context, const Node& value, const std::string& path) {
    MappingReader reader(value, path, context.problems, "a cache step");
    CacheStep cache;
    if (const Node* hit = reader.required("hit")) {
        cache.hit = read_quantity(*hit, reader.path_of("hit"), Dimension::fraction, context.problems).value_or(0);
        if (cache.hit > 1) {
            context.problem(*hit, reader.path_of("hit"), fmt::format("expected at most 100 %, found `{}`", hit->text));
        }
    }
    reader.finish();
    return cache;
}

std::optional<Step> read_parallel(const ReadContext& context, const Node& value, const std::string& path) {
    if (!value.is_sequence() || value.items.empty()) {
        add_expected(value, path, "a list of calls, at least one", context.problems);
        return std::nullopt;
    }
    ParallelStep parallel;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        const Node& item = value.items[i];
        const std::string item_path = fmt::format("{}[{}]", path, i);
        if (!item.is_mapping() || item.find("call") == nullptr) {
            add_expected(item, item_path, "a call (the branches of `parallel` are calls)", context.problems);
            continue;
        }
        parallel.branches.push_back(read_call_step(context, item, item_path));
    }
    return parallel;
}

std::optional<Step> read_step(const ReadContext& context, const Node& node, const std::string& path) {
    static const std::vector<std::string> k_steps = {"work", "call", "parallel", "cache"};
    if (!node.is_mapping() || node.entries.empty()) {
        add_expected(node, path, "a step such as `work: 10 ms` or `call: items.read`", context.problems);
        return std::nullopt;
    }
    if (node.find("call") != nullptr) {
        return read_call_step(context, node, path);
    }
    const Entry& first = node.entries.front();
    const std::string value_path = join_path(path, first.key);
    if (first.key == "publish") {
        context.problems.add(first.key_place, value_path, "the step `publish` is known, not built yet");
        return std::nullopt;
    }
    for (const Entry& entry : node.entries) {
        if (&entry == &first && std::find(k_steps.begin(), k_steps.end(), entry.key) != k_steps.end()) {
            continue;
        }
        Problem& problem =
            context.problems.add(entry.key_place, join_path(path, entry.key),
                                 &entry == &first ? fmt::format("expected a step, found `{}`", entry.key)
                                                  : fmt::format("a step does one thing: did not expect `{}` beside "
                                                                "`{}`",
                                                                entry.key, first.key));
        if (&entry == &first) {
            problem.choices = k_steps;
            problem.found = entry.key;
        }
        return std::nullopt;
    }
    if (first.key == "work") {
        return read_work(context, first.value, value_path);
    }
    return first.key == "cache" ? read_cache(context, first.value, value_path)
                                : read_parallel(context, first.value, value_path);
}

}  // namespace

RetryPolicy read_retry(const ReadContext& context, const Node& node, const std::string& path) {
    RetryPolicy retry;
    MappingReader reader(node, path, context.problems, "a retry policy");
    if (const Node* attempts = reader.required("attempts")) {
        retry.attempts = static_cast<std::uint32_t>(
            read_count(*attempts, reader.path_of("attempts"), 1, k_attempts_max, context.problems).value_or(1));
    }
    if (const Node* backoff = reader.optional("backoff")) {
        read_backoff(context, *backoff, reader.path_of("backoff"), retry);
    }
    if (const Node* jitter = reader.optional("jitter")) {
        retry.jitter = read_word(*jitter, reader.path_of("jitter"), k_jitters, "a jitter", context.problems)
                           .value_or(Jitter::none);
        if (retry.jitter != Jitter::none && retry.backoff == BackoffLaw::none) {
            context.problem(*jitter, reader.path_of("jitter"), "a jitter needs a `backoff` to vary");
        }
    }
    if (const Node* budget = reader.optional("budget")) {
        retry.budget = read_quantity(*budget, reader.path_of("budget"), Dimension::fraction, context.problems);
    }
    reader.finish();
    return retry;
}

CallPolicy read_call_policy(const ReadContext& context, MappingReader& reader) {
    CallPolicy policy;
    const auto positive_time = [&](std::string_view key) -> std::optional<double> {
        const Node* node = reader.optional(key);
        if (node == nullptr) {
            return std::nullopt;
        }
        const auto value = read_quantity(*node, reader.path_of(key), Dimension::time, context.problems);
        if (value && *value <= 0) {
            context.problem(*node, reader.path_of(key), fmt::format("a `{}` of no time fails every call", key));
        }
        return value;
    };
    policy.timeout_s = positive_time("timeout");
    policy.deadline_s = positive_time("deadline");
    if (const Node* retry = reader.optional("retry")) {
        policy.retry = read_retry(context, *retry, reader.path_of("retry"));
    }
    if (const Node* priority = reader.optional("priority")) {
        if (const auto rank = read_count(*priority, reader.path_of("priority"), 0, k_priority_max, context.problems)) {
            policy.priority = static_cast<std::uint32_t>(*rank);
        }
    }
    if (const Node* cancel = reader.optional("cancel")) {
        policy.cancel = read_bool(*cancel, reader.path_of("cancel"), context.problems).value_or(false);
    }
    return policy;
}

std::vector<Step> read_steps(const ReadContext& context, const Node& node, const std::string& path) {
    std::vector<Step> steps;
    if (!node.is_sequence() || node.items.empty()) {
        add_expected(node, path, "a list of steps, at least one", context.problems);
        return steps;
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (auto step = read_step(context, node.items[i], fmt::format("{}[{}]", path, i))) {
            steps.push_back(std::move(*step));
        }
    }
    return steps;
}

}  // namespace nines
