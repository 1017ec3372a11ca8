// The lines of the bill: instances as they are bought, bytes and requests by path, services by what they count; and
// what requests and minutes are worth to the user.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "engine/base/time.hpp"
#include "engine/base/units.hpp"
#include "models/plan/compile_parts.hpp"

namespace nines {

namespace {

/// @param remedy  what to write, to say it oneself
void warn_of_discount(Plan& plan, const std::string& machine, std::string_view way, std::string_view remedy) {
    std::string warning =
        fmt::format("no {} discount for {} is known: it is counted at the on-demand price; write `{}`", way,
                    machine.empty() ? "a machine without `on`" : machine, remedy);
    if (std::find(plan.warnings.begin(), plan.warnings.end(), warning) == plan.warnings.end()) {
        plan.warnings.push_back(std::move(warning));
    }
}

class Charges {
public:
    Charges(const Architecture& architecture, const Catalog& catalog, Plan& plan)
        : architecture_(architecture), catalog_(catalog), plan_(plan) {}

    void compile() {
        if (!has_prices()) {
            warn_of_idle_alarms();
            return;
        }
        for (std::size_t i = 0; i < plan_.services.size(); ++i) {
            const auto id = index_at<ServiceId>(i);
            add_instances(id);
            add_usage(id);
            add_storage(id);
            add_replication(id);
        }
        add_alarms();
        for (std::size_t row = 0; row < plan_.prices.size(); ++row) {
            // Requests of the edge are a managed service's, bytes are transfer.
            const TieredPrice& price = plan_.prices[row];
            const BillPart part = price.unit == "request" ? BillPart::managed : BillPart::transfer;
            ChargePlan charge;
            charge.part = part;
            charge.meter = ChargeMeter::price_row;
            charge.row = static_cast<std::uint32_t>(row);
            charge.price = price;
            charge.what = price.name;
            plan_.charges.push_back(std::move(charge));
        }
    }

private:
    /// Whether the scenario has anything with a price: a world, or prices of its own.
    bool has_prices() const {
        return plan_.has_world || std::any_of(architecture_.services.begin(), architecture_.services.end(),
                                              [](const Service& service) { return service.price.is_given(); });
    }

    /// Groups of a service that pay the same for an hour in the same region share their lines.
    void add_instances(ServiceId id) {
        std::vector<std::vector<GroupId>> alike;
        const Range<GroupId> groups = plan_.services[id].groups;
        for (std::uint32_t g = 0; g < groups.count; ++g) {
            const GroupPlan& group = plan_.groups[groups[g]];
            const auto same = [&](const std::vector<GroupId>& others) {
                const GroupPlan& other = plan_.groups[others.front()];
                return other.usd_per_h == group.usd_per_h && other.price_source == group.price_source;
            };
            const auto found = std::find_if(alike.begin(), alike.end(), same);
            (found == alike.end() ? alike.emplace_back() : *found).push_back(groups[g]);
        }
        for (std::vector<GroupId>& part : alike) {
            if (!plan_.groups[part.front()].price_source.empty()) {
                add_hours(id, part, alike.size() > 1);
            }
        }
    }

