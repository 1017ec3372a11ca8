// The words of operations, security, money and owners, each with its choices.

#include "tests/support/generate_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/random/stream.hpp"

namespace nines::support {

namespace {

using Services = std::vector<GeneratedService>;

/// Draws of words.
class Words {
public:
    Words(std::uint64_t number, const char* what) : luck_(Luck{number, 0}, "generate", what) {}

    bool chance(double p) { return luck_.chance(p); }
    std::uint64_t below(std::uint64_t end) { return luck_.below(end); }
    std::string one_of(const std::vector<std::string>& words) { return words[luck_.below(words.size())]; }
    std::string maybe(double p, const std::string& text) { return chance(p) ? text : ""; }
    const GeneratedService& service_of(const Services& services) { return services[luck_.below(services.size())]; }
    std::string times() {
        return one_of({"2 s", "10 s", "exponential(5 s)", "exponential(40 s)", "lognormal(median 8 s sigma 1)"});
    }
    std::string layer() {
        return one_of({"facility", "hardware", "network", "virtualisation", "operating-system", "runtime",
                       "application", "identity", "data", "configuration"});
    }

private:
    Stream luck_;
};

bool has_machine(const GeneratedService& service) {
    return service.fields.find(", on: ") != std::string::npos;
}

bool scales(const GeneratedService& service) {
    return service.fields.find("scale: ") != std::string::npos;
}

bool has_workers(const GeneratedService& service) {
    return service.kind != GeneratedKind::cdn && service.fields.find("workers: unlimited") == std::string::npos;
}

// --- money and owners

constexpr const char* k_all_spot = "{spot: 100 %}";

std::string money_of(Words& words, const GeneratedService& service) {
    std::string text;
    bool is_bought = has_machine(service);
    if (!is_bought && service.kind == GeneratedKind::fleet && words.chance(0.3)) {
        text += ", on: " + words.one_of({"fargate(0.5 vCPU 1 GiB)", "m5.large", "c6g.large", "t3.micro"});
        is_bought = true;
    }
    if (!is_bought && service.kind == GeneratedKind::database && words.chance(0.5)) {
        text += ", on: db.r6g.large" + words.maybe(0.5, ", engine: " + words.one_of({"mysql", "aurora-postgresql"}));
        is_bought = true;
    }
    if (words.chance(0.3)) {
        text += ", price: " + words.one_of({"0.1 USD/h", "{hour: 0.2 USD}", "{million_requests: 3 USD}",
                                            "{hour: 0.1 USD, million_requests: 1 USD, gigabyte: 0.02 USD}"});
        is_bought = is_bought || text.find("USD/h") != std::string::npos || text.find("hour") != std::string::npos;
    }
    if (is_bought && words.chance(0.5)) {
        const bool may_be_spot = service.kind == GeneratedKind::fleet;
        text += ", purchase: " +
                words.one_of({may_be_spot ? "{reserved: 60 %, spot: 20 %}" : "{reserved: 80 %}",
                              may_be_spot ? k_all_spot : "{reserved: 25 %}", "{savings: {share: 30 %, discount: 27 %}}",
                              "{reserved: {share: 50 %, discount: 38 %}, savings: {share: 50 %, "
                              "discount: 10 %}}",
                              "{reserved: 100 %}"});
    }
    if (words.chance(0.2)) {
        text += fmt::format(", layers: {{{}: {}}}", words.layer(), words.one_of({"provider", "customer"}));
    }
    return text;
}

// --- limits

std::string limit_of(Words& words) {
    return words.maybe(
        0.4,
        ", limit: " + words.one_of({"20/s", "100/s", "{rate: 30/s, burst: 3}", "{rate: 10/s, burst: 40.5, per: place}",
                                    "{rate: 15/s, per: client}", "{rate: 600/min, burst: 1, per: client}"}));
}

std::string throttles(Words& words, const Services& services, bool has_world) {
    std::string text;
    for (std::uint64_t i = 0, count = words.below(3); i < count; ++i) {
        std::vector<std::string> targets = {"service/" + words.service_of(services).name, "any service",
                                            "share 50 % of service"};
        if (has_world) {
            targets.insert(targets.end(), {"region/us-east-1", "zone/use1-az1", "any zone", "provider"});
        }
        const std::string more = words.maybe(0.3, ", slow: 2");
        text += fmt::format("  throttle{}: {{target: {}, effect: {{throttle: {}{}}}, {}, for: {}}}\n", i,
                            words.one_of(targets), words.one_of({"5/s", "25/s", "300/s", "30/min"}), more,
                            words.one_of({"at: 15 s", "every: exponential(30 s)",
                                          "every: exponential(20 s), overlap: true", "availability: 80 %"}),
                            words.one_of({"15 s", "exponential(10 s)"}));
    }
    return text;
}

// --- operations

std::string strategy(Words& words) {
    return words.one_of({"all-at-once", "canary(10 % 8 s)", "canary(50 % 3 s)", "rolling(25 % 4 s)",
                         "rolling(100 % 1 s)", "blue-green", "one-zone-at-a-time(6 s)", "one-region-at-a-time(9 s)"});
}

std::string deployment(Words& words, bool has_alarms, bool has_oncall) {
    std::string text = fmt::format("{{every: {}, strategy: {}",
                                   words.one_of({"exponential(20 s)", "30 s", "exponential(60 s)"}), strategy(words));
    text += words.maybe(0.7, ", bake: 8 s");
    if (words.chance(has_alarms ? 0.8 : 0.4)) {
        text += ", bad: 50 %, effect: " +
                words.one_of({"{errors: 40 %}", "{errors: 100 %}", "{slow: 3}", "{errors: 10 %, after: work}", "crash",
                              "down", "{capacity: 50 %}", "{delay: +40 ms}", "{loss: 10 %}", "partition"});
    }
    text += words.maybe(has_oncall ? 0.4 : 0, ", rollback: manual");
    text += words.maybe(0.6, ", takes: " + words.times());
    return text + words.maybe(0.3, ", by_hand: 3 s") + "}";
}

std::string deploys_of(Words& words, const GeneratedService& service, bool has_alarms, bool has_oncall) {
    if (service.kind == GeneratedKind::database || words.chance(0.5)) {
        return "";
    }
    const std::string one = deployment(words, has_alarms, has_oncall);
    return words.chance(0.6)
               ? ", deploy: " + one
               : fmt::format(", deploy: {{code: {}, config: {}}}", one, deployment(words, has_alarms, has_oncall));
}

std::string alarms(Words& words, const Services& services) {
    std::string text = "alarms:\n";
    for (std::uint64_t i = 0, count = 1 + words.below(3); i < count; ++i) {
        const GeneratedService& service = words.service_of(services);
        const std::string at = words.maybe(0.6, "@" + service.name);
        std::string metric = words.one_of({"error_share" + at + ", above: 5 %", "error_share" + at + ", above: 1 %",
                                           "latency" + at + ", above: 60 ms"});
        if (has_workers(service) && words.chance(0.2)) {
            metric = fmt::format("utilization@{}, above: 60 %", service.name);
        }
        text += fmt::format("  alarm{}: {{metric: {}, of: {} s{}{}}}\n", i, metric, 1 + 2 * words.below(4),
                            words.maybe(0.5, ", points: " + words.one_of({"2 of 3", "1 of 2", "3 of 3", "2 of 60"})),
                            words.maybe(0.4, ", missing: " + words.one_of({"ok", "bad", "ignore"})));
    }
    return text;
}

/// Of queues and of the bill.
std::string more_alarms(Words& words, const Services& services) {
    const GeneratedService& service = words.service_of(services);
    std::string metric =
        words.one_of({"cost, above: 0.5 USD/h", "budget, above: 0.002 USD", "cost, above: 0.01 USD/h"});
    if (has_workers(service) && words.chance(0.6)) {
        metric = fmt::format("queue@{}, above: 1.5", service.name);
    }
    return fmt::format("  watch: {{metric: {}, of: {} s{}}}\n", metric, 1 + 2 * words.below(4),
                       words.maybe(0.5, ", points: 2 of 3"));
}

/// Certificates and maintenance, with windows of whole days: some begin while a run goes on.
std::string upkeep_of(Words& words, const GeneratedService& service, bool has_alarms, bool has_oncall) {
    std::string text;
    if (words.chance(0.3)) {
        const bool by_hand = words.chance(0.5);
        std::vector<std::string> ends = {"10 s", "exponential(5 s)"};
        if (has_alarms) {
            ends.emplace_back("restart");
        }
        if (has_alarms && has_oncall) {
            ends.emplace_back("human");
        }
        text += fmt::format(", certificate: {{valid: {}, renew: {}, missed: {}, repair: {}}}",
                            words.one_of({"20 s", "90 s"}), by_hand ? "by-hand, takes: 5 s" : "automatic",
                            words.one_of({"0 %", "30 %", "100 %"}), words.one_of(ends));
    }
    if (words.chance(0.3)) {
        const std::string leaves = has_workers(service) ? words.one_of({"0 %", "30 %", "50 %"}) : "0 %";
        text += fmt::format(", maintenance: {{every: {}, at: 00:00, takes: {}, leaves: {}{}}}",
                            words.one_of({"1 d", "2 d"}), words.one_of({"5 s", "20 s"}), leaves,
                            words.maybe(0.5, ", places: all"));
    }
    return text;
}

std::string oncall(Words& words) {
    std::string text = fmt::format("oncall: {{acknowledge: {}, diagnose: {}", words.times(), words.times());
    text += words.maybe(0.4, ", wrong: 30 %") +
            words.maybe(0.4, words.one_of({", night: {from: 22:00, to: 07:00, slower: 2, diagnose: 1.5}",
                                           ", night: {from: 00:00, to: 00:01, slower: 3}",
                                           ", night: {from: 08:00, to: 08:00, slower: 1}"})) +
            words.maybe(0.4, words.one_of({", game_days: {every: 30 s, shorten: 30 %, lasts: 20 s, takes: 5 s}",
                                           ", game_days: {every: 20 s, shorten: 100 %, lasts: 50 s}"}));
    return text + "}\n";
}

std::string runbooks(Words& words, bool has_oncall) {
    const std::string error = has_oncall ? words.maybe(0.6, ", error: 40 %") : "";
    std::string text = fmt::format("runbooks:\n  restart: {{automatic: true, takes: {}{}}}\n", words.times(), error);
    return text + (has_oncall ? fmt::format("  by-hand: {{takes: {}, error: 10 %}}\n", words.times()) : "");
}

std::string target_of(Words& words, const GeneratedService& service, bool has_world) {
    std::vector<std::string> targets = {"service/" + service.name, "any instance of " + service.name, "any service"};
    if (has_world) {
        targets.insert(targets.end(), {"zone/use1-az1", "any zone", "control/us-east-1", "domain/shared"});
    }
    if (!scales(service)) {
        targets.push_back("share 50 % of instance of " + service.name);
    }
    return words.one_of(targets);
}

/// Faults that somebody or something ends, that stand on a layer, and that hit what only scaling uses.
std::string more_faults(Words& words, const Services& services, bool has_world, bool has_alarms, bool has_oncall) {
    std::string text;
    for (std::uint64_t i = 0, count = 1 + words.below(3); i < count; ++i) {
        const std::string target = target_of(words, words.service_of(services), has_world);
        const bool may_refuse_capacity =
            target.starts_with("service/") || target.starts_with("control/") || target.starts_with("zone/");
        std::string effect =
            target.starts_with("control/")
                ? words.one_of({"down", "crash", "no-new-capacity"})
                : words.one_of({"crash", "down", "{errors: 60 %}", "{slow: 4}", "{delay: +50 ms}", "{loss: 20 %}"});
        if (may_refuse_capacity && words.chance(0.3)) {
            effect = "no-new-capacity";
        }
        std::string ends = "for: " + words.one_of({"forever", "15 s", "exponential(10 s)"});
        if (has_alarms && words.chance(0.7)) {
            ends = "repair: " + (has_oncall ? words.one_of({"human", "restart", "by-hand"}) : std::string("restart"));
        }
        text += fmt::format("  more{}: {{target: {}, effect: {}, {}, {}{}}}\n", i, target, effect,
                            words.one_of({"at: 15 s", "at: 0 s", "every: exponential(30 s)", "every: 25 s",
                                          "every: exponential(20 s), overlap: true"}),
                            ends, words.maybe(0.4, ", layer: " + words.layer()));
    }
    return text;
}

// --- security

std::string security_of(Words& words, const Services& services, std::size_t i) {
    std::string text;
    const GeneratedService& service = services[i];
    if (words.chance(service.kind == GeneratedKind::database ? 0.8 : 0.3)) {
        const bool has_size = words.chance(0.7);
        text += ", data: {records: " + words.one_of({"0", "1", "1000", "40000000"});
        text += has_size ? ", size: " + words.one_of({"2 GB", "1 kB", "3 TB"}) : "";
        text += has_size ? words.maybe(0.5, ", growth: " + words.one_of({"40 GB/month", "1 MB/s", "2 TB/d"})) : "";
        text += words.maybe(0.5, ", class: personal") + words.maybe(0.5, ", usd_per_record: 3 USD") +
                words.maybe(0.3, ", rebuild: 12 s") +
                words.maybe(0.5, ", encrypted: " +
                                     words.one_of({"{rest: true, transit: true}", "{rest: true}", "{transit: true}"})) +
                "}";
        text += has_size ? words.maybe(0.6, ", backup: {every: " + words.one_of({"5 s", "1 min", "1 h"}) +
                                                ", restore: " + words.one_of({"1 GB/s", "100 MB/s"}) +
                                                words.maybe(0.5, ", keep: 2 h") +
                                                words.maybe(0.5, ", own-credentials: true") + "}")
                         : "";
    }
    text += words.maybe(0.4, ", patch: {every: 60 s" + words.maybe(0.7, ", takes: 20 s") + "}");
    text += words.maybe(0.3, ", absorb: " + words.one_of({"500/s", "60/s", "20/s, filter: 80 %"}));
    if (words.chance(0.2)) {
        text += ", network: {from: [internet";
        for (std::size_t before = 0; before < i; ++before) {
            text += ", " + services[before].name;
        }
        text += ", extra]}";
    }
    return text;
}

/// One identity for some services, that may what they call and something else; and a person's.
std::string identities(Words& words, Words& roles, const Services& services, std::vector<std::string>& names) {
    std::string text = "identities:\n";
    for (const GeneratedService& service : services) {
        if (words.chance(0.5)) {
            continue;
        }
        names.push_back(service.name + "-role");
        const std::string& other = words.service_of(services).name;
        std::string may = words.one_of({other, "deploy " + other, "all", "admin"});
        for (const std::string& call : service.calls) {
            may += ", " + call;
        }
        may += roles.maybe(0.3, ", assume " + roles.one_of({"person", names.front()}));
        text += fmt::format("  {}: {{of: {}, may: [{}]{}}}\n", names.back(), service.name, may,
                            words.maybe(0.5, ", rotate: 40 s"));
    }
    names.emplace_back("person");
    return text + fmt::format("  person: {{may: [deploy {}, {}]}}\n", words.service_of(services).name,
                              words.one_of({"admin", "all", services.front().name}));
}

/// What a flood is sent to: what users call, or a service, or one endpoint of it.
std::string flooded(Words& words, const Services& services) {
    const GeneratedService& service = words.service_of(services);
    return words.one_of(
        {"", "", ", of: " + service.name, fmt::format(", of: [{}.{}]", service.name, service.endpoints.front())});
}

/// Floods that nobody threatens with.
std::string flood_faults(Words& words, const Services& services) {
    std::string text;
    for (std::uint64_t i = 0, count = words.below(3); i < count; ++i) {
        text += fmt::format(
            "  flood{}: {{target: service/{}, effect: {{flood: {}{}}}, {}, for: {}}}\n", i,
            words.service_of(services).name, words.one_of({"60/s", "300/s"}), words.maybe(0.2, ", slow: 2"),
            words.one_of({"at: 15 s", "every: exponential(30 s)", "every: exponential(20 s), overlap: true"}),
            words.one_of({"forever", "15 s", "exponential(10 s)"}));
    }
    return text;
}

std::string threat_fields(Words& words, const Services& services, const std::vector<std::string>& identities,
                          const std::string& holder) {
    const std::string course = words.maybe(0.7, ", detect: " + words.times() + words.maybe(0.6, ", contain: 5 s"));
    const std::string hop = words.maybe(0.5, ", hop: exponential(3 s)");
    const std::string reads = words.maybe(0.5, ", reads: 20/s");
    const std::string identity = words.one_of(identities);
    const std::string overlap = words.maybe(0.3, ", overlap: false");
    const auto on_data = [&](const std::string& kind, const std::string& more) {
        return holder.empty() ? "kind: insider, identity: person"
                              : fmt::format("kind: {}, of: {}{}", kind, holder, more);
    };
    switch (words.below(8)) {
        case 0:
            return fmt::format("identity: {}{}{}{}{}{}", identity, course, hop, reads, overlap,
                               words.maybe(0.4, ", use: exponential(4 s)"));
        case 1:
            return fmt::format("layer: {}, to_exploit: {}{}{}{}{}", words.layer(), words.times(), course, hop, reads,
                               words.maybe(0.3, ", of: " + words.service_of(services).name));
        case 2:
            return fmt::format("kind: insider, identity: {}{}{}{}{}", identity, course, hop, reads, overlap);
        case 3:
            return words.chance(0.5) ? fmt::format("kind: ransomware, identity: {}{}{}", identity, course, hop)
                                     : on_data("ransomware", course);
        case 4:
            return words.chance(0.5) ? fmt::format("kind: deletion, identity: {}{}", identity, course)
                                     : on_data("deletion", course);
        case 5:
            return on_data("theft", "");
        case 6:
            return on_data("tap", ", reads: 100/s" + course + overlap);
        default:
            return fmt::format("rate: {}, for: {}{}{}", words.one_of({"100/s", "1000/s"}), words.times(), overlap,
                               flooded(words, services));
    }
}

std::string threats(Words& words, const Services& services, const std::vector<std::string>& identities,
                    const std::string& holder) {
    std::string text = "threats:\n";
    for (std::uint64_t i = 0, count = 1 + words.below(4); i < count; ++i) {
        std::string fields = threat_fields(words, services, identities, holder);
        if (fields.find("layer: ") == std::string::npos) {
            fields += words.maybe(0.2, ", layer: " + words.layer());
        }
        const bool overlaps = fields.find("overlap: false") == std::string::npos;
        text += fmt::format("  threat{}: {{{}, {}}}\n", i, fields,
                            overlaps && words.chance(0.3)
                                ? words.one_of({"at: 30 s", "at: 0"})
                                : "every: " + words.one_of({"exponential(20 s)", "45 s", "exponential(100 s)"}));
    }
    return text;
}

// --- kinds that are bought by use, and places beside regions

/// A front with a gateway, a function and somebody else's service behind it, and users of its own.
void add_managed(Words& words, const GeneratedService& first, bool has_world, bool two_regions, MoreWords& more) {
    const std::string in = has_world ? ", in: {region: us-east-1, zones: 2}" : "";
    more.services += fmt::format(
        "  extra: {{kind: load-balancer{}, endpoints: {{page: {{steps: [{{call: gate.out, timeout: 2 s}}, "
        "{{call: {}.{}, timeout: 300 ms, optional: true}}]}}}}}}\n",
        in, first.name, first.endpoints.front());
    more.services += fmt::format(
        "  gate: {{kind: nat{}, endpoints: {{out: {{steps: [{{parallel: [{{call: resize.run}}, {{call: mail.send, "
        "optional: true}}]}}]}}}}}}\n",
        in);
    more.services +=
        fmt::format("  resize: {{kind: function, on: lambda({}), endpoints: {{run: {{steps: [{{work: {}}}]}}}}}}\n",
                    words.one_of({"512 MB", "128 MB", "2 GiB"}), words.one_of({"120 ms", "exponential(30 ms)"}));
    more.services +=
        fmt::format("  mail: {{kind: managed{}, endpoints: {{send: {{steps: [{{work: 5 ms}}]}}}}}}\n",
                    words.maybe(0.8, ", price: {million_requests: 1 USD, gigabyte: 0.02 USD}, engine: sqs"));
    more.demand += fmt::format("  extras: {{calls: extra.page, rate: 15/s{}}}\n", words.maybe(0.5, ", timeout: 1 s"));
    if (two_regions && words.chance(0.6)) {
        more.services +=
            "  outpost: {kind: fleet, workers: 2, in: {region: us-west-2, zones: [usw2-lax1-az1]}, endpoints: {op: "
            "{steps: "
            "[{work: 3 ms}]}}}\n";
        more.demand += "  near: {calls: outpost.op, rate: 8/s, from: {usw2-lax1-az1: 100 %}}\n";
    }
}

std::string value(Words& words, const GeneratedService& first) {
    return fmt::format("value: {{request: 2 USD, minute_down: 30 USD{}{}}}\n", words.maybe(0.5, ", incident: 7 USD"),
                       words.maybe(0.5, fmt::format(", transaction: {}.{}", first.name, first.endpoints.front())));
}

std::string bill(std::uint64_t number, bool has_world) {
    Words words(number, "bill");
    return words.maybe(0.3, has_world ? words.one_of({"bill: {allowances: true}\n", "bill: {allowances: false}\n"})
                                      : "bill: {allowances: false}\n");
}

/// Machines that are taken back: of services that stand on nothing else.
std::string reclaims(Words& words, const Services& services, const std::vector<std::string>& fields) {
    std::string text;
    for (std::size_t i = 0; i < services.size(); ++i) {
        if (fields[i].find(k_all_spot) != std::string::npos && words.chance(0.8)) {
            text += fmt::format(
                "  taken{}: {{target: {}{}, effect: {}, {}, for: {}}}\n", i,
                words.one_of({"service/", "any instance of "}), services[i].name,
                words.one_of({"{reclaim: 5 s}", "{reclaim: 0 s}", "reclaim"}),
                words.one_of({"at: 15 s", "every: exponential(30 s)", "every: exponential(20 s), overlap: true"}),
                words.one_of({"forever", "15 s", "exponential(40 s)"}));
        }
    }
    return text;
}

std::string jobs(Words& words, bool has_world) {
    const std::string place = has_world ? words.one_of({"on: m5.large, in: {region: us-east-1}",
                                                        "on: fargate(1 vCPU 2 GiB), in: {region: us-east-1}"})
                                        : "power: {idle: 50 W, full: 90 W}, price: 1 USD/h";
    return fmt::format("jobs: {{batch: {{{}, instances: {}, work: {}, {}{}{}{}}}}}\n", place, 1 + words.below(3),
                       words.times(), words.one_of({"every: exponential(20 s)", "every: 30 s", "at: 5 s"}),
                       words.maybe(0.5, ", within: 25 s"),
                       words.maybe(0.6, ", spot: {reclaim: exponential(10 s), discount: 60 %}, restart: 1 s"),
                       words.maybe(0.5, ", checkpoint: {every: 3 s, takes: 500 ms}"));
}

}  // namespace

MoreWords more_words(std::uint64_t number, const std::vector<GeneratedService>& services, bool has_world,
                     bool two_regions) {
    Words money(number, "money"), security(number, "security"), operations(number, "operations");
    Words upkeep(number, "upkeep"), roles(number, "roles");
    MoreWords more;
    const bool has_extras = money.chance(0.4);
    if (has_extras) {
        add_managed(money, services.front(), has_world, two_regions, more);
    }
    const bool has_alarms = operations.chance(0.8);
    const bool has_oncall = operations.chance(0.7);
    std::string holder;
    for (std::size_t i = 0; i < services.size(); ++i) {
        std::string guarded = security_of(security, services, i);
        if (const auto at = guarded.find(", extra]"); at != std::string::npos && !has_extras) {
            guarded.erase(at, std::string(", extra").size());
        }
        holder = guarded.find("data: ") != std::string::npos ? services[i].name : holder;
        more.of_services.push_back(money_of(money, services[i]) + guarded +
                                   deploys_of(operations, services[i], has_alarms, has_oncall) +
                                   upkeep_of(upkeep, services[i], has_alarms, has_oncall));
    }
    more.faults = more_faults(operations, services, has_world, has_alarms, has_oncall);
    Words spot(number, "reclaims"), batch(number, "jobs"), limits(number, "limits");
    for (std::string& fields : more.of_services) {
        fields += limit_of(limits);
    }
    more.faults += throttles(limits, services, has_world);
    more.faults += reclaims(spot, services, more.of_services);
    Words floods(number, "floods");
    more.faults += floods.chance(0.3) ? flood_faults(floods, services) : "";
    more.sections += batch.chance(0.4) ? jobs(batch, has_world) : "";
    if (more.faults.find("domain/shared") != std::string::npos) {
        more.sections += fmt::format("domains: {{shared: [service/{}, zone/use1-az2]}}\n", services.back().name);
    }
    Words watching(number, "watching");
    more.sections += has_alarms ? alarms(operations, services) : "";
    more.sections += has_alarms && watching.chance(0.5) ? more_alarms(watching, services) : "";
    more.sections += has_oncall ? oncall(operations) : "";
    more.sections += runbooks(operations, has_oncall);
    std::vector<std::string> names;
    more.sections += identities(security, roles, services, names);
    more.sections += security.chance(0.8) ? threats(security, services, names, holder) : "";
    more.sections += money.chance(0.7) ? value(money, services.front()) : "";
    more.sections += bill(number, has_world);
    return more;
}

}  // namespace nines::support
