#pragma once
// Accountant: integrals over time of what instances do (workers held, queues, energy), and the balance of the books.
// All is counted by group, in whole numbers: attempts, workers and instances times nanoseconds. So a sum is exact
// whatever the order of its parts, and a group of a hundred million costs what a group of one does.

#include "models/plan/plan.hpp"
#include "models/results/run.hpp"

namespace nines {

class Accountant {
public:
    Accountant(const Plan& plan, Run& run);
    /// A copy writes into the run that it belongs to.
    void rebind(Run& run) { run_ = &run; }

    /// An instance works on `after` attempts from now on, where it worked on `before`.
    void busy_changes(GroupId group, InstanceId instance, std::uint32_t before, std::uint32_t after, Nanoseconds now) {
        Meter& meter = meters_[group];
        flush(meter, now);
        meter.busy += std::uint64_t{after} - before;
        if (is_paid(group, instance)) {
            meter.drawing += std::uint64_t{after} - before;
            for (Bend& bend : meter.bends) {
                bend.filled += meter.filled_beyond(bend, after) - meter.filled_beyond(bend, before);
            }
        }
    }
    /// Attackers come through from now on, or no more: instances beyond those of now are counted apart until then.
    void attack_begins(Nanoseconds now);
    void attack_ends(Nanoseconds now);
    /// An instance of a database, of a service that scales, or one that may be taken back, is paid for (and draws
    /// power) or not, and its workers can serve or not.
    void set_existing(InstanceId instance, std::uint32_t busy, bool paid, bool serves, Nanoseconds now);
    /// One more or fewer attempt waits in the group, or is inside it.
    void waiting_changed(GroupId group, int by, Nanoseconds now) {
        Meter& meter = meters_[group];
        flush(meter, now);
        std::uint32_t& at_service = waiting_at_service_[plan_.groups[group].service];
        meter.waiting += by;
        at_service += static_cast<std::uint32_t>(by);
        if (by > 0) {
            raise_maxima(group, meter, at_service);
        }
    }
    void waited(GroupId group, Nanoseconds since, Nanoseconds now) {
        meters_[group].waited += static_cast<std::uint64_t>(now - since);
    }
    void entered(GroupId group, Nanoseconds now) {
        Meter& meter = meters_[group];
        flush(meter, now);
        ++meter.present;
        meter.inside -= now;
    }
    void left(GroupId group, Nanoseconds now) {
        Meter& meter = meters_[group];
        flush(meter, now);
        --meter.present;
        meter.inside += now;
    }
    /// At the end: an attempt is still inside.
    void is_still_inside(GroupId group, Nanoseconds now) { meters_[group].inside += now; }

    /// Of a group whose service scales, what its scaler looks at: workers held, attempts inside or waiting, times the
    /// seconds since it looked last.
    double take_signal(GroupId group, ScaleSignal signal, Nanoseconds now);
    /// Time of workers held, of workers that could serve, and of attempts that wait, since measuring began.
    struct WorkerTime {
        double busy_s = 0, serving_s = 0, waiting_s = 0;  // workers held, workers serving, attempts waiting
    };
    WorkerTime worker_time(GroupId group, Nanoseconds now);
    /// Writes the time of instances that are paid for into the run, as of now; close() does so for good.
    void write_paid_time(Nanoseconds now);
    std::uint32_t waiting_at(ServiceId service) const { return waiting_at_service_[service]; }
    std::uint64_t present_in(GroupId group) const { return static_cast<std::uint64_t>(meters_[group].present); }

    void start_measuring(Nanoseconds now);
    /// Turns the energy since the last hour into carbon at the grid's figure of that hour.
    void end_hour(Nanoseconds now);
    /// Closes all integrals, and writes them into the run.
    void close(Nanoseconds now);
    Nanoseconds start() const { return start_; }

private:
    static constexpr std::uint32_t k_no_pool = UINT32_MAX;
    __extension__ using SignedWide = __int128;
    __extension__ using Wide = unsigned __int128;  // 10^8 instances x 292 years in ns do not overflow it

