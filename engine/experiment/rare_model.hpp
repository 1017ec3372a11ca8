#pragma once
// RareModel: a FailureSystem made ready for paths: which component is likely to be on the way to a system failure.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/analytic/failure_system.hpp"
#include "engine/base/result.hpp"
#include "engine/experiment/repair_mixture.hpp"

namespace nines {

/// How a crew pool serves more failed components than it has crews.
enum class RepairOrder : std::uint8_t {
    in_order,  ///< first failed, first repaired; the others wait
    shared     ///< the crews' work is spread evenly over all that are failed
};

/// Whether failed components come back.
enum class Repairs : std::uint8_t { as_given, none };

/// How strongly paths are drawn towards system failure. Any values are unbiased; these were measured on the reference
/// systems of tests/reference/rare_test.cpp.
struct Bias {
    double forced = 0.7;        ///< share of decisions in which a next failure is forced, in [0, 1)
    double balanced = 0.1;      ///< share of component choices that are uniform, in (0, 1]
    double natural_mark = 0.5;  ///< share of marked components that are chosen by the true rates, in (0, 1]
    std::uint32_t decisions_beyond_cut = 2;  ///< a branch may take so many beyond the size of the largest cut set
    std::uint32_t tilts_max = 6;  ///< densities in a repair mixture: at most these, and at most the largest cut
    bool tilts_repairs = true;    ///< false: repairs keep their law; textbook failure biasing, for comparison
};

/// Immutable; shared by threads.
/// The guess of what a path is worth: a cut set of which the components U are still up is completed with probability
/// about product over U of (failure rate x mean repair time) (Villen-Altamirano 2007 in spirit; the zero-variance
/// choice of L'Ecuyer, Tuffin, Annals of OR 189 (2011) with this as approximation).
class RareModel {
public:
    /// @returns what cannot be sampled, by name: a life that is neither exponential nor Weibull, a crew pool that does
    ///          not exist, no cut sets
    static Result<RareModel> make(const FailureSystem& system, const Bias& bias, RepairOrder order, Repairs repairs);

    struct Component {
        double rate = 0;          ///< failures per second of life: exponential; for Weibull 1 / mean life
        double shape = 1;         ///< of the Weibull life; 1: exponential
        double scale_s = 0;       ///< of the life
        double unlikelihood = 0;  ///< rate x mean repair, at most 1/2
        double repair_mean_s = 0;
        double fresh = 0;  ///< worth of its failure while all its cut sets are whole
        std::uint32_t pool = UINT32_MAX;
        RepairMixture repair;
    };

    std::size_t size() const { return components.size(); }
    std::span<const std::uint32_t> members(std::uint32_t cut) const {
        return {cut_members.data() + cut_begin[cut], cut_begin[cut + 1] - cut_begin[cut]};
    }
    std::span<const std::uint32_t> cuts_with(std::uint32_t component) const {
        return {cuts_of.data() + cuts_of_begin[component], cuts_of_begin[component + 1] - cuts_of_begin[component]};
    }

    Bias bias;
    RepairOrder order = RepairOrder::in_order;
    Repairs repairs = Repairs::as_given;
    bool is_memoryless = true;  ///< every life is exponential: cycles from all-up to all-up are independent
    std::vector<Component> components;
    std::vector<std::uint32_t> crews;
    double rate = 0;                  ///< of the first failure, all up
    std::vector<double> rates_until;  ///< cumulated rates
    double fresh = 0;                 ///< sum of the components' worths
    std::vector<double> fresh_until;  ///< cumulated
    std::uint32_t largest_cut = 0;
    std::vector<std::uint32_t> cut_begin;  ///< one more than cut sets
    std::vector<std::uint32_t> cut_members;
    std::vector<std::uint32_t> cuts_of_begin;
    std::vector<std::uint32_t> cuts_of;
};

/// A mark: the component whose failure a branch follows.
struct Mark {
    std::uint32_t component = 0;
    double weight = 1;  ///< chance by the true rates over that of the choice
};

/// Chooses a mark by true rates, evenly, and by worth, in the shares of the bias. It may be down: then nothing follows.
Mark choose_mark(const RareModel& model, BlockStream& stream);

/// The position whose step of `until` (cumulated, ascending) holds the share `place` in [0, 1) of the whole.
std::uint32_t position_in(const std::vector<double>& until, double place);

}  // namespace nines
