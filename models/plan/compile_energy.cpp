// Energy of what is no machine of the scenario's own: functions by their share of a server, disks by the bytes kept,
// networks by the bytes carried. Coefficients are those of Cloud Carbon Footprint (energy.csv).

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "engine/base/time.hpp"
#include "engine/base/units.hpp"
#include "models/plan/compile_parts.hpp"

namespace nines {

namespace {

constexpr double k_gb_per_tb = 1000;

class Energy {
public:
    Energy(const Architecture& architecture, const Catalog& catalog, Plan& plan)
        : architecture_(architecture), catalog_(catalog), plan_(plan) {}

    void compile() {
        for (std::size_t i = 0; i < plan_.services.size(); ++i) {
            add_function(index_at<ServiceId>(i));
            add_disks(index_at<ServiceId>(i));
        }
        const bool is_known =
            !plan_.storage.empty() ||
            std::any_of(plan_.groups.begin(), plan_.groups.end(),
                        [](const GroupPlan& group) { return group.draws_power(); }) ||
            std::any_of(plan_.jobs.begin(), plan_.jobs.end(), [](const JobPlan& job) { return job.busy_w > 0; });
        if (plan_.has_world && is_known) {
            add_networks();
        }
    }

private:
    double assumed(std::string_view what, const std::string& path) {
        const Figure figure = catalog_.energy(what);
        Assumption assumption = *figure.assumed;
        assumption.path = path;
        assume_once(plan_, std::move(assumption));
        return figure.value;
    }

    /// A request that holds a function takes its vCPUs of a server at the mean load of servers, and nothing between
    /// requests: what is kept ready then is its provider's.
    void add_function(ServiceId id) {
        const Service& service = architecture_.services[id];
        if (service.kind != ServiceKind::function || !service.size || service.power) {
            return;
        }
        const std::string path = "services." + service.name + ".on";
        const auto kin = catalog_.machine(k_kin_of_shares);
        const double share = service.size->vcpus / kin->vcpus;
        const double load = assumed("shared-server-load", path);
        const double watts = share * PowerSpec::of(kin->watts_idle, kin->watts_half, kin->watts_full).at(load);
        assume_once(plan_, {.path = path,
                            .value = fmt::format("{:.4g} W while a request holds it", watts),
                            .why = fmt::format("no watts of functions are known: those of {} by vCPUs, of which a "
                                               "function has one for 1769 MB",
                                               k_kin_of_shares),
                            .source = "instances.csv"});
        const Range<GroupId> groups = plan_.services[id].groups;
        for (std::uint32_t g = 0; g < groups.count; ++g) {
            plan_.groups[groups[g]].held_w = watts;
            plan_.groups[groups[g]].embodied_kg = kin->embodied_kg * share;
        }
    }

    struct Disks {
        std::string_view medium, copies;
    };
    static Disks disks_of(const Service& service) {
        if (service.kind == ServiceKind::database) {
            return is_aurora(service) ? Disks{"disk-ssd", "copies-aurora"} : Disks{"disk-ssd", "copies-rds"};
        }
        return service.kind == ServiceKind::managed ? Disks{"disk-hdd", "copies-s3"} : Disks{"disk-ssd", "copies-ebs"};
    }

    void add_disks(ServiceId id) {
        const Service& service = architecture_.services[id];
        if (!service.security.data || service.security.data->bytes <= 0 || !plan_.has_world) {
            return;
        }
        const std::string path = "services." + service.name + ".data";
        const Disks disks = disks_of(service);
        const double terabytes = mean_kept_gb(*service.security.data, plan_) / k_gb_per_tb;
        const LocationId place = plan_.groups[plan_.services[id].groups.first].location;
        const LocationId region = plan_.world.locations[place].region;
        if (region.exists()) {
            const double watts =
                assumed(disks.medium, path) * assumed(disks.copies, path) * terabytes * volumes_of(service, region);
            plan_.storage.push_back({id, region, watts});
            know_grid(region);
        }
    }

    /// Bytes from region to region, by the grid of the region that sends.
    void add_networks() {
        const std::size_t locations = plan_.world.locations.size();
        const auto regions = plan_.world.of_kind(LocationKind::region);
        for (const LocationId from : regions) {
            for (const LocationId to : regions) {
                const std::uint32_t row = plan_.price_rows.between_regions[from.value * locations + to.value];
                if (from != to && row != k_free) {
                    plan_.network.push_back({row, from, assumed("network", "bytes between regions")});
                    know_grid(from);
                }
            }
        }
    }

    /// The mean of the grid over the hours of the horizon; beyond four years the calendar repeats.
    void know_grid(LocationId region) {
        CarbonPlan& carbon = plan_.carbon[region];
        if (carbon.mean_g_per_kwh > 0) {
            return;
        }
        constexpr double k_cycle_s = 1461 * k_seconds_per_day;
        const double until_s = std::min(plan_.run.horizon_s, k_cycle_s);
        std::int64_t hour = plan_.run.start_clock_s / 3600;
        double at_s = 0;
        double sum = 0;
        while (at_s < until_s) {
            const double end_s = static_cast<double>((hour + 1) * 3600 - plan_.run.start_clock_s);
            const std::chrono::sys_seconds clock{std::chrono::seconds{hour * 3600}};
            const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(clock)};
            const auto month = static_cast<unsigned>(date.month()) - 1;
            sum +=
                carbon.grid.g_per_kwh[month][static_cast<std::size_t>(hour % 24)] * (std::min(end_s, until_s) - at_s);
            at_s = end_s;
            ++hour;
        }
        carbon.mean_g_per_kwh = until_s > 0 ? sum / until_s : 0;
    }

    const Architecture& architecture_;
    const Catalog& catalog_;
    Plan& plan_;
};

}  // namespace

bool is_aurora(const Service& service) {
    return service.kind == ServiceKind::database && service.engine.starts_with("aurora");
}

double volumes_of(const Service& service, LocationId home) {
    if (!is_aurora(service)) {
        return 1 + static_cast<double>(service.replicas.size());
    }
    std::vector<LocationId> regions{home};
    for (const ReplicaSpec& replica : service.replicas) {
        if (std::find(regions.begin(), regions.end(), replica.region) == regions.end()) {
            regions.push_back(replica.region);
        }
    }
    return static_cast<double>(regions.size());
}

double mean_kept_gb(const DataSpec& data, const Plan& plan) {
    const double months = plan.run.horizon_s / (k_hours_per_month * k_seconds_per_hour);
    return (data.bytes + data.growth_bytes_per_month() * months / 2) / k_bytes_per_gb;
}

void assume_once(Plan& plan, Assumption assumption) {
    if (std::none_of(plan.assumptions.begin(), plan.assumptions.end(), [&](const Assumption& known) {
            return known.path == assumption.path && known.why == assumption.why;
        })) {
        plan.assumptions.push_back(std::move(assumption));
    }
}

void compile_energy(const Architecture& architecture, const Catalog& catalog, Plan& plan) {
    Energy(architecture, catalog, plan).compile();
}

}  // namespace nines
