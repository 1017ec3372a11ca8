#pragma once
// Validation: the table of `nines validate`, for people, for programs, and for docs/validation.md.

#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "models/study/cross_validate.hpp"
#include "tools/console/terminal.hpp"

namespace nines {

std::string validation_text(const std::vector<ValidationCase>& cases, const std::vector<ValidationRow>& rows,
                            const Terminal& terminal);
std::string validation_json(const std::vector<ValidationCase>& cases, const std::vector<ValidationRow>& rows);

/// The Markdown page with the table put between the two lines that mark its place. The error is a sentence: the page
/// has no such lines.
Result<std::string> put_validation_table(const std::string& page, const std::vector<ValidationCase>& cases,
                                         const std::vector<ValidationRow>& rows);

}  // namespace nines
