#pragma once
// The machine that we run on: how much memory it has for us.

#include <cstdint>

namespace nines {

/// Memory that this process may use, in bytes: the machine's, or less where its container (cgroup) or the shell
/// (`ulimit -v`) sets a limit. Never 0.
std::uint64_t memory_of_machine();

/// The most memory that this process has had so far, in bytes.
std::uint64_t memory_peak();

}  // namespace nines
