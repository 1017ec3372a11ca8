#include "engine/experiment/dealer.hpp"

#include <algorithm>

#include "engine/base/check.hpp"

namespace nines {

Dealer::Dealer(std::uint64_t first, std::uint64_t end, const DealerDesign& design)
    : design_(design), taken_(first), next_(first), end_(end), hands_(design.workers) {
    for (std::size_t worker = 0; worker < design.workers; ++worker) {
        hungry_.push_back(worker);
        hands_[worker].queued = true;
    }
}

void Dealer::know(Parcel parcel) {
    const auto after = waiting_.lower_bound(parcel.first);
    const bool overlaps = (after != waiting_.end() && after->first < parcel.end()) ||
                          (after != waiting_.begin() && std::prev(after)->second.end() > parcel.first);
    if (parcel.count > 0 && !overlaps && parcel.first >= taken_ && parcel.end() <= end_) {
        waiting_.emplace_hint(after, parcel.first, std::move(parcel));
    }
}

std::uint64_t Dealer::most_ahead() const {
    const std::uint64_t least = 4 * hands_.size();
    if (indexes_ == 0) {
        return least;
    }
    const double bytes_each = std::max(bytes_ / indexes_, 1.0);
    return std::max(least, static_cast<std::uint64_t>(static_cast<double>(design_.bytes_most) / bytes_each));
}

std::uint64_t Dealer::size_of_next() const {
    if (seconds_ <= 0) {
        return 1;
    }
    const std::uint64_t share = 4 * hands_.size();
    const double of_time = design_.interval_s / (seconds_ / indexes_);
    const double most = static_cast<double>(std::min((end_ - next_) / share, most_ahead() / share));
    return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::min(of_time, most)));
}

std::optional<Deal> Dealer::deal() {
    auto known = waiting_.lower_bound(next_);
    while (known != waiting_.end() && known->first == next_) {
        next_ = known->second.end();
        ++known;
    }
    if (hungry_.empty() || next_ == end_ || next_ - taken_ >= most_ahead()) {
        return std::nullopt;
    }
    const std::uint64_t limit = known == waiting_.end() ? end_ : known->first;
    const Deal deal{hungry_.front(), next_, std::min(size_of_next(), limit - next_)};
    next_ += deal.count;
    Hand& hand = hands_[deal.worker];
    hand.open += deal.count;
    hand.newest = deal.count;
    // To the end of the queue: everyone has a deal before anyone has two.
    hungry_.pop_front();
    hand.queued = wants(hand);
    if (hand.queued) {
        hungry_.push_back(deal.worker);
    }
    return deal;
}

void Dealer::arrived(std::size_t worker, Parcel parcel) {
    constexpr double k_memory = 0.9;
    Hand& hand = hands_[worker];
    check(parcel.count <= hand.open && parcel.first >= taken_ && parcel.end() <= next_,
          "a worker sends what it was dealt");
    hand.open -= parcel.count;
    if (wants(hand) && !hand.queued) {
        hand.queued = true;
        hungry_.push_back(worker);
    }
    seconds_ = k_memory * seconds_ + parcel.seconds;
    bytes_ = k_memory * bytes_ + static_cast<double>(parcel.bytes.size());
    indexes_ = k_memory * indexes_ + static_cast<double>(parcel.count);
    const bool is_new = waiting_.emplace(parcel.first, std::move(parcel)).second;
    check(is_new, "each index comes once");
}

const Parcel* Dealer::next() const {
    const bool is_there = !waiting_.empty() && waiting_.begin()->first == taken_;
    return is_there ? &waiting_.begin()->second : nullptr;
}

void Dealer::take() {
    check(next() != nullptr, "only what has come can be taken");
    taken_ = waiting_.begin()->second.end();
    next_ = std::max(next_, taken_);  // what was known is taken before it would have been dealt
    waiting_.erase(waiting_.begin());
}

}  // namespace nines
