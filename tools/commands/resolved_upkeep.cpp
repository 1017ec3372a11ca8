// Certificates and maintenance of a resolved scenario.

#include "tools/commands/resolved_fields.hpp"

namespace nines::resolved {

void write_upkeep(Emitter& out, const Architecture& architecture, const Service& service) {
    if (const auto& certificate = service.certificate) {
        begin_line(out, "certificate");
        time(out, "valid", certificate->valid_s);
        field(out, "renew", k_renewals.of(certificate->renew));
        if (certificate->renew == Renewal::by_hand) {
            time(out, "takes", certificate->takes_s);
        }
        share(out, "missed", certificate->missed);
        if (certificate->repair) {
            field(out, "repair", repair_text(architecture, *certificate->repair));
        } else {
            time(out, "repair", certificate->for_s.value_or(Distribution::constant(0)));
        }
        out << YAML::EndMap;
    }
    if (const auto& maintenance = service.maintenance) {
        begin_line(out, "maintenance");
        time(out, "every", maintenance->every_s);
        field(out, "at", time_of_day_text(maintenance->at_s));
        time(out, "takes", maintenance->takes_s);
        share(out, "leaves", maintenance->leaves);
        field(out, "places", k_maintenance_orders.of(maintenance->places));
        out << YAML::EndMap;
    }
}

}  // namespace nines::resolved
