// `purchase`, `price` and `power` of services, and `value`: what things cost, and what their loss costs.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/architecture/readers.hpp"
#include "models/language/expression_text.hpp"

namespace nines {

namespace {

/// Source: aws.amazon.com/lambda/pricing, duration rounded up to the nearest 1 ms (since December 2020).
constexpr double k_function_granule_s = 1e-3;

/// `reserved: 60 %`, or `{share: 60 %, discount: 38 %}`.
Commitment read_commitment(const ReadContext& context, const Field& field) {
    Commitment commitment;
    if (field.node == nullptr) {
        return commitment;
    }
    if (!field.node->is_mapping()) {
        commitment.share = read_share(context, *field.node, field.path).value_or(0);
        return commitment;
    }
    MappingReader reader(*field.node, field.path, context.problems, "a way of buying");
    if (const Node* share = reader.required("share")) {
        commitment.share = read_share(context, *share, reader.path_of("share")).value_or(0);
    }
    if (const Node* discount = reader.optional("discount")) {
        commitment.discount = read_share(context, *discount, reader.path_of("discount"));
    }
    reader.finish();
    return commitment;
}

void read_purchase(const ReadContext& context, MappingReader& service_reader, Service& service) {
    const Node* node = service_reader.optional("purchase");
    if (node == nullptr) {
        return;
    }
    const std::string path = service_reader.path_of("purchase");
    MappingReader reader(*node, path, context.problems, "a purchase mix");
    service.purchase.reserved = read_commitment(context, reader.field("reserved"));
    service.purchase.savings = read_commitment(context, reader.field("savings"));
    service.purchase.spot = read_commitment(context, reader.field("spot"));
    reader.finish();
    if (service.purchase.committed() + service.purchase.spot.share > 1 + 1e-9) {
        context.problem(*node, path, "`reserved`, `savings` and `spot` together are more than 100 %");
    }
    if (service.machine.empty() && !service.price.usd_per_h) {
        context.problem(*node, path, "what is bought has no price: write `on` or `price`");
    }
    if (service.purchase.spot.share > 0 && service.kind != ServiceKind::fleet) {
        context.problem(*node, path,
                        "only the instances of a fleet are sold on spot: nodes of databases and caches are not");
    }
    if (service.purchase.savings.share > 0 && !service.purchase.savings.discount) {
        context.problem(*node, path,
                        "the catalogue has no discounts of savings plans: write `savings: {share: 30 %, "
                        "discount: 27 %}`");
    }
}

/// What only functions have: a price of memory times time, and the granule by which time is billed.
void read_price_of_time(const ReadContext& context, MappingReader& reader, Service& service) {
    const Field second = reader.field("gigabyte_second");
    const Field granule = reader.field("granule");
    for (const Field& field : {second, granule}) {
        if (field.node != nullptr && service.kind != ServiceKind::function) {
            context.problem(*field.node, field.path, "only a function is billed by the time of its requests");
            return;
        }
    }
    if (second.node != nullptr) {
        service.price.usd_per_gb_s = read_quantity(*second.node, second.path, Dimension::money, context.problems);
        if (!service.size) {
            context.problem(*second.node, second.path,
                            "the memory of the function is not known: write `on: lambda(512 MB)`");
        }
    }
    if (granule.node != nullptr) {
        const auto granule_s = read_quantity(*granule.node, granule.path, Dimension::time, context.problems);
        if (granule_s && (*granule_s < 1e-9 || *granule_s > k_seconds_per_hour)) {
            context.problem(*granule.node, granule.path, "a granule is from 1 ns (no rounding) to 1 h");
        }
        service.price.granule_s = granule_s.value_or(k_function_granule_s);
    }
}

double read_money(const ReadContext& context, MappingReader& reader, std::string_view key) {
    const Node* node = reader.optional(key);
    return node == nullptr ? 0
                           : read_quantity(*node, reader.path_of(key), Dimension::money, context.problems).value_or(0);
}

bool is_share_text(std::string_view text) {
    return text.ends_with('%');
}

/// The share of a point, in hundredths of a percent; a problem at its key where it is none.
std::optional<std::uint32_t> read_point_share(const ReadContext& context, const Entry& entry, const std::string& path) {
    const auto share = parse_quantity(entry.key, Dimension::fraction);
    const double parts = share ? *share * PowerSpec::k_whole : -1;
    if (parts < 0 || parts > PowerSpec::k_whole || std::abs(parts - std::round(parts)) > 1e-6) {
        context.problems.add(entry.key_place, path,
                             fmt::format("expected a share of the workers such as `30 %`, from 0 % to 100 % and to a "
                                         "hundredth of a percent, found `{}`",
                                         entry.key));
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(std::lround(parts));
}

/// `{0 %: 60 W, 10 %: 110 W, ..., 100 %: 330 W}`
std::optional<PowerSpec> read_power_curve(const ReadContext& context, const Node& node, const std::string& path) {
    std::vector<PowerPoint> points;
    bool is_sound = true;
    for (const Entry& entry : node.entries) {
        const std::string at = join_path(path, entry.key);
        const auto share = read_point_share(context, entry, at);
        const auto watts = read_quantity(entry.value, at, Dimension::power, context.problems);
        is_sound = is_sound && share && watts;
        if (!is_sound) {
            continue;
        }
        if (!points.empty() && (*share <= points.back().share || *watts < points.back().watts)) {
            context.problems.add(entry.key_place, at,
                                 "points of a power curve go up: a larger share of the workers than the one before, "
                                 "and no fewer watts");
            is_sound = false;
        }
        points.push_back({*share, *watts});
    }
    if (!is_sound) {
        return std::nullopt;
    }
    if (points.size() > PowerSpec::k_points_most || points.front().share != 0 ||
        points.back().share != PowerSpec::k_whole) {
        context.problem(node, path,
                        fmt::format("a power curve begins with `0 %` and ends with `100 %`, and has at most {} points",
                                    PowerSpec::k_points_most));
        return std::nullopt;
    }
    return PowerSpec(std::move(points));
}

}  // namespace

void read_price(const ReadContext& context, MappingReader& service_reader, Service& service) {
    service.price.granule_s = service.kind == ServiceKind::function ? k_function_granule_s : 0;
    const Node* node = service_reader.optional("price");
    if (node == nullptr) {
        return;
    }
    const std::string path = service_reader.path_of("price");
    if (!node->is_mapping()) {
        service.price.usd_per_h = read_quantity(*node, path, Dimension::money_per_time, context.problems);
        return;
    }
    MappingReader reader(*node, path, context.problems, "a price");
    if (const Node* hour = reader.optional("hour")) {
        service.price.usd_per_h = read_quantity(*hour, reader.path_of("hour"), Dimension::money, context.problems);
    }
    if (const Node* million = reader.optional("million_requests")) {
        const auto usd =
            read_quantity(*million, reader.path_of("million_requests"), Dimension::money, context.problems);
        service.price.usd_per_request = usd ? std::optional(*usd / 1e6) : std::nullopt;
    }
    if (const Node* gigabyte = reader.optional("gigabyte")) {
        service.price.usd_per_gb =
            read_quantity(*gigabyte, reader.path_of("gigabyte"), Dimension::money, context.problems);
    }
    read_price_of_time(context, reader, service);
    reader.finish();
}

void read_power(const ReadContext& context, MappingReader& service_reader, Service& service) {
    const Node* node = service_reader.optional("power");
    if (node == nullptr) {
        return;
    }
    if (std::any_of(node->entries.begin(), node->entries.end(),
                    [](const Entry& entry) { return is_share_text(entry.key); })) {
        service.power = read_power_curve(context, *node, service_reader.path_of("power"));
        return;
    }
    MappingReader reader(*node, service_reader.path_of("power"), context.problems, "`power`");
    const auto watts = [&](std::string_view key, const Node* value) {
        return value == nullptr ? std::nullopt
                                : read_quantity(*value, reader.path_of(key), Dimension::power, context.problems);
    };
    const auto idle = watts("idle", reader.required("idle"));
    const Node* half_node = reader.optional("half");
    const auto half = watts("half", half_node);
    const auto full = watts("full", reader.required("full"));
    reader.finish();
    if (!idle || !full || (half_node != nullptr && !half)) {
        return;
    }
    const double middle = half.value_or((*idle + *full) / 2);
    if (*idle > middle || middle > *full) {
        context.problem(*node, reader.path(), "a busy machine draws no less: `idle`, `half` and `full` must not fall");
        return;
    }
    service.power = PowerSpec::of(*idle, middle, *full);
}

/// Memory that a task of so many vCPUs may have, in GiB. Source: Amazon ECS Developer Guide, "Task CPU and memory".
struct FargateSize {
    double vcpus, least, most, step;
};
constexpr std::array<FargateSize, 7> k_fargate_sizes{{{0.25, 0.5, 2, 0.5},
                                                      {0.5, 1, 4, 1},
                                                      {1, 2, 8, 1},
                                                      {2, 4, 16, 1},
                                                      {4, 8, 30, 1},
                                                      {8, 16, 60, 4},
                                                      {16, 32, 120, 8}}};

/// What there is of so many vCPUs, where the size is none that there is.
std::optional<std::string> why_no_fargate_size(double vcpus, double memory_gib) {
    const auto* const found = std::find_if(k_fargate_sizes.begin(), k_fargate_sizes.end(),
                                           [&](const FargateSize& size) { return size.vcpus == vcpus; });
    if (found == k_fargate_sizes.end()) {
        return "a task of 0.25, 0.5, 1, 2, 4, 8 or 16 vCPU";
    }
    const double steps = (memory_gib - found->least) / found->step;
    const bool is_smallest = vcpus == 0.25;  // 0.5, 1 or 2 GiB
    const bool fits = memory_gib >= found->least && memory_gib <= found->most && steps == std::floor(steps) &&
                      !(is_smallest && memory_gib == 1.5);
    return fits ? std::nullopt
                : std::optional(fmt::format("{:g} to {:g} GiB for {:g} vCPU, by steps of {:g} GiB", found->least,
                                            found->most, vcpus, is_smallest ? found->least : found->step));
}

std::optional<SizeSpec> read_size(const Node& node, const std::string& path, Problems& problems) {
    constexpr double k_bytes_per_gib = 1073741824;
    const auto tokens = parse_tokens(node.text);
    const auto wrong = [&](std::string_view wanted) -> std::optional<SizeSpec> {
        add_expected(node, path, wanted, problems);
        return std::nullopt;
    };
    if (!tokens || tokens->size() != 1 || !tokens->front().is_call) {
        return wrong("a size such as `fargate(0.5 vCPU 1 GiB)` or `lambda(512 MB)`");
    }
    const std::vector<Token>& arguments = tokens->front().arguments;
    const auto bytes = [&](std::size_t at) {
        return parse_quantity(fmt::format("{} {}", arguments[at].text, arguments[at + 1].text), Dimension::bytes);
    };
    SizeSpec size;
    if (tokens->front().text == "lambda") {
        size.kind = SizeSpec::Kind::lambda;
        const auto memory = arguments.size() == 2 ? bytes(0) : unexpected(std::string());
        if (!memory || *memory < 128e6 || *memory > 10240 * 1048576.0) {
            return wrong("a size from `lambda(128 MB)` to `lambda(10240 MiB)`");
        }
        // A function's megabytes are of 2^20 bytes, whichever way they are written.
        const bool binary = arguments[1].text.find('i') != std::string::npos;
        size.memory_gb = binary ? *memory / k_bytes_per_gib : *memory / 1e6 / 1024;
        size.vcpus = size.memory_gb * 1024 / 1769;
        return size;
    }
    const auto vcpus = arguments.size() == 4 && arguments[1].text == "vCPU"
                           ? parse_quantity(arguments[0].text, Dimension::number)
                           : unexpected(std::string());
    const auto memory = vcpus ? bytes(2) : unexpected(std::string());
    if (!vcpus || !memory || *vcpus < 0.25 || *vcpus > 16 || *memory < 0.5e9 || *memory > 120 * k_bytes_per_gib) {
        return wrong("a size such as `fargate(0.5 vCPU 1 GiB)`, from 0.25 to 16 vCPU and up to 120 GiB");
    }
    size.vcpus = *vcpus;
    // Amazon's gigabytes are of 2^30 bytes, whichever way they are written.
    const bool binary = arguments[3].text.find('i') != std::string::npos;
    size.memory_gb = binary ? *memory / k_bytes_per_gib : *memory / 1e9;
    if (const auto wanted = why_no_fargate_size(size.vcpus, size.memory_gb)) {
        return wrong(*wanted);
    }
    return size;
}

/// `firewall: {rules: 12}`, of what users' requests come to first.
void read_firewall(const ReadContext& context, MappingReader& service_reader, Service& service) {
    constexpr int k_rules_max = 10'000;
    const Node* node = service_reader.optional("firewall");
    if (node == nullptr) {
        return;
    }
    const std::string path = service_reader.path_of("firewall");
    if (service.kind != ServiceKind::load_balancer && service.kind != ServiceKind::cdn) {
        context.problem(*node, path, "a firewall stands before a load-balancer or a cdn");
        return;
    }
    MappingReader reader(*node, path, context.problems, "a firewall");
    if (const Node* rules = reader.required("rules")) {
        const auto count = read_count(*rules, reader.path_of("rules"), 1, k_rules_max, context.problems);
        service.firewall = FirewallSpec{static_cast<std::uint32_t>(count.value_or(1))};
    }
    reader.finish();
}

void read_service_money(const ReadContext& context, MappingReader& reader, Service& service) {
    read_price(context, reader, service);
    read_firewall(context, reader, service);
    read_purchase(context, reader, service);
    read_power(context, reader, service);
}

void read_bill(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    MappingReader reader(*node, "bill", context.problems, "`bill`");
    if (const Node* allowances = reader.optional("allowances")) {
        context.architecture.bill.allowances =
            read_bool(*allowances, reader.path_of("allowances"), context.problems).value_or(false);
        if (context.architecture.bill.allowances && !context.architecture.has_world) {
            context.problem(*allowances, reader.path_of("allowances"),
                            "allowances are of the catalogue's prices, which need a `world`");
        }
    }
    reader.finish();
}

void read_footprint(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    MappingReader reader(*node, "footprint", context.problems, "`footprint`");
    FootprintSpec& footprint = context.architecture.footprint;
    if (const Node* life = reader.optional("lifetime")) {
        const std::string path = reader.path_of("lifetime");
        const auto life_s = read_quantity(*life, path, Dimension::time, context.problems);
        if (life_s && *life_s < k_seconds_per_day) {
            context.problem(*life, path, "machines are kept for a day at least, such as `6 yr`");
        } else {
            footprint.machine_life_s = life_s.value_or(footprint.machine_life_s);
        }
    }
    if (const Node* renewable = reader.optional("renewable")) {
        footprint.renewable = read_share(context, *renewable, reader.path_of("renewable")).value_or(0);
    }
    reader.finish();
}

void read_value(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    MappingReader reader(*node, "value", context.problems, "what things are worth");
    ValueSpec value;
    value.usd_per_request = read_money(context, reader, "request");
    value.usd_per_minute_down = read_money(context, reader, "minute_down");
    value.usd_per_incident = read_money(context, reader, "incident");
    value.usd_per_toil_hour = read_money(context, reader, "toil_hour");
    if (const Node* transaction = reader.optional("transaction")) {
        const auto text = read_text(*transaction, reader.path_of("transaction"), context.problems);
        const Architecture& architecture = context.architecture;
        std::vector<std::string> names;
        for (std::size_t i = 0; i < architecture.endpoints.size(); ++i) {
            names.push_back(architecture.endpoint_name(index_at<EndpointId>(i)));
        }
        if (text && std::find(names.begin(), names.end(), *text) == names.end()) {
            add_wrong_word(*transaction, reader.path_of("transaction"), "an endpoint, such as `web.checkout`",
                           std::move(names), context.problems);
        }
        value.transaction = text.value_or("");
    }
    reader.finish();
    context.architecture.value = std::move(value);
}

}  // namespace nines
