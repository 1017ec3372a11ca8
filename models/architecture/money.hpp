#pragma once
// Money in a scenario: how instances are bought, what usage costs, what requests and minutes are worth to the user.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/index.hpp"

namespace nines {

/// A share of a service's planned instances that is bought otherwise than on demand.
struct Commitment {
    double share = 0;                ///< of the instances that the scenario begins with
    std::optional<double> discount;  ///< from the on-demand price; none: the catalogue's
};

/// `purchase`: reserved and savings are paid whether used or not, spot by the hour; the rest is on demand.
struct PurchaseSpec {
    Commitment reserved, savings, spot;

    double committed() const { return reserved.share + savings.share; }
    /// Of instances that come beyond those that the scenario begins with, where the service scales.
    double spot_share_beyond() const { return committed() < 1 ? std::min(1.0, spot.share / (1 - committed())) : 0; }
    bool is_all_on_demand() const { return committed() + spot.share <= 0; }
};

/// Of so many instances, counted place after place, how many are bought on spot: rounded half up.
inline std::uint64_t spot_among(double share, std::uint64_t instances) {
    constexpr double k_half_up = 0.5 + 1e-9;
    return static_cast<std::uint64_t>(std::floor(share * static_cast<double>(instances) + k_half_up));
}

/// Which of the instances of a place are bought on spot, by their number there: `at_start` of those that it begins
/// with, and a share of those that may come by scaling. They are spread over the numbers, so that whatever leaves from
/// the end takes spot and the rest alike; the first ones are those that are committed to, which stay. The places of a
/// service are out of step with each other, or all would have their spot instances at the same numbers.
struct SpotSlots {
    std::uint64_t begins_with = 0;
    std::uint64_t at_start = 0;
    double committed = 0;     ///< share of those that it begins with
    double share_beyond = 0;  ///< of those beyond
    double phase = 0.5;       ///< in (0, 1): of the place among those of its service

    /// Of the first so many.
    std::uint64_t among(std::uint64_t slots) const {
        constexpr double k_rounding = 1e-9;
        if (slots >= begins_with) {
            const double beyond = share_beyond * static_cast<double>(slots - begins_with);
            return at_start + static_cast<std::uint64_t>(std::floor(beyond + phase + k_rounding));
        }
        const double base =
            std::min(committed * static_cast<double>(begins_with), static_cast<double>(begins_with - at_start));
        const double after_base = std::max(0.0, static_cast<double>(slots) - base);
        const double part = after_base / (static_cast<double>(begins_with) - base);
        return at_start == 0
                   ? 0
                   : static_cast<std::uint64_t>(std::floor(static_cast<double>(at_start) * part + phase + k_rounding));
    }
    bool is_spot(std::uint64_t slot) const { return among(slot + 1) > among(slot); }
};

/// `firewall`: rules that every request to a balancer or an edge is looked at by.
struct FirewallSpec {
    std::uint32_t rules = 1;
};

/// `price`: the user's own prices, in the place of the catalogue's.
struct PriceSpec {
    std::optional<double> usd_per_h;  ///< of one instance
    std::optional<double> usd_per_request;
    std::optional<double> usd_per_gb;    ///< of requests and responses together
    std::optional<double> usd_per_gb_s;  ///< of a function: memory times the time billed
    double granule_s = 0;                ///< of a function: its time is billed by each of these that has begun

    /// Whether anything is priced; a granule alone leaves the catalogue's prices.
    bool is_given() const { return usd_per_h || usd_per_request || usd_per_gb || usd_per_gb_s; }
};

/// A size in the place of an instance type: `fargate(0.5 vCPU 1 GiB)`, `lambda(512 MB)`.
struct SizeSpec {
    enum class Kind : unsigned char { fargate, lambda } kind{};
    double vcpus = 0;
    double memory_gb = 0;  ///< of 2^30 bytes, as both are billed
};

/// `bill`: what of the account the bill depends on.
struct BillSpec {
    bool allowances = false;  ///< what is free each month in every account is free here, and not used up elsewhere
};

/// `footprint`: how long machines are kept, and what of their electricity is bought green.
struct FootprintSpec {
    double machine_life_s = 4 * 365.0 * 86'400;  ///< as providers amortise
    double renewable = 0;                        ///< share under contracts of one's own; of market-based carbon
};

/// `value`: what availability is worth to the user.
struct ValueSpec {
    double usd_per_request = 0;      ///< lost with each request that was not ok
    double usd_per_minute_down = 0;  ///< of incidents
    double usd_per_incident = 0;
    double usd_per_toil_hour = 0;  ///< of people's work by hand
    std::string transaction;       ///< endpoint whose requests are the business's transactions; empty: none
};

}  // namespace nines
