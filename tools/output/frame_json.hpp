#pragma once
// The frame of a study as JSON, as it stands in the study's file.

#include <optional>
#include <string>

#include "models/study/frame.hpp"

namespace nines {

/// The same frame gives the same text.
std::string frame_text(const StudyFrame& frame);
/// Nothing where the text is no frame of this version.
std::optional<StudyFrame> read_frame(const std::string& text);

/// An incident's course, as it stands in a cell.
std::string timeline_text(const std::vector<TimelineEntry>& timeline);
std::vector<TimelineEntry> read_timeline(const std::string& text);

}  // namespace nines
