// Targets of faults: "zone/use1-az1", "any instance of web", "share 30 % of zone".

#include <fmt/format.h>

#include "models/architecture/readers.hpp"
#include "models/language/token_reader.hpp"

namespace nines {

namespace {

constexpr Names<TargetKind, 9> k_named_targets{{{
    {"region", TargetKind::region},
    {"zone", TargetKind::zone},
    {"edge", TargetKind::edge},
    {"link", TargetKind::link},
    {"control", TargetKind::control},
    {"service", TargetKind::service},
    {"instance", TargetKind::instance},
    {"domain", TargetKind::domain},
    {"provider", TargetKind::provider},
}}};

const std::vector<std::string>& target_forms() {
    static const std::vector<std::string> k_forms = {
        "provider",          "region/R",    "zone/Z",         "edge/E",      "link/A--B", "control/R",
        "service/S",         "service/S@Z", "instance/S@Z/3", "domain/NAME", "any KIND",  "any instance of S",
        "share 30 % of KIND"};
    return k_forms;
}

std::optional<TargetSpec> wrong_target(const ReadContext& context, const Node& node, const std::string& path) {
    Problem& problem =
        add_expected(node, path, "a target such as `zone/use1-az1` or `any instance of web`", context.problems);
    problem.choices = target_forms();
    return std::nullopt;
}

/// `zone`, or `instance of web`, after `any` or `share 30 % of`.
bool read_member(const ReadContext& context, const Node& node, const std::string& path, TokenReader& reader,
                 TargetSpec& target) {
    const Token* word = reader.peek();
    const auto kind = word == nullptr ? std::nullopt : k_member_kinds.find(word->text);
    if (!kind) {
        Problem& problem = context.problem(node, path,
                                           fmt::format("expected a kind to pick from, found {}",
                                                       word == nullptr ? "nothing" : fmt::format("`{}`", word->text)));
        problem.choices = k_member_kinds.all();
        problem.found = word == nullptr ? "" : word->text;
        return false;
    }
    reader.word("any KIND");
    target.member = *kind;
    if (reader.accept("of")) {
        target.of_service = reader.word("any instance of web");
        if (*kind != MemberKind::instance) {
            context.problem(node, path, "only instances are `of` a service");
            return false;
        }
    }
    reader.finish("any instance of web");
    if (reader.error()) {
        context.problem(node, path, *reader.error());
        return false;
    }
    return true;
}

/// "web@use1-az1/3", "web/3" or "web@use1-az1" to service, zone and number.
bool split_instance(const std::string& rest, TargetSpec& target) {
    std::string_view text = rest;
    if (target.kind == TargetKind::instance) {
        const auto slash = text.rfind('/');
        if (slash == std::string_view::npos) {
            return false;
        }
        const auto number = parse_count(text.substr(slash + 1));
        if (!number) {
            return false;
        }
        target.number = static_cast<std::uint32_t>(*number);
        text = text.substr(0, slash);
    }
    const auto at = text.find('@');
    target.name = text.substr(0, at);
    if (at != std::string_view::npos) {
        target.zone = text.substr(at + 1);
        if (target.kind == TargetKind::service) {
            target.kind = TargetKind::group;
        }
    }
    return !target.name.empty();
}

}  // namespace

std::optional<TargetSpec> read_target(const ReadContext& context, const Node& node, const std::string& path) {
    if (!node.is_scalar()) {
        return wrong_target(context, node, path);
    }
    TargetSpec target;
    target.text = node.text;
    target.place = node.place;
    if (node.text.starts_with("call/")) {
        context.problem(node, path, "targets of the form `call/...` are known, not built yet");
        return std::nullopt;
    }
    const auto tokens = parse_tokens(node.text);
    if (!tokens) {
        context.problem(node, path, tokens.error());
        return std::nullopt;
    }
    if (node.text.starts_with("any ") || node.text.starts_with("share ")) {
        TokenReader reader(*tokens);
        target.kind = node.text.starts_with("any ") ? TargetKind::any : TargetKind::share;
        reader.word("any KIND");
        if (target.kind == TargetKind::share) {
            target.share = reader.quantity(Dimension::fraction, "share 30 % of zone");
            reader.expect("of", "share 30 % of zone");
            if (reader.error() || target.share > 1) {
                context.problem(node, path, reader.error().value_or("a share is at most 100 %"));
                return std::nullopt;
            }
        }
        return read_member(context, node, path, reader, target) ? std::optional(target) : std::nullopt;
    }
    const auto slash = node.text.find('/');
    const auto kind = k_named_targets.find(std::string_view(node.text).substr(0, slash));
    if (!kind || (*kind == TargetKind::provider) != (slash == std::string::npos)) {
        return wrong_target(context, node, path);
    }
    target.kind = *kind;
    const std::string rest = slash == std::string::npos ? "" : node.text.substr(slash + 1);
    if (target.kind == TargetKind::service || target.kind == TargetKind::instance) {
        return split_instance(rest, target) ? std::optional(target) : wrong_target(context, node, path);
    }
    target.name = rest;
    if (rest.empty() && target.kind != TargetKind::provider) {
        return wrong_target(context, node, path);
    }
    return target;
}

}  // namespace nines
