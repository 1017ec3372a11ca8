// The resolved scenario: prices, purchases, owners, and what things are worth.

#include "tools/commands/resolved_fields.hpp"

namespace nines::resolved {

namespace {

void write_purchase(Emitter& out, const PurchaseSpec& purchase) {
    begin_line(out, "purchase");
    for (const auto& [key, commitment] : {std::pair("reserved", purchase.reserved),
                                          std::pair("savings", purchase.savings), std::pair("spot", purchase.spot)}) {
        if (commitment.share > 0) {
            begin_line(out, key);
            share(out, "share", commitment.share);
            if (commitment.discount) {
                share(out, "discount", *commitment.discount);
            }
            out << YAML::EndMap;
        }
    }
    out << YAML::EndMap;
}

}  // namespace

void write_power(Emitter& out, const PowerSpec& power) {
    begin_line(out, "power");
    if (const auto half_w = power.half_w()) {
        quantity(out, "idle", power.idle_w(), Dimension::power);
        quantity(out, "half", *half_w, Dimension::power);
        quantity(out, "full", power.full_w(), Dimension::power);
    } else {
        for (const PowerPoint& point : power.points()) {
            quantity(out, exact_text(static_cast<double>(point.share) / PowerSpec::k_whole, Dimension::fraction),
                     point.watts, Dimension::power);
        }
    }
    out << YAML::EndMap;
}

void write_price(Emitter& out, const PriceSpec& price) {
    begin_line(out, "price");
    if (price.usd_per_h) {
        quantity(out, "hour", *price.usd_per_h, Dimension::money);
    }
    if (price.usd_per_request) {
        quantity(out, "million_requests", *price.usd_per_request * 1e6, Dimension::money);
    }
    if (price.usd_per_gb) {
        quantity(out, "gigabyte", *price.usd_per_gb, Dimension::money);
    }
    if (price.usd_per_gb_s) {
        quantity(out, "gigabyte_second", *price.usd_per_gb_s, Dimension::money);
    }
    if (price.granule_s > 0) {
        time(out, "granule", price.granule_s);
    }
    out << YAML::EndMap;
}

void write_power_and_price(Emitter& out, const Service& service) {
    if (service.power) {
        write_power(out, *service.power);
    }
    if (service.price.is_given() || service.price.granule_s > 0) {
        write_price(out, service.price);
    }
    if (!service.purchase.is_all_on_demand()) {
        write_purchase(out, service.purchase);
    }
    begin_line(out, "layers");
    for (std::size_t layer = 0; layer < k_layer_count; ++layer) {
        field(out, std::string(k_layers.of(static_cast<Layer>(layer))), k_owners.of(service.owners[layer]));
    }
    out << YAML::EndMap;
}

void write_bill(Emitter& out, const Architecture& architecture) {
    begin_line(out, "bill");
    field(out, "allowances", architecture.bill.allowances);
    out << YAML::EndMap;
}

void write_footprint(Emitter& out, const Architecture& architecture) {
    begin_line(out, "footprint");
    time(out, "lifetime", architecture.footprint.machine_life_s);
    share(out, "renewable", architecture.footprint.renewable);
    out << YAML::EndMap;
}

void write_value(Emitter& out, const Architecture& architecture) {
    if (!architecture.value) {
        return;
    }
    begin_line(out, "value");
    quantity(out, "request", architecture.value->usd_per_request, Dimension::money);
    quantity(out, "minute_down", architecture.value->usd_per_minute_down, Dimension::money);
    quantity(out, "incident", architecture.value->usd_per_incident, Dimension::money);
    quantity(out, "toil_hour", architecture.value->usd_per_toil_hour, Dimension::money);
    if (!architecture.value->transaction.empty()) {
        field(out, "transaction", architecture.value->transaction);
    }
    out << YAML::EndMap;
}

}  // namespace nines::resolved
