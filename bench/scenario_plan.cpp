#include "bench/scenario_plan.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "models/architecture/read_architecture.hpp"
#include "models/language/patch.hpp"
#include "models/language/source.hpp"
#include "models/plan/compile.hpp"

namespace nines::bench {

namespace {

constexpr double k_one_way_s = 250e-6;

void stop_on(const Document& document, const Problems& problems) {
    if (!problems.empty()) {
        fmt::print(stderr, "{}", format_problems(document, problems));
        std::exit(2);
    }
}

Plan compiled(const Document& document, Problems& problems) {
    stop_on(document, problems);
    const Catalog catalog;
    const Architecture architecture = read_architecture(document, catalog, problems);
    stop_on(document, problems);
    return compile(architecture, catalog);
}

}  // namespace

std::string scenario_path(std::string_view name) {
    return fmt::format("{}/bench/scenarios/{}", NINES_SOURCE_DIR, name);
}

Plan plan_of(std::string_view name, const std::vector<std::string>& sets) {
    Problems problems;
    Document document = read_document(scenario_path(name), problems);
    stop_on(document, problems);
    for (const std::string& assignment : sets) {
        apply_set(document, assignment, problems);
    }
    return compiled(document, problems);
}

Plan plan_of_text(std::string_view name, std::string text) {
    Problems problems;
    const Document document = read_document_text(std::string(name), std::move(text), problems);
    return compiled(document, problems);
}

Plan three_hop(const std::vector<std::string>& sets) {
    Plan plan = plan_of("three-hop.yaml", sets);
    for (Link& link : plan.world.links) {
        link.latency_mean_s = k_one_way_s;
        link.latency_cv = 0;
    }
    return plan;
}

double hops_of(const Run& run) {
    double hops = 0;
    for (const ScopeTally& service : run.services) {
        hops += static_cast<double>(service.offered);
    }
    return hops;
}

}  // namespace nines::bench
