// The `faults:` and `domains:` parts: what goes wrong, where, when, and for how long.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/architecture/readers.hpp"
#include "models/language/token_reader.hpp"

namespace nines {

namespace {

constexpr std::string_view k_effects_not_built[] = {"bandwidth",  "hang",      "corrupt",
                                                    "bad-deploy", "dns-stale", "credential-leak"};

bool is_effect_not_built(std::string_view word) {
    return std::find(std::begin(k_effects_not_built), std::end(k_effects_not_built), word) !=
           std::end(k_effects_not_built);
}

std::optional<EffectKind> read_effect_word(const ReadContext& context, const Node& node, const std::string& path) {
    if (node.is_scalar() && is_effect_not_built(node.text)) {
        context.problem(node, path, fmt::format("the effect `{}` is known, not built yet", node.text));
        return std::nullopt;
    }
    return read_word(node, path, k_effects, "an effect", context.problems);
}

/// `delay: +30 ms`: the plus sign says that it is added.
std::optional<Distribution> read_delay(const ReadContext& context, const Node& node, const std::string& path) {
    const auto text = read_text(node, path, context.problems);
    if (!text) {
        return std::nullopt;
    }
    const std::string_view rest = std::string_view(*text).substr(text->starts_with('+') ? 1 : 0);
    const auto delay = parse_distribution(rest, Dimension::time, context.loader_of(node));
    if (!delay) {
        context.problem(node, path, delay.error());
        return std::nullopt;
    }
    return *delay;
}

/// One entry of an effect mapping, `errors: 5 %`.
std::optional<EffectSpec> read_effect_entry(const ReadContext& context, const Entry& entry, EffectKind kind,
                                            const std::string& path) {
    EffectSpec effect;
    effect.kind = kind;
    switch (kind) {
        case EffectKind::delay: {
            const auto delay = read_delay(context, entry.value, path);
            effect.delay_s = delay.value_or(Distribution::constant(0));
            return effect;
        }
        case EffectKind::slow: {
            const auto factor = read_quantity(entry.value, path, Dimension::number, context.problems);
            effect.amount = factor.value_or(1);
            if (factor && (*factor <= 0 || *factor > 1e6)) {
                context.problem(entry.value, path,
                                fmt::format("expected a factor above 0, found `{}`", entry.value.text));
            }
            return effect;
        }
        case EffectKind::loss:
        case EffectKind::errors:
        case EffectKind::capacity:
            effect.amount = read_share(context, entry.value, path).value_or(0);
            return effect;
        case EffectKind::throttle:
            effect.amount = read_limit_rate(context, entry.value, path).value_or(1);
            return effect;
        case EffectKind::reclaim:
            effect.amount =
                read_quantity(entry.value, path, Dimension::time, context.problems).value_or(k_spot_notice_s);
            return effect;
        case EffectKind::flood:
            effect.amount = read_quantity(entry.value, path, Dimension::rate, context.problems).value_or(0);
            return effect;
        case EffectKind::down:
        case EffectKind::crash:
        case EffectKind::partition:
        case EffectKind::no_new_capacity:
            context.problem(entry.value, path,
                            fmt::format("`{}` carries no figure: write `effect: {}`", entry.key, entry.key));
            return std::nullopt;
    }
    return std::nullopt;
}

/// `{delay: +30 ms, loss: 2 %}` with the modifiers `share` (of delay) and `after` (of errors).
std::vector<EffectSpec> read_effect_mapping(const ReadContext& context, const Node& node, const std::string& path) {
    std::vector<EffectSpec> effects;
    for (const Entry& entry : node.entries) {
        const std::string entry_path = join_path(path, entry.key);
        if (entry.key == "share" || entry.key == "after") {
            continue;
        }
        if (is_effect_not_built(entry.key)) {
            context.problems.add(entry.key_place, entry_path,
                                 fmt::format("the effect `{}` is known, not built yet", entry.key));
            continue;
        }
        const auto kind = k_effects.find(entry.key);
        if (!kind) {
            Problem& problem = context.problems.add(entry.key_place, entry_path,
                                                    fmt::format("expected an effect, found `{}`", entry.key));
            problem.choices = k_effects.all();
            problem.found = entry.key;
            continue;
        }
        if (auto effect = read_effect_entry(context, entry, *kind, entry_path)) {
            effects.push_back(*effect);
        }
    }
    const auto modify = [&](std::string_view key, EffectKind kind, auto&& change) {
        const Node* value = node.find(key);
        if (value == nullptr) {
            return;
        }
        for (EffectSpec& effect : effects) {
            if (effect.kind == kind) {
                change(effect, *value);
                return;
            }
        }
        context.problem(*value, join_path(path, key), fmt::format("`{}` belongs to `{}`", key, k_effects.of(kind)));
    };
    modify("share", EffectKind::delay, [&](EffectSpec& effect, const Node& value) {
        effect.share = read_share(context, value, join_path(path, "share")).value_or(1);
    });
    modify("after", EffectKind::errors, [&](EffectSpec& effect, const Node& value) {
        if (!value.is_scalar() || value.text != "work") {
            add_wrong_word(value, join_path(path, "after"), "when the error comes", {"work"}, context.problems);
        }
        effect.after_work = true;
    });
    return effects;
}

void read_schedule(const ReadContext& context, MappingReader& reader, Fault& fault) {
    if (const Node* at = reader.optional("at")) {
        fault.at_s =
            at->text == "0" ? std::optional<double>(0) : read_moment(*at, reader.path_of("at"), context.problems);
    }
    const Node* every = reader.optional("every");
    if (every != nullptr && every->text == "catalog") {
        fault.every_s = catalog_every(context, *every, fault).value_or(Distribution::constant(1));
    } else if (every != nullptr) {
        fault.every_s =
            read_distribution(*every, reader.path_of("every"), Dimension::time, context.document, context.problems)
                .value_or(Distribution::constant(1));
        if (fault.every_s->is_zero()) {
            context.problem(*every, reader.path_of("every"), "faults that follow each other at once never end");
        }
    }
    if (const Node* availability = reader.optional("availability")) {
        fault.availability =
            read_quantity(*availability, reader.path_of("availability"), Dimension::fraction, context.problems);
        if (fault.availability && (*fault.availability <= 0 || *fault.availability >= 1)) {
            context.problem(*availability, reader.path_of("availability"),
                            fmt::format("expected a share between 0 and 100 %, found `{}`", availability->text));
            fault.availability.reset();
        }
    }
    const Node* repair = reader.optional("repair");
    if (repair != nullptr) {
        fault.repair = read_repair(context, *repair, reader.path_of("repair"));
    }
    const Node* length = repair == nullptr ? reader.required("for") : reader.optional("for");
    if (length != nullptr && repair != nullptr) {
        context.problem(*length, reader.path_of("for"),
                        "a fault that is repaired by people or runbooks ends when they are done: keep one of `for` and "
                        "`repair`");
    }
    if (length != nullptr && length->text == "catalog") {
        fault.for_s = catalog_for(context, *length, fault);
    } else if (length != nullptr && length->text != "forever") {
        fault.for_s =
            read_distribution(*length, reader.path_of("for"), Dimension::time, context.document, context.problems);
    }
}

void read_overlap_and_crews(const ReadContext& context, MappingReader& reader, Fault& fault) {
    if (const Node* overlap = reader.optional("overlap")) {
        fault.overlap = read_bool(*overlap, reader.path_of("overlap"), context.problems).value_or(false);
    }
    if (const Node* crews = reader.optional("crews")) {
        fault.crews = static_cast<std::uint32_t>(
            read_count(*crews, reader.path_of("crews"), 1, 1'000'000, context.problems).value_or(0));
        if (fault.repair) {
            context.problem(*crews, reader.path_of("crews"), "who is on call does not wait for crews");
        }
        if (fault.overlap) {
            context.problem(*crews, reader.path_of("crews"), "outages that overlap cannot wait for crews");
        }
    }
}

/// What is taken back are instances of fleets, and whatever else happens to them is another fault.
void check_reclaim_effect(const ReadContext& context, const Node& node, const std::string& path, const Fault& fault) {
    const TargetSpec& target = fault.target;
    const bool picks = target.kind == TargetKind::any || target.kind == TargetKind::share;
    const bool has_none = target.kind == TargetKind::link || target.kind == TargetKind::edge ||
                          target.kind == TargetKind::control ||
                          (picks && (target.member == MemberKind::link || target.member == MemberKind::edge));
    if (has_none) {
        context.problem(node, path,
                        fmt::format("`reclaim` takes spot instances back, and `{}` has none: write a service, an "
                                    "instance or a zone",
                                    target.text));
    }
    if (fault.effects.size() > 1) {
        context.problem(node, path, "`reclaim` stands alone: write a fault of its own for the other effects");
    }
}

/// What is throttled is let into a service: all of it, or what of it stands in a place.
void check_throttle(const ReadContext& context, const Node& node, const std::string& path, const Fault& fault) {
    const TargetSpec& target = fault.target;
    const bool picks = target.kind == TargetKind::any || target.kind == TargetKind::share;
    const bool has_none = target.kind == TargetKind::link || target.kind == TargetKind::control ||
                          target.kind == TargetKind::instance ||
                          (picks && (target.member == MemberKind::link || target.member == MemberKind::instance));
    if (throttles(fault.effects) && has_none) {
        context.problem(node, path,
                        fmt::format("`throttle` limits what is let into a service, and `{}` is none: write a service, "
                                    "a service in a zone, or a place",
                                    target.text));
    }
}

/// Effects say where they make sense: a link is cut or disturbed, it does no work; a control plane is there or not; and
/// instances are launched into places and services.
void check_effects(const ReadContext& context, const Node& node, const std::string& path, const Fault& fault) {
    const bool on_link = fault.target.kind == TargetKind::link ||
                         ((fault.target.kind == TargetKind::any || fault.target.kind == TargetKind::share) &&
                          fault.target.member == MemberKind::link);
    if (is_reclaim(fault.effects)) {
        return check_reclaim_effect(context, node, path, fault);
    }
    check_throttle(context, node, path, fault);
    for (const EffectSpec& effect : fault.effects) {
        const bool works =
            effect.kind == EffectKind::slow || effect.kind == EffectKind::errors || effect.kind == EffectKind::capacity;
        if (on_link && works) {
            context.problem(node, path,
                            fmt::format("a link does no work, so it cannot have `{}`", k_effects.of(effect.kind)));
        }
        const bool stops_orders = effect.kind == EffectKind::down || effect.kind == EffectKind::crash ||
                                  effect.kind == EffectKind::no_new_capacity;
        if (fault.target.kind == TargetKind::control && !stops_orders) {
            context.problem(node, path,
                            fmt::format("a control plane serves no requests, so it cannot have `{}`: write `down` or "
                                        "`no-new-capacity`",
                                        k_effects.of(effect.kind)));
        }
        if (effect.kind == EffectKind::flood && fault.target.kind != TargetKind::service) {
            context.problem(node, path, "a flood is sent to a service: its target is `service/NAME`");
        }
        const bool takes_launches =
            !on_link && fault.target.kind != TargetKind::instance && fault.target.kind != TargetKind::edge &&
            fault.target.member != MemberKind::instance && fault.target.member != MemberKind::edge;
        if (effect.kind == EffectKind::no_new_capacity && !takes_launches) {
            context.problem(node, path,
                            "`no-new-capacity` stops launches into a zone, a region or a service: this target takes "
                            "none");
        }
    }
}

/// Each request of a flood is simulated one by one in `requests`.
void check_flood(const ReadContext& context, const Node& node, const std::string& path, const Fault& fault) {
    const RunSpec& run = context.architecture.run;
    const double often_per_s = 1 / (fault.every_s ? std::max(fault.every_s->mean(), 1e-9) : run.horizon_s);
    const double in_force = fault.for_s ? fault.for_s->mean() * often_per_s : 1;
    for (const EffectSpec& effect : fault.effects) {
        if (effect.kind == EffectKind::flood) {
            check_event_count(context, node, path, effect.amount * (fault.overlap ? in_force : std::min(1.0, in_force)),
                              "requests of the flood");
        }
    }
}

/// Outages that follow each other too closely would never end.
void check_often(const ReadContext& context, const Node& node, const std::string& path, const Fault& fault) {
    const double cycle_s = fault.every_s->mean() + (fault.for_s && !fault.overlap ? fault.for_s->mean() : 0);
    check_event_count(context, node, path, 1 / cycle_s, "outages");
}

/// Exactly one of `at`, `every` and `availability` says when; the last needs a mean repair time.
void check_schedule(const ReadContext& context, const Node& node, const std::string& path, Fault& fault) {
    const int ways = (fault.at_s ? 1 : 0) + (fault.every_s ? 1 : 0) + (fault.availability ? 1 : 0);
    if (ways != 1) {
        context.problem(node, path,
                        ways == 0 ? "a fault says when it happens: `at`, `every` or `availability`"
                                  : "a fault says once when it happens: keep one of `at`, `every` and "
                                    "`availability`");
        return;
    }
    if (fault.at_s && fault.overlap) {
        context.problem(*node.find("overlap"), join_path(path, "overlap"),
                        "what happens once, `at` a time, cannot overlap itself");
        return;
    }
    if (fault.at_s) {
        return;
    }
    if (!fault.availability) {
        return check_often(context, *node.find("every"), join_path(path, "every"), fault);
    }
    const double repair_s = fault.for_s ? fault.for_s->mean() : 0;
    if (!(repair_s > 0) || !std::isfinite(repair_s)) {
        const Node* end = fault.repair ? node.find("repair") : node.find("for");
        context.problem(*end, join_path(path, fault.repair ? "repair" : "for"),
                        "`availability` needs a `for` with a mean that is positive and finite");
        return;
    }
    const double up_s = repair_s * *fault.availability / (1 - *fault.availability);
    fault.every_s = Distribution::exponential(up_s);
    check_often(context, *node.find("availability"), join_path(path, "availability"), fault);
}

void read_fault(const ReadContext& context, const Entry& entry) {
    Fault fault;
    fault.name = entry.key;
    fault.place = entry.key_place;
    const std::string path = "faults." + entry.key;
    if (!is_name(entry.key)) {
        context.problems.add(entry.key_place, path,
                             fmt::format("`{}` is no name: letters, digits, - and _", entry.key));
    }
    MappingReader reader(entry.value, path, context.problems, "a fault");
    if (!reader.is_mapping() && !entry.value.is_null()) {
        return;
    }
    bool complete = false;
    if (const Node* target = reader.required("target")) {
        const auto spec = read_target(context, *target, reader.path_of("target"));
        complete = spec.has_value();
        fault.target = spec.value_or(TargetSpec{});
    }
    if (const Node* effect = reader.required("effect")) {
        fault.effects = read_effects(context, *effect, reader.path_of("effect"));
        check_effects(context, *effect, reader.path_of("effect"), fault);
    }
    const std::size_t before = context.problems.list.size();
    read_schedule(context, reader, fault);
    read_overlap_and_crews(context, reader, fault);
    if (const Node* layer = reader.optional("layer")) {
        fault.layer = read_word(*layer, reader.path_of("layer"), k_layers, "a layer", context.problems);
    }
    if (context.problems.list.size() == before) {
        check_schedule(context, entry.value, path, fault);
        check_flood(context, entry.value, path, fault);
    }
    reader.finish();
    if (complete) {
        context.architecture.faults.push_back(std::move(fault));
    }
}

}  // namespace

std::optional<double> read_share(const ReadContext& context, const Node& node, const std::string& path) {
    const auto share = read_quantity(node, path, Dimension::fraction, context.problems);
    if (share && *share > 1) {
        context.problem(node, path, fmt::format("expected at most 100 %, found `{}`", node.text));
        return std::nullopt;
    }
    return share;
}

std::vector<EffectSpec> read_effects(const ReadContext& context, const Node& node, const std::string& path) {
    if (node.is_mapping() && !node.entries.empty()) {
        return read_effect_mapping(context, node, path);
    }
    const auto kind = read_effect_word(context, node, path);
    if (!kind) {
        return {};
    }
    if (*kind == EffectKind::reclaim) {
        EffectSpec reclaim;
        reclaim.kind = *kind;
        reclaim.amount = k_spot_notice_s;
        context.assume(path, "2 min", "how long before its end a spot instance is told, where nothing is written",
                       "Amazon EC2 User Guide, Spot Instance interruption notices");
        return {reclaim};
    }
    if (!is_word(*kind)) {
        context.problem(node, path,
                        fmt::format("`{}` needs a figure: write `effect: {{{}: ...}}`", node.text, node.text));
        return {};
    }
    EffectSpec effect;
    effect.kind = *kind;
    return {effect};
}

void read_domains(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    if (!node->is_mapping()) {
        add_expected(*node, "domains", "lists of targets by name, such as `rack: [zone/use1-az1]`", context.problems);
        return;
    }
    for (const Entry& entry : node->entries) {
        const std::string path = "domains." + entry.key;
        std::vector<TargetSpec> members;
        if (!is_name(entry.key)) {
            context.problems.add(entry.key_place, path,
                                 fmt::format("`{}` is no name: letters, digits, - and _", entry.key));
        }
        if (!entry.value.is_sequence() || entry.value.items.empty()) {
            add_expected(entry.value, path, "a list of targets, at least one", context.problems);
        }
        for (const Node& item : entry.value.items) {
            const auto member = read_target(context, item, path);
            if (member && (member->kind == TargetKind::any || member->kind == TargetKind::share ||
                           member->kind == TargetKind::domain)) {
                context.problem(item, path, "a domain holds single targets, such as `service/web@use1-az1`");
            } else if (member) {
                members.push_back(*member);
            }
        }
        context.architecture.domains.emplace_back(entry.key, std::move(members));
    }
}

void read_faults(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    if (!node->is_mapping()) {
        add_expected(*node, "faults", "faults by name", context.problems);
        return;
    }
    for (const Entry& entry : node->entries) {
        read_fault(context, entry);
    }
}

}  // namespace nines
