#pragma once
// Reading scenario text into a Document: files, includes and limits against hostile input.

#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "models/language/document.hpp"
#include "models/language/problem.hpp"

namespace nines {

/// Reads `path` and what it includes. Mistakes of YAML, limits (2 MiB a file, 8 MiB with includes, 64 levels deep,
/// 100,000 nodes after alias expansion), duplicate keys and include cycles are added to `problems`; the document then
/// holds what could be read. A top-level `include:` (one path or a list) is merged below the including file (whose own
/// keys win, mapping by mapping) and removed from the tree; included paths stay below the folder of the including file.
Document read_document(const std::string& path, Problems& problems);

/// The same from text in memory, for tests; `name` stands for the file, and includes are refused.
Document read_document_text(const std::string& name, std::string text, Problems& problems);

/// Reads a data file (a trace, an empirical distribution) that a scenario names, relative to and below `folder`.
/// Refuses folders, absolute paths, `..`, links that leave the folder, and more than 8 MiB.
Result<std::string> read_data_file(const std::string& folder, const std::string& path);

}  // namespace nines
