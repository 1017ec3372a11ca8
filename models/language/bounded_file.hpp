#pragma once
// Bounded files: reading files that a user names, without trusting what is there.

#include <cstddef>
#include <filesystem>
#include <string>

#include "engine/base/result.hpp"

namespace nines {

/// The content of a regular file of at most `most` bytes. Folders, devices and pipes are refused without waiting for
/// them, a large file without reading it. The error has no file name: "is a folder", "does not exist".
Result<std::string> read_bounded(const std::filesystem::path& path, std::size_t most);

/// `path` below `folder`, with links resolved. Refuses absolute paths, `..` and what leaves the folder by a link;
/// a file that does not exist is not refused here.
Result<std::filesystem::path> path_below(const std::filesystem::path& folder, const std::string& path);

/// A name in the folder of `path` that looks much like its own, or empty.
std::string nearest_file(const std::filesystem::path& path);

}  // namespace nines
