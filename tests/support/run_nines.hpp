#pragma once
// run_nines: runs the program as a user does, within limits, and tells what it printed, how it ended and what it took.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace nines {

/// Whether this is a build for sanitizers, which map more than any limit, and whose time and memory say nothing about
/// ours.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool k_is_sanitized = true;
#elif defined(__has_feature)
inline constexpr bool k_is_sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool k_is_sanitized = false;
#endif

struct NinesLimits {
    double wall_s = 20;                             ///< killed after this long, since it may wait for ever
    double interrupt_s = 1e9;                       ///< SIGINT after this long, as by Ctrl-C
    std::uint64_t address_space_bytes = 700 << 20;  ///< no more memory than this; not under sanitizers, which map more
};

struct NinesRun {
    int exit_code = -1;  ///< -1: it did not end by itself
    int signal = 0;      ///< what ended it, else 0
    bool timed_out = false;
    std::string out;
    std::string err;
    double cpu_s = 0;  ///< processor time, which a busy test machine does not lengthen
    std::uint64_t peak_bytes = 0;
};

/// Runs a program, by its path, with its arguments in `folder`.
NinesRun run_program(const std::vector<std::string>& words, const std::filesystem::path& folder,
                     const NinesLimits& limits = {});

/// Runs `nines ARGUMENTS` in `folder`, so that file names in messages do not depend on where the sources are.
NinesRun run_nines(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                   const NinesLimits& limits = {});

}  // namespace nines
