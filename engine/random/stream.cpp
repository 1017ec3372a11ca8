// Stream: keys from names, and one block of Philox after the other.

#include "engine/random/stream.hpp"

#include "engine/base/hash.hpp"

namespace nines {

namespace {

std::uint64_t key_for(Luck luck, std::string_view purpose, std::string_view entity) {
    // Each part goes into a running hash: mix(seed) alone would make (seed 1, replication 2) and (2, 1) one stream.
    const std::uint64_t run = combine(combine(0, luck.seed), luck.replication);
    return combine(combine(run, hash_of(purpose)), hash_of(entity));
}

}  // namespace

Stream::Stream(Luck luck, std::string_view purpose, std::string_view entity) : Stream(key_for(luck, purpose, entity)) {
}

void Stream::make_block() {
    block_ = philox::block(key_, position_ / 2);
}

}  // namespace nines