    /// A point inside the curve of power: how far instances have gone beyond it, in parts of a worker, summed over
    /// those that are paid for. Time in front of the first is that of workers held.
    struct Bend {
        std::uint64_t from = 0;  // in parts of an instance's workers
        std::uint64_t filled = 0;
        Wide filled_time = 0;
    };
    /// Counts of a group now, and their integrals over time (x ns) since the begin of the measurement.
    struct Meter {
        Nanoseconds since = 0;
        Nanoseconds existing_since = 0;
        std::int64_t present = 0;     // attempts inside
        std::int64_t waiting = 0;     // of them
        std::uint64_t busy = 0;       // workers held
        std::uint64_t drawing = 0;    // of them, at instances that are paid for: they draw power
        std::uint64_t paid = 0;       // instances
        std::uint64_t spot = 0;       // of them
        std::uint64_t committed = 0;  // thousandths of an instance: paid for whether used or not
        std::uint64_t serving = 0;    // workers of the instances that can serve
        std::uint32_t workers = 0;    // of an instance; k_unlimited: power is idle power
        std::uint32_t waiting_max = 0;
        Wide present_time = 0;
        Wide waiting_time = 0;
        Wide busy_time = 0;
        Wide drawing_time = 0;
        Wide paid_time = 0;
        Wide uncommitted_time = 0;  // in thousandths of an instance
        Wide spot_time = 0;
        Wide serving_time = 0;
        std::uint64_t stood = UINT64_MAX;  // instances paid for when a flood began; UINT64_MAX: there is none
        Wide beyond_time = 0;              // of instances beyond those
        SignedWide looked_at = 0;          // the integral that a scaler looks at, when it looked last
        SignedWide inside =
            0;            // times of leaving less times of entering: time inside, over attempts, once all have left
        Wide waited = 0;  // time waited, over attempts
        std::uint64_t parts = 1;  // of a worker (PowerSpec::parts)
        std::vector<Bend> bends;

        std::uint64_t uncommitted_thousandths() const { return 1000 * paid > committed ? 1000 * paid - committed : 0; }
        std::uint64_t filled_beyond(const Bend& bend, std::uint32_t held) const {
            return parts * held > bend.from ? parts * held - bend.from : 0;
        }
    };
    /// Of a pool of the plan: instances that are paid for and not on spot.
    struct PoolMeter {
        Nanoseconds since = 0;
        std::uint64_t count = 0;
    };
    struct Existing {
        bool paid = true;
        bool serves = true;
    };

    static void flush(Meter& meter, Nanoseconds now) {
        const auto span = static_cast<std::uint64_t>(now - meter.since);
        if (span == 0) {
            return;
        }
        meter.since = now;
        meter.present_time += Wide{static_cast<std::uint64_t>(meter.present)} * span;
        meter.waiting_time += Wide{static_cast<std::uint64_t>(meter.waiting)} * span;
        meter.busy_time += Wide{meter.busy} * span;
        meter.drawing_time += Wide{meter.drawing} * span;
        for (Bend& bend : meter.bends) {
            bend.filled_time += Wide{bend.filled} * span;
        }
    }
    static Wide signal_of(const Meter& meter, ScaleSignal signal) {
        return signal == ScaleSignal::utilization   ? meter.busy_time
               : signal == ScaleSignal::concurrency ? meter.present_time
                                                    : meter.waiting_time;
    }
    /// What changes with a database's roles, with scaling and with reclaims only.
    static void flush_existing(Meter& meter, Nanoseconds now) {
        const auto span = static_cast<std::uint64_t>(now - meter.existing_since);
        meter.existing_since = now;
        meter.paid_time += Wide{meter.paid} * span;
        meter.spot_time += Wide{meter.spot} * span;
        meter.beyond_time += meter.paid > meter.stood ? Wide{meter.paid - meter.stood} * span : Wide{0};
        meter.uncommitted_time += Wide{meter.uncommitted_thousandths()} * span;
        meter.serving_time += Wide{meter.serving} * span;
    }
    bool is_paid(GroupId group, InstanceId instance) const {
        const std::vector<Existing>& existing = existing_[group];
        return existing.empty() || existing[plan_.number_in_group(instance)].paid;
    }
    void flush_pool(std::size_t pool, Nanoseconds now);
    void raise_maxima(GroupId group, Meter& meter, std::uint32_t at_service);
    double energy_j(GroupId group) const;
    void write(GroupId group);
    static void write_paid(const Meter& meter, GroupTally& tally);

    const Plan& plan_;
    Run* run_;
    Nanoseconds start_ = 0;
    Nanoseconds hour_began_ = 0;
    Column<GroupId, Meter> meters_;
    Column<GroupId, std::vector<Existing>>
        existing_;  // of databases, where services scale and may lose spot instances; elsewhere all are paid and serve
    std::vector<PoolMeter> pools_;
    Column<GroupId, std::uint32_t> pool_of_;  // k_no_pool: the service does not scale
    Column<ServiceId, std::uint32_t> waiting_at_service_;
    Column<GroupId, double> energy_counted_j_;  // already turned into carbon
};

}  // namespace nines
