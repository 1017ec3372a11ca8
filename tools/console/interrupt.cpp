// Interrupts: the handler does only what a signal handler may do (signal-safety(7)).

#include "tools/console/interrupt.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <string_view>

#include "tools/console/exit_codes.hpp"

namespace nines {

namespace {

std::atomic<bool> stop_asked{false};
std::atomic<bool> told{true};
static_assert(std::atomic<bool>::is_always_lock_free, "a handler may touch lock-free atomics only");

void on_signal(int /*number*/) {
    if (stop_asked.exchange(true)) {
        ::_exit(static_cast<int>(ExitCode::interrupted));
    }
    if (!told) {
        return;
    }
    constexpr std::string_view k_message = "\nnines: stopping; once more to end at once\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, k_message.data(), k_message.size());
}

}  // namespace

void catch_interrupts(OnInterrupt how) {
    told = how == OnInterrupt::tell;
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;  // a write of results that is under way goes on
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
    return stop_asked.load(std::memory_order_relaxed);
}

}  // namespace nines
