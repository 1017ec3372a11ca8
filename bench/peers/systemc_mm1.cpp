// M/M/1 in SystemC 2.3.4: two SC_METHODs, each woken by a timed event. Methods that set their own next trigger are a
// little slower, SC_THREADs with wait(), the idiom of its manual, take twice as long.

#include <deque>
#include <systemc>

#include "bench/peers/peer.hpp"

namespace {

using sc_core::sc_time;

/// A time from a mean-1 draw: picoseconds, the resolution that SystemC has unless told otherwise.
sc_time after(double seconds) {
    return sc_time::from_value(static_cast<sc_dt::uint64>(seconds * 1e12));
}

class Queue : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(Queue);
    Queue(const sc_core::sc_module_name& name, const peer::Order& order)
        : sc_core::sc_module(name),
          customers_(order.customers),
          arrivals_(order.seed),
          works_(~order.seed),
          first_gap_(after(arrivals_.exponential() / peer::k_arrivals_per_s)) {
        SC_METHOD(arrival);
        dont_initialize();
        sensitive << arrives_;
        SC_METHOD(departure);
        dont_initialize();
        sensitive << departs_;
        arrives_.notify(first_gap_);
    }
    double wait_sum_s() const { return wait_sum_s_; }

private:
    void arrival() {
        if (++arrived_ < customers_) {
            arrives_.notify(after(arrivals_.exponential() / peer::k_arrivals_per_s));
        }
        if (busy_) {
            waiting_.push_back(sc_core::sc_time_stamp().value());
        } else {
            begin();
        }
    }

    void departure() {
        if (waiting_.empty()) {
            busy_ = false;
        } else {
            wait_sum_s_ += static_cast<double>(sc_core::sc_time_stamp().value() - waiting_.front()) * 1e-12;
            waiting_.pop_front();
            begin();
        }
    }

    void begin() {
        busy_ = true;
        departs_.notify(after(works_.exponential() * peer::k_service_mean_s));
    }

    std::uint64_t customers_;
    std::uint64_t arrived_ = 0;
    peer::Luck arrivals_, works_;
    sc_time first_gap_;
    sc_core::sc_event arrives_, departs_;
    std::deque<sc_dt::uint64> waiting_;
    bool busy_ = false;
    double wait_sum_s_ = 0;
};

}  // namespace

int sc_main(int argc, char** argv) {
    const peer::Order order = peer::order_from(argc, argv);
    Queue queue("queue", order);
    const double began = peer::cpu_s();
    sc_core::sc_start();
    peer::tell(order.customers, queue.wait_sum_s(), peer::cpu_s() - began);
    return 0;
}
