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

Result<Loaded> read_scenario(const CommonOptions& options) {
    Problems problems;
    Loaded loaded;
    loaded.document = read_document(options.file, problems);
    Document& document = loaded.document;
    if (problems.empty()) {
        if (!options.variant.empty()) {
            apply_variant(document, options.variant, problems);
        }
        for (const std::string& assignment : options.sets) {
            apply_set(document, assignment, problems);
        }
        if (!options.fidelity.empty()) {
            apply_set(document, "run.fidelity=" + options.fidelity, problems);
        }
    }
    const Catalog catalog;
    if (problems.empty()) {
        loaded.architecture = read_architecture(document, catalog, problems);
    }
    if (!problems.empty()) {
        return unexpected(format_problems(document, problems));
    }
    loaded.plan = compile(loaded.architecture, catalog);
    return loaded;
}

std::optional<Loaded> load_scenario(const CommonOptions& options) {
    Result<Loaded> loaded = read_scenario(options);
    if (!loaded) {
        fmt::print(stderr, "{}", loaded.error());
        return std::nullopt;
    }
    return std::move(*loaded);
}

}  // namespace nines
