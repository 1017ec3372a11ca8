#pragma once
// Fixed-effort splitting: the probability that a process reaches a rare set before it stops, level by level. Needs no
// likelihoods: the way for whatever depends on load.
// Sources: Garvels, The splitting method in rare event simulation, PhD thesis, Twente (2000); L'Ecuyer, Demers, Tuffin,
// ACM TOMACS 17 (2007) 9.

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/experiment/parallel_for.hpp"
#include "engine/random/stream.hpp"
#include "engine/stats/interval.hpp"
#include "engine/stats/tally.hpp"

namespace nines {

/// Where a path stands.
enum class PathEnd : std::uint8_t { open, hit, stopped };

/// What can be split: a Markov process whose whole state can be copied. `step` moves it by one event with draws from
/// the stream; `importance` rises towards the rare set, and need not be monotone along paths; `end` says whether the
/// rare set is reached or the path is over. `reward` goes on from a hit and returns what is to be averaged over hits
/// (time in the set until the path is over, say); 1 for the probability alone.
template <class P>
concept SplittingProcess = std::copyable<typename P::State> &&
    requires(const P& process, typename P::State& state, Stream& stream) {
    { process.start(stream) } -> std::same_as<typename P::State>;
    process.step(state, stream);
    { process.importance(state) } -> std::convertible_to<double>;
    { process.end(state) } -> std::same_as<PathEnd>;
    { process.reward(state, stream) } -> std::convertible_to<double>;
};

/// A process whose paths begin at states gathered beforehand gathers others for each run: `of_run(key)` is the process
/// of one run, on its own, so that runs stay independent, and what they differ by is in the interval. `weight()` says
/// how many such beginnings are expected: all chances are then expected numbers.
template <class P>
concept GatheringProcess = SplittingProcess<P> && requires(const P& process, std::uint64_t key) {
    { process.of_run(key) } -> std::same_as<P>;
    { process.weight() } -> std::convertible_to<double>;
};

struct SplittingOptions {
    Luck luck = {};
    double confidence = 0.95;
    std::uint32_t paths_per_level = 4000;
    std::uint32_t runs = 20;             ///< independent; the interval comes from these alone; at least 20
    double level_chance = 0.25;          ///< wanted chance to come from one level to the next, in [0.1, 0.5]
    std::uint32_t levels_max = 500;      ///< pilots give up beyond
    std::uint32_t enlargements_max = 2;  ///< times that paths are doubled where hits have too few ancestors
};

inline constexpr double k_ancestors_min = 10;

struct SplittingEstimate {
    double value = 0;        ///< E[reward; hit]: unbiased
    double probability = 0;  ///< of a hit: unbiased
    std::optional<Interval> probability_interval;
    double probability_error = 0;      ///< relative
    std::optional<Interval> interval;  ///< of the value; absent: see refusal
    std::string refusal;               ///< why there is no interval
    double relative_error = 0;         ///< of the value
    double ancestors = 0;              ///< paths of the first level from which a run's hits descend, on average
    std::uint32_t runs_with_hits = 0;
    std::uint32_t runs = 0;
    std::uint32_t paths_per_level = 0;
    std::vector<double> levels;  ///< of importance, ascending; the rare set comes after them
    double plain_paths = 0;      ///< natural paths that would give this relative error
    std::uint64_t steps = 0;     ///< in all runs, pilot included
};

/// What one run gives.
struct SplittingRun {
    double probability = 0;
    double reward_mean = 0;    ///< over hits
    double reward_square = 0;  ///< the same of the square
    std::uint32_t ancestors = 0;
    std::uint64_t steps = 0;
};

/// Mean over runs, Student's interval, and the refusals: no hits, fewer than half of the runs with hits, ancestors.
SplittingEstimate judge_runs(const std::vector<SplittingRun>& runs, std::vector<double> levels,
                             const SplittingOptions& options);

/// The lowest level above `above` that at most a share `chance` of the paths reaches, from each path's highest
/// importance. Nothing when no path came above.
std::optional<double> next_level(std::vector<double> highest, double above, double chance);

/// Whether two estimates with different importance functions agree: their distance in standard errors is at most 3.
bool agree(const SplittingEstimate& one, const SplittingEstimate& other);

template <SplittingProcess P>
class Splitting {
public:
    Splitting(const P& process, const SplittingOptions& options, const ParallelFor& parallel = serial_for)
        : process_(process), options_(options), parallel_(parallel) {
        options_.runs = std::max(options_.runs, 20U);
    }

