// Random valid scenarios. A small writer of flow-style YAML: each part is one line.

#include "tests/support/generate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "engine/random/stream.hpp"
#include "tests/support/generate_words.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {

namespace {

using Kind = GeneratedKind;

class Generator {
public:
    explicit Generator(std::uint64_t number)
        : number_(number),
          luck_(Luck{number, 0}, "generate", "scenario"),
          scale_luck_(Luck{number, 0}, "generate", "scale"),
          quota_luck_(Luck{number, 0}, "generate", "quota"),
          schedule_luck_(Luck{number, 0}, "generate", "schedule") {}

    Generated scenario(const std::string& extra_services, Vocabulary vocabulary) {
        vocabulary_ = vocabulary;
        has_world_ = chance(0.5);
        two_regions_ = has_world_ && chance(0.3);
        services_.resize(2 + luck_.below(4));
        for (std::size_t i = 0; i < services_.size(); ++i) {
            name_service(i);
        }
        std::string text = "nines: 1\nname: generated\n";
        if (has_world_) {
            text += fmt::format("world: {{provider: aws, regions: [{}], edges: [IAD, SFO]}}\n",
                                two_regions_ ? "us-east-1, us-west-2" : "us-east-1");
        }
        for (std::size_t i = 0; i < services_.size(); ++i) {
            services_[i].fields = service(i);
        }
        const std::string fault = faults();
        const std::string demand = demands();
        const MoreWords more =
            vocabulary == Vocabulary::all ? more_words(number_, services_, has_world_, two_regions_) : MoreWords();
        text += "services:\n";
        for (std::size_t i = 0; i < services_.size(); ++i) {
            text += fmt::format("  {}: {{{}{}}}\n", services_[i].name, services_[i].fields,
                                more.of_services.empty() ? "" : more.of_services[i]);
        }
        text += more.services + extra_services + "demand:\n" + demand + more.demand + "faults:\n" + fault +
                more.faults + more.sections;
        text += fmt::format("run: {{fidelity: requests, warmup: {} s, horizon: {} s}}\n", 5 * luck_.below(4),
                            120 + 30 * luck_.below(4));
        return {text, has_world_};
    }

private:
    bool chance(double p) { return luck_.chance(p); }

    std::string one_of(const std::vector<std::string>& words) { return words[luck_.below(words.size())]; }

    std::string work() {
        return one_of({"5 ms", "exponential(10 ms)", "lognormal(mean 20 ms cv 1)", "uniform(1 ms 9 ms)",
                       "erlang(3 mean 8 ms)", "gamma(mean 6 ms cv 0.7)", "hyperexponential(mean 10 ms cv 2)",
                       "weibull(scale 5 ms shape 0.8)", "mixture(90 % 2 ms 10 % exponential(60 ms))"});
    }

    void name_service(std::size_t i) {
        GeneratedService& made = services_[i];
        made.name = fmt::format("s{}", i);
        made.zone = has_world_ ? "use1-az1" : "";
        const bool last = i + 1 == services_.size();
        if (i == 0 && has_world_ && chance(0.3)) {
            made.kind = Kind::cdn;
            made.zone = "";
        } else if (last && chance(0.5)) {
            made.kind = Kind::database;
        } else if (i > 0 && chance(0.15)) {
            made.kind = Kind::cache;
        }
        made.endpoints =
            made.kind == Kind::database ? std::vector<std::string>{"read", "write"} : std::vector<std::string>{"op"};
        if (chance(0.3) && made.kind == Kind::fleet) {
            made.endpoints.push_back("other");
        }
    }

    std::string health() {
        return chance(0.3) ? "instant"
                           : fmt::format("{{every: {} s, timeout: 1 s, fail: {}, pass: {}}}", 2 + luck_.below(5),
                                         1 + luck_.below(3), 1 + luck_.below(2));
    }

