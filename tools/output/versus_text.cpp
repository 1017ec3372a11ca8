#include "tools/output/versus_text.hpp"

#include <cmath>

#include "tools/console/humanize.hpp"

namespace nines {

std::string short_quantity(std::optional<double> value, const std::string& unit) {
    return unit.front() == '1' ? human_quantity(value, unit) : human_quantity(value, unit.substr(0, unit.find('/')));
}

std::string signed_quantity(double value, const std::string& unit) {
    return (value > 0 ? "+" : value < 0 ? "-" : "") + short_quantity(std::fabs(value), unit);
}

std::string half_width_text(const Versus& versus) {
    return versus.lo && versus.hi ? short_quantity((*versus.hi - *versus.lo) / 2, versus.unit) : "";
}

Ink ink_of(Decision decision) {
    switch (decision) {
        case Decision::better:
            return Ink::green;
        case Decision::worse:
            return Ink::red;
        case Decision::undecided:
            return Ink::yellow;
        case Decision::differs:
        case Decision::same:
        case Decision::unmeasured:
            break;
    }
    return Ink::plain;
}

}  // namespace nines
