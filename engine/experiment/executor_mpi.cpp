#include "engine/experiment/executor_mpi.hpp"

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/iostreams/device/array.hpp>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/stream.hpp>
#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <chrono>
#include <cstring>
#include <limits>
#include <list>
#include <thread>
#include <utility>

#include "engine/base/check.hpp"

namespace nines {

namespace {

namespace mpi = boost::mpi;
namespace io = boost::iostreams;

constexpr unsigned k_plain = boost::archive::no_header | boost::archive::no_tracking;

enum Tag : int { k_order = 1, k_parcels, k_end };

/// What the root tells a rank; a count of 0: that it has enough.
struct Order {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    double interval_s = 0;
    double hint = 0;
};

std::string to_bytes(const std::vector<Parcel>& parcels) {
    std::string bytes;
    {
        io::stream<io::back_insert_device<std::string>> out(bytes);
        boost::archive::binary_oarchive(out, k_plain) << parcels;
    }
    return bytes;
}

std::vector<Parcel> to_parcels(const std::string& bytes) {
    std::vector<Parcel> parcels;
    io::stream<io::array_source> in(bytes.data(), bytes.size());
    boost::archive::binary_iarchive(in, k_plain) >> parcels;
    return parcels;
}

struct Message {
    int from = 0;
    std::string bytes;
    mpi::request request;
};

/// The next message of a kind, where one has come. Its bytes may still be on their way.
bool begin_next(const mpi::communicator& world, int tag, std::list<Message>& messages) {
    const auto status = world.iprobe(mpi::any_source, tag);
    if (!status) {
        return false;
    }
    Message& message = messages.emplace_back();
    message.from = status->source();
    message.bytes.resize(static_cast<std::size_t>(status->count<char>().value_or(0)));
    message.request = world.irecv(message.from, tag, message.bytes.data(), static_cast<int>(message.bytes.size()));
    return true;
}

/// Messages on their way out: their bytes stay until MPI has taken them.
class Outgoing {
public:
    explicit Outgoing(const mpi::communicator& world) : world_(world) {}
    ~Outgoing() {
        for (auto& one : under_way_) {
            one.request.wait();
        }
    }
    Outgoing(const Outgoing&) = delete;
    Outgoing& operator=(const Outgoing&) = delete;

    void send(int to, int tag, std::string bytes) {
        under_way_.remove_if([](auto& one) { return one.request.test().has_value(); });
        Sent& sent = under_way_.emplace_back();
        sent.bytes = std::move(bytes);
        sent.request = world_.isend(to, tag, sent.bytes.data(), static_cast<int>(sent.bytes.size()));
    }

private:
    struct Sent {
        std::string bytes;
        mpi::request request;
    };
    const mpi::communicator& world_;
    std::list<Sent> under_way_;
};

}  // namespace

MpiPlace mpi_place() {
    const mpi::communicator world;
    return {static_cast<std::size_t>(world.rank()), static_cast<std::size_t>(world.size())};
}

std::string mpi_from_root(const std::string& text) {
    std::string same = text;
    mpi::broadcast(mpi::communicator(), same, 0);
    return same;
}

std::vector<std::string> mpi_to_root(const std::string& text) {
    std::vector<std::string> all;
    mpi::gather(mpi::communicator(), text, all, 0);
    return all;
}

// --- the root -----------------------------------------------------------------------------------------------------

/// The root's connection. It never waits for the rest of a message: its sender may have died.
class MpiRoot::Post {
public:
    mpi::communicator world;

