#pragma once
// Patch: changes to a document by path, from a variant or from --set. An error points at the patch's own line.

#include <string>
#include <vector>

#include "models/language/document.hpp"
#include "models/language/problem.hpp"

namespace nines {

/// Sets the field at `path` (names joined by dots, `ENDPOINT[call T]` the one call to T below an endpoint,
/// `[i]` the i-th of a sequence, from 0) to `value`; null takes the field away. Intermediate mappings are made where
/// the parent exists; a path through something that is not there is a problem at `path_place` with the nearest names.
/// `path_of_error` begins the path shown in a problem ("variants.thin").
void apply_patch(Document& document, const std::string& path, Place path_place, const Node& value,
                 const std::string& path_of_error, Problems& problems);

/// Applies variants.NAME of the document to it. An unknown name is a problem that lists the variants.
void apply_variant(Document& document, const std::string& name, Problems& problems);

/// The names of the document's variants, in its order.
std::vector<std::string> variant_names(const Document& document);

/// Applies one `PATH=VALUE` of the command line; VALUE is YAML in one line ("3", "null", "{zones: 2}").
void apply_set(Document& document, const std::string& assignment, Problems& problems);

}  // namespace nines