    SplittingEstimate estimate() {
        const std::vector<double> levels = place_levels();
        for (std::uint32_t enlarged = 0;; ++enlarged) {
            std::vector<SplittingRun> runs(options_.runs);
            parallel_(runs.size(), [&](std::size_t i) { runs[i] = run(levels, i); });
            SplittingEstimate result = judge_runs(runs, levels, options_);
            result.steps += pilot_steps_;
            // Enough ancestors and an interval, or as many paths as were allowed.
            if (result.interval || enlarged == options_.enlargements_max) {
                return result;
            }
            options_.paths_per_level *= 2;
        }
    }

private:
    using State = typename P::State;

    /// A path at the moment when it entered a level, and the path of the first level that it descends from.
    struct Entrance {
        State state;
        std::uint32_t ancestor = 0;
    };

    /// A stream of its own for each path, whoever runs it: named by luck, stage and number.
    Stream stream_of(std::uint64_t stage, std::uint64_t path) const {
        return Stream(combine(combine(base_key_, stage), path));
    }

    /// Goes on until the importance is at least `level`, or the path ends.
    static PathEnd go_to(const P& process, State& state, double level, Stream& stream, std::uint64_t& steps) {
        for (;;) {
            const PathEnd end = process.end(state);
            if (end != PathEnd::open || process.importance(state) >= level) {
                return end;
            }
            process.step(state, stream);
            ++steps;
        }
    }

    /// A pilot of its own: paths from each level find where the next one is reached by the wanted share.
    std::vector<double> place_levels() {
        std::vector<double> levels;
        base_key_ = Stream(options_.luck, "rare.splitting_pilot", "").key();
        Stream chooser = stream_of(UINT64_MAX, 0);
        std::vector<State> entrances;
        double level = -std::numeric_limits<double>::infinity();
        while (levels.size() < options_.levels_max) {
            std::vector<double> highest(options_.paths_per_level, level);
            std::vector<State> starts;
            std::uint32_t hits = 0;
            for (std::uint32_t i = 0; i < options_.paths_per_level; ++i) {
                Stream stream = stream_of(levels.size(), i);
                State state = entrances.empty() ? process_.start(stream) : entrances[choose(entrances.size(), chooser)];
                starts.push_back(state);
                PathEnd end = process_.end(state);
                highest[i] = std::max(highest[i], process_.importance(state));
                while (end == PathEnd::open) {
                    process_.step(state, stream);
                    ++pilot_steps_;
                    highest[i] = std::max(highest[i], process_.importance(state));
                    end = process_.end(state);
                }
                hits += end == PathEnd::hit ? 1 : 0;
            }
            if (hits >= options_.level_chance * options_.paths_per_level) {
                return levels;
            }
            const auto next = next_level(highest, level, options_.level_chance);
            if (!next) {
                return levels;
            }
            entrances = entrances_at(*next, highest, starts, levels.size());
            level = *next;
            levels.push_back(level);
        }
        return levels;
    }

    /// Runs again those pilot paths that came to the level, to have their states there.
    std::vector<State> entrances_at(double level, const std::vector<double>& highest, std::vector<State>& starts,
                                    std::uint64_t stage) {
        std::vector<State> entrances;
        for (std::uint32_t i = 0; i < starts.size(); ++i) {
            if (highest[i] < level) {
                continue;
            }
            Stream stream = stream_of(stage, i);
            State state = stage == 0 ? process_.start(stream) : starts[i];
            if (go_to(process_, state, level, stream, pilot_steps_) != PathEnd::stopped) {
                entrances.push_back(std::move(state));
            }
        }
        return entrances;
    }

