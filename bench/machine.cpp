#include "bench/machine.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "bench/child.hpp"

namespace nines::bench {

namespace {

/// The value of the first line "key: value"; "unknown" where there is none.
std::string value_of(const std::string& text, const std::string& key) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.compare(0, key.size() + 1, key + ":") == 0) {
            const std::size_t begin = line.find_first_not_of(" \t", key.size() + 1);
            return begin == std::string::npos ? "unknown" : line.substr(begin);
        }
    }
    return "unknown";
}

std::string all_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Machine this_machine() {
    const std::string cpu = run_child({"/usr/bin/env", "LC_ALL=C", "lscpu"}).output;
    const auto cache = [&](const char* level) { return value_of(cpu, fmt::format("{} cache", level)); };
    Machine machine;
    machine.processor = fmt::format("{} ({}, family {}, model {}), {} processors", value_of(cpu, "Model name"),
                                    value_of(cpu, "Vendor ID"), value_of(cpu, "CPU family"), value_of(cpu, "Model"),
                                    value_of(cpu, "CPU(s)"));
    machine.caches = fmt::format("L1d {}, L2 {}, L3 {}", cache("L1d"), cache("L2"), cache("L3"));
    const std::string kib = value_of(all_of("/proc/meminfo"), "MemTotal");
    machine.memory = fmt::format("{:.1f} GB", std::strtod(kib.c_str(), nullptr) * 1024 / 1e9);
    machine.compiler = fmt::format("GCC {}, -O3, x86-64 baseline, no -march", __VERSION__);
    return machine;
}

}  // namespace nines::bench
