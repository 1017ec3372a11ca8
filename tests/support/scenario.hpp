#pragma once
// Scenario: the text of the many reference cases that are one service and one demand, with what differs from case to
// case.

#include <string>

namespace nines::support {

/// One service `s`, whose endpoint `op` does some work, and one demand `d`. Each part stands in braces of YAML.
struct Single {
    std::string work = "exponential(10 ms)";
    std::string service = "workers: 1";  ///< fields of the service, besides its kind and endpoints
    std::string demand = "rate: 50/s";   ///< fields of the demand, besides what it calls
    std::string faults = "";             ///< "name: {...}, name: {...}"
    std::string run = "warmup: 1 min, horizon: 1 h";
};

/// The scenario in the language.
std::string text_of(const Single& single);

}  // namespace nines::support
