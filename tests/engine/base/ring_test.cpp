// The ring keeps its order while it grows and wraps.

#include "engine/base/ring.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace nines {
namespace {

TEST(Ring, IsAQueueHoweverItWraps) {
    Ring<int> ring;
    std::deque<int> queue;
    for (int i = 0; i < 1000; ++i) {
        ring.push_back(i);
        queue.push_back(i);
        if (i % 3 != 0) {
            ASSERT_EQ(ring.front(), queue.front());
            ring.pop_front();
            queue.pop_front();
        }
        ASSERT_EQ(ring.size(), queue.size());
        for (std::size_t k = 0; k < queue.size(); k += 17) {
            ASSERT_EQ(ring[k], queue[k]);
        }
    }
}

}  // namespace
}  // namespace nines
