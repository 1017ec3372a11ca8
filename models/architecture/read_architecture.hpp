#pragma once
// From a document to an architecture: every mistake is collected, references are resolved, defaults are filled in.

#include "models/architecture/architecture.hpp"
#include "models/catalog/catalog.hpp"
#include "models/language/document.hpp"
#include "models/language/problem.hpp"

namespace nines {

/// Reads and checks a whole scenario. The result is only sound when `problems` stayed empty.
Architecture read_architecture(const Document& document, const Catalog& catalog, Problems& problems);

}  // namespace nines
