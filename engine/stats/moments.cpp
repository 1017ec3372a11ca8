// Moments: the updates of the third and fourth sums, each from the lower ones as they were before.

#include "engine/stats/moments.hpp"

#include <cmath>

namespace nines {

namespace {

double squares_of(const Tally& tally) {
    return tally.count() < 2 ? 0.0 : tally.variance() * static_cast<double>(tally.count() - 1);
}

}  // namespace

void Moments::add(double value) {
    Moments one;
    one.tally_.add(value);
    merge(one);
}

Moments Moments::of(std::span<const double> values) {
    Moments all;
    for (const double value : values) {
        all.tally_.add(value);
    }
    const double mean = all.mean();
    for (const double value : values) {
        const double apart = value - mean;
        const double square = apart * apart;
        all.cubes_ += square * apart;
        all.fourths_ += square * square;
    }
    return all;
}

void Moments::merge(const Moments& other) {
    if (other.count() == 0) {
        return;
    }
    const auto mine = static_cast<double>(count());
    const auto theirs = static_cast<double>(other.count());
    const double all = mine + theirs;
    const double apart = other.mean() - mean();
    const double step = apart / all;
    const double my_squares = squares_of(tally_);
    const double their_squares = squares_of(other.tally_);
    fourths_ += other.fourths_ +
                apart * step * step * step * mine * theirs * (mine * mine - mine * theirs + theirs * theirs) +
                6 * step * step * (mine * mine * their_squares + theirs * theirs * my_squares) +
                4 * step * (mine * other.cubes_ - theirs * cubes_);
    cubes_ += other.cubes_ + apart * step * step * mine * theirs * (mine - theirs) +
              3 * step * (mine * their_squares - theirs * my_squares);
    tally_.merge(other.tally_);
}

double Moments::skewness() const {
    const double squares = squares_of(tally_);
    return squares > 0 ? std::sqrt(static_cast<double>(count())) * cubes_ / (squares * std::sqrt(squares)) : 0.0;
}

double Moments::excess_kurtosis() const {
    const double squares = squares_of(tally_);
    return squares > 0 ? static_cast<double>(count()) * fourths_ / (squares * squares) - 3 : 0.0;
}

}  // namespace nines
