// Reclaims of spot instances: what a fault names has some, or the fault could never do anything.

#include <fmt/format.h>

#include <optional>

#include "models/architecture/readers.hpp"

namespace nines {

namespace {

/// A reclaim of something named hits somebody.
class ReclaimCheck {
public:
    ReclaimCheck(const ReadContext& context, const Fault& fault) : context_(context), fault_(fault) {}

    void check() {
        const TargetSpec& target = fault_.target;
        const bool picks = target.kind == TargetKind::any || target.kind == TargetKind::share;
        const std::string& name = picks ? target.of_service : target.name;
        const bool is_named = picks || target.kind == TargetKind::service || target.kind == TargetKind::group ||
                              target.kind == TargetKind::instance;
        bool any_spot = false;
        for (const Service& service : context_.architecture.services) {
            if (is_named && service.name == name) {
                return check(service);
            }
            any_spot = any_spot || service.purchase.spot.share > 0;
        }
        for (const Service& service : context_.architecture.services) {
            check_size(service);
        }
        if (!any_spot) {
            context_.architecture.warnings.push_back(fmt::format(
                "the fault `{}` takes spot instances back, and no service buys any: it does nothing", fault_.name));
        }
    }

private:
    void problem(std::string message) {
        context_.problems.add(fault_.target.place, "faults." + fault_.name + ".target", std::move(message));
    }

    void check_size(const Service& service) {
        if (service.is_counted() && service.purchase.spot.share > 0) {
            problem(
                fmt::format("reclaims of `{}`, which has more than 16384 instances in one place, are known, not "
                            "built yet",
                            service.name));
        }
    }

    void check(const Service& service) {
        const TargetSpec& target = fault_.target;
        if (service.purchase.spot.share <= 0) {
            return problem(
                fmt::format("`{}` has no spot instances: write `purchase: {{spot: 60 %}}` there", service.name));
        }
        check_size(service);
        const bool of_all = target.kind != TargetKind::group && target.kind != TargetKind::instance;
        std::uint64_t there = 0;
        std::uint64_t of = 0;
        std::uint64_t numbers = 0;  // of instances that there may ever be
        SpotSlots slots;
        for (std::size_t g = 0; g < service.groups.size(); ++g) {
            const std::string& zone = context_.architecture.world.locations[service.groups[g].location].id;
            if (of_all || service.groups.size() == 1 || zone == target.zone) {
                slots = service.spot_in(g);
                there += slots.at_start;
                of += service.groups[g].instances;
                numbers = service.slots_in(service.groups[g]);
            }
        }
        if (there == 0 && !service.scale) {
            problem(fmt::format("none of the {} instances of `{}`{} is bought on spot: {:g} % of all, rounded half up",
                                of, service.name, of_all ? "" : " there", service.purchase.spot.share * 100));
        } else if (target.kind == TargetKind::instance && target.number < of && !slots.is_spot(target.number)) {
            problem(on_demand(service, slots, numbers));
        }
    }

    std::string on_demand(const Service& service, const SpotSlots& slots, std::uint64_t numbers) const {
        const auto spot = first_spot(slots, numbers);
        return spot ? fmt::format("instance {} of `{}` is bought on demand: write one that is on spot, such as {}",
                                  fault_.target.number, service.name, *spot)
                    : fmt::format("instance {} of `{}` is bought on demand, and so are all of the {} that may be there",
                                  fault_.target.number, service.name, numbers);
    }

    /// Of the first so many.
    static std::optional<std::uint64_t> first_spot(const SpotSlots& slots, std::uint64_t numbers) {
        for (std::uint64_t slot = 0; slot < numbers; ++slot) {
            if (slots.is_spot(slot)) {
                return slot;
            }
        }
        return std::nullopt;
    }

    const ReadContext& context_;
    const Fault& fault_;
};

}  // namespace

void check_reclaim(const ReadContext& context, const Fault& fault) {
    ReclaimCheck(context, fault).check();
}

}  // namespace nines
