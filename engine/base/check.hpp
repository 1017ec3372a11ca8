#pragma once
// check(): an assertion that stays on in release builds, with a sentence that says what must hold.

#include <source_location>
#include <string_view>

namespace nines {

/// Whether this build checks every counter as it runs (preset `checked`).
#ifdef NINES_DEEP_CHECKS
inline constexpr bool k_deep_checks = true;
#else
inline constexpr bool k_deep_checks = false;
#endif

/// Prints the broken promise with its place, and aborts. Never returns.
[[noreturn]] void check_failed(std::string_view promise, std::source_location where);

/// Ends the program when `holds` is false. For invariants of our own, never for mistakes of a user.
inline void check(bool holds, std::string_view promise, std::source_location where = std::source_location::current()) {
    if (!holds) [[unlikely]] {
        check_failed(promise, where);
    }
}

}  // namespace nines
