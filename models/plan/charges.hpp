#pragma once
// Charges: the lines that a bill may have, each with what it counts and the price row it is counted under; and what a
// provider pays back.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/architecture/architecture.hpp"
#include "models/catalog/catalog.hpp"

namespace nines {

using GroupId = Index<struct GroupTag>;  ///< a service in one place

/// What a charge counts in a month.
enum class ChargeMeter : std::uint8_t {
    on_demand_hours,    ///< of instances beyond those committed to, but for those bought on spot
    committed_hours,    ///< of instances committed to, used or not
    spot_hours,         ///< of instances bought on spot, while they are there
    fixed,              ///< a quantity that no run changes: load balancers by the hour, gigabytes kept
    price_row,          ///< bytes or requests that the network counted under a row of the plan's prices
    requests,           ///< attempts that came to the service
    gigabytes,          ///< requests and responses of the service together
    written_gigabytes,  ///< requests of a database that wrote something: what each copy is sent
    gigabyte_seconds,   ///< memory of a function times the time billed
    job_hours           ///< machines of a batch job while it runs
};

/// To which part of the bill a charge belongs.
enum class BillPart : std::uint8_t { compute, transfer, managed, storage };
inline constexpr Names<BillPart, 4> k_bill_parts{{{
    {"compute", BillPart::compute},
    {"transfer", BillPart::transfer},
    {"managed", BillPart::managed},
    {"storage", BillPart::storage},
}}};

struct ChargePlan {
    BillPart part{};
    ChargeMeter meter{};
    ServiceId service;            ///< none: shared by several
    JobId job;                    ///< of job_hours: whose
    std::vector<GroupId> groups;  ///< of instance hours: whose
    std::uint32_t row = 0;        ///< of price_row: which
    double amount = 1;            ///< committed: its share; fixed: the quantity; gigabyte_seconds: GB
    TieredPrice price;
    std::string what;                             ///< "m7g.large (web)", "edge egress, US, Mexico, Canada"
    std::optional<std::uint32_t> allowance = {};  ///< of the plan's: what is free of it, shared with others
};

/// The instances of a service that scales in one region: what a commitment would be for. How long so many of them ran
/// is counted by levels: the first `step` instances, the next ...
struct PoolPlan {
    ServiceId service;
    LocationId region;  ///< none: without a world
    std::vector<GroupId> groups;
    std::uint32_t step = 1;
    std::uint32_t levels = 0;

    /// Adds what so many instances are of each level, times the seconds.
    void add(double instances, double seconds, std::span<double> level_s) const {
        for (std::uint32_t i = 0; i < levels && instances > i * static_cast<double>(step); ++i) {
            level_s[i] += std::min(instances - i * static_cast<double>(step), static_cast<double>(step)) * seconds;
        }
    }
};

/// What the provider promises of a service, and pays back. Of several zones it is the whole service that must be away;
/// of one it is each instance.
struct AgreementPlan {
    ServiceId service;
    bool of_each_instance = false;
    Sla promise;
    std::vector<CreditStep> steps;  ///< the mildest first; none where the agreement's page has none
    std::string name;               ///< "ec2, multi-AZ (region level)"
};

struct ValuePlan {
    double usd_per_request = 0;
    double usd_per_minute_down = 0;
    double usd_per_incident = 0;
    double usd_per_toil_hour = 0;
    EndpointId transaction;  ///< none: nothing is called a transaction
};

}  // namespace nines
