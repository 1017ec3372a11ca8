#pragma once
// Dealer: the books of one who deals numbered work out to many workers, and takes the results in the order of the
// numbers. It sends nothing itself.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "engine/experiment/parcel.hpp"

namespace nines {

struct DealerDesign {
    std::size_t workers = 1;
    /// How long a worker should be busy with what it is dealt at once, seconds. See message_interval_s().
    double interval_s = 0.01;
    /// What may wait at the dealer for results with lower numbers, bytes; never less than four indexes a worker.
    std::uint64_t bytes_most = std::uint64_t{256} << 20;
};

/// How far apart the messages of one of so many workers should be, seconds: never closer than 10 ms, and so that all of
/// them together send no more than 10,000 a second, which one process takes in with ease (docs/cluster.md).
inline double message_interval_s(std::size_t workers) {
    constexpr double k_shortest_s = 0.01;
    constexpr double k_messages_per_s = 10'000;
    return std::max(k_shortest_s, static_cast<double>(workers) / k_messages_per_s);
}

struct Deal {
    std::size_t worker = 0;
    std::uint64_t first = 0;
    std::uint64_t count = 0;
};

/// 1. Each index is dealt once, in order, and taken once, in order. 2. A worker has one deal to work on and one in
///    reserve, so that it need not wait for the next. 3. Deals shrink towards the end, so that workers end together.
/// 4. What waits is bounded, whatever the workers do: none is dealt more until the lowest open index has come.
class Dealer {
public:
    Dealer(std::uint64_t first, std::uint64_t end, const DealerDesign& design);

    /// A result that is there before anything is dealt; one that overlaps another, or the range's end, is not taken.
    void know(Parcel parcel);
    /// The next deal to send, or nothing for now.
    std::optional<Deal> deal();
    /// A part of what the worker was dealt: parts come in order.
    void arrived(std::size_t worker, Parcel parcel);
    /// The next result in order, or nullptr. It stays until take().
    const Parcel* next() const;
    void take();

    bool done() const { return taken_ == end_; }
    /// What has come and waits for lower numbers, by first index.
    const std::map<std::uint64_t, Parcel>& waiting() const { return waiting_; }

private:
    struct Hand {
        std::uint64_t open = 0;    // indexes dealt and not come
        std::uint64_t newest = 0;  // of them, at most, those of the newest deal
        bool queued = false;       // stands in hungry_
    };
    bool wants(const Hand& hand) const { return hand.open <= hand.newest; }
    std::uint64_t most_ahead() const;
    std::uint64_t size_of_next() const;

    DealerDesign design_;
    std::uint64_t taken_, next_, end_;
    std::map<std::uint64_t, Parcel> waiting_;
    std::vector<Hand> hands_;
    std::deque<std::size_t> hungry_;
    // Of late: each parcel counts a tenth less than the one after it.
    double seconds_ = 0, bytes_ = 0, indexes_ = 0;
};

}  // namespace nines
