#pragma once
// Machine: what the figures were measured on.

#include <string>

namespace nines::bench {

struct Machine {
    std::string processor;  ///< model, and how many of them this system sees
    std::string caches;
    std::string memory;
    std::string compiler;
};

/// Asks lscpu and /proc/meminfo; what they do not say is "unknown".
Machine this_machine();

}  // namespace nines::bench
