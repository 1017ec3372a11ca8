#pragma once
// Interrupts: the first Ctrl-C asks a run to stop and write what it has, the second ends the program at once.

namespace nines {

/// What is said when one comes: of the processes of one job, one speaks for all.
enum class OnInterrupt { tell, quiet };

/// Catches SIGINT and SIGTERM from now on.
void catch_interrupts(OnInterrupt how = OnInterrupt::tell);

/// Whether one of them has come. Cheap enough for an inner loop.
bool interrupted();

}  // namespace nines
