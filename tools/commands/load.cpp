#include "tools/commands/load.hpp"

#include <fmt/format.h>

#include "models/architecture/read_architecture.hpp"
#include "models/language/patch.hpp"
#include "models/language/source.hpp"
#include "models/plan/compile.hpp"

namespace nines {

namespace {

bool report(const Document& document, const Problems& problems) {
    if (problems.empty()) {
        return false;
    }
    fmt::print(stderr, "{}", format_problems(document, problems));
    return true;
}

}  // namespace

std::optional<std::vector<std::string>> load_variant_names(const CommonOptions& options) {
    Problems problems;
    const Document document = read_document(options.file, problems);
    return report(document, problems) ? std::nullopt : std::optional(variant_names(document));
}

std::optional<Loaded> load_scenario(const CommonOptions& options) {
    Problems problems;
    Document document = read_document(options.file, problems);
    if (report(document, problems)) {
        return std::nullopt;
    }
    if (!options.variant.empty()) {
        apply_variant(document, options.variant, problems);
    }
    for (const std::string& assignment : options.sets) {
        apply_set(document, assignment, problems);
    }
    if (!options.fidelity.empty()) {
        apply_set(document, "run.fidelity=" + options.fidelity, problems);
    }
    if (report(document, problems)) {
        return std::nullopt;
    }
    const Catalog catalog;
    Loaded loaded;
    loaded.architecture = read_architecture(document, catalog, problems);
    if (report(document, problems)) {
        return std::nullopt;
    }
    loaded.plan = compile(loaded.architecture, catalog);
    return loaded;
}

}  // namespace nines
