#pragma once
// BatchBytes: a batch as bytes, to be sent to another process of the same program or kept in a file.

#include <string>

#include "engine/base/result.hpp"
#include "models/study/batch.hpp"

namespace nines {

std::string to_bytes(const Batch& batch);

/// Replaces what is in the batch. The error: these are not the bytes of a batch.
Result<void> from_bytes(const std::string& bytes, Batch& batch);

}  // namespace nines
