// nines_bench: runs the benchmarks, shows the ledger, writes it as JSON and as a page.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "bench/child.hpp"
#include "bench/ledger.hpp"
#include "bench/report.hpp"
#include "engine/base/atomic_file.hpp"

namespace nines::bench {
namespace {

constexpr std::string_view k_help =
    "nines_bench [--json FILE] [--page FILE] [--filter REGEX] [options of Google Benchmark]\n\n"
    "  --json FILE     the figures, flat: name -> {value, unit, floor, better}\n"
    "  --page FILE     figures and scaling curves with the machine's name, in Markdown\n"
    "  --filter REGEX  only benchmarks whose names match; without it, curves are drawn only for --page\n\n"
    "A floor that is missed is shown, and is no failure. Exit codes: 0; 1 a benchmark failed; 2 usage, or a file that\n"
    "cannot be written.\n";

struct Options {
    std::string json;
    std::string page;
    std::string filter;
    bool help = false;
    std::vector<char*> rest;  // for Google Benchmark
};

/// Takes our options out; nothing when one lacks its value.
bool parse(int argc, char** argv, Options& options) {
    for (int i = 0; i < argc; ++i) {
        const std::string_view word = argv[i];
        std::string* const value = word == "--json"     ? &options.json
                                   : word == "--page"   ? &options.page
                                   : word == "--filter" ? &options.filter
                                                        : nullptr;
        if (word == "--help" || word == "-h") {
            options.help = true;
        } else if (value == nullptr) {
            options.rest.push_back(argv[i]);
        } else if (i + 1 == argc) {
            fmt::print(stderr, "nines_bench: {} wants a value\n", word);
            return false;
        } else {
            *value = argv[++i];
        }
    }
    return true;
}

/// Says what has been run as it goes on, and keeps failures in mind; the figures come from the ledger.
class Progress : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs) {
            if (run.error_occurred) {
                failed_ = true;
                fmt::print(stderr, "{}: {}\n", run.benchmark_name(), run.error_message);
                continue;
            }
            const std::string& name = run.run_name.function_name;
            fmt::print(stderr, "{}{}{}", name, run.run_name.args.empty() ? "" : "/", run.run_name.args);
            for (const auto& [what, counter] : run.counters) {
                fmt::print(stderr, "  {} {:.4g}", what, counter.value);
            }
            if (const Ledger::Figure* figure = ledger().find(name); figure != nullptr && !figure->remark.empty()) {
                fmt::print(stderr, "  ({})", figure->remark);
            }
            fmt::print(stderr, "\n");
        }
    }
    bool failed() const { return failed_; }

private:
    bool failed_ = false;
};

bool write(const std::string& path, const std::string& bytes) {
    if (path.empty()) {
        return true;
    }
    const Result<void> written = write_file(path, bytes);
    if (!written) {
        fmt::print(stderr, "nines_bench: {}\n", written.error());
    }
    return static_cast<bool>(written);
}

int run(int argc, char** argv) {
    Options options;
    if (!parse(argc, argv, options)) {
        return 2;
    }
    if (options.help) {
        std::cout << k_help;
        return 0;
    }
    int rest = static_cast<int>(options.rest.size());
    benchmark::Initialize(&rest, options.rest.data());
    if (benchmark::ReportUnrecognizedArguments(rest, options.rest.data())) {
        return 2;
    }
    if (options.filter.empty()) {
        options.filter = options.page.empty() ? "-^curve" : ".";
    }
    Progress progress;
    if (benchmark::RunSpecifiedBenchmarks(&progress, options.filter) == 0) {
        return 2;
    }
    std::cout << to_table(ledger()) << std::flush;
    const bool written = write(options.json, to_json(ledger())) && write(options.page, to_page(ledger()));
    return !written ? 2 : progress.failed() ? 1 : 0;
}

}  // namespace
}  // namespace nines::bench

int main(int argc, char** argv) {
    if (argc > 2 && std::string_view(argv[1]) == "--launch") {
        return nines::bench::launch(argc - 2, argv + 2);
    }
    return nines::bench::run(argc, argv);
}
