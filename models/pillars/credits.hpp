#pragma once
// Credits: what the provider pays back for the calendar months in which a service was away by the provider's faults.

#include <span>

#include "models/pillars/measures.hpp"

namespace nines {

/// The share of a month's bill that is paid back at that uptime: that of the lowest step it is below.
double credit_share(std::span<const CreditStep> steps, double uptime);

/// USD paid back by agreement, of the measured time, by calendar months (UTC). Away is what faults of the provider take
/// away wholly, `down` or `crash`: all of a service in a region, where it stands in several zones; each instance, where
/// in one. The rest of a month that was measured in part counts as up. The month's bill is that of the measured time,
/// scaled to the hours of that month (672 to 744); evidence.charges must be there.
std::vector<double> measure_credits(const Evidence& evidence);

}  // namespace nines
