// Tallies: rates times how long each scene lasted, as a run counts them.

#include <algorithm>
#include <chrono>
#include <cmath>

#include "models/flow/replication.hpp"

namespace nines {

namespace {

constexpr double k_joules_per_kwh = 3.6e6;
constexpr double k_histogram_whole = 1e9;  // weights of a histogram add up to about this

/// A law as values of equal weight, with a finer tail: what a histogram wants.
void add_law(Histogram& histogram, const analytic::LatencyLaw& law, double weight) {
    const auto add = [&](double from, double to, int parts) {
        for (int i = 0; i < parts; ++i) {
            const double p = from + (to - from) * (i + 0.5) / parts;
            histogram.add(to_ns(law.quantile(p)), static_cast<std::uint64_t>(weight * (to - from) / parts + 0.5));
        }
    };
    if (law.is_constant()) {
        return histogram.add(to_ns(law.mean()), static_cast<std::uint64_t>(weight + 0.5));
    }
    add(0, 0.9, 90);
    add(0.9, 0.99, 45);
    add(0.99, 0.999, 36);
    add(0.999, 0.9999, 18);
    add(0.9999, 1, 9);
}

void add_rates(std::vector<LawRate>& all, const std::vector<LawRate>& rates, double seconds) {
    for (const LawRate& rate : rates) {
        const auto known = std::lower_bound(all.begin(), all.end(), rate.law,
                                            [](const LawRate& one, LawId law) { return one.law < law; });
        if (known != all.end() && known->law == rate.law) {
            known->per_s += rate.per_s * seconds;
        } else {
            all.insert(known, {rate.law, rate.per_s * seconds});
        }
    }
}

}  // namespace

/// Sums up one scope over all scenes met.
template <class RatesOf>
void FlowReplication::fill_scope(ScopeTally& tally, RatesOf rates_of) const {
    std::vector<LawRate> ok;
    std::vector<LawRate> other;
    for (const NodeId node : book_.met()) {
        const double seconds = book_.lasted_s(node);
        const ScopeRates& rates = rates_of(atlas_[node]);
        tally.offered += rates.offered * seconds;
        tally.attempts += rates.attempts * seconds;
        for (std::size_t i = 0; i < k_outcomes; ++i) {
            tally.ended[i] += rates.ended[i] * seconds;
        }
        add_rates(ok, rates.ok, seconds);
        add_rates(other, rates.other, seconds);
    }
    double whole = 0;
    for (const auto* laws : {&ok, &other}) {
        for (const LawRate& law : *laws) {
            whole += law.per_s;
        }
    }
    if (whole <= 0) {
        return;
    }
    // Shares of a common whole, so that both histograms may be merged, and those of several scopes too.
    for (const LawRate& law : ok) {
        add_law(tally.ok_latency, atlas_.solver().law(law.law), law.per_s / histogram_unit_);
    }
    for (const LawRate& law : other) {
        add_law(tally.other_latency, atlas_.solver().law(law.law), law.per_s / histogram_unit_);
    }
}

/// Seconds x grams per kWh of a region's grid over a stretch of time, hour by hour of the calendar.
double FlowReplication::grams_s_per_kwh(LocationId region, double from_s, double to_s) const {
    const auto& table = plan_.carbon[region].grid.g_per_kwh;
    double sum = 0;
    double at_s = from_s;
    while (at_s < to_s) {
        const auto clock = static_cast<std::int64_t>(std::floor(at_s)) + plan_.run.start_clock_s;
        const double end_s = std::min(to_s, static_cast<double>((clock / 3600 + 1) * 3600 - plan_.run.start_clock_s));
        const auto day = std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds{std::chrono::seconds{clock}});
        const auto month = static_cast<unsigned>(std::chrono::year_month_day{day}.month()) - 1;
        sum += table[month][static_cast<std::size_t>(clock / 3600 % 24)] * (end_s - at_s);
        at_s = std::max(end_s, at_s + 1e-6);
    }
    return sum;
}

