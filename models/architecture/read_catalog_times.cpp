// `every: catalog` and `for: catalog` of faults: which row of the catalogue a fault is about, and what it says.

#include <fmt/format.h>

#include "models/architecture/readers.hpp"
#include "models/catalog/failures.hpp"

namespace nines {

namespace {

/// What of a kind fails; nothing where a target is several things at once, or has no kin among them.
std::optional<FailingKind> failing_kind(const TargetSpec& target) {
    switch (target.kind) {
        case TargetKind::region:
            return FailingKind::region;
        case TargetKind::zone:
            return FailingKind::zone;
        case TargetKind::edge:
            return FailingKind::edge;
        case TargetKind::link:
            return FailingKind::link;
        case TargetKind::service:
            return FailingKind::service;
        case TargetKind::instance:
            return FailingKind::instance;
        case TargetKind::any:
            return k_failing_kinds.find(k_member_kinds.of(target.member));
        case TargetKind::provider:
        case TargetKind::control:
        case TargetKind::group:
        case TargetKind::domain:
        case TargetKind::share:
            break;
    }
    return std::nullopt;
}

/// The catalogue's figures are of things that are away.
std::optional<FailingKind> kind_of(const ReadContext& context, const Node& node, const std::string& path,
                                   const Fault& fault) {
    for (const EffectSpec& effect : fault.effects) {
        const bool is_away =
            effect.kind == EffectKind::down || effect.kind == EffectKind::crash || effect.kind == EffectKind::partition;
        if (!is_away) {
            context.problem(node, path,
                            fmt::format("the catalogue's figures are of things that are away (`down`, `crash`, "
                                        "`partition`, `reclaim`), not of `{}`: write a time",
                                        k_effects.of(effect.kind)));
            return std::nullopt;
        }
    }
    const auto kind = failing_kind(fault.target);
    if (!kind) {
        context.problem(node, path,
                        fmt::format("the catalogue has no figure for `{}`: it has some for {}, one or any",
                                    fault.target.text, fmt::join(k_failing_kinds.all(), ", ")));
    }
    return kind;
}

std::optional<Distribution> take(const ReadContext& context, const std::string& path, std::optional<CatalogTime> time) {
    if (!time) {
        return std::nullopt;
    }
    context.assume(path, std::move(time->assumed.value), std::move(time->assumed.why), std::move(time->assumed.source));
    return time->law_s;
}

std::optional<Distribution> time_between_reclaims(const ReadContext& context, const Node& node, const std::string& path,
                                                  const Fault& fault) {
    const TargetSpec& target = fault.target;
    const std::string& name = target.kind == TargetKind::any ? target.of_service : target.name;
    const bool is_of_one = target.kind == TargetKind::any || target.kind == TargetKind::instance;
    for (const Service& service : context.architecture.services) {
        if (!is_of_one || service.name != name || service.groups.empty()) {
            continue;
        }
        const World& world = context.architecture.world;
        const LocationId region = world.locations[service.groups.front().location].region;
        auto time = nines::time_between_reclaims(context.catalog, service.machine,
                                                 region.exists() ? world.locations[region].id : std::string());
        if (!time) {
            context.problem(node, path,
                            service.machine.empty()
                                ? "the catalogue knows by the type of an instance how often it is taken back: write "
                                  "`on` in the service, or a time"
                                : fmt::format("the catalogue does not know how often `{}` is taken back: write a time",
                                              service.machine));
        }
        return take(context, path, std::move(time));
    }
    context.problem(node, path,
                    fmt::format("the catalogue knows how often one spot instance is taken back, not how often `{}` "
                                "loses them: write `any instance of` a service, or a time",
                                target.text));
    return std::nullopt;
}

}  // namespace

std::optional<Distribution> catalog_every(const ReadContext& context, const Node& node, const Fault& fault) {
    const std::string path = fmt::format("faults.{}.every", fault.name);
    if (is_reclaim(fault.effects)) {
        return time_between_reclaims(context, node, path, fault);
    }
    const auto kind = kind_of(context, node, path, fault);
    return kind ? take(context, path, time_between_failures(*kind)) : std::nullopt;
}

std::optional<Distribution> catalog_for(const ReadContext& context, const Node& node, const Fault& fault) {
    const std::string path = fmt::format("faults.{}.for", fault.name);
    if (is_reclaim(fault.effects)) {
        context.problem(node, path, "the catalogue does not know for how long spot instances stay away: write a time");
        return std::nullopt;
    }
    const auto kind = kind_of(context, node, path, fault);
    if (!kind) {
        return std::nullopt;
    }
    auto time = time_to_repair(*kind);
    if (!time) {
        context.problem(node, path,
                        fmt::format("the catalogue does not know how long the failure of an {} lasts: write a time",
                                    k_failing_kinds.of(*kind)));
    }
    return take(context, path, std::move(time));
}

}  // namespace nines
