#pragma once
// Stream: a counter-based random stream (Philox4x32-10) with a key made from what it is for.

#include <cstdint>
#include <string_view>

#include "engine/random/draws.hpp"
#include "engine/random/philox.hpp"

namespace nines {

/// Which luck a run has: the user's seed and the number of the replication.
struct Luck {
    std::uint64_t seed = 1;
    std::uint64_t replication = 0;
};

/// 1. The k-th word depends only on key and k.
/// 2. Copies continue independently from the same position.
/// A value type of 32 bytes. For many draws in a row there is BlockStream.
class Stream : public Draws<Stream> {
public:
    Stream() = default;  ///< of key 0
    /// The stream for `purpose` ("demand.arrivals") of `entity` ("shoppers") under `luck`.
    Stream(Luck luck, std::string_view purpose, std::string_view entity);
    explicit Stream(std::uint64_t key) : key_(key), block_(philox::block(key, 0)) {}

    /// 64 random bits.
    std::uint64_t next() {
        const std::uint64_t word = block_[position_ % 2];
        ++position_;
        if (position_ % 2 == 0) {
            make_block();
        }
        return word;
    }

    std::uint64_t key() const { return key_; }
    std::uint64_t position() const { return position_; }  ///< words taken so far
    /// Continues as if `words` had been taken; O(1).
    void seek(std::uint64_t words) {
        position_ = words;
        make_block();
    }

private:
    void make_block();

    static constexpr philox::Block k_first_block = philox::block(0, 0);

    std::uint64_t key_ = 0;
    std::uint64_t position_ = 0;
    philox::Block block_ = k_first_block;
};

}  // namespace nines
