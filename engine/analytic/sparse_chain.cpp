// Large chains: sweeps for the long run, weighted sums over jumps for the course.

#include "engine/analytic/sparse_chain.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/check.hpp"
#include "engine/random/portable_math.hpp"

namespace nines::analytic {

namespace {

using Vector = Eigen::VectorXd;

void normalise(Vector& weights) {
    weights /= weights.sum();
}

double inflow(const SparseChain& chain, const Vector& weights, Eigen::Index state) {
    double sum = 0;
    for (SparseChain::Rates::InnerIterator it(chain.rates(), state); it; ++it) {
        sum += it.value() * weights[it.row()];
    }
    return sum;
}

/// Balances the states from `first` on, one after the other; the largest relative change.
double sweep(const SparseChain& chain, Vector& weights, Eigen::Index first, bool forth) {
    double change = 0;
    const auto size = static_cast<Eigen::Index>(chain.states());
    for (Eigen::Index i = first; i < size; ++i) {
        const Eigen::Index state = forth ? i : size - 1 - (i - first);
        const double balanced = inflow(chain, weights, state) / chain.leaving()[static_cast<std::size_t>(state)];
        const double before = weights[state];
        weights[state] = balanced;
        if (balanced > 0) {
            change = std::max(change, std::fabs(balanced - before) / balanced);
        }
    }
    return change;
}

/// Holds the weight of state 0 until every state that it leads to has some: from then on nothing can die out.
void spread_from_first(const SparseChain& chain, Vector& weights) {
    weights.setZero();
    weights[0] = 1;
    for (Eigen::Index before = 0, now = 1; now > before;) {
        sweep(chain, weights, 1, true);
        sweep(chain, weights, 1, false);
        before = now;
        now = (weights.array() > 0).count();
    }
}

double residual_of(const SparseChain& chain, const Vector& weights) {
    double worst = 0;
    for (Eigen::Index state = 0; state < weights.size(); ++state) {
        const double out = weights[state] * chain.leaving()[static_cast<std::size_t>(state)];
        if (out > 0) {
            worst = std::max(worst, std::fabs(inflow(chain, weights, state) - out) / out);
        }
    }
    return worst;
}

/// Chances of a Poisson number of jumps, from the first that counts to the last.
class JumpChances {
public:
    /// Below this, relative to the likeliest number, a number of jumps is left out.
    static constexpr double k_negligible = 1e-25;

    explicit JumpChances(double mean) {
        const auto mode = static_cast<std::uint64_t>(mean);
        std::vector<double> before;
        double weight = 1;
        for (std::uint64_t k = mode; k > 0 && weight > k_negligible; --k) {
            weight *= static_cast<double>(k) / mean;
            before.push_back(weight);
        }
        first_ = mode - before.size();
        weights_.assign(before.rbegin(), before.rend());
        weights_.push_back(1);
        weight = 1;
        for (std::uint64_t k = mode + 1; weight > k_negligible; ++k) {
            weight *= mean / static_cast<double>(k);
            weights_.push_back(weight);
        }
        double sum = 0;
        for (const double w : weights_) {
            sum += w;
        }
        for (double& w : weights_) {
            w /= sum;
        }
        beyond_.assign(weights_.size() + 1, 0);
        for (std::size_t i = weights_.size(); i > 0; --i) {
            beyond_[i - 1] = beyond_[i] + weights_[i - 1];
        }
    }

    std::uint64_t last() const { return first_ + weights_.size() - 1; }
    double of(std::uint64_t jumps) const { return jumps < first_ || jumps > last() ? 0 : weights_[jumps - first_]; }
    double more_than(std::uint64_t jumps) const {
        return jumps < first_ ? 1 : jumps >= last() ? 0 : beyond_[jumps - first_ + 1];
    }

private:
    std::uint64_t first_ = 0;
    std::vector<double> weights_, beyond_;
};

/// One jump of the uniformised chain.
Vector jumped(const SparseChain& chain, const Vector& from, double rate) {
    Vector to = chain.rates().transpose() * from;
    for (Eigen::Index state = 0; state < to.size(); ++state) {
        to[state] = to[state] / rate + from[state] * (1 - chain.leaving()[static_cast<std::size_t>(state)] / rate);
    }
    return to;
}

/// The uniformised chain's rate: a little above the fastest state's, so that no chain is periodic.
double jump_rate(const SparseChain& chain) {
    return chain.fastest() > 0 ? 1.02 * chain.fastest() : 1;
}

class Follower {
public:
    Follower(const SparseChain& chain, const std::vector<double>& initial, double time)
        : chain_(chain),
          time_(time),
          rate_(jump_rate(chain)),
          chances_(rate_ * time),
          state_(Eigen::Map<const Vector>(initial.data(), static_cast<Eigen::Index>(initial.size()))),
          at_end_(Vector::Zero(state_.size())),
          spent_(Vector::Zero(state_.size())) {}

