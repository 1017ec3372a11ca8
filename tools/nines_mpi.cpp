// nines-mpi: nines study over the ranks of an MPI job. Rank 0 is the root: it deals, reduces and writes; it alone
// speaks to the user.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/mpi/environment.hpp>
#include <chrono>
#include <ctime>
#include <iostream>
#include <new>

#include "models/study/mpi_source.hpp"
#include "tools/commands/scenario_hash.hpp"
#include "tools/commands/study.hpp"
#include "tools/console/interrupt.hpp"

namespace nines {
namespace {

constexpr std::string_view k_help =
    "nines-mpi study FILE: nines study over the ranks of an MPI job\n\n"
    "  mpirun -np 64 nines-mpi study shop.yaml --out shop.db\n"
    "  mpirun -np 64 nines-mpi study shop.yaml --out shop.db --resume    after a rank has died\n\n"
    "The results are those of nines study, to the byte. Without mpirun it runs as one rank. With several ranks each\n"
    "has one thread unless --threads says otherwise. docs/cluster.md has job scripts; all options:\n"
    "nines-mpi study --help\n";

double clock_s() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Processor time of the calling thread.
double busy_s() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Nothing reaches standard error while it lives.
class Mute {
public:
    Mute() : kept_(::dup(STDERR_FILENO)), nothing_(::open("/dev/null", O_WRONLY)) { ::dup2(nothing_, STDERR_FILENO); }
    ~Mute() {
        ::dup2(kept_, STDERR_FILENO);
        ::close(kept_);
        ::close(nothing_);
    }
    Mute(const Mute&) = delete;
    Mute& operator=(const Mute&) = delete;

private:
    int kept_, nothing_;
};

void print_traffic(const MpiTraffic& traffic, std::size_t ranks) {
    const double elapsed_s = std::max(traffic.elapsed_s, 1e-9);
    fmt::print(stderr,
               "MESSAGES  {} ranks, {} replications, {:.3f} s\n"
               "  to the root    {} messages, {} bytes\n"
               "  from the root  {} messages, {} bytes\n"
               "  root           busy {:.1f} % of the time with receiving and reducing, {:.2f} us a replication\n",
               ranks, traffic.indexes, traffic.elapsed_s, traffic.messages_in, traffic.bytes_in, traffic.messages_out,
               traffic.bytes_out, 100 * traffic.busy_s / elapsed_s,
               1e6 * traffic.busy_s / static_cast<double>(std::max<std::uint64_t>(traffic.indexes, 1)));
}

/// Replications of all ranks, and what they took in messages.
class Ranks : public BatchSource {
public:
    Ranks(const SamplerContext& context, const Executor& executor, AheadStore* ahead, bool is_profiled)
        : source_(context, executor, ahead, {clock_s, busy_s}), is_profiled_(is_profiled) {}

