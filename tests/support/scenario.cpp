// The text of scenarios that are one service and one demand.

#include "tests/support/scenario.hpp"

#include <fmt/format.h>

namespace nines::support {

std::string text_of(const Single& single) {
    const std::string faults = single.faults.empty() ? "" : fmt::format("faults: {{{}}}\n", single.faults);
    return fmt::format(R"(nines: 1
name: one service
services:
  s: {{kind: fleet, {}, endpoints: {{op: {{steps: [{{work: {}}}]}}}}}}
demand:
  d: {{calls: {{s.op: 100 %}}, {}}}
{}run: {{fidelity: requests, {}}}
)",
                       single.service, single.work, single.demand, faults, single.run);
}

}  // namespace nines::support
