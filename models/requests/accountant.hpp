#pragma once
// Accountant: integrals over time of what instances do (workers held, queues, energy), and the balance of the books.

#include "models/plan/plan.hpp"
#include "models/results/run.hpp"

namespace nines {

/// Watts at a busy share: straight from idle to half load, and from there to full.
constexpr double watts_at(const PowerSpec& power, double share) {
    return share < 0.5 ? power.idle_w + (power.half_w - power.idle_w) * 2 * share
                       : power.half_w + (power.full_w - power.half_w) * (2 * share - 1);
}

class Accountant {
public:
    Accountant(const Plan& plan, Run& run);

    /// The instance works on `busy` attempts from now on.
    void set_busy(InstanceId instance, std::uint32_t busy, Nanoseconds now);
    /// The instance is paid for (and draws power) or not, and its workers can serve or not.
    void set_existing(InstanceId instance, bool paid, bool serves, Nanoseconds now);
    /// One more or fewer attempt waits in the group, or is inside it.
    void waiting_changed(GroupId group, int by, Nanoseconds now);
    void entered(GroupId group, Nanoseconds now);
    void left(GroupId group, Nanoseconds arrived, Nanoseconds now);

    void start_measuring(Nanoseconds now);
    /// Turns the energy since the last hour into carbon at the grid's figure of that hour.
    void end_hour(Nanoseconds now);
    /// Closes all integrals. `inside_s` is the time so far of the attempts still inside, by group.
    void close(Nanoseconds now);
    /// Time inside that counts: from arrival, or from the begin of the measurement.
    double counted_s(Nanoseconds arrived, Nanoseconds now) const {
        return to_seconds(now - (arrived > start_ ? arrived : start_));
    }
    Nanoseconds start() const { return start_; }
    std::uint32_t waiting(GroupId group) const { return queues_[group].waiting; }

private:
    struct Meter {
        Nanoseconds since = 0;
        std::uint32_t busy = 0;
        bool paid = true;
        bool serves = true;
    };
    struct QueueMeter {
        Nanoseconds since = 0;
        std::uint32_t waiting = 0;
        std::uint32_t present = 0;
    };
    void flush(InstanceId instance, Nanoseconds now);
    void flush(GroupId group, Nanoseconds now);
    void flush_all(Nanoseconds now);

    const Plan& plan_;
    Run& run_;
    Nanoseconds start_ = 0;
    Nanoseconds hour_began_ = 0;
    Column<InstanceId, Meter> meters_;
    Column<GroupId, QueueMeter> queues_;
    Column<ServiceId, std::uint32_t> waiting_at_service_;
    Column<GroupId, double> energy_counted_j_;  // already turned into carbon
};

}  // namespace nines
