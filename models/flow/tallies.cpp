#include "models/flow/tallies.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/random/portable_math.hpp"

namespace nines {

namespace {

constexpr double k_matters = 1e-5;          // of the time: a scene that lasted less is told by its draft
constexpr double k_histogram_whole = 1e12;  // weights of a histogram add up to about this

/// The mean of what is added is that of the law.
void add_law(Histogram& histogram, const LawValues& values, double weight) {
    if (values.is_constant) {
        return histogram.add(values.at.front(), static_cast<std::uint64_t>(std::floor(weight + 0.5)));
    }
    double sum_ns = 0;
    double count = 0;
    for (std::size_t i = 0; i < values.at.size(); ++i) {
        const double times = std::floor(weight * law_slices()[i].weight + 0.5);
        histogram.add(values.at[i], static_cast<std::uint64_t>(times));
        sum_ns += static_cast<double>(values.at[i]) * times;
        count += times;
    }
    histogram.shift_sum(values.mean_s * 1e9 * count - sum_ns);
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

class Filler {
public:
    Filler(const Plan& plan, Atlas& atlas, const Stays& stays, Run& run)
        : plan_(plan), atlas_(atlas), stays_(stays), run_(run) {
        double all = 0;
        double time_s = 0;
        std::size_t longest = 0;
        for (std::size_t i = 0; i < stays.size(); ++i) {
            const Solution& solution = atlas[stays[i].node];
            all += (solution.offered + (solution.attack ? solution.attack->offered : 0)) * stays[i].seconds;
            time_s += stays[i].seconds;
            longest = stays[i].seconds > stays[longest].seconds ? i : longest;
        }
        for (std::size_t i = 0; i < stays.size(); ++i) {
            const bool matters = i == longest || stays[i].seconds >= k_matters * time_s;
            solutions_.push_back(matters ? &atlas.in_full(stays[i].node) : &atlas[stays[i].node]);
        }
        longest_ = stays.size() > 0 ? solutions_[longest] : nullptr;
        // Shares of a common whole, so that histograms of several scopes may be merged.
        histogram_unit_ = std::max(all, 1e-300) / k_histogram_whole;
    }

    /// Sums up one scope over all scenes met.
    template <class RatesOf>
    void fill_scope(ScopeTally& tally, RatesOf rates_of) const {
        std::vector<LawRate> ok;
        std::vector<LawRate> other;
        for (std::size_t i = 0; i < stays_.size(); ++i) {
            const double seconds = stays_[i].seconds;
            const ScopeRates& rates = rates_of(*solutions_[i]);
            tally.offered += rates.offered * seconds;
            tally.attempts += rates.attempts * seconds;
            for (std::size_t k = 0; k < k_outcomes; ++k) {
                tally.ended[k] += rates.ended[k] * seconds;
            }
            add_rates(ok, rates.ok, seconds);
            add_rates(other, rates.other, seconds);
        }
        give_laws(ok, rates_of(*longest_).ok);
        give_laws(other, rates_of(*longest_).other);
        for (const LawRate& law : ok) {
            add_law(tally.ok_latency, atlas_.solver().values_of(law.law), law.per_s / histogram_unit_);
        }
        for (const LawRate& law : other) {
            add_law(tally.other_latency, atlas_.solver().values_of(law.law), law.per_s / histogram_unit_);
        }
    }

    /// Times of drafts are taken as in the scene that lasted longest.
    static void give_laws(std::vector<LawRate>& all, const std::vector<LawRate>& of_longest) {
        if (all.empty() || all.back().law.exists()) {
            return;
        }
        const double without = all.back().per_s;
        all.pop_back();
        double sum = 0;
        for (const LawRate& rate : of_longest) {
            sum += rate.per_s;
        }
        if (sum > 0) {
            add_rates(all, of_longest, without / sum);
        }
    }

    void fill_demands(NodeId last) {
        for (std::size_t d = 0; d < plan_.demands.size(); ++d) {
            const auto id = index_at<DemandId>(d);
            ScopeTally& demand = run_.demands[id];
            fill_scope(demand, [id](const Solution& solution) -> const ScopeRates& { return solution.demands[id]; });
            // Those under way at the end have not ended.
            const double all = demand.all_ended();
            const double under_way = last.exists() ? std::min(atlas_[last].in_system[id], all) : 0;
            for (double& ended : demand.ended) {
                ended *= all > 0 ? 1 - under_way / all : 1;
            }
        }
    }

    void fill_services() {
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
    }

    void fill_groups(std::span<const double> grams) {
        std::vector<double> energy_of_region(grams.size(), 0);
        for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
            const auto id = index_at<GroupId>(g);
            GroupTally& tally = run_.groups[id];
            for (std::size_t i = 0; i < stays_.size(); ++i) {
                const double seconds = stays_[i].seconds;
                add_group(tally, solutions_[i]->groups[id], seconds);
            }
            tally.sojourn_s = tally.present_integral_s;
            run_.queue_max[plan_.groups[id].service] += tally.queue_max;
            if (const std::size_t region = atlas_.grid().region_of(id); region < grams.size()) {
                energy_of_region[region] += tally.energy_j;
            }
        }
        // A region's carbon is its groups' by their energy.
        for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
            const auto id = index_at<GroupId>(g);
            const std::size_t region = atlas_.grid().region_of(id);
            if (region < grams.size() && energy_of_region[region] > 0) {
                run_.groups[id].carbon_g = grams[region] * run_.groups[id].energy_j / energy_of_region[region];
            }
        }
    }