    void add_hours(ServiceId id, const std::vector<GroupId>& groups, bool name_region) {
        const Service& service = architecture_.services[id];
        const PurchaseSpec& purchase = service.purchase;
        const GroupPlan& first = plan_.groups[groups.front()];
        const std::string region = region_id(plan_, first.location);
        const std::string machine = service.machine.empty() ? "instance" : service.machine;
        const std::string what = name_region ? fmt::format("{} ({}, {})", machine, service.name, region)
                                             : fmt::format("{} ({})", machine, service.name);
        const auto line = [&](ChargeMeter meter, double amount, double usd_per_h, const std::string& how) {
            ChargePlan charge;
            charge.part = BillPart::compute;
            charge.meter = meter;
            charge.service = id;
            charge.groups = groups;
            charge.amount = amount;
            charge.price = flat_price(machine, "h", usd_per_h, first.price_source + how);
            charge.what = what + (how.empty() ? "" : " " + how.substr(2));
            plan_.charges.push_back(std::move(charge));
        };
        line(ChargeMeter::on_demand_hours, 1, first.usd_per_h, "");
        if (purchase.spot.share > 0) {
            const MachineUse use{.machine = service.machine,
                                 .size = service.size,
                                 .engine = {},
                                 .power = {},
                                 .usd_per_h = {},
                                 .region = region,
                                 .path = "services." + service.name + ".purchase.spot"};
            const double discount = purchase.spot.discount
                                        ? *purchase.spot.discount
                                        : spot_discount(catalog_, use, "spot: {share: ..., discount: ...}", plan_);
            line(ChargeMeter::spot_hours, 1, first.usd_per_h * (1 - discount), ", spot");
        }
        for (const auto& [commitment, word] :
             {std::pair(purchase.reserved, ", reserved"), std::pair(purchase.savings, ", savings plan")}) {
            if (commitment.share > 0) {
                const auto discount = commitment.discount ? commitment.discount : catalog_discount(service);
                line(ChargeMeter::committed_hours, commitment.share, first.usd_per_h * (1 - discount.value_or(0)),
                     discount ? std::string(word) : std::string(word) + " (no discount known)");
            }
        }
    }

    std::optional<double> catalog_discount(const Service& service) {
        const auto discount = catalog_.reserved_discount(service.machine);
        if (!discount) {
            warn_of_discount(plan_, service.machine, "reserved", "reserved: {share: ..., discount: ...}");
        }
        return discount;
    }

    // --- what services count --------------------------------------------------------------------------------------

    void add(ServiceId id, BillPart part, ChargeMeter meter, double amount, TieredPrice price, std::string what) {
        if (price.assumed) {
            Assumption assumption = *price.assumed;
            assumption.path = fmt::format("services.{}", architecture_.services[id].name);
            plan_.assumptions.push_back(std::move(assumption));
        }
        ChargePlan charge;
        charge.part = part;
        charge.meter = meter;
        charge.service = id;
        charge.amount = amount;
        charge.price = std::move(price);
        charge.what = fmt::format("{} ({})", what, architecture_.services[id].name);
        plan_.charges.push_back(std::move(charge));
    }

    /// Gigabytes kept over the measured time, on average, once for each copy; and what backups add.
    void add_storage(ServiceId id) {
        const Service& service = architecture_.services[id];
        if (!service.security.data || service.security.data->bytes <= 0 || !plan_.has_world) {
            return;
        }
        const DataSpec& data = *service.security.data;
        const double mean_gb = mean_kept_gb(data, plan_);
        const LocationId place = plan_.groups[plan_.services[id].groups.first].location;
        const double copies = volumes_of(service, plan_.world.locations[place].region);
        const std::string region = region_id(plan_, place);
        const StorageRow row = storage_of(service);
        add(id, BillPart::storage, ChargeMeter::fixed, mean_gb * copies,
            catalog_.service_price(row.service, row.component, region, "GB-month"), std::string(row.what));
        if (service.security.backup) {
            add_backups(id, *service.security.backup, data, mean_gb, region);
        }
    }

    /// What is written goes to each copy in another region under the row between the two; to other zones it is free.
    /// Source: aws.amazon.com/rds/pricing, data transfer.
    void add_replication(ServiceId id) {
        const Service& service = architecture_.services[id];
        if (!plan_.has_world || !plan_.services[id].has_primary) {
            return;
        }
        const std::string home = region_id(plan_, plan_.groups[plan_.services[id].primary_group].location);
        for (const ReplicaSpec& replica : service.replicas) {
            const std::string there = region_id(plan_, replica.region);
            if (there != home) {
                add(id, BillPart::transfer, ChargeMeter::written_gigabytes, 1, catalog_.between_regions(home, there),
                    fmt::format("replication to {}", there));
            }
        }
    }

    struct StorageRow {
        std::string_view service, component, what;
    };
    static StorageRow storage_of(const Service& service) {
        if (service.kind == ServiceKind::database) {
            return is_aurora(service) ? StorageRow{"aurora", "storage, standard", "Aurora storage"}
                                      : StorageRow{"rds", "storage gp2, single-AZ", "database storage"};
        }
        return service.kind == ServiceKind::managed ? StorageRow{"s3", "Standard: storage", "object storage"}
                                                    : StorageRow{"ebs", "gp3 storage", "disks"};
    }

