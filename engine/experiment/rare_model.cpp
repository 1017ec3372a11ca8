// RareModel: what a FailureSystem must be to be sampled, and the worth of its components.

#include "engine/experiment/rare_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace nines {

namespace {

constexpr double k_unlikelihood_max = 0.5;
constexpr double k_unlikelihood_min = 1e-30;            // a repair that takes no time must not make worths 0 / 0
constexpr double k_unlikelihood_without_repair = 0.01;  // of the component that fails most often; only ratios matter

Result<RareModel::Component> component_of(const FailureComponent& given, const FailureSystem& system,
                                          std::uint32_t tilts, Repairs repairs) {
    const double life_mean = given.up_s.mean();
    const double repair_mean = given.down_s.mean();
    if (given.up_s.law != Law::exponential && given.up_s.law != Law::weibull) {
        return unexpected(fmt::format("the life of `{}` is neither exponential nor Weibull", given.name));
    }
    if (given.crew_pool != UINT32_MAX && given.crew_pool >= system.crews.size()) {
        return unexpected(fmt::format("the crew pool of `{}` does not exist", given.name));
    }
    if (given.crew_pool != UINT32_MAX && system.crews[given.crew_pool] == 0) {
        return unexpected(fmt::format("the crew pool of `{}` has no crew", given.name));
    }
    if (repairs == Repairs::as_given && !(repair_mean < std::numeric_limits<double>::infinity())) {
        return unexpected(fmt::format("the repair of `{}` has no mean", given.name));
    }
    RareModel::Component made;
    made.rate = 1 / life_mean;
    made.shape = given.up_s.law == Law::weibull ? given.up_s.b : 1;
    made.scale_s = given.up_s.a;
    made.repair_mean_s = repair_mean;
    made.unlikelihood = std::clamp(repair_mean / life_mean, k_unlikelihood_min, k_unlikelihood_max);
    made.pool = given.crew_pool;
    made.repair = RepairMixture(given.down_s, tilts);
    return made;
}

void index_cuts(RareModel& model, const FailureSystem& system) {
    std::vector<std::vector<std::uint32_t>> cuts_of(model.size());
    model.cut_begin.push_back(0);
    for (std::uint32_t cut = 0; cut < system.cut_sets.size(); ++cut) {
        for (const std::uint32_t member : system.cut_sets[cut]) {
            model.cut_members.push_back(member);
            cuts_of[member].push_back(cut);
        }
        model.cut_begin.push_back(static_cast<std::uint32_t>(model.cut_members.size()));
    }
    model.cuts_of_begin.push_back(0);
    for (const auto& cuts : cuts_of) {
        model.cuts_of.insert(model.cuts_of.end(), cuts.begin(), cuts.end());
        model.cuts_of_begin.push_back(static_cast<std::uint32_t>(model.cuts_of.size()));
    }
}

/// The worth of a first failure: its rate times what is then likely of the rest of each of its cut sets.
void weigh_components(RareModel& model) {
    for (std::uint32_t i = 0; i < model.size(); ++i) {
        RareModel::Component& component = model.components[i];
        double rest_likely = 0;
        for (const std::uint32_t cut : model.cuts_with(i)) {
            double product = 1;
            for (const std::uint32_t member : model.members(cut)) {
                product *= member == i ? 1.0 : model.components[member].unlikelihood;
            }
            rest_likely += product;
        }
        component.fresh = component.rate * rest_likely;
        model.fresh += component.fresh;
        model.fresh_until.push_back(model.fresh);
        model.rate += component.rate;
        model.rates_until.push_back(model.rate);
    }
}

}  // namespace

Result<RareModel> RareModel::make(const FailureSystem& system, const Bias& bias, RepairOrder order, Repairs repairs) {
    if (system.components.empty() || system.cut_sets.empty()) {
        return unexpected(std::string("nothing can take the system down: it has no cut sets"));
    }
    RareModel model;
    model.bias = bias;
    model.order = order;
    model.repairs = repairs;
    model.crews = system.crews;
    for (const auto& cut : system.cut_sets) {
        model.largest_cut = std::max(model.largest_cut, static_cast<std::uint32_t>(cut.size()));
    }
    const std::uint32_t tilts = bias.tilts_repairs ? std::min(model.largest_cut, bias.tilts_max) : 1;
    for (const FailureComponent& given : system.components) {
        auto component = component_of(given, system, std::max(tilts, 1U), repairs);
        if (!component) {
            return unexpected(component.error());
        }
        model.is_memoryless = model.is_memoryless && given.up_s.law == Law::exponential;
        model.components.push_back(std::move(*component));
    }
    if (repairs == Repairs::none) {
        double fastest = 0;
        for (const RareModel::Component& component : model.components) {
            fastest = std::max(fastest, component.rate);
        }
        for (RareModel::Component& component : model.components) {
            component.unlikelihood =
                std::max(k_unlikelihood_without_repair * component.rate / fastest, k_unlikelihood_min);
        }
    }
    index_cuts(model, system);
    weigh_components(model);
    return model;
}

std::uint32_t position_in(const std::vector<double>& until, double place) {
    const auto found = std::upper_bound(until.begin(), until.end() - 1, place * until.back());
    return static_cast<std::uint32_t>(found - until.begin());
}

Mark choose_mark(const RareModel& model, BlockStream& stream) {
    const double natural = model.bias.natural_mark;
    const double balanced = (1 - natural) * model.bias.balanced;
    const double by_worth = 1 - natural - balanced;
    const auto count = static_cast<double>(model.size());
    const double place = stream.uniform();
    Mark mark;
    if (place < natural) {
        mark.component = position_in(model.rates_until, stream.uniform());
    } else if (place < natural + balanced) {
        mark.component = static_cast<std::uint32_t>(stream.uniform() * count);
    } else {
        mark.component = position_in(model.fresh_until, stream.uniform());
    }
    const auto& part = model.components[mark.component];
    const double true_chance = part.rate / model.rate;
    mark.weight = true_chance / (natural * true_chance + balanced / count + by_worth * part.fresh / model.fresh);
    return mark;
}

}  // namespace nines
