// Chances of all parts as functions of time, put into the diagram and integrated.

#include "models/structure/horizon.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>

#include "engine/analytic/alternating_renewal.hpp"
#include "engine/analytic/law_tail.hpp"
#include "engine/analytic/sparse_chain.hpp"

namespace nines {

namespace {

using analytic::Chance;
using analytic::ComponentRates;

/// Seconds of a fault's end, or of its beginning, at which chances jump.
using Edges = std::vector<double>;

/// Nothing: its laws have no closed form over time.
std::optional<Chance> chance_at(const Part& part, double time_s) {
    const bool up_is_exponential = part.up_s.law == Law::exponential;
    const bool down_is_exponential = part.down_s && part.down_s->law == Law::exponential;
    switch (part.law) {
        case PartLaw::alternating: {
            if (!part.down_s) {
                const auto still_up = analytic::tail_of(part.up_s, time_s);
                return still_up ? std::optional(Chance{*still_up, 1 - *still_up}) : std::nullopt;
            }
            if (!up_is_exponential || !down_is_exponential) {
                return std::nullopt;
            }
            const double down = analytic::TwoState{part.up_s.mean(), part.down_s->mean()}.unavailability_at(time_s);
            return Chance{1 - down, down};
        }
        case PartLaw::overlapping: {
            if (!up_is_exponential || !down_is_exponential) {
                return std::nullopt;
            }
            // Faults in force are Poisson; their mean grows as the first ones have not ended yet.
            const double in_force =
                -part.down_s->mean() / part.up_s.mean() * portable::expm1(-time_s / part.down_s->mean());
            return Chance{portable::exp(-in_force), -portable::expm1(-in_force)};
        }
        case PartLaw::scheduled: {
            if (time_s < part.at_s) {
                return Chance{1, 0};
            }
            const auto still_down = part.down_s ? analytic::tail_of(*part.down_s, time_s - part.at_s) : 1;
            return still_down ? std::optional(Chance{1 - *still_down, *still_down}) : std::nullopt;
        }
    }
    return std::nullopt;
}

class HorizonSolver {
public:
    HorizonSolver(const Plan& plan, const SolvedStructure& solved) : plan_(plan), solved_(solved) {}

    OverHorizon solve() {
        OverHorizon answer;
        for (std::uint32_t level = 0; level < solved_.rates().size(); ++level) {
            if (!solved_.is_part(level)) {
                continue;
            }
            const Part& part = solved_.structure().parts[solved_.component_at(level)];
            if (!part.waits_for_crews() && !chance_at(part, 0)) {
                answer.why_not = fmt::format("{}: its times are not exponential", part.name);
                return answer;
            }
            add_edges(part);
        }
        const double begin_s = plan_.run.warmup_s;
        const double end_s = begin_s + plan_.run.horizon_s;  // the plan's own ticks end after 292 years
        edges_.push_back(begin_s);
        std::sort(edges_.begin(), edges_.end());
        edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
        Chance sum{0, 0};
        for (std::size_t i = 0; i < edges_.size(); ++i) {
            const double from_s = edges_[i];
            const double to_s = std::min(end_s, i + 1 < edges_.size() ? edges_[i + 1] : end_s);
            if (from_s >= begin_s && from_s < to_s) {
                add_stretch(from_s, to_s, sum);
            }
        }
        if (too_long_) {
            answer.why_not = "parts wait for crews, and the horizon is too long to follow them";
            return answer;
        }
        answer.mean = Chance{sum.up / (end_s - begin_s), sum.down / (end_s - begin_s)};
        answer.at_end = requests_at(end_s);
        return answer;
    }

private:
    static constexpr double k_growth = 1.6;  // of a piece over the one before it

    void add_edges(const Part& part) {
        if (part.law == PartLaw::scheduled) {
            edges_.push_back(part.at_s);
            if (part.down_s && part.down_s->law == Law::constant) {
                edges_.push_back(part.at_s + part.down_s->a);
            }
            if (part.down_s && part.down_s->law == Law::uniform) {
                edges_.push_back(part.at_s + part.down_s->a);
                edges_.push_back(part.at_s + part.down_s->b);
            }
        }
        const double down_s = part.down_s ? part.down_s->mean() : 0;
        if (down_s > 0) {
            shortest_s_ = std::min(shortest_s_, down_s);
        }
    }

    /// Adds the integral over a stretch without jumps. Chances settle exponentially after its beginning, so pieces grow
    /// from a fraction of the shortest outage on.
    void add_stretch(double from_s, double to_s, Chance& sum) {
        double piece_s = std::min(to_s - from_s, shortest_s_ / 8);
        for (double at_s = from_s; at_s < to_s && !too_long_; piece_s *= k_growth) {
            double next_s = at_s + piece_s;
            if (to_s - next_s < piece_s / 2) {
                next_s = to_s;
            }
            using Rule = boost::math::quadrature::gauss<double, 15>;
            const double half_s = (next_s - at_s) / 2;
            const double middle_s = at_s + half_s;
            for (std::size_t i = 0; i < Rule::abscissa().size(); ++i) {
                const double offset_s = half_s * Rule::abscissa()[i];
                const double weight_s = half_s * Rule::weights()[i];
                add_weighted(middle_s + offset_s, weight_s, sum);
                if (offset_s > 0) {
                    add_weighted(middle_s - offset_s, weight_s, sum);
                }
            }
            at_s = next_s;
        }
    }

    void add_weighted(double time_s, double weight_s, Chance& sum) {
        const Chance chance = requests_at(time_s);
        sum.up += weight_s * chance.up;
        sum.down += weight_s * chance.down;
    }

    Chance requests_at(double time_s) {
        std::vector<ComponentRates> levels = solved_.rates();
        for (std::uint32_t level = 0; level < levels.size(); ++level) {
            if (solved_.is_part(level)) {
                const Part& part = solved_.structure().parts[solved_.component_at(level)];
                if (!part.waits_for_crews()) {
                    levels[level].chance = *chance_at(part, time_s);
                }
            }
        }
        const std::vector<analytic::CrewPool> pools = pools_at(time_s);
        Chance sum{0, 0};
        for (const auto& [question, share] : solved_.request_shares()) {
            const Chance chance = solved_.chance(question, levels, pools);
            sum.up += share * chance.up;
            sum.down += share * chance.down;
        }
        return sum;
    }

    std::vector<analytic::CrewPool> pools_at(double time_s) {
        std::vector<analytic::CrewPool> pools;
        for (const Crews& crews : solved_.crews()) {
            const auto pool =
                analytic::CrewPool::at_time(crews.levels, crews.up_mean_s, crews.down_mean_s, crews.crews, time_s);
            if (!pool) {
                too_long_ = true;
                return {};
            }
            pools.push_back(*pool);
        }
        return pools;
    }

    const Plan& plan_;
    const SolvedStructure& solved_;
    Edges edges_;
    double shortest_s_ = 1e9;
    bool too_long_ = false;
};

}  // namespace

OverHorizon over_horizon(const Plan& plan, const SolvedStructure& solved) {
    return HorizonSolver(plan, solved).solve();
}

}  // namespace nines
