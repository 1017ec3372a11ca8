#pragma once
// BlockStream: the words of a Stream, made ahead in blocks. For one source of many draws, such as arrivals.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/random/draws.hpp"
#include "engine/random/stream.hpp"

namespace nines {

/// 1. The k-th word is that of the Stream of the same key, whatever processor made it and wherever one began.
/// 2. words_[i] is word begin_ + i; begin_ is even, so that words_ holds whole blocks of Philox.
/// 3. taken_ == k_ahead: nothing is made yet, or all is used up. A stream that is never drawn from costs nothing.
/// A value type of 536 bytes; a draw takes 0.4 of the time that a Stream's takes.
class BlockStream : public Draws<BlockStream> {
public:
    static constexpr std::size_t k_ahead = 64;  ///< words; 128 gain 2 %, 32 lose 15 %

    BlockStream() = default;  ///< of key 0
    /// The stream for `purpose` of `entity` under `luck`: the words of the Stream of that name.
    BlockStream(Luck luck, std::string_view purpose, std::string_view entity)
        : BlockStream(Stream(luck, purpose, entity)) {}
    explicit BlockStream(std::uint64_t key) : key_(key) {}
    /// Continues where `stream` stands.
    explicit BlockStream(const Stream& stream) : key_(stream.key()) { seek(stream.position()); }
    /// A Stream that continues where this one stands.
    Stream stream() const;

    /// 64 random bits.
    std::uint64_t next() {
        if (taken_ == k_ahead) [[unlikely]] {
            refill();
        }
        return words_[taken_++];
    }

    std::uint64_t key() const { return key_; }
    std::uint64_t position() const { return begin_ + taken_; }  ///< words taken so far
    /// Continues as if `words` had been taken; O(1).
    void seek(std::uint64_t words);

private:
    void refill();

    std::uint64_t key_ = 0;
    std::uint64_t begin_ = 0 - std::uint64_t{k_ahead};
    std::size_t taken_ = k_ahead;
    std::array<std::uint64_t, k_ahead> words_;
};

}  // namespace nines