    std::string retry() {
        std::string text = fmt::format("retry: {{attempts: {}", 1 + luck_.below(4));
        if (chance(0.6)) {
            text += ", backoff: " + one_of({"exponential(20 ms cap 1 s)", "fixed(50 ms)", "fixed(exponential(80 ms))"});
            text += ", jitter: " + one_of({"none", "equal", "full", "decorrelated"});
        }
        return text + (chance(0.4) ? ", budget: 20 %}" : "}");
    }

    std::string policy() {
        std::string text;
        text += chance(0.6) ? fmt::format(", timeout: {} ms", 20 + 60 * luck_.below(6)) : "";
        text += chance(0.2) ? ", deadline: 800 ms" : "";
        text += chance(0.6) ? ", " + retry() : "";
        text += chance(0.2) ? fmt::format(", priority: {}", luck_.below(3)) : "";
        text += chance(0.2) ? ", cancel: true" : "";
        return text;
    }

    std::string call(std::size_t from) {
        const GeneratedService& target = services_[from + 1 + luck_.below(services_.size() - from - 1)];
        const std::string optional = chance(0.25) ? ", optional: true" : "";
        const std::string how = policy();
        const std::string called = fmt::format("{}.{}", target.name, one_of(target.endpoints));
        services_[from].calls.push_back(called);
        return fmt::format("{{call: {}{}{}}}", called, how, optional);
    }

    std::string step(std::size_t i) {
        const bool may_call = i + 1 < services_.size();
        const double draw = luck_.uniform();
        if (may_call && draw < 0.4) {
            return call(i);
        }
        if (may_call && draw < 0.55) {
            std::string text = "{parallel: [" + call(i);
            for (std::uint64_t more = 1 + luck_.below(2); more > 0; --more) {
                text += ", " + call(i);
            }
            return text + "]}";
        }
        return draw < 0.65 ? "{cache: {hit: 60 %}}" : "{work: " + work() + "}";
    }

    std::string endpoints(std::size_t i) {
        std::string text = "endpoints: {";
        for (const std::string& name : services_[i].endpoints) {
            text +=
                fmt::format("{}{}: {{steps: [{}", name == services_[i].endpoints.front() ? "" : ", ", name, step(i));
            for (std::uint64_t more = luck_.below(3); more > 0; --more) {
                text += ", " + step(i);
            }
            text += "]";
            text += name == "write" ? ", writes: 1" : "";
            text += chance(0.3) ? ", request: 4 kB, response: 60 kB}" : "}";
        }
        return text + "}";
    }

    std::string queue() {
        std::string text = "queue: {discipline: " + one_of({"fifo", "lifo", "priority", "preemptive", "sharing"});
        const bool shares = text.ends_with("sharing"), preempts = text.ends_with("preemptive");
        text += chance(0.5) ? fmt::format(", limit: {}", luck_.below(12)) : "";
        text += !shares && !preempts && chance(0.3) ? ", of: group" : "";
        text += !shares && chance(0.3) ? ", patience: exponential(300 ms)" : "";
        return text + "}";
    }

    /// From a stream of its own, so that the rest of a scenario is what it was without.
    std::string scale(bool by_workers) {
        if (!scale_luck_.chance(0.4)) {
            return "";
        }
        const bool by_use = by_workers && scale_luck_.chance(0.6);
        return fmt::format(
            ", scale: {{on: {}, target: {}, min: 1, max: {}, every: {} s, launch: {}, out_after: {} s, in_after: {} s, "
            "drain: {} ms, pending: {}{}}}",
            by_use                    ? "utilization"
            : scale_luck_.chance(0.5) ? "concurrency"
                                      : "queue",
            by_use ? "50 %" : "2", 9 + scale_luck_.below(12), 1 + scale_luck_.below(9),
            scale_luck_.chance(0.5) ? "exponential(8 s)" : "3 s", 4 * scale_luck_.below(3), 5 * scale_luck_.below(4),
            20 + 900 * scale_luck_.below(3), scale_luck_.chance(0.8) ? "counted" : "ignored", quota() + schedule());
    }