    void fill_pools() {
        for (std::size_t p = 0; p < plan_.pools.size(); ++p) {
            const PoolPlan& pool = plan_.pools[p];
            std::vector<double>& level_s = run_.pool_levels_s.emplace_back(pool.levels);
            for (std::size_t i = 0; i < stays_.size(); ++i) {
                double instances = 0;
                for (const GroupId group : pool.groups) {
                    const GroupRates& rates = solutions_[i]->groups[group];
                    instances += rates.instances - rates.spot;
                }
                pool.add(instances, stays_[i].seconds, level_s);
            }
        }
    }

    void fill_rest() {
        for (std::size_t e = 0; e < plan_.endpoints.size(); ++e) {
            const auto id = index_at<EndpointId>(e);
            for (std::size_t i = 0; i < stays_.size(); ++i) {
                const EndpointRates& rates = solutions_[i]->endpoints[id];
                run_.endpoints[id].attempts += rates.attempts * stays_[i].seconds;
                run_.endpoints[id].ok += rates.ok * stays_[i].seconds;
            }
        }
        run_.units_by_price.assign(plan_.prices.size(), 0);
        for (std::size_t i = 0; i < stays_.size(); ++i) {
            const double seconds = stays_[i].seconds;
            const Solution& solution = *solutions_[i];
            for (std::size_t k = 0; k < solution.units.size(); ++k) {
                run_.units_by_price[k] += solution.units[k] * seconds;
            }
            run_.has_two_fixed_points = run_.has_two_fixed_points || solution.has_two;
            run_.unsettled_s += solution.converged ? 0 : seconds;
        }
    }

    void fill_attack() {
        AttackTally& attack = run_.attack.emplace();
        attack.groups = Column<GroupId, GroupTally>(plan_.groups.size());
        attack.endpoints = Column<EndpointId, EndpointTally>(plan_.endpoints.size());
        attack.units_by_price.assign(plan_.prices.size(), 0);
        for (std::size_t i = 0; i < stays_.size(); ++i) {
            if (!solutions_[i]->attack) {
                continue;
            }
            const AttackRates& rates = *solutions_[i]->attack;
            const double seconds = stays_[i].seconds;
            attack.users_lost += solutions_[i]->failed * seconds;
            for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
                const auto id = index_at<GroupId>(g);
                attack.groups[id].admitted += rates.groups[id].admitted * seconds;
                attack.groups[id].granules += rates.groups[id].granules * seconds;
            }
            for (std::size_t e = 0; e < plan_.endpoints.size(); ++e) {
                const auto id = index_at<EndpointId>(e);
                attack.endpoints[id].attempts += rates.endpoints[id].attempts * seconds;
                attack.endpoints[id].ok += rates.endpoints[id].ok * seconds;
            }
            for (std::size_t k = 0; k < rates.units.size(); ++k) {
                attack.units_by_price[k] += rates.units[k] * seconds;
            }
        }
    }

private:
    const Plan& plan_;
    const Atlas& atlas_;
    const Stays& stays_;
    Run& run_;
    std::vector<const Solution*> solutions_;  // by stay: in full where it lasted
    const Solution* longest_ = nullptr;
    double histogram_unit_ = 1;  // requests
};

}  // namespace

void Stays::begin() {
    for (const NodeId node : met_) {
        seconds_[node.value] = k_not_met;
    }
    met_.clear();
}

void add_group(GroupTally& tally, const GroupRates& rates, double seconds) {
    tally.admitted += rates.admitted * seconds;
    tally.throttled += rates.throttled * seconds;
    tally.wait_s += rates.waiting * seconds;  // Little's law
    tally.queue_integral_s += rates.waiting * seconds;
    tally.busy_integral_s += rates.busy * seconds;
    tally.workers_integral_s += rates.workers * seconds;
    tally.present_integral_s += rates.present * seconds;
    tally.instances_integral_s += rates.instances * seconds;
    tally.uncommitted_integral_s += rates.uncommitted * seconds;
    tally.spot_integral_s += rates.spot * seconds;
    tally.granules += rates.granules * seconds;
    tally.energy_j += rates.watts * seconds;
    constexpr double k_most = std::numeric_limits<std::uint32_t>::max();  // a fluid knows no bounds
    const auto waiting = static_cast<std::uint32_t>(std::min(std::ceil(rates.waiting), k_most));
    tally.queue_max = std::max(tally.queue_max, waiting);
}

void fill_tallies(const Plan& plan, Atlas& atlas, const Stays& stays, std::span<const double> grams, NodeId last,
                  Run& run) {
    run.demands = Column<DemandId, ScopeTally>(plan.demands.size());
    run.services = Column<ServiceId, ScopeTally>(plan.services.size());
    run.group_attempts = Column<GroupId, ScopeTally>(plan.groups.size());
    run.groups = Column<GroupId, GroupTally>(plan.groups.size());
    run.endpoints = Column<EndpointId, EndpointTally>(plan.endpoints.size());
    run.queue_max = Column<ServiceId, std::uint32_t>(plan.services.size());
    Filler filler(plan, atlas, stays, run);
    filler.fill_demands(last);
    filler.fill_services();
    filler.fill_groups(grams);
    filler.fill_pools();
    filler.fill_rest();
    if (!plan.attacks.empty()) {
        filler.fill_attack();
    }
}

}  // namespace nines
