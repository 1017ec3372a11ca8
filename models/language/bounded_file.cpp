// Bounded files: reading files that a user names, without trusting what is there.

#include "models/language/bounded_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "models/language/problem.hpp"
#include "models/language/show.hpp"

namespace nines {

namespace fs = std::filesystem;

namespace {

/// An open file; closed at the end of its scope.
class OpenFile {
public:
    // Non-blocking, since opening a pipe that nobody writes to would wait for ever.
    explicit OpenFile(const fs::path& path) : handle_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}
    ~OpenFile() {
        if (handle_ >= 0) {
            ::close(handle_);
        }
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    int handle() const { return handle_; }

private:
    int handle_;
};

std::string size_text(std::size_t bytes) {
    constexpr std::size_t k_mebibyte = 1024 * 1024;
    return bytes >= k_mebibyte ? fmt::format("{} MiB", bytes / k_mebibyte) : fmt::format("{} bytes", bytes);
}

std::string reason_of(int error) {
    switch (error) {
        case ENOENT:
            return "does not exist";
        case EACCES:
        case EPERM:
            return "cannot be read: no permission";
        case ENOTDIR:
            return "does not exist: a part of its path is not a folder";
        case ENXIO:
            return "is not a regular file";
        default:
            return fmt::format("cannot be read: {}", std::strerror(error));
    }
}

bool is_within(const fs::path& folder, const fs::path& path) {
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

}  // namespace

Result<std::string> read_bounded(const fs::path& path, std::size_t most) {
    if (path.native().find('\0') != std::string::npos) {
        return unexpected<std::string>("does not exist");
    }
    const OpenFile file(path);
    struct stat status {};
    if (file.handle() < 0 || ::fstat(file.handle(), &status) != 0) {
        return unexpected(reason_of(errno));
    }
    if (S_ISDIR(status.st_mode)) {
        return unexpected<std::string>("is a folder, not a file");
    }
    if (!S_ISREG(status.st_mode)) {
        return unexpected<std::string>("is not a regular file");
    }
    const std::string too_large = fmt::format("is larger than {}", size_text(most));
    if (status.st_size > 0 && static_cast<std::size_t>(status.st_size) > most) {
        return unexpected(too_large);
    }
    // Read to the end instead of trusting the size: it may grow, and files of /proc have none.
    std::string text;
    std::vector<char> buffer(1U << 16U);
    while (true) {
        const ssize_t count = ::read(file.handle(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return unexpected(reason_of(errno));
        }
        if (count == 0) {
            return text;
        }
        text.append(buffer.data(), static_cast<std::size_t>(count));
        if (text.size() > most) {
            return unexpected(too_large);
        }
    }
}

Result<fs::path> path_below(const fs::path& folder, const std::string& path) {
    const fs::path relative(path);
    if (path.empty() || path.find('\0') != std::string::npos) {
        return unexpected<std::string>("is not a file name");
    }
    if (relative.is_absolute()) {
        return unexpected<std::string>("must be relative to the folder of the file that names it");
    }
    if (std::find(relative.begin(), relative.end(), "..") != relative.end()) {
        return unexpected<std::string>("must not contain `..`");
    }
    std::error_code error;
    const fs::path base = fs::weakly_canonical(folder, error);
    if (error) {
        return unexpected<std::string>("does not exist");
    }
    const fs::path resolved = fs::weakly_canonical(base / relative, error);
    if (error) {
        return unexpected(fmt::format("cannot be read: {}", error.message()));
    }
    if (!is_within(base, resolved)) {
        return unexpected<std::string>("leaves the folder of the file that names it, by a link");
    }
    return resolved;
}

std::string nearest_file(const fs::path& path) {
    constexpr int k_names_most = 10'000;
    std::error_code error;
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    std::vector<std::string> names;
    int seen = 0;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end && seen < k_names_most;
         entry.increment(error), ++seen) {
        names.push_back(entry->path().filename().string());
    }
    // The order of a folder is the file system's; ours must not depend on it.
    std::sort(names.begin(), names.end());
    const std::string_view near = nearest(path.filename().string(), names);
    return near.empty() ? std::string() : (path.parent_path() / near).string();
}

}  // namespace nines
