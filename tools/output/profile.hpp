#pragma once
// The profile as a page: where simulated work went. Wall time is not in it: the page is the same for equal inputs.

#include <string>

#include "models/results/profile.hpp"
#include "tools/output/scorecard.hpp"

namespace nines {

/// Sections for events, memory and random words, ended by a newline.
std::string format_profile(const Profile& profile, const Style& style);

}  // namespace nines
