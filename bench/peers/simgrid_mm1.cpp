// M/M/1 in SimGrid 3.32, on timers of its kernel: no actors, no context switches. Actors with mailboxes, the idiom of
// its manual, are four times slower.

#include <deque>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>

#include "bench/peers/peer.hpp"

namespace {

using simgrid::kernel::timer::Timer;

class Queue {
public:
    explicit Queue(const peer::Order& order)
        : customers_(order.customers), arrivals_(order.seed), works_(~order.seed) {}

    void next_arrival() {
        Timer::set(now() + arrivals_.exponential() / peer::k_arrivals_per_s, [this] { arrival(); });
    }
    double wait_sum_s() const { return wait_sum_s_; }

private:
    static double now() { return simgrid::s4u::Engine::get_clock(); }

    void arrival() {
        if (++arrived_ < customers_) {
            next_arrival();
        }
        if (busy_) {
            waiting_.push_back(now());
        } else {
            begin();
        }
    }

    void begin() {
        busy_ = true;
        Timer::set(now() + works_.exponential() * peer::k_service_mean_s, [this] { departure(); });
    }

    void departure() {
        if (waiting_.empty()) {
            busy_ = false;
        } else {
            wait_sum_s_ += now() - waiting_.front();
            waiting_.pop_front();
            begin();
        }
    }

    std::uint64_t customers_;
    std::uint64_t arrived_ = 0;
    peer::Luck arrivals_, works_;
    std::deque<double> waiting_;
    bool busy_ = false;
    double wait_sum_s_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    simgrid::s4u::Engine engine(&argc, argv);
    const peer::Order order = peer::order_from(argc, argv);
    simgrid::s4u::create_full_zone("world")->create_host("host", 1e9)->get_englobing_zone()->seal();
    Queue queue(order);
    queue.next_arrival();
    const double began = peer::cpu_s();
    engine.run();
    peer::tell(order.customers, queue.wait_sum_s(), peer::cpu_s() - began);
}