    void deliver(std::uint64_t first, std::uint64_t end, const std::function<bool(const Batch&)>& take) override {
        source_.deliver(first, end, take);
        if (is_profiled_) {
            print_traffic(source_.traffic(), mpi_place().ranks);
        }
    }

private:
    MpiSource source_;
    bool is_profiled_;
};

/// What all ranks must have read alike. The texts of mistakes are left to the root.
std::string reading_of(const StudyJob& job) {
    return fmt::format("{} {} {}", NINES_VERSION, scenario_hash(job.loaded.architecture), job.seed());
}

/// Whether every rank reads what the root does; if not, the root says who.
bool all_alike(const std::string& reading) {
    const std::vector<std::string> readings =
        mpi_to_root(fmt::format("{}\n{}", reading, boost::mpi::environment::processor_name()));
    std::string differ;
    for (std::size_t rank = 1; rank < readings.size() && differ.empty(); ++rank) {
        const std::string& there = readings[rank];
        const std::size_t line = there.find('\n');
        if (there.substr(0, line) != reading) {
            differ = fmt::format("rank {} on {} {}: every rank needs the same program and scenario", rank,
                                 there.substr(line + 1),
                                 line == 0 ? "cannot read the scenario" : "reads another scenario or version");
        }
    }
    if (!differ.empty()) {
        fmt::print(stderr, "nines-mpi: {}\n", differ);
    }
    return mpi_from_root(differ).empty();
}

boost::program_options::options_description own_options() {
    boost::program_options::options_description own;
    own.add_options()("profile", "tell how many messages the ranks sent, and how busy the root was");
    return own;
}

/// What is other than on one machine: one thread a rank unless more are asked for, since a job has a rank for each
/// core; and no colours by themselves, since mpirun gives the root a terminal wherever its own output goes.
void set_defaults(StudyJob& job) {
    CommonOptions& options = job.line.common;
    if (mpi_place().ranks == 1) {
        return;
    }
    if (options.threads == 0) {
        options.threads = 1;
    }
    if (options.color == "auto") {
        options.color = "never";
    }
}

ExitCode run_root(const Words& words) {
    auto job = prepare_study(words, own_options());
    mpi_from_root(job ? "go on" : "");
    if (!job) {
        return job.error();
    }
    if (!all_alike(reading_of(*job))) {
        return ExitCode::bad_input;
    }
    set_defaults(*job);
    const bool is_profiled = job->line.options.count("profile") > 0;
    bool is_begun = false;
    const ExitCode code =
        run_study_job(*job, [&](const SamplerContext& context, const Executor& executor, AheadStore* ahead) {
            is_begun = true;
            return std::make_unique<Ranks>(context, executor, ahead, is_profiled);
        });
    if (!is_begun) {
        release_ranks();
    }
    return code;
}

ExitCode run_other(const Words& words) {
    if (mpi_from_root("").empty()) {
        return ExitCode::done;
    }
    auto job = [&] {
        const Mute mute;
        return prepare_study(words, own_options());
    }();
    if (!all_alike(job ? reading_of(*job) : "")) {
        return ExitCode::done;
    }
    set_defaults(*job);
    catch_interrupts(OnInterrupt::quiet);
    const MetricTable table(job->loaded.plan);
    const std::atomic<double> all_incidents{-1};
    const SamplerContext context{job->loaded.plan, table,         job->seed(), job->keeping.shard().shard(),
                                 job->limits,      all_incidents, interrupted};
    const Executor executor(static_cast<std::size_t>(job->common().threads));
    serve_study(context, executor, clock_s);
    return ExitCode::done;
}

ExitCode run(const Words& words) {
    const bool is_root = mpi_place().rank == 0;
    if (!words.empty() && words[0] == "study") {
        const Words more(words.begin() + 1, words.end());
        return is_root ? run_root(more) : run_other(more);
    }
    const bool is_help = !words.empty() && (words[0] == "--help" || words[0] == "-h" || words[0] == "help");
    if (is_root && !words.empty() && words[0] == "--version") {
        std::cout << "nines-mpi " << NINES_VERSION << "\n";
    } else if (is_root && (words.empty() || is_help)) {
        std::cout << k_help;
    } else if (is_root) {
        fmt::print(stderr, "nines-mpi: it knows the command `study`, not `{}`: take nines for the others\n", words[0]);
    }
    const bool is_done = is_help || (!words.empty() && words[0] == "--version");
    return is_done || !is_root ? ExitCode::done : ExitCode::bad_input;
}

}  // namespace
}  // namespace nines

int main(int count, char** arguments) {
    // One thread speaks MPI. An exception ends the job here, with a sentence, not in the library.
    boost::mpi::environment environment(count, arguments, boost::mpi::threading::funneled, false);
    try {
        return static_cast<int>(nines::run({arguments + 1, arguments + count}));
    } catch (const std::bad_alloc&) {
        std::fputs("nines-mpi: out of memory\n", stderr);
    } catch (const std::exception& broken) {
        std::fprintf(stderr, "nines-mpi: rank %zu: the machine failed us: %s\n", nines::mpi_place().rank,
                     broken.what());
    }
    boost::mpi::environment::abort(static_cast<int>(nines::ExitCode::machine));
}
