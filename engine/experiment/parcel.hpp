#pragma once
// Parcel: the results of consecutive indexes as bytes, on their way from the process that made them to the one that
// takes them.

#include <cstdint>
#include <string>

namespace nines {

struct Parcel {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    double seconds = 0;  ///< of wall-clock time that its worker spent on it; decides how work is cut, no result
    std::string bytes;

    std::uint64_t end() const { return first + count; }

    template <class Archive>
    void serialize(Archive& archive, unsigned /*version*/) {
        archive& first& count& seconds& bytes;
    }
};

}  // namespace nines
