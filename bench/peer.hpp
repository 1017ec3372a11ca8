#pragma once
// Peers: other simulators, in programs of their own (bench/peers), which do a model and say how long it took them.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace nines::bench {

/// The one line of JSON that a peer printed; of one that failed, nothing.
struct PeerResult {
    nlohmann::json told;

    /// 0 where it said nothing: no comparison of results passes with that.
    double number(const char* name) const { return told.is_object() ? told.value(name, 0.0) : 0.0; }
};

struct Peer {
    std::string name;                ///< "SimPy 3"
    std::vector<std::string> words;  ///< of its command line, before how much to do and the seed

    /// Whether this system has it: C++ peers were built where their library was found.
    bool is_there() const;
    /// Runs it. What a peer that fails said goes to standard error.
    PeerResult run(std::uint64_t how_much, std::uint64_t seed) const;
};

/// A program of the folder that CMake builds peers into.
Peer built_peer(std::string name, std::string_view program);
/// A script of bench/peers, run by the system's python3, for which Debian packages SimPy.
Peer simpy_peer(std::string_view script);

/// Ends a benchmark without a figure: its peer is not on this system.
void leave_out_peer(benchmark::State& state, std::string_view figure, const Peer& peer);

}  // namespace nines::bench
