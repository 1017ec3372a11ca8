// Fuzzer: any bytes as a scenario. Read, checked and, where nothing is wrong with it, compiled.

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/base/check.hpp"
#include "models/architecture/read_architecture.hpp"
#include "models/language/source.hpp"
#include "models/plan/compile.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const nines::Catalog k_catalog;
    nines::Problems problems;
    const auto document = nines::read_document_text("fuzz.yaml", std::string(data, data + size), problems);
    const auto architecture = nines::read_architecture(document, k_catalog, problems);
    if (problems.empty()) {
        nines::compile(architecture, k_catalog);
    } else {
        nines::check(!nines::format_problems(document, problems).empty(), "a problem has a text");
    }
    return 0;
}