    /// Backups up to the size of the data are free in the same account (the allotment of RDS); what grows while they
    /// are kept is not, nor is the whole copy that stands under credentials of its own.
    void add_backups(ServiceId id, const BackupSpec& backup, const DataSpec& data, double mean_gb,
                     const std::string& region) {
        const double kept_months = backup.keep_s / (k_hours_per_month * k_seconds_per_hour);
        const double grown_gb =
            std::isfinite(kept_months) ? data.growth_bytes_per_month() * kept_months / k_bytes_per_gb : 0;
        const double quantity = grown_gb + (backup.own_credentials ? mean_gb : 0);
        if (quantity <= 0) {
            return;
        }
        add(id, BillPart::storage, ChargeMeter::fixed, quantity,
            catalog_.service_price(is_aurora(architecture_.services[id]) ? "aurora" : "rds", "backup storage", region,
                                   "GB-month"),
            "backups");
        plan_.assumptions.push_back(
            {fmt::format("services.{}.backup", architecture_.services[id].name),
             fmt::format("{:.4g} GB-month", quantity),
             "backups hold the data once, and what it grows by while they are kept; how much of "
             "it changes in place is not known",
             "aws.amazon.com/rds/pricing, backup storage"});
    }

    void add_usage(ServiceId id) {
        const Service& service = architecture_.services[id];
        if (service.firewall && plan_.has_world) {
            add_firewall(id, service.firewall->rules);
        }
        constexpr std::string_view k_own = "the scenario's own price";
        if (service.price.usd_per_request) {
            add(id, BillPart::managed, ChargeMeter::requests, 1,
                flat_price("requests", "request", *service.price.usd_per_request, std::string(k_own)), "requests");
        }
        if (service.price.usd_per_gb) {
            add(id, BillPart::managed, ChargeMeter::gigabytes, 1,
                flat_price("bytes", "GB", *service.price.usd_per_gb, std::string(k_own)), "bytes");
        }
        if (service.price.usd_per_gb_s) {
            add(id, BillPart::compute, ChargeMeter::gigabyte_seconds, service.size->memory_gb,
                flat_price("duration", "GB-s", *service.price.usd_per_gb_s, std::string(k_own)), "function duration");
        }
        if (service.price.is_given() || !plan_.has_world) {
            return;
        }
        const std::string region = region_id(plan_, plan_.groups[plan_.services[id].groups.first].location);
        switch (service.kind) {
            case ServiceKind::load_balancer:
                return add_load_balancer(id, region);
            case ServiceKind::nat:
                add(id, BillPart::managed, ChargeMeter::fixed,
                    static_cast<double>(plan_.services[id].count) * k_hours_per_month,
                    catalog_.service_price("nat-gateway", "hour", region, "h"), "NAT gateway");
                return add(id, BillPart::managed, ChargeMeter::gigabytes, 1,
                           catalog_.service_price("nat-gateway", "data processed", region, "GB"), "NAT data processed");
            case ServiceKind::function:
                return add_function(id, region);
            case ServiceKind::managed:
                return add_managed(id, region);
            case ServiceKind::database:
                if (is_aurora(service)) {
                    add_input_output(id, region);
                }
                return;
            case ServiceKind::fleet:
            case ServiceKind::cache:
            case ServiceKind::cdn:
                return;
        }
    }

    /// What a row is for: a million of something, or ten thousand.
    enum class RowIsFor : std::uint32_t { ten_thousand = 10'000, million = 1'000'000 };

    /// Such a row, for one.
    TieredPrice price_of_one(std::string_view service, std::string_view component, const std::string& region,
                             std::string_view unit, RowIsFor many = RowIsFor::million) const {
        const std::string_view many_text = many == RowIsFor::million ? "million" : "10,000";
        TieredPrice price = catalog_.service_price(service, component, region, fmt::format("{} {}s", many_text, unit));
        price.unit = unit;
        for (PriceTier& tier : price.tiers) {
            tier.usd /= static_cast<double>(many);
        }
        return price;
    }

