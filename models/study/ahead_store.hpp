#pragma once
// AheadStore: where replications are kept that are finished while one with a lower number is not. The rows of a study
// are the first so many, whole; without this, what other machines have finished beyond would be lost with the root.

#include <vector>

#include "engine/base/result.hpp"
#include "engine/experiment/parcel.hpp"

namespace nines {

class AheadStore {
public:
    virtual ~AheadStore() = default;
    /// What an earlier process has kept, in ascending order of their indexes in the shard.
    virtual Result<std::vector<Parcel>> ahead() = 0;
    /// Adds these, and has all on disk that was given to it or appended before.
    virtual Result<void> keep_ahead(const std::vector<Parcel>& parcels) = 0;
};

}  // namespace nines
