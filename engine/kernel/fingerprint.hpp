#pragma once
// Fingerprint: a hash of the whole trajectory; two runs that differ in one event differ here.

#include <cstdint>

#include "engine/kernel/event.hpp"

namespace nines {

class Fingerprint {
public:
    /// Folds one event in: its time, kind and subject. Two multiplications.
    void add(const Event& event) {
        const std::uint64_t word = static_cast<std::uint64_t>(event.at) * 0x9E3779B97F4A7C15U +
                                   ((static_cast<std::uint64_t>(event.kind()) << 32U) | event.subject);
        hash_ = (hash_ ^ word) * 0xD6E8FEB86659FD93U;
        hash_ ^= hash_ >> 32U;
    }
    std::uint64_t value() const { return hash_; }

private:
    std::uint64_t hash_ = 0x6E696E6573U;
};

}  // namespace nines
