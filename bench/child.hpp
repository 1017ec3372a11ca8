#pragma once
// Child: another program, run to its end, and what it took from the machine.

#include <string>
#include <vector>

namespace nines::bench {

struct Child {
    int exit_code = -1;     ///< -1: could not be started, or was killed
    std::string output;     ///< its standard output
    std::string errors;     ///< its standard error
    double wall_s = 0;      ///< from its start to its end
    double peak_bytes = 0;  ///< the most memory that was resident
};

/// Runs `words[0]` with the rest as arguments, by way of a fresh process of this very program (see launch()).
Child run_child(const std::vector<std::string>& words);

/// What `nines_bench --launch WORDS` does: starts the program, waits for it, writes what it took to descriptor 3. Linux
/// counts the memory of whoever starts a program as the program's own, up to the moment of exec; a bench that has just
/// held a gigabyte must not start it itself.
int launch(int argc, char** argv);

/// The last line of a text: where peers print their result, whatever libraries said before.
std::string last_line(const std::string& text);

}  // namespace nines::bench
