// The machine, as Linux tells it: sysconf(3), getrlimit(2), getrusage(2), and the files of cgroups(7).

#include "tools/console/machine.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace nines {

namespace {

/// The number in a file of a cgroup; "max", or no such file, is no limit.
std::uint64_t limit_in(const char* path) {
    std::uint64_t bytes = 0;
    std::ifstream file(path);
    return file >> bytes && bytes > 0 ? bytes : UINT64_MAX;
}

}  // namespace

std::uint64_t memory_of_machine() {
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page_bytes = sysconf(_SC_PAGESIZE);
    std::uint64_t bytes = pages > 0 && page_bytes > 0
                              ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes)
                              : UINT64_MAX;
    bytes = std::min(
        {bytes, limit_in("/sys/fs/cgroup/memory.max"), limit_in("/sys/fs/cgroup/memory/memory.limit_in_bytes")});
    rlimit space{};
    if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY) {
        bytes = std::min<std::uint64_t>(bytes, space.rlim_cur);
    }
    return std::max<std::uint64_t>(bytes, 1);
}

std::uint64_t memory_peak() {
    rusage usage{};
    constexpr std::uint64_t k_kibibyte = 1024;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? static_cast<std::uint64_t>(usage.ru_maxrss) * k_kibibyte : 0;
}

}  // namespace nines
