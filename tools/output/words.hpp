#pragma once
// The words that results are written with, the same in every output.

#include "engine/base/names.hpp"
#include "models/results/comparison_results.hpp"

namespace nines {

inline constexpr Names<Verdict, 3> k_verdicts{{{
    {"met", Verdict::met},
    {"missed", Verdict::missed},
    {"undecided", Verdict::undecided},
}}};

inline constexpr Names<IntervalKind, 5> k_interval_kinds{{{
    {"exact", IntervalKind::exact},
    {"student", IntervalKind::student},
    {"chebyshev", IntervalKind::chebyshev},
    {"alike", IntervalKind::alike},
    {"few", IntervalKind::few},
}}};

inline constexpr Names<Decision, 6> k_decisions{{{
    {"better", Decision::better},
    {"worse", Decision::worse},
    {"differs", Decision::differs},
    {"same", Decision::same},
    {"undecided", Decision::undecided},
    {"unmeasured", Decision::unmeasured},
}}};

inline constexpr Names<Better, 3> k_betters{{{
    {"higher", Better::higher},
    {"lower", Better::lower},
    {"neither", Better::neither},
}}};

}  // namespace nines
