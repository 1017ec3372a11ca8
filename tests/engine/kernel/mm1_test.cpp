// The engine by itself: a queue with one server (M/M/1), as docs/engine.md tells it. Nothing here has to do with
// clouds.

#include <gtest/gtest.h>

#include "engine/base/ring.hpp"
#include "engine/kernel/event_set.hpp"
#include "engine/random/block_stream.hpp"
#include "engine/stats/tally.hpp"
#include "engine/stats/time_average.hpp"

namespace nines {
namespace {

/// Customers come at rate 0.9 and are served at rate 1, first come first served.
class Mm1 {
public:
    explicit Mm1(std::uint64_t seed) : arrivals_({seed, 0}, "arrivals", "door"), services_({seed, 0}, "work", "clerk") {
        events_.schedule(gap(), k_arrives, 0);
    }

    void run(std::uint64_t customers) {
        while (waits_.count() < customers) {
            const Event event = events_.pop();
            now_ = event.at;
            switch (event.kind()) {
                case k_arrives:
                    inside_.add(now_, 1);
                    events_.schedule(now_ + gap(), k_arrives, 0);
                    busy_ ? waiting_.push_back(now_) : serve(now_);
                    break;
                case k_leaves:
                    inside_.add(now_, -1);
                    busy_ = false;
                    if (!waiting_.empty()) {
                        const Nanoseconds since = waiting_.front();
                        waiting_.pop_front();
                        serve(since);
                    }
                    break;
            }
        }
    }

    double mean_wait_s() const { return waits_.mean(); }
    double mean_inside() const { return inside_.average_until(now_); }

private:
    static constexpr std::uint16_t k_arrives = 0;
    static constexpr std::uint16_t k_leaves = 1;

    Nanoseconds gap() { return to_ns(arrivals_.exponential() / 0.9); }
    void serve(Nanoseconds since) {
        waits_.add(to_seconds(now_ - since));
        busy_ = true;
        events_.schedule(now_ + to_ns(services_.exponential()), k_leaves, 0);
    }

    EventSet events_;
    BlockStream arrivals_, services_;
    Ring<Nanoseconds> waiting_;  // since when
    bool busy_ = false;
    Nanoseconds now_ = 0;
    Tally waits_;
    TimeIntegral inside_;
};

// Wq = rho / (mu - lambda) = 9 s, L = rho / (1 - rho) = 9. The asymptotic variance of waits at 0.9 is about 3.6e4
// (Daley 1968; see t15, t16 of the reference statistics), so 4 million customers give 0.095 s: 4.9 of them are once in
// 10^6.
TEST(Mm1Example, WaitsAsTheTheorySays) {
    Mm1 queue(1);
    queue.run(4'000'000);
    EXPECT_NEAR(queue.mean_wait_s(), 9, 4.9 * 0.095);
    EXPECT_NEAR(queue.mean_inside(), 9, 4.9 * 0.095);
}

}  // namespace
}  // namespace nines