    std::string schedule() {
        if (vocabulary_ == Vocabulary::load || schedule_luck_.chance(0.6)) {
            return "";
        }
        return fmt::format(
            ", schedule: [{{at: 00:01, min: {}}}, {{at: 00:02, min: 1, max: {}}}, {{at: {}, desired: 5}}]",
            2 + schedule_luck_.below(3), 4 + schedule_luck_.below(20),
            schedule_luck_.chance(0.5) ? "00:03, days: weekdays" : "23:59");
    }

    std::string quota() {
        if (vocabulary_ == Vocabulary::load || quota_luck_.chance(0.4)) {
            return "";
        }
        return fmt::format(", quota: {}{}", 9 + quota_luck_.below(3),
                           quota_luck_.chance(0.3) ? "" : ", raise: exponential(15 s)");
    }

    std::string fleet(std::size_t i) {
        std::string text = "kind: fleet";
        if (has_world_) {
            text += two_regions_ && chance(0.5)
                        ? ", in: [{region: us-east-1, zones: 2, each: 1}, {region: us-west-2, zones: 1, each: 2}]"
                        : fmt::format(", in: {{region: us-east-1, zones: {}, each: {}}}", 1 + luck_.below(3),
                                      1 + luck_.below(3));
            text += chance(0.3) ? ", on: m7g.large" : "";
        } else {
            text += fmt::format(", instances: {}", 1 + luck_.below(4));
        }
        text += chance(0.8) ? fmt::format(", workers: {}", 1 + luck_.below(4)) : ", workers: unlimited";
        const bool has_workers = !text.ends_with("unlimited");
        text += chance(0.4) ? ", async: true" : "";
        text += chance(0.8) && !text.ends_with("unlimited") ? ", " + queue() : "";
        text += fmt::format(", balance: {{policy: {}, prefer: {}, health: {}}}",
                            one_of({"round-robin", "least-outstanding", "random", "power-of-two"}),
                            one_of({"same-zone", "same-region", "any"}), health());
        text += chance(0.2) ? ", needs: 1" : "";
        text += chance(0.3) ? ", power: {idle: 50 W, half: 80 W, full: 100 W}" : "";
        return text + scale(has_workers) + ", " + endpoints(i);
    }

    std::string database(std::size_t i) {
        std::string text = "kind: database, workers: 4";
        text += has_world_ ? ", in: {region: us-east-1, zones: 1}" : "";
        if (chance(0.8)) {
            text += chance(0.5)
                        ? ", replication: {standby: {mode: sync}}"
                        : ", replication: {standby: {mode: async, lag: exponential(200 ms)}, replica: {mode: async}}";
            text += fmt::format(", failover: {{detect: {} s, promote: lognormal(mean 8 s cv 0.5), rebuild: {} s{}}}",
                                2 + luck_.below(10), 1 + luck_.below(20), chance(0.5) ? ", to: replica" : "");
            text += chance(0.4) ? ", reads: any" : "";
        }
        return text + ", " + endpoints(i);
    }

    std::string service(std::size_t i) {
        switch (services_[i].kind) {
            case Kind::fleet:
                return fleet(i);
            case Kind::database:
                return database(i);
            case Kind::cache:
                return fmt::format("kind: cache, workers: 8{}, {}",
                                   has_world_ ? ", in: {region: us-east-1, zones: 2}" : "", endpoints(i));
            case Kind::cdn:
                return "kind: cdn, " + endpoints(i);
        }
        return {};
    }

