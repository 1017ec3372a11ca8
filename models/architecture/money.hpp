#pragma once
// Money in a scenario: how instances are bought, what usage costs, what requests and minutes are worth to the user.

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
    bool is_all_on_demand() const { return committed() + spot.share <= 0; }
};

/// `price`: the user's own prices, in the place of the catalogue's.
struct PriceSpec {
    std::optional<double> usd_per_h;  ///< of one instance
    std::optional<double> usd_per_request;
    std::optional<double> usd_per_gb;  ///< of requests and responses together

    bool is_given() const { return usd_per_h || usd_per_request || usd_per_gb; }
};

/// `power`: what a machine draws with nothing to do, half busy and busy.
struct PowerSpec {
    double idle_w = 0, half_w = 0, full_w = 0;
};

/// A size in the place of an instance type: `fargate(0.5 vCPU 1 GiB)`, `lambda(512 MB)`.
struct SizeSpec {
    enum class Kind : unsigned char { fargate, lambda } kind{};
    double vcpus = 0;
    double memory_gb = 0;  ///< of 2^30 bytes, as both are billed
};

/// `value`: what availability is worth to the user.
struct ValueSpec {
    double usd_per_request = 0;      ///< lost with each request that was not ok
    double usd_per_minute_down = 0;  ///< of incidents
    double usd_per_incident = 0;
    std::string transaction;  ///< endpoint whose requests are the business's transactions; empty: none
};

}  // namespace nines
