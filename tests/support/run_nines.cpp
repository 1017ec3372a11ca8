// run_nines: a child process with its output in files, so that no pipe can fill up.

#include "tests/support/run_nines.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <thread>

namespace nines {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

File temporary_file() {
    File file(std::tmpfile());
    if (!file) {
        throw std::runtime_error("no temporary file for the output of nines");
    }
    return file;
}

std::string content_of(std::FILE* file) {
    std::string text;
    std::rewind(file);
    char buffer[1 << 14];
    for (std::size_t count = 0; (count = std::fread(buffer, 1, sizeof(buffer), file)) > 0;) {
        text.append(buffer, count);
    }
    return text;
}

/// The child: only calls that are safe between fork and exec.
[[noreturn]] void become_nines(char* const* arguments, const char* folder, int out, int err,
                               const NinesLimits& limits) {
    const int nothing = ::open("/dev/null", O_RDONLY);
    const bool is_ready = ::chdir(folder) == 0 && ::dup2(nothing, STDIN_FILENO) >= 0 &&
                          ::dup2(out, STDOUT_FILENO) >= 0 && ::dup2(err, STDERR_FILENO) >= 0;
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    if (!k_is_sanitized) {
        const rlimit space{limits.address_space_bytes, limits.address_space_bytes};
        ::setrlimit(RLIMIT_AS, &space);
    }
    if (is_ready) {
        ::execv(arguments[0], arguments);
    }
    ::_exit(127);
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// Waits for the end of the child, or brings it about.
void wait_for(pid_t child, const NinesLimits& limits, NinesRun& run) {
    const auto begin = std::chrono::steady_clock::now();
    const auto limit = std::chrono::duration<double>(limits.wall_s);
    const auto interrupt = std::chrono::duration<double>(limits.interrupt_s);
    bool interrupted = false;
    int status = 0;
    rusage usage{};
    while (::wait4(child, &status, WNOHANG, &usage) == 0) {
        if (!interrupted && std::chrono::steady_clock::now() - begin > interrupt) {
            interrupted = true;
            ::kill(child, SIGINT);
        }
        if (!run.timed_out && std::chrono::steady_clock::now() - begin > limit) {
            run.timed_out = true;
            ::kill(child, SIGKILL);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    run.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    run.cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    run.peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace

NinesRun run_nines(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                   const NinesLimits& limits) {
    std::vector<std::string> words = {NINES_BINARY};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return run_program(words, folder, limits);
}

NinesRun run_program(const std::vector<std::string>& words, const std::filesystem::path& folder,
                     const NinesLimits& limits) {
    std::vector<std::string> own = words;
    std::vector<char*> pointers;
    for (std::string& word : own) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    const File out = temporary_file();
    const File err = temporary_file();
    const pid_t child = ::fork();
    if (child < 0) {
        throw std::runtime_error("no process for nines");
    }
    if (child == 0) {
        become_nines(pointers.data(), folder.c_str(), ::fileno(out.get()), ::fileno(err.get()), limits);
    }
    NinesRun run;
    wait_for(child, limits, run);
    run.out = content_of(out.get());
    run.err = content_of(err.get());
    return run;
}

}  // namespace nines
