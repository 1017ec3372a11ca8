#pragma once
// Interrupts: the first Ctrl-C asks a run to stop and write what it has, the second ends the program at once.

namespace nines {

/// Catches SIGINT and SIGTERM from now on.
void catch_interrupts();

/// Whether one of them has come. Cheap enough for an inner loop.
bool interrupted();

}  // namespace nines
