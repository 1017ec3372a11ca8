// 58 alternating renewals by the kernel alone, as many years as go into a second of one core: two regions of three
// zones, in each zone four web instances (two are needed), a load balancer, a database, a cache and a queue; DNS and a
// CDN; a fault process for each zone and each region. Exponential lives, lognormal repairs, a named stream for each
// component and year. The yearly downtime is compared with the exact one.

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>

#include "bench/draws.hpp"
#include "bench/ledger.hpp"
#include "bench/measure.hpp"
#include "engine/base/hash.hpp"
#include "engine/kernel/event_set.hpp"
#include "engine/random/portable_math.hpp"
#include "engine/stats/tally.hpp"

namespace nines::bench {
namespace {

constexpr double k_hour_s = k_seconds_per_hour;
constexpr Nanoseconds k_year = static_cast<Nanoseconds>(k_hours_per_year) * 3600 * 1'000'000'000;

constexpr std::uint32_t k_regions = 2;
constexpr std::uint32_t k_zones = 3;  // of a region
constexpr int k_needed = 2;           // zones that serve, and databases, without which a region does not serve

/// What a zone counts its failures by; vital are the load balancer, the cache and the queue.
enum Part : std::uint8_t { k_web_part, k_vital_part, k_database_part, k_zone_part, k_parts };

/// Mean life and mean repair in hours, and the repair's coefficient of variation. About 390 failures and repairs a
/// year, 1.3 incidents of ten minutes; all but a hundredth of the downtime is DNS and CDN.
struct Figures {
    double life_h, repair_h, repair_cv;
};
constexpr Figures k_web{2'100, 1, 1};
constexpr Figures k_vital{2'300, 0.5, 1};
constexpr Figures k_database{2'300, 0.5, 1};
constexpr Figures k_zone_fault{4 * k_hours_per_year, 2, 1};
constexpr Figures k_region_fault{5 * k_hours_per_year, 12, 1};
constexpr Figures k_global{13'420, 1.0 / 6, 1};

struct Component {
    std::uint8_t counter = 0;  // of those who are down, in Structure
    std::uint8_t zone = 0;     // whose state may change with it, 0..5 over both regions
    double life_s = 0;
    double repair_log_mean = 0, repair_log_sigma = 0;  // of seconds
    std::uint64_t name = 0;                            // hashed
};

/// Who is down, as counters; a failure or repair changes one of them and asks anew whether its zone serves. No branch
/// depends on what failed.
class Structure {
public:
    static std::uint32_t counter_of(std::uint32_t zone, Part part) { return zone * k_parts + part; }
    static std::uint32_t counter_of_region(std::uint32_t region) { return k_regions * k_zones * k_parts + region; }
    static std::uint32_t counter_of_all() { return k_counters - 1; }

    /// `more` is 1 for a failure, -1 for a repair.
    void apply(const Component& component, int more) {
        down_[component.counter] += more;
        const int* const zone = &down_[counter_of(component.zone, k_web_part)];
        const unsigned is_up = zone[k_zone_part] == 0 ? 1 : 0;
        const unsigned enough = zone[k_web_part] <= 2 ? 1 : 0;
        const unsigned vital = zone[k_vital_part] == 0 ? 1 : 0;
        const unsigned database = zone[k_database_part] == 0 ? 1 : 0;
        const unsigned bit = 1U << component.zone;
        serving_ = (serving_ & ~bit) | (is_up & enough & vital) << component.zone;
        databases_ = (databases_ & ~bit) | (is_up & database) << component.zone;
    }

    bool serves() const { return down_[counter_of_all()] == 0 && (region_serves(0) || region_serves(1)); }

private:
    static constexpr std::uint32_t k_counters = k_regions * k_zones * k_parts + k_regions + 1;
    static constexpr unsigned k_all_zones = (1U << k_zones) - 1;

    bool region_serves(std::uint32_t region) const {
        const auto zones = [&](unsigned bits) { return bits >> (region * k_zones) & k_all_zones; };
        return down_[counter_of_region(region)] == 0 && std::popcount(zones(serving_)) >= k_needed &&
               std::popcount(zones(databases_)) >= k_needed;
    }

    std::array<int, k_counters> down_{};
    unsigned serving_ = (1U << (k_regions * k_zones)) - 1;    // a bit for each zone
    unsigned databases_ = (1U << (k_regions * k_zones)) - 1;  // likewise: its database can be reached
};

std::vector<Component> all_components() {
    std::vector<Component> all;
    const auto add = [&](std::uint32_t counter, std::uint32_t zone, const Figures& figures, const char* what) {
        const double variance = portable::log(1 + figures.repair_cv * figures.repair_cv);
        all.push_back({static_cast<std::uint8_t>(counter), static_cast<std::uint8_t>(zone), figures.life_h * k_hour_s,
                       portable::log(figures.repair_h * k_hour_s) - variance / 2, std::sqrt(variance),
                       hash_of(fmt::format("{}@{}#{}", what, zone, all.size()))});
    };
    for (std::uint32_t zone = 0; zone < k_regions * k_zones; ++zone) {
        for (int i = 0; i < 4; ++i) {
            add(Structure::counter_of(zone, k_web_part), zone, k_web, "web");
        }
        for (const char* what : {"load-balancer", "cache", "queue"}) {
            add(Structure::counter_of(zone, k_vital_part), zone, k_vital, what);
        }
        add(Structure::counter_of(zone, k_database_part), zone, k_database, "database");
        add(Structure::counter_of(zone, k_zone_part), zone, k_zone_fault, "zone");
    }
    for (std::uint32_t region = 0; region < k_regions; ++region) {
        add(Structure::counter_of_region(region), region * k_zones, k_region_fault, "region");
    }
    add(Structure::counter_of_all(), 0, k_global, "dns");
    add(Structure::counter_of_all(), 0, k_global, "cdn");
    return all;
}

struct Years {
    Tally downtime_h;  // of each year
    std::uint64_t failures_and_repairs = 0;
    std::uint64_t incidents = 0;
};

/// One replication is one year, in which everything is up at first. Years follow each other on one axis of time, so
/// that one event set serves many of them; what would happen after the end of a year is not scheduled.
class YearLoop {
public:
    explicit YearLoop(std::uint64_t seed) : seed_(seed), components_(all_components()), streams_(components_.size()) {}

    void run(std::uint64_t year, Years& years) {
        const Nanoseconds begin = static_cast<Nanoseconds>(year % k_years_on_axis) * k_year;
        if (begin == 0) {
            events_ = EventSet();
        }
        end_ = begin + k_year;
        structure_ = {};
        for (std::uint32_t i = 0; i < components_.size(); ++i) {
            streams_[i] = Stream(combine(combine(seed_, year), components_[i].name));
            schedule(begin + exponential_ns(streams_[i], components_[i].life_s), Kind::failure, i);
        }
        Nanoseconds down_since = k_never;
        Nanoseconds downtime = 0;
        while (!events_.empty()) {
            const Event event = events_.pop();
            ++years.failures_and_repairs;
            switch (static_cast<Kind>(event.kind())) {
                case Kind::failure:
                    structure_.apply(components_[event.subject], 1);
                    schedule(event.at + repair_ns(event.subject), Kind::repair, event.subject);
                    break;
                case Kind::repair:
                    structure_.apply(components_[event.subject], -1);
                    schedule(event.at + exponential_ns(streams_[event.subject], components_[event.subject].life_s),
                             Kind::failure, event.subject);
                    break;
            }
            if (structure_.serves() != (down_since == k_never)) {
                if (down_since == k_never) {
                    down_since = event.at;
                    ++years.incidents;
                } else {
                    downtime += event.at - down_since;
                    down_since = k_never;
                }
            }
        }
        downtime += down_since == k_never ? 0 : end_ - down_since;
        years.downtime_h.add(to_seconds(downtime) / k_hour_s);
    }

private:
    enum class Kind : std::uint16_t { failure, repair };
    static constexpr std::uint64_t k_years_on_axis = 250;  // 292 years of nanoseconds are 2^63

    void schedule(Nanoseconds at, Kind kind, std::uint32_t component) {
        if (at < end_) {
            events_.schedule(at, static_cast<std::uint16_t>(kind), component);
        }
    }
    Nanoseconds repair_ns(std::uint32_t i) {
        const Component& component = components_[i];
        return to_ns(portable::exp(component.repair_log_mean + component.repair_log_sigma * streams_[i].normal()));
    }

    std::uint64_t seed_;
    std::vector<Component> components_;
    std::vector<Stream> streams_;
    EventSet events_;
    Structure structure_;
    Nanoseconds end_ = 0;
};

double up(const Figures& figures) {
    return figures.life_h / (figures.life_h + figures.repair_h);
}

/// The exact steady availability by the structure function: components are independent, so only means count. A zone is
/// in one of four states (serves or not, has its database or not); a region in one of 4^3.
/// Source: Barlow, Proschan: Statistical Theory of Reliability and Life Testing, 1975, chapters 2 and 7.
double exact_downtime_h() {
    const double web = up(k_web);
    const double down = 1 - web;
    const double enough_web = 1 - down * down * down * down - 4 * web * down * down * down;
    const double serves = enough_web * std::pow(up(k_vital), 3);
    const double database = up(k_database);
    const double zone = up(k_zone_fault);
    const std::array<double, 4> state{zone * (1 - serves) * (1 - database) + 1 - zone, zone * serves * (1 - database),
                                      zone * (1 - serves) * database, zone * serves * database};
    double region = 0;
    for (std::uint32_t combination = 0; combination < 64; ++combination) {
        const std::array<std::uint32_t, k_zones> zones{combination % 4, combination / 4 % 4, combination / 16};
        double probability = 1;
        int serving = 0;
        int databases = 0;
        for (const std::uint32_t one : zones) {
            probability *= state[one];
            serving += static_cast<int>(one & 1U);
            databases += static_cast<int>(one >> 1U);
        }
        region += serving >= k_needed && databases >= k_needed ? probability : 0;
    }
    const double region_down = 1 - up(k_region_fault) * region;
    return k_hours_per_year * (1 - up(k_global) * up(k_global) * (1 - region_down * region_down));
}

void renewal_years(benchmark::State& state) {
    constexpr std::uint64_t k_turn_years = 20'000;
    std::vector<double> rates;
    Years all;
    std::uint64_t year = 0;
    YearLoop loop(1);
    for (auto _ : state) {
        const Timed turn = timed([&] {
            for (std::uint64_t i = 0; i < k_turn_years; ++i) {
                loop.run(year++, all);
            }
            return std::uint64_t{0};
        });
        state.SetIterationTime(turn.seconds);
        rates.push_back(static_cast<double>(k_turn_years) / turn.seconds);
    }
    // A false alarm once in a million runs. That each year begins with everything up takes less than 1e-5 of it away.
    const double error = std::sqrt(all.downtime_h.variance() / static_cast<double>(all.downtime_h.count()));
    const double exact = exact_downtime_h();
    const std::string found =
        fmt::format("downtime {:.4f} +- {:.4f} h/yr, exact {:.5f}; {:.0f} events and {:.2f} incidents a year",
                    all.downtime_h.mean(), 1.96 * error, exact,
                    static_cast<double>(all.failures_and_repairs) / static_cast<double>(year),
                    static_cast<double>(all.incidents) / static_cast<double>(year));
    if (std::abs(all.downtime_h.mean() - exact) > 4.892 * error) {
        ledger().leave_out("renewal_years_per_s", found);
        return state.SkipWithError(found.c_str());
    }
    state.counters["years_per_s"] = median(rates);
    ledger().record("renewal_years_per_s", median(rates), found);
}
BENCHMARK(renewal_years)->Name("renewal_years_per_s")->Iterations(10)->UseManualTime();

}  // namespace
}  // namespace nines::bench