void FlowReplication::pass_carbon(double from_s, double to_s, double share) {
    if (!plan_.has_world) {
        return;
    }
    const Solution& from = atlas_[stretch_.from];
    const Solution& to = atlas_[stretch_.to];
    LocationId region = LocationId::none();
    double grams_s = 0;
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
        const auto id = index_at<GroupId>(g);
        const double watts = from.groups[id].watts * (1 - share) + to.groups[id].watts * share;
        const LocationId here = plan_.world.locations[plan_.groups[id].location].region;
        if (watts <= 0 || !here.exists()) {
            continue;
        }
        if (here != region) {
            region = here;
            grams_s = grams_s_per_kwh(region, from_s, to_s);
        }
        carbon_g_[id] += watts / k_joules_per_kwh * plan_.carbon[region].pue * grams_s;
    }
}

void FlowReplication::fill_groups() {
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
        const auto id = index_at<GroupId>(g);
        GroupTally& tally = run_.groups[id];
        for (const NodeId node : book_.met()) {
            const GroupRates& rates = atlas_[node].groups[id];
            const double seconds = book_.lasted_s(node);
            tally.admitted += rates.admitted * seconds;
            tally.wait_s += rates.waiting * seconds;
            tally.queue_integral_s += rates.waiting * seconds;
            tally.busy_integral_s += rates.busy * seconds;
            tally.workers_integral_s += rates.workers * seconds;
            tally.present_integral_s += rates.present * seconds;
            tally.instances_integral_s += rates.instances * seconds;
            tally.energy_j += rates.watts * seconds;
            tally.queue_max = std::max(tally.queue_max, static_cast<std::uint32_t>(std::ceil(rates.waiting)));
        }
        tally.sojourn_s = tally.present_integral_s;
        tally.carbon_g = carbon_g_[id];
        run_.queue_max[plan_.groups[id].service] += tally.queue_max;
    }
}

void FlowReplication::finish() {
    const double measured_s = std::max(0.0, now_s());
    run_.measured_s = measured_s;
    run_.course = book_.close(measured_s);
    double all = 0;
    for (const NodeId node : book_.met()) {
        all += atlas_[node].offered * book_.lasted_s(node);
    }
    histogram_unit_ = std::max(all, 1e-300) / k_histogram_whole;
    for (std::size_t d = 0; d < plan_.demands.size(); ++d) {
        const auto id = index_at<DemandId>(d);
        ScopeTally& demand = run_.demands[id];
        fill_scope(demand, [id](const Solution& solution) -> const ScopeRates& { return solution.demands[id]; });
        // Those under way at the end have not ended.
        const double under_way = std::min(atlas_[stretch_.to].in_system[id], demand.all_ended());
        const double share = demand.all_ended() > 0 ? 1 - under_way / demand.all_ended() : 1;
        for (double& ended : demand.ended) {
            ended *= share;
        }
    }
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
        const auto id = index_at<GroupId>(g);
        fill_scope(run_.group_attempts[id],
                   [id](const Solution& solution) -> const ScopeRates& { return solution.attempts[id]; });
        run_.services[plan_.groups[id].service].merge(run_.group_attempts[id]);
    }
    for (std::size_t s = 0; s < plan_.services.size(); ++s) {
        const auto id = index_at<ServiceId>(s);
        fill_scope(run_.services[id],
                   [id](const Solution& solution) -> const ScopeRates& { return solution.nobody[id]; });
    }
    fill_groups();
    run_.units_by_price.assign(plan_.prices.size(), 0);
    for (const NodeId node : book_.met()) {
        const Solution& solution = atlas_[node];
        for (std::size_t i = 0; i < solution.units.size(); ++i) {
            run_.units_by_price[i] += solution.units[i] * book_.lasted_s(node);
        }
        run_.has_two_fixed_points = run_.has_two_fixed_points || solution.has_two;
        run_.unsettled_s += solution.converged ? 0 : book_.lasted_s(node);
    }
    run_.fingerprint = fingerprint_.value();
}

}  // namespace nines