    /// Keys and secrets are paid by the month in each region that has them, and by what is asked of them.
    /// Source: aws.amazon.com/kms/pricing (each multi-Region key, primary and replica);
    /// aws.amazon.com/secrets-manager/pricing (a replica is a secret).
    void add_managed(ServiceId id, const std::string& region) {
        const Service& service = architecture_.services[id];
        const double kept = service.kept * static_cast<double>(regions_of(id));
        if (service.engine == "kms") {
            add(id, BillPart::managed, ChargeMeter::fixed, kept,
                catalog_.service_price("kms", "customer key", region, "key-month"), "keys");
            return add(id, BillPart::managed, ChargeMeter::requests, 1,
                       price_of_one("kms", "requests, symmetric", region, "request", RowIsFor::ten_thousand),
                       "key requests");
        }
        if (service.engine == "secrets-manager") {
            add(id, BillPart::managed, ChargeMeter::fixed, kept,
                catalog_.service_price("secrets-manager", "secret", region, "secret-month"), "secrets");
            return add(id, BillPart::managed, ChargeMeter::requests, 1,
                       price_of_one("secrets-manager", "API requests", region, "request", RowIsFor::ten_thousand),
                       "secret requests");
        }
        plan_.warnings.push_back(
            fmt::format("`{}` is a managed service without a `price`: it is counted as free", service.name));
    }

    /// A list of rules in each region with a balancer, one for all edges; each request is looked at. Prices are the
    /// same everywhere. Source: aws.amazon.com/waf/pricing; AWS blog "Cost-effective ways for securing your web
    /// applications using AWS WAF", "consistent across all AWS Regions".
    void add_firewall(ServiceId id, std::uint32_t rules) {
        constexpr const char* k_anywhere = "us-east-1";
        const double lists = static_cast<double>(regions_of(id));
        add(id, BillPart::managed, ChargeMeter::fixed, lists,
            catalog_.service_price("waf", "web ACL", k_anywhere, "list-month"), "firewall");
        add(id, BillPart::managed, ChargeMeter::fixed, lists * rules,
            catalog_.service_price("waf", "rule", k_anywhere, "rule-month"), "firewall rules");
        add(id, BillPart::managed, ChargeMeter::requests, 1, price_of_one("waf", "requests", k_anywhere, "request"),
            "firewall requests");
    }

    /// In how many regions a service stands; all edges count as one.
    std::size_t regions_of(ServiceId id) const {
        std::vector<LocationId> regions;
        const Range<GroupId> groups = plan_.services[id].groups;
        for (std::uint32_t g = 0; g < groups.count; ++g) {
            const LocationId where = plan_.world.locations[plan_.groups[groups[g]].location].region;
            if (std::find(regions.begin(), regions.end(), where) == regions.end()) {
                regions.push_back(where);
            }
        }
        return regions.size();
    }

    void add_input_output(ServiceId id, const std::string& region) {
        add(id, BillPart::storage, ChargeMeter::requests, 1,
            price_of_one("aurora", "I/O requests, standard", region, "I/O request"), "Aurora I/O requests");
        plan_.assumptions.push_back({fmt::format("services.{}", architecture_.services[id].name), "1 I/O a request",
                                     "how many pages a request reads past the buffers or writes is not known",
                                     "aws.amazon.com/rds/aurora/pricing"});
    }

    /// One balancer in each region, by the hour, and its capacity units. A unit is a gigabyte an hour, of both kinds
    /// (of a network load balancer for TCP); the other measures of a unit (new and active connections, rules) are not
    /// known.
    void add_load_balancer(ServiceId id, const std::string& region) {
        const bool is_network = architecture_.services[id].engine == "nlb";
        add(id, BillPart::managed, ChargeMeter::fixed, static_cast<double>(regions_of(id)) * k_hours_per_month,
            catalog_.service_price("elb", is_network ? "NLB hour" : "ALB hour", region, "h"), "load balancer");
        add(id, BillPart::managed, ChargeMeter::gigabytes, 1,
            catalog_.service_price("elb", is_network ? "NLB LCU" : "ALB LCU", region, "GB"),
            "load balancer capacity units");
        plan_.assumptions.push_back({fmt::format("services.{}", architecture_.services[id].name), "1 GB per LCU-h",
                                     "capacity units are counted by bytes: connections and rules are not modelled",
                                     "aws.amazon.com/elasticloadbalancing/pricing"});
    }

