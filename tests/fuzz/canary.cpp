// Fuzzer: the canary. It crashes on a planted input; where it lives on, the fuzzers around it find nothing either.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // One byte after the other: found by following the coverage, hardly ever by chance.
    if (size > 3 && data[0] == 'g') {
        if (data[1] == 'a') {
            if (data[2] == 's') {
                std::abort();
            }
        }
    }
    return 0;
}
