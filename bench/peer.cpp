#include "bench/peer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "bench/child.hpp"
#include "bench/ledger.hpp"

namespace nines::bench {

namespace {

constexpr const char* k_python = "/usr/bin/python3";

}  // namespace

bool Peer::is_there() const {
    return words.front() == k_python ? run_child({k_python, "-c", "import simpy"}).exit_code == 0
                                     : access(words.front().c_str(), X_OK) == 0;
}

PeerResult Peer::run(std::uint64_t how_much, std::uint64_t seed) const {
    std::vector<std::string> command = words;
    command.push_back(std::to_string(how_much));
    command.push_back(std::to_string(seed));
    const Child child = run_child(command);
    PeerResult result{nlohmann::json::parse(last_line(child.output), nullptr, false)};
    if (child.exit_code != 0 || !result.told.is_object()) {
        fmt::print(stderr, "{} ended with {} and said: {}{}\n", fmt::join(command, " "), child.exit_code, child.output,
                   child.errors);
        result.told = nullptr;
    }
    return result;
}

Peer built_peer(std::string name, std::string_view program) {
    return {std::move(name), {fmt::format("{}/{}", NINES_PEERS, program)}};
}

Peer simpy_peer(std::string_view script) {
    return {"SimPy 3", {k_python, fmt::format("{}/bench/peers/{}", NINES_SOURCE_DIR, script)}};
}

void leave_out_peer(benchmark::State& state, std::string_view figure, const Peer& peer) {
    ledger().leave_out(figure, fmt::format("{} is not on this system; `tools/dev bench` installs it", peer.name));
    for (auto _ : state) {
        state.SetIterationTime(1e-9);
    }
}

}  // namespace nines::bench
