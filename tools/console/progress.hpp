#pragma once
// Progress: how far a run is, on standard error, once it has taken longer than a second.

#include <atomic>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <mutex>
#include <string>

namespace nines {

/// What one line of progress tells.
struct ProgressState {
    double share_done = 0;  ///< 0 to 1
    std::uint64_t events = 0;
    double elapsed_s = 0;                 ///< wall time so far
    double simulated_s = 0;               ///< the whole horizon; 0: not told
    std::uint64_t replications = 0;       ///< done; 0: not told
    std::uint64_t replications_most = 0;  ///< 0: nobody knows
};

/// "60 %  120 of 200 replications  2.41 M events/s  12 s left", or
/// "43 %  25:48 of 1:00:00 simulated  2.41 M events/s  12 s left"
std::string progress_line(const ProgressState& state);

/// Shows progress while it lives. On a terminal the line is rewritten five times a second; elsewhere (a log) a line
/// comes every ten seconds. update() may be called from any thread, and costs a look at the clock.
class Progress {
public:
    /// `horizon_s` is the time to simulate (0 leaves it out). The clock and the stream are replaced in tests.
    Progress(bool enabled, bool terminal, double horizon_s = 0);
    Progress(bool enabled, bool terminal, double horizon_s, std::ostream& out, std::function<double()> clock_s);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() { finish(); }

    void update(double share_done, std::uint64_t events);
    /// The same of a study: so many replications of at most so many (0: nobody knows).
    void update(double share_done, std::uint64_t events, std::uint64_t replications, std::uint64_t replications_most);

    /// Takes the line away again, so that results begin on a clean line. Later updates are ignored.
    void finish();

private:
    const bool terminal_;
    const double horizon_s_;
    std::ostream& out_;
    const std::function<double()> clock_s_;
    const double began_s_;
    std::atomic<bool> enabled_;
    std::atomic<double> due_s_;
    std::mutex writing_;
    bool shown_ = false;
};

}  // namespace nines
