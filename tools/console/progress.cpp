// Progress: the clock decides, so that neither fast nor slow runs flood the terminal.

#include "tools/console/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "tools/console/humanize.hpp"

namespace nines {

namespace {

constexpr double k_patience_s = 1;
constexpr double k_rewrite_s = 0.2;
constexpr double k_log_s = 10;
constexpr const char* k_erase_line = "\r\x1b[K";

double steady_s() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

std::string progress_line(const ProgressState& state) {
    const double share = std::clamp(state.share_done, 0.0, 1.0);
    std::string line = fmt::format("{:.0f} %", 100 * share);
    if (state.simulated_s > 0) {
        line += fmt::format("  {} of {} simulated", human_stopwatch(share * state.simulated_s),
                            human_stopwatch(state.simulated_s));
    }
    if (state.replications > 0) {
        line += "  " + human_number(static_cast<double>(state.replications));
        line += state.replications_most > 0
                    ? fmt::format(" of {} replications", human_number(static_cast<double>(state.replications_most)))
                    : std::string(" replications");
    }
    if (state.elapsed_s > 0) {
        line += fmt::format("  {} events/s", human_number(static_cast<double>(state.events) / state.elapsed_s));
    }
    if (share > 0) {
        line += fmt::format("  {} left", human_duration(state.elapsed_s * (1 - share) / share));
    }
    return line;
}

Progress::Progress(bool enabled, bool terminal, double horizon_s)
    : Progress(enabled, terminal, horizon_s, std::cerr, steady_s) {
}

Progress::Progress(bool enabled, bool terminal, double horizon_s, std::ostream& out, std::function<double()> clock_s)
    : terminal_(terminal),
      horizon_s_(horizon_s),
      out_(out),
      clock_s_(std::move(clock_s)),
      began_s_(clock_s_()),
      enabled_(enabled),
      due_s_(began_s_ + (terminal ? k_patience_s : k_log_s)) {
}

void Progress::update(double share_done, std::uint64_t events) {
    update(share_done, events, 0, 0);
}

void Progress::update(double share_done, std::uint64_t events, std::uint64_t replications,
                      std::uint64_t replications_most) {
    if (!enabled_.load(std::memory_order_relaxed)) {
        return;
    }
    const double now_s = clock_s_();
    if (now_s < due_s_.load(std::memory_order_relaxed)) {
        return;
    }
    const std::unique_lock lock(writing_, std::try_to_lock);
    if (!lock.owns_lock() || !enabled_ || now_s < due_s_) {
        return;  // another thread tells it
    }
    due_s_ = now_s + (terminal_ ? k_rewrite_s : k_log_s);
    const std::string line =
        progress_line({share_done, events, now_s - began_s_, horizon_s_, replications, replications_most});
    if (terminal_) {
        out_ << k_erase_line << line << std::flush;
        shown_ = true;
    } else {
        out_ << "nines: " << line << '\n' << std::flush;
    }
}

void Progress::finish() {
    const std::lock_guard lock(writing_);
    enabled_ = false;
    if (shown_) {
        out_ << k_erase_line << std::flush;
        shown_ = false;
    }
}

}  // namespace nines