    static std::size_t choose(std::size_t count, Stream& stream) {
        return static_cast<std::size_t>(stream.uniform() * static_cast<double>(count));
    }

    SplittingRun run(const std::vector<double>& levels, std::size_t number) const {
        const std::uint64_t key =
            combine(Stream(options_.luck, "rare.splitting", std::to_string(number)).key(), options_.paths_per_level);
        if constexpr (GatheringProcess<P>) {
            const P process = process_.of_run(key);
            SplittingRun result = Run(process, options_.paths_per_level, key).go(levels);
            result.probability *= process.weight();
            return result;
        } else {
            return Run(process_, options_.paths_per_level, key).go(levels);
        }
    }

    /// One independent run: its own streams, its own entrances.
    class Run {
    public:
        Run(const P& process, std::uint32_t paths, std::uint64_t key)
            : process_(process), paths_(paths), key_(key), chooser_(combine(key, UINT64_MAX)) {}

        SplittingRun go(const std::vector<double>& levels) {
            result_.probability = 1;
            for (std::size_t stage = 0; stage <= levels.size(); ++stage) {
                const bool is_last = stage == levels.size();
                advance(stage, is_last ? std::numeric_limits<double>::infinity() : levels[stage]);
                result_.probability *= static_cast<double>(entrances_.size()) / paths_;
                if (entrances_.empty()) {
                    return result_;
                }
            }
            reward(levels.size() + 1);
            return result_;
        }

    private:
        void advance(std::uint64_t stage, double level) {
            std::vector<Entrance> next;
            for (std::uint32_t i = 0; i < paths_; ++i) {
                Stream stream(combine(combine(key_, stage), i));
                Entrance path =
                    stage == 0 ? Entrance{process_.start(stream), i} : entrances_[choose(entrances_.size(), chooser_)];
                const PathEnd end = go_to(process_, path.state, level, stream, result_.steps);
                if (end == PathEnd::hit || (end == PathEnd::open && level < std::numeric_limits<double>::infinity())) {
                    next.push_back(std::move(path));
                }
            }
            if (stage == 0) {  // numbered by themselves: what is counted are entrances of the first level
                for (std::uint32_t i = 0; i < next.size(); ++i) {
                    next[i].ancestor = i;
                }
            }
            entrances_ = std::move(next);
        }

        void reward(std::uint64_t stage) {
            std::vector<std::uint32_t> ancestors;
            Tally rewards;
            Tally squares;
            for (std::uint32_t i = 0; i < entrances_.size(); ++i) {
                Stream stream(combine(combine(key_, stage), i));
                const double value = process_.reward(entrances_[i].state, stream);
                rewards.add(value);
                squares.add(value * value);
                ancestors.push_back(entrances_[i].ancestor);
            }
            std::sort(ancestors.begin(), ancestors.end());
            result_.ancestors =
                static_cast<std::uint32_t>(std::unique(ancestors.begin(), ancestors.end()) - ancestors.begin());
            result_.reward_mean = rewards.mean();
            result_.reward_square = squares.mean();
        }

        const P& process_;
        std::uint32_t paths_;
        std::uint64_t key_;
        Stream chooser_;
        std::vector<Entrance> entrances_;
        SplittingRun result_;
    };

    const P& process_;
    SplittingOptions options_;
    ParallelFor parallel_;
    std::uint64_t base_key_ = 0;
    std::uint64_t pilot_steps_ = 0;
};

/// The estimate of a process. Results do not depend on `parallel`.
template <SplittingProcess P>
SplittingEstimate split(const P& process, const SplittingOptions& options, const ParallelFor& parallel = serial_for) {
    return Splitting<P>(process, options, parallel).estimate();
}

}  // namespace nines
