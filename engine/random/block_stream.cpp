// BlockStream: positions, and the next words from the fastest kernel of Philox.

#include "engine/random/block_stream.hpp"

namespace nines {

Stream BlockStream::stream() const {
    Stream stream(key_);
    stream.seek(position());
    return stream;
}

void BlockStream::seek(std::uint64_t words) {
    begin_ = words - words % 2 - k_ahead;
    taken_ = k_ahead;
    if (words % 2 == 1) {
        refill();
        taken_ = 1;
    }
}

void BlockStream::refill() {
    begin_ += k_ahead;
    taken_ = 0;
    philox::generate(philox::fastest_kernel(), key_, begin_ / 2, words_);
}

}  // namespace nines
