#include "bench/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

extern char** environ;

namespace nines::bench {

namespace {

constexpr int k_usage_descriptor = 3;

/// A file without a name that a child writes to: no pipe that could fill up, and nothing to clean.
class Capture {
public:
    Capture() : file_(std::tmpfile()) {}
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;
    ~Capture() {
        if (file_ != nullptr) {
            std::fclose(file_);
        }
    }
    bool is_open() const { return file_ != nullptr; }
    int descriptor() const { return fileno(file_); }
    std::string text() const {
        std::string all;
        char bytes[4096];
        std::rewind(file_);
        for (std::size_t got = std::fread(bytes, 1, sizeof bytes, file_); got > 0;
             got = std::fread(bytes, 1, sizeof bytes, file_)) {
            all.append(bytes, got);
        }
        return all;
    }

private:
    std::FILE* file_;
};

}  // namespace

Child run_child(const std::vector<std::string>& words) {
    Child child;
    const Capture output;
    const Capture errors;
    const Capture usage;
    if (!output.is_open() || !errors.is_open() || !usage.is_open()) {
        child.errors = "no temporary file for the output of " + words.front();
        return child;
    }
    std::vector<std::string> all{"/proc/self/exe", "--launch"};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> arguments;
    for (std::string& word : all) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output.descriptor(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors.descriptor(), STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions, usage.descriptor(), k_usage_descriptor);
    pid_t id = 0;
    const int failed = posix_spawn(&id, arguments.front(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed == 0) {
        waitpid(id, nullptr, 0);
    }
    child.output = output.text();
    child.errors = errors.text();
    if (std::sscanf(usage.text().c_str(), "%d %lf %lf", &child.exit_code, &child.wall_s, &child.peak_bytes) != 3) {
        child.errors += words.front() + " could not be started\n";
    }
    return child;
}

int launch(int argc, char** argv) {
    if (argc < 1) {
        return 2;
    }
    fcntl(k_usage_descriptor, F_SETFD, FD_CLOEXEC);
    const auto began = std::chrono::steady_clock::now();
    pid_t id = 0;
    if (posix_spawn(&id, argv[0], nullptr, nullptr, argv, environ) != 0) {
        return 2;
    }
    int status = 0;
    rusage used{};
    wait4(id, &status, 0, &used);
    const double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    dprintf(k_usage_descriptor, "%d %.9f %.0f\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1, wall_s,
            static_cast<double>(used.ru_maxrss) * 1024);
    return 0;
}

std::string last_line(const std::string& text) {
    const std::size_t last = text.find_last_not_of('\n');
    if (last == std::string::npos) {
        return {};
    }
    const std::size_t newline = text.rfind('\n', last);
    const std::size_t first = newline == std::string::npos ? 0 : newline + 1;
    return text.substr(first, last + 1 - first);
}

}  // namespace nines::bench
