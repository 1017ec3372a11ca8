#pragma once
// Trials of remedies on a terminal and in Markdown: the end of a review that has tried them.

#include "models/study/trials.hpp"
#include "tools/output/page.hpp"

namespace nines {

/// What each remedy is worth, the most first.
std::string format_trials(const Trials& trials, const Style& style);

/// The same as a part of a Markdown document.
std::string trials_markdown(const Trials& trials);

}  // namespace nines