    std::string demands() {
        std::string text;
        for (std::size_t i = 0; i <= luck_.below(2); ++i) {
            // The first demand enters at the front, a second one anywhere.
            const GeneratedService& target = services_[i == 0 ? 0 : luck_.below(services_.size())];
            text += fmt::format("  d{}: {{calls: {{{}.{}: 100 %}}, ", i, target.name, target.endpoints.front());
            text += chance(0.25) ? fmt::format("rate: users({} think exponential(2 s))", 5 + luck_.below(40))
                                 : fmt::format("rate: {}/s, arrivals: {}", 5 + luck_.below(60),
                                               one_of({"poisson", "constant", "renewal(erlang(2 mean 20 ms))",
                                                       "mmpp(10/s 2 s 90/s 500 ms)"}));
            text += policy();
            if (has_world_) {
                text += chance(0.5) ? ", from: {IAD: 70 %, SFO: 30 %}" : ", from: {us-east-1: 100 %}";
                text += fmt::format(", route: {{ttl: {} s, health: {}}}", 1 + luck_.below(30), health());
            }
            text += "}\n";
        }
        return text;
    }

    std::string target(bool& is_link) {
        const GeneratedService& hit = services_[luck_.below(services_.size())];
        std::vector<std::string> targets = {"service/" + hit.name,   "service/" + hit.name,
                                            "any service",           "any instance",
                                            "share 40 % of service", "any instance of " + hit.name};
        if (hit.kind != Kind::cdn) {
            targets.push_back(hit.zone.empty() ? fmt::format("instance/{}/0", hit.name)
                                               : fmt::format("instance/{}@{}/0", hit.name, hit.zone));
        }
        if (has_world_) {
            for (const char* const place :
                 {"zone/use1-az1", "any zone", "region/us-east-1", "edge/IAD", "provider", "share 30 % of zone",
                  "link/use1-az1--use1-az2", "any link", "any region"}) {
                targets.emplace_back(place);
            }
        }
        const std::string chosen = one_of(targets);
        is_link = chosen.find("link") != std::string::npos;
        return chosen;
    }

    std::string effect(bool is_link) {
        std::vector<std::string> effects = {"down",
                                            "partition",
                                            "{delay: +30 ms}",
                                            "{delay: +exponential(50 ms), share: 40 %}",
                                            "{loss: 10 %}",
                                            "{delay: +5 ms, loss: 5 %}"};
        if (!is_link) {
            for (const char* const more :
                 {"crash", "crash", "{slow: 3}", "{errors: 30 %}", "{errors: 20 %, after: work}", "{capacity: 50 %}",
                  "{slow: 2, errors: 5 %}"}) {
                effects.emplace_back(more);
            }
        }
        return one_of(effects);
    }

    std::string faults() {
        std::string text;
        const std::uint64_t count = 1 + luck_.below(4);
        for (std::uint64_t i = 0; i < count; ++i) {
            bool is_link = false;
            const std::string where = target(is_link);
            const std::string when = one_of({"at: 20 s", "at: 45 s", "every: exponential(30 s)",
                                             "every: exponential(8 s)", "every: uniform(10 s 40 s), overlap: true",
                                             "every: exponential(20 s), crews: 1", "availability: 90 %"});
            const std::string lasts = one_of({"10 s", "exponential(6 s)", "25 s", "lognormal(median 4 s sigma 1)"});
            text +=
                fmt::format("  f{}: {{target: {}, effect: {}, {}, for: {}}}\n", i, where, effect(is_link), when, lasts);
        }
        return text;
    }

    std::uint64_t number_;
    Stream luck_, scale_luck_, quota_luck_, schedule_luck_;
    Vocabulary vocabulary_ = Vocabulary::load;
    bool has_world_ = false;
    bool two_regions_ = false;
    std::vector<GeneratedService> services_;
};

}  // namespace

Generated generate_scenario(std::uint64_t number, const std::string& extra_services) {
    return Generator(number).scenario(extra_services, Vocabulary::load);
}

Generated generate_with_all_words(std::uint64_t number) {
    return Generator(number).scenario("", Vocabulary::all);
}

std::uint64_t scenarios_wanted(std::uint64_t usual) {
    const char* const asked = std::getenv("NINES_SCENARIOS");
    if (asked != nullptr) {
        return std::strtoull(asked, nullptr, 10);
    }
    return runs_are_short() ? std::max<std::uint64_t>(usual / 4, 4) : usual;
}

}  // namespace nines::support