    Course follow() {
        for (std::uint64_t jumps = 0; jumps <= chances_.last(); ++jumps) {
            at_end_ += chances_.of(jumps) * state_;
            spent_ += chances_.more_than(jumps) / rate_ * state_;
            time_told_ += chances_.more_than(jumps) / rate_;
            Vector next = jumped(chain_, state_, rate_);
            const bool look = jumps % k_look_every == k_look_every - 1;
            if (look && shrinks_as_one(next)) {
                leak() > 0 ? follow_scalar(jumps, next) : stay(jumps);
                break;
            }
            state_ = std::move(next);
        }
        Course course;
        course.at_end.assign(at_end_.begin(), at_end_.end());
        course.spent.assign(spent_.begin(), spent_.end());
        course.cut_off = JumpChances::k_negligible;
        return course;
    }

private:
    static constexpr std::uint64_t k_look_every = 16;
    static constexpr double k_same = 1e-14;

    bool is_absorbing(Eigen::Index state) const { return chain_.leaving()[static_cast<std::size_t>(state)] == 0; }

    /// The share of the transient states that is left after one more jump: 1 less what leaks out, which is a sum.
    double leak() const {
        double flow = 0;
        double mass = 0;
        for (Eigen::Index to = 0; to < state_.size(); ++to) {
            if (is_absorbing(to)) {
                flow += inflow(chain_, state_, to);
            } else {
                mass += state_[to];
            }
        }
        return mass > 0 ? flow / mass / rate_ : 0;
    }

    bool shrinks_as_one(const Vector& next) const {
        const double kept = 1 - leak();
        for (Eigen::Index i = 0; i < next.size(); ++i) {
            if (!is_absorbing(i) && std::fabs(next[i] - kept * state_[i]) > k_same * state_[i]) {
                return false;
            }
        }
        return true;
    }

    /// Nothing changes any more.
    void stay(std::uint64_t jumps) {
        at_end_ += chances_.more_than(jumps) * state_;
        spent_ += std::max(0.0, time_ - time_told_) * state_;
    }

    /// From `jumps` jumps on: transient states are multiplied by `kept` at each, absorbing ones gain in proportion.
    void follow_scalar(std::uint64_t jumps, const Vector& next) {
        const double kept = 1 - leak();
        double left = kept;  // of the transient states, after one more jump
        double gained = 1;   // in units of what the absorbing ones gain in the next jump
        double left_at_end = 0, gained_at_end = 0, left_spent = 0, gained_spent = 0;
        double rest_at_end = 0, rest_spent = 0;
        for (std::uint64_t k = jumps + 1; k <= chances_.last(); ++k) {
            const double now = chances_.of(k);
            const double later = chances_.more_than(k) / rate_;
            left_at_end += now * left;
            gained_at_end += now * gained;
            rest_at_end += now;
            left_spent += later * left;
            gained_spent += later * gained;
            rest_spent += later;
            gained += left;
            left *= kept;
        }
        for (Eigen::Index i = 0; i < state_.size(); ++i) {
            if (is_absorbing(i)) {
                const double gain = next[i] - state_[i] > 0 ? inflow(chain_, state_, i) / rate_ : 0;
                at_end_[i] += rest_at_end * state_[i] + gained_at_end * gain;
                spent_[i] += rest_spent * state_[i] + gained_spent * gain;
            } else {
                at_end_[i] += left_at_end * state_[i];
                spent_[i] += left_spent * state_[i];
            }
        }
    }