    void add_function(ServiceId id, const std::string& region) {
        const Service& service = architecture_.services[id];
        if (!service.size) {
            plan_.warnings.push_back(fmt::format(
                "`{}` is a function without a size: it is counted as free; write `on: lambda(512 MB)`", service.name));
            return;
        }
        add(id, BillPart::managed, ChargeMeter::requests, 1, price_of_one("lambda", "requests", region, "request"),
            "function requests");
        add(id, BillPart::compute, ChargeMeter::gigabyte_seconds, service.size->memory_gb,
            catalog_.service_price("lambda", "duration, x86", region, "GB-s"), "function duration");
    }

    void warn_of_idle_alarms() {
        for (const AlarmSpec& alarm : plan_.operations.alarms) {
            if (is_of_the_bill(alarm.metric)) {
                plan_.warnings.push_back(fmt::format(
                    "nothing here has a price, so that the alarm {} never fires: a `world`, or `price` of a service",
                    alarm.name));
            }
        }
    }

    /// Each alarm watches one metric; one that looks more often than once a minute is of high resolution.
    /// Source: aws.amazon.com/cloudwatch/pricing, alarms.
    void add_alarms() {
        constexpr double k_standard_s = 60;
        const auto regions = plan_.world.of_kind(LocationKind::region);
        if (!plan_.has_world || regions.empty()) {
            return;
        }
        for (const auto& [component, what, is_high] :
             {std::tuple("alarm, standard resolution", "alarms", false),
              std::tuple("alarm, high resolution", "alarms of high resolution", true)}) {
            const auto alarms = std::count_if(
                plan_.operations.alarms.begin(), plan_.operations.alarms.end(),
                [&, high = is_high](const AlarmSpec& alarm) { return (alarm.window_s < k_standard_s) == high; });
            if (alarms > 0) {
                ChargePlan charge;
                charge.part = BillPart::managed;
                charge.meter = ChargeMeter::fixed;
                charge.amount = static_cast<double>(alarms);
                charge.price = catalog_.service_price("cloudwatch", component,
                                                      plan_.world.locations[regions.front()].id, "alarm-month");
                charge.what = what;
                plan_.charges.push_back(std::move(charge));
            }
        }
    }

    const Architecture& architecture_;
    const Catalog& catalog_;
    Plan& plan_;
};

void compile_value(const Architecture& architecture, Plan& plan) {
    plan.footprint = architecture.footprint;
    if (!architecture.value) {
        return;
    }
    const ValueSpec& spec = *architecture.value;
    ValuePlan value{spec.usd_per_request, spec.usd_per_minute_down, spec.usd_per_incident, spec.usd_per_toil_hour,
                    EndpointId::none()};
    for (std::size_t i = 0; i < plan.endpoints.size(); ++i) {
        if (!spec.transaction.empty() && plan.names.endpoints[index_at<EndpointId>(i)] == spec.transaction) {
            value.transaction = index_at<EndpointId>(i);
        }
    }
    plan.value = value;
}

}  // namespace

TieredPrice flat_price(std::string name, std::string unit, double usd, std::string source) {
    constexpr double k_infinite = std::numeric_limits<double>::infinity();
    return {std::move(name), std::move(unit), {{k_infinite, usd}}, std::move(source), std::nullopt};
}

double spot_discount(const Catalog& catalog, const MachineUse& use, std::string_view remedy, Plan& plan) {
    const auto discount = catalog.spot_discount(use.machine, use.region);
    if (!discount) {
        warn_of_discount(plan, use.machine, "spot", remedy);
        return 0;
    }
    assume(plan, *discount, use.path);
    return discount->value;
}

void compile_charges(const Architecture& architecture, const Catalog& catalog, Plan& plan) {
    Charges(architecture, catalog, plan).compile();
    if (architecture.bill.allowances) {
        compile_allowances(catalog, plan);
    }
    compile_pools(plan);
    compile_agreements(architecture, catalog, plan);
    compile_value(architecture, plan);
}

}  // namespace nines
