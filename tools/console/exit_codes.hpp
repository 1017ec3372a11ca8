#pragma once
// Exit codes: what a script can learn from how nines ended.

namespace nines {

enum class ExitCode : int {
    done = 0,          ///< every objective met
    missed = 1,        ///< an objective missed
    bad_input = 2,     ///< bad input or usage
    undecided = 3,     ///< an objective undecided when the budget was spent
    machine = 4,       ///< the machine failed us: disk, memory
    interrupted = 130  ///< what there was so far is written and marked partial
};

}  // namespace nines
