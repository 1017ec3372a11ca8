#pragma once
// Atomic files: a result is on the disk whole, or the file that was there before is.

#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace nines {

/// A file that appears under its name only when it is complete.
/// 1. The temporary file stands in the folder of the target, so that the rename cannot cross file systems.
/// 2. Until commit() succeeds the target is untouched.
/// 3. A file that goes out of scope uncommitted leaves nothing behind.
class AtomicFile {
public:
    /// Creates the empty temporary file. A target that is a directory, a device or a pipe is refused; a link is
    /// followed, so that it goes on pointing where it did.
    static Result<AtomicFile> begin(const std::string& path);

    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&&) = delete;
    ~AtomicFile();

    /// Where the writer (SQLite, say) puts its bytes; it must have closed the file before commit().
    const std::string& temporary() const { return temporary_; }

    /// Flushes the bytes to the disk and renames. Errors are sentences with the path and the system's reason.
    Result<void> commit();

private:
    AtomicFile(std::string path, std::string target, std::string temporary);

    std::string path_;       // as the user wrote it, for the sentences
    std::string target_;     // the same with links followed
    std::string temporary_;  // empty once committed or moved from
};

/// Writes all of `bytes` as the file `path`, atomically. A device or a pipe (/dev/stdout) is written straight through:
/// there is nothing to replace.
Result<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace nines
