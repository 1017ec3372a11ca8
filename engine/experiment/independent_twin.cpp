// The independent twin: the structure function by conditioning (Shannon's expansion), one component after the other;
// remaining structures that were seen before are not solved again.

#include "engine/experiment/independent_twin.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "engine/base/hash.hpp"

namespace nines {

namespace {

using CutSet = std::vector<std::uint32_t>;  // ranks, ascending
constexpr std::size_t k_structures_max = 1'000'000;

/// Components that share cut sets get neighbouring ranks, so that few structures remain at any depth.
std::vector<std::uint32_t> ranks_of(const FailureSystem& system) {
    std::vector<std::uint32_t> ranks(system.components.size(), UINT32_MAX);
    std::uint32_t next = 0;
    for (const auto& cut : system.cut_sets) {
        for (const std::uint32_t member : cut) {
            if (ranks[member] == UINT32_MAX) {
                ranks[member] = next++;
            }
        }
    }
    return ranks;
}

/// What is known of a structure: its probability to be down, and that times the rate of going down.
struct Answer {
    double down = 0;
    double failures_per_s = 0;
};

class Conditioning {
public:
    Conditioning(std::vector<double> down, std::vector<double> failures_per_s)
        : down_(std::move(down)), failures_per_s_(std::move(failures_per_s)) {}

    Answer solve(std::vector<CutSet> cuts) {
        if (is_too_large_) {
            return {};
        }
        if (cuts.empty() || cuts.front().empty()) {
            return {cuts.empty() ? 0.0 : 1.0, 0};
        }
        const auto key = key_of(cuts);
        if (const auto known = known_.find(key); known != known_.end()) {
            return known->second;
        }
        if (known_.size() >= k_structures_max) {
            is_too_large_ = true;
            return {};
        }
        std::uint32_t first = UINT32_MAX;
        for (const CutSet& cut : cuts) {
            first = std::min(first, cut.front());
        }
        const Answer up = solve(without(cuts, first));
        const Answer down = solve(given_down(std::move(cuts), first));
        const double q = down_[first];
        // The component takes the system down with it when the rest is down with it and not without it.
        const Answer answer{q * down.down + (1 - q) * up.down, q * down.failures_per_s + (1 - q) * up.failures_per_s +
                                                                   failures_per_s_[first] * (down.down - up.down)};
        known_.emplace(key, answer);
        return answer;
    }

    bool is_too_large() const { return is_too_large_; }

private:
    using Key = std::pair<std::uint64_t, std::uint64_t>;  // two hashes: 128 bits tell any million structures apart

    static Key key_of(const std::vector<CutSet>& cuts) {
        Key key{1, 2};
        for (const CutSet& cut : cuts) {
            key = {combine(key.first, cut.size()), combine(key.second, cut.size())};
            for (const std::uint32_t member : cut) {
                key = {combine(key.first, member), combine(key.second, member)};
            }
        }
        return key;
    }

    static std::vector<CutSet> without(const std::vector<CutSet>& cuts, std::uint32_t member) {
        std::vector<CutSet> rest;
        for (const CutSet& cut : cuts) {
            if (cut.front() != member) {
                rest.push_back(cut);
            }
        }
        return rest;
    }

    static std::vector<CutSet> given_down(std::vector<CutSet> cuts, std::uint32_t member) {
        for (CutSet& cut : cuts) {
            if (cut.front() == member) {
                cut.erase(cut.begin());
            }
        }
        std::sort(cuts.begin(), cuts.end());  // an empty set comes first
        cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
        return cuts;
    }

    std::vector<double> down_;
    std::vector<double> failures_per_s_;
    std::map<Key, Answer> known_;
    bool is_too_large_ = false;
};

}  // namespace

std::optional<IndependentTwin> independent_twin(const FailureSystem& system) {
    const std::vector<std::uint32_t> ranks = ranks_of(system);
    std::vector<double> down(system.components.size(), 0.0);
    std::vector<double> failures_per_s(system.components.size(), 0.0);
    IndependentTwin twin{.all_up = 1};
    for (std::size_t i = 0; i < system.components.size(); ++i) {
        const double up_mean = system.components[i].up_s.mean();
        const double down_mean = system.components[i].down_s.mean();
        twin.all_up *= up_mean / (up_mean + down_mean);
        if (ranks[i] != UINT32_MAX) {
            down[ranks[i]] = down_mean / (up_mean + down_mean);
            failures_per_s[ranks[i]] = 1 / (up_mean + down_mean);
        }
    }
    std::vector<CutSet> cuts = system.cut_sets;
    for (CutSet& cut : cuts) {
        for (std::uint32_t& member : cut) {
            member = ranks[member];
        }
        std::sort(cut.begin(), cut.end());
    }
    std::sort(cuts.begin(), cuts.end());
    Conditioning conditioning(std::move(down), std::move(failures_per_s));
    const Answer answer = conditioning.solve(std::move(cuts));
    if (conditioning.is_too_large()) {
        return std::nullopt;
    }
    twin.unavailability = answer.down;
    twin.failures_per_s = answer.failures_per_s;
    return twin;
}

}  // namespace nines