    const SparseChain& chain_;
    double time_;
    double time_told_ = 0;  // of it, in spent_
    double rate_;
    JumpChances chances_;
    Vector state_, at_end_, spent_;
};

/// The transitions of a chain that stays where it has met a target.
std::vector<Transition> stopped_at(std::span<const Transition> transitions, const std::vector<bool>& targets) {
    std::vector<Transition> kept;
    for (const Transition& t : transitions) {
        if (!targets[t.from]) {
            kept.push_back(t);
        }
    }
    return kept;
}

}  // namespace

SparseChain::SparseChain(std::size_t states, std::span<const Transition> transitions)
    : rates_(static_cast<Eigen::Index>(states), static_cast<Eigen::Index>(states)), leaving_(states, 0) {
    // Filled in place, column by column: a list of triplets would double the memory of a large chain.
    std::vector<int> entering(states + 1, 0);
    for (const Transition& t : transitions) {
        check(t.from < states && t.to < states && t.rate >= 0 && std::isfinite(t.rate),
              "a transition joins two states of the chain at a finite rate >= 0");
        if (t.from != t.to && t.rate > 0) {
            ++entering[t.to + 1];
            leaving_[t.from] += t.rate;
        }
    }
    for (std::size_t state = 0; state < states; ++state) {
        entering[state + 1] += entering[state];
        rates_.outerIndexPtr()[state + 1] = entering[state + 1];
    }
    rates_.resizeNonZeros(entering[states]);
    for (const Transition& t : transitions) {
        if (t.from != t.to && t.rate > 0) {
            const int at = entering[t.to]++;
            rates_.innerIndexPtr()[at] = static_cast<int>(t.from);
            rates_.valuePtr()[at] = t.rate;
        }
    }
    for (const double rate : leaving_) {
        fastest_ = std::max(fastest_, rate);
    }
}

std::optional<std::vector<double>> stationary_by_sweeps(const SparseChain& chain, const IterationLimits& limits) {
    if (chain.states() == 1) {
        return std::vector<double>{1.0};
    }
    if (std::any_of(chain.leaving().begin(), chain.leaving().end(), [](double rate) { return rate == 0; })) {
        return std::nullopt;
    }
    Vector weights = Vector::Zero(static_cast<Eigen::Index>(chain.states()));
    spread_from_first(chain, weights);
    for (int sweeps = 0; sweeps < limits.sweeps_max; ++sweeps) {
        const double change = std::max(sweep(chain, weights, 0, true), sweep(chain, weights, 0, false));
        normalise(weights);
        if (change <= limits.change && residual_of(chain, weights) <= limits.residual) {
            return std::vector<double>(weights.begin(), weights.end());
        }
    }
    return std::nullopt;
}

std::optional<Course> follow(const SparseChain& chain, const std::vector<double>& initial, double time) {
    check(initial.size() == chain.states(), "there is a chance for each state to begin in");
    if (jump_rate(chain) * time > k_jumps_max) {
        return std::nullopt;
    }
    return Follower(chain, initial, time).follow();
}

std::optional<TimeSpent> time_spent(const SparseChain& chain, const std::vector<double>& initial,
                                    const std::vector<bool>& in, double time) {
    const double rate = jump_rate(chain);
    if (rate * time > k_jumps_max) {
        return std::nullopt;
    }
    const JumpChances chances(rate * time);
    const auto size = static_cast<Eigen::Index>(initial.size());
    Vector reward(size);
    for (Eigen::Index i = 0; i < size; ++i) {
        reward[i] = in[static_cast<std::size_t>(i)] ? 1 / rate : 0;
    }
    Vector state = Eigen::Map<const Vector>(initial.data(), size);
    Vector once = Vector::Zero(size);   // by state, the mean time spent so far
    Vector twice = Vector::Zero(size);  // half of its square's mean
    double mean = 0;
    double half_square = 0;
    for (std::uint64_t jumps = 0; jumps <= chances.last(); ++jumps) {
        mean += chances.of(jumps) * once.sum();
        half_square += chances.of(jumps) * twice.sum();
        twice = jumped(chain, twice, rate) + once.cwiseProduct(reward);
        once = jumped(chain, once, rate) + state.cwiseProduct(reward);
        state = jumped(chain, state, rate);
    }
    return TimeSpent{mean, 2 * half_square - mean * mean};
}

std::optional<double> chance_met_by(std::size_t states, std::span<const Transition> transitions,
                                    const std::vector<double>& initial, const std::vector<bool>& targets, double time) {
    const auto course = follow(SparseChain(states, stopped_at(transitions, targets)), initial, time);
    if (!course) {
        return std::nullopt;
    }
    double met = 0;
    for (std::size_t state = 0; state < states; ++state) {
        met += targets[state] ? course->at_end[state] : 0;
    }
    return met;
}

std::optional<double> mean_crossings(std::size_t states, std::span<const Transition> transitions,
                                     const std::vector<double>& initial, const std::vector<bool>& from, double time) {
    const auto course = follow(SparseChain(states, transitions), initial, time);
    if (!course) {
        return std::nullopt;
    }
    double crossings = 0;
    for (const Transition& t : transitions) {
        if (from[t.from] && !from[t.to]) {
            crossings += course->spent[t.from] * t.rate;
        }
    }
    return crossings;
}

}  // namespace nines::analytic