    /// Messages that have come in whole since the last time.
    std::list<Message> take() {
        while (begin_next(world, k_parcels, coming_)) {
        }
        std::list<Message> whole;
        for (auto one = coming_.begin(); one != coming_.end();) {
            const auto next = std::next(one);
            if (one->request.test()) {
                whole.splice(whole.end(), coming_, one);
            }
            one = next;
        }
        return whole;
    }
    /// How many ranks have said their last, and nothing of any is on its way.
    bool all_have_ended() {
        std::list<Message> ends;
        while (begin_next(world, k_end, ends)) {
            ends.back().request.wait();  // it is empty
            ++ended_;
        }
        return ended_ == world.size() - 1 && coming_.empty() && !world.iprobe(mpi::any_source, k_parcels);
    }

private:
    std::list<Message> coming_;
    int ended_ = 0;
};

MpiRoot::MpiRoot(const Executor& executor, ServeWork own, MpiClocks clocks)
    : post_(std::make_unique<Post>()), own_work_(std::move(own)), clocks_(std::move(clocks)) {
    const auto ranks = static_cast<std::size_t>(post_->world.size());
    if (ranks <= k_ranks_most_to_work) {
        own_ = std::make_unique<DealWorker>(executor, own_work_.produce, clocks_.wall_s);
    } else {
        first_rank_ = 1;
    }
    interval_s_ = message_interval_s(ranks);
}

MpiRoot::~MpiRoot() {
    stop();
    wait_for_all(nullptr, std::numeric_limits<double>::infinity());
}

bool MpiRoot::receive(Dealer* dealer) {
    const auto put_in = [&](std::size_t rank, std::vector<Parcel> parcels) {
        for (Parcel& parcel : parcels) {
            if (dealer != nullptr) {
                traffic_.indexes += parcel.count;
                dealer->arrived(rank - first_rank_, std::move(parcel));
            }
        }
    };
    bool any = false;
    if (own_) {
        std::vector<Parcel> parcels = own_->collect(interval_s_);
        any = !parcels.empty();
        put_in(0, std::move(parcels));
    }
    for (const Message& message : post_->take()) {
        any = true;
        ++traffic_.messages_in;
        traffic_.bytes_in += message.bytes.size();
        put_in(static_cast<std::size_t>(message.from), to_parcels(message.bytes));
    }
    return any;
}

RootWork::Wanted MpiRoot::consume(Dealer& dealer, const RootWork& work) {
    while (const Parcel* parcel = dealer.next()) {
        const RootWork::Wanted wanted = work.consume(*parcel);
        dealer.take();
        if (wanted != RootWork::Wanted::more) {
            return wanted;
        }
    }
    return dealer.done() ? RootWork::Wanted::enough : RootWork::Wanted::more;
}

void MpiRoot::send_deals(Dealer& dealer, double hint) {
    while (const auto deal = dealer.deal()) {
        const std::size_t rank = deal->worker + first_rank_;
        if (rank == 0) {
            own_->give(*deal);
            continue;
        }
        const Order order{deal->first, deal->count, interval_s_, hint};
        post_->world.send(static_cast<int>(rank), k_order, reinterpret_cast<const char*>(&order), sizeof(order));
        ++traffic_.messages_out;
        traffic_.bytes_out += sizeof(order);
    }
}

void MpiRoot::run(std::uint64_t first, std::uint64_t end, std::vector<Parcel> known, const RootWork& work) {
    constexpr double k_keep_s = 1;        // as often as what is taken is committed
    constexpr double k_patience_s = 0.3;  // mpirun kills a second after it has asked
    Dealer dealer(first, end, {static_cast<std::size_t>(post_->world.size()) - first_rank_, interval_s_});
    for (Parcel& parcel : known) {
        dealer.know(std::move(parcel));
    }
    const double began_s = clocks_.wall_s();
    const double began_busy_s = clocks_.busy_s();
    double kept_s = began_s;
    RootWork::Wanted wanted = RootWork::Wanted::more;
    while (wanted == RootWork::Wanted::more) {
        const double now_s = clocks_.wall_s();
        const bool any = receive(&dealer);
        wanted = work.interrupted() ? RootWork::Wanted::later : consume(dealer, work);
        if (wanted == RootWork::Wanted::more) {
            send_deals(dealer, work.hint());
        }
        if (now_s - kept_s >= k_keep_s) {
            work.keep(dealer.waiting());
            kept_s = now_s;
        }
        if (any) {
            rest_s_ = 0;
        } else if (wanted == RootWork::Wanted::more) {
            rest();
        }
    }
    traffic_.elapsed_s = clocks_.wall_s() - began_s;
    traffic_.busy_s = clocks_.busy_s() - began_busy_s;
    stop();
    if (wanted == RootWork::Wanted::later) {
        wait_for_all(&dealer, k_patience_s);
        work.keep(dealer.waiting());
    }
}

void MpiRoot::stop() {
    if (std::exchange(stopped_, true)) {
        return;
    }
    const Order order;
    for (int rank = 1; rank < post_->world.size(); ++rank) {
        post_->world.send(rank, k_order, reinterpret_cast<const char*>(&order), sizeof(order));
    }
    if (own_) {
        own_work_.stop();
        own_->stop();
    }
}

/// Takes in what ranks still send, up to their last message: none of them can end before.
void MpiRoot::wait_for_all(Dealer* dealer, double seconds_most) {
    const double until_s = clocks_.wall_s() + seconds_most;
    while (true) {
        const bool any = receive(dealer);
        if (post_->all_have_ended() || clocks_.wall_s() >= until_s) {
            return;
        }
        if (!any) {
            rest();
        }
    }
}

/// A short sleep, longer each time that nothing has come: the root shares its core with a rank that works.
void MpiRoot::rest() {
    constexpr double k_shortest_s = 50e-6;
    constexpr double k_longest_s = 1e-3;
    rest_s_ = std::clamp(2 * rest_s_, k_shortest_s, k_longest_s);
    if (own_ && !stopped_) {
        own_->wait(rest_s_);
    } else {
        std::this_thread::sleep_for(std::chrono::duration<double>(rest_s_));
    }
}

void release_ranks() {
    const Executor nobody(1);
    MpiRoot(nobody, {.produce = [](const Task&, std::string&) {}, .stop = [] {}},
            {[] { return 0.0; }, [] { return 0.0; }});
}

// --- the others ---------------------------------------------------------------------------------------------------

void serve_root(const Executor& executor, const ServeWork& work, const ClockSeconds& clock_s) {
    constexpr double k_look_s = 1e-3;  // a deal is in reserve meanwhile
    const mpi::communicator world;
    Outgoing outgoing(world);
    DealWorker worker(executor, work.produce, clock_s);
    double interval_s = 0;
    const auto send_finished = [&](double interval) {
        if (const std::vector<Parcel> parcels = worker.collect(interval); !parcels.empty()) {
            outgoing.send(0, k_parcels, to_bytes(parcels));
        }
    };
    bool enough = false;
    while (!enough) {
        for (std::list<Message> orders; begin_next(world, k_order, orders);) {
            Order order;
            orders.back().request.wait();  // it is short: all of it is there
            check(orders.back().bytes.size() == sizeof(order), "the root and its ranks are one program");
            std::memcpy(&order, orders.back().bytes.data(), sizeof(order));
            if (order.count == 0) {
                enough = true;
                continue;
            }
            interval_s = order.interval_s;
            work.hint(order.hint);
            worker.give({0, order.first, order.count});
        }
        send_finished(interval_s);
        worker.wait(k_look_s);
    }
    work.stop();
    worker.stop();
    send_finished(0);
    outgoing.send(0, k_end, {});
}

}  // namespace nines
