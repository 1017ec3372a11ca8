#pragma once
// The words that results are written with, the same in every output.

#include "engine/base/names.hpp"
#include "models/results/results.hpp"

namespace nines {

inline constexpr Names<Verdict, 3> k_verdicts{{{
    {"met", Verdict::met},
    {"missed", Verdict::missed},
    {"undecided", Verdict::undecided},
}}};

}  // namespace nines
