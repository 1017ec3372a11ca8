// Atomic files: a temporary in the same folder, fsync, rename, fsync of the folder (LevelDB's order).

#include "engine/base/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace nines {

namespace {

constexpr int k_name_tries = 100;

tl::unexpected<std::string> failure(const std::string& path, int error) {
    return tl::unexpected("cannot write " + path + ": " + std::strerror(error));
}

/// Closes what it holds; -1 holds nothing.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    int number() const { return number_; }
    bool open() const { return number_ >= 0; }

private:
    int number_;
};

/// 0, or the errno of the write that failed.
int write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        if (written > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    return 0;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) {
        return ".";
    }
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string follow_links(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::is_symlink(path, error)) {
        return path;
    }
    const auto followed = std::filesystem::weakly_canonical(path, error);
    return error ? path : followed.string();
}

}  // namespace

AtomicFile::AtomicFile(std::string path, std::string target, std::string temporary)
    : path_(std::move(path)), target_(std::move(target)), temporary_(std::move(temporary)) {
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, std::string())) {
}

AtomicFile::~AtomicFile() {
    if (!temporary_.empty()) {
        ::unlink(temporary_.c_str());
    }
}

Result<AtomicFile> AtomicFile::begin(const std::string& path) {
    const std::string target = follow_links(path);
    struct stat there {};
    const bool exists = ::stat(target.c_str(), &there) == 0;
    if (exists && S_ISDIR(there.st_mode)) {
        return failure(path, EISDIR);
    }
    if (exists && !S_ISREG(there.st_mode)) {
        return tl::unexpected("cannot write " + path + ": not a regular file");
    }
    // The process id keeps two runs apart; the count steps over what a killed run with the same id left behind.
    for (int count = 0; count < k_name_tries; ++count) {
        std::string temporary = target + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(count);
        const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
        if (!file.open() && errno == EEXIST) {
            continue;
        }
        if (!file.open()) {
            return failure(path, errno);
        }
        AtomicFile created(path, target, std::move(temporary));
        if (exists && ::fchmod(file.number(), there.st_mode & 07777) != 0) {
            return failure(path, errno);
        }
        return created;
    }
    return failure(path, EEXIST);
}

Result<void> AtomicFile::commit() {
    const Descriptor file(::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open() || ::fsync(file.number()) != 0) {
        return failure(path_, errno);
    }
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) {
        return failure(path_, errno);
    }
    temporary_.clear();
    // The new name must survive a crash as well. Some file systems cannot flush a folder: the file is whole all the
    // same.
    const Descriptor folder(::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.open()) {
        ::fsync(folder.number());
    }
    return {};
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
    struct stat there {};
    const bool through = ::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode);
    if (through) {
        const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        const int error = file.open() ? write_all(file.number(), bytes) : errno;
        return error == 0 ? Result<void>() : failure(path, error);
    }
    Result<AtomicFile> file = AtomicFile::begin(path);
    if (!file) {
        return tl::unexpected(file.error());
    }
    {
        const Descriptor open(::open(file->temporary().c_str(), O_WRONLY | O_CLOEXEC));
        const int error = open.open() ? write_all(open.number(), bytes) : errno;
        if (error != 0) {
            return failure(path, error);
        }
    }
    return file->commit();
}

}  // namespace nines
