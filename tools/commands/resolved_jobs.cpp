// The resolved scenario: batch jobs.

#include "tools/commands/resolved_fields.hpp"

namespace nines::resolved {

namespace {

void write_place(Emitter& out, const Architecture& architecture, const Job& job) {
    if (architecture.has_world) {
        const Location& zone = architecture.world.locations[job.zone];
        begin_line(out, "in");
        field(out, "region", architecture.world.locations[zone.region].id);
        list(out, "zones", {zone.id});
        out << YAML::EndMap;
    }
    field(out, "instances", job.instances);
}

void write_times(Emitter& out, const Job& job) {
    time(out, "work", job.work_s);
    if (job.at_s) {
        time(out, "at", *job.at_s);
    }
    if (job.every_s) {
        time(out, "every", *job.every_s);
    }
    if (job.within_s) {
        time(out, "within", *job.within_s);
    }
    field(out, "start", k_job_starts.of(job.start));
    time(out, "restart", job.restart_s);
}

void write_purchase(Emitter& out, const Job& job) {
    if (job.checkpoint) {
        begin_line(out, "checkpoint");
        time(out, "every", job.checkpoint->every_s);
        time(out, "takes", job.checkpoint->takes_s);
        out << YAML::EndMap;
    }
    if (job.spot) {
        begin_line(out, "spot");
        time(out, "reclaim", job.spot->reclaim_s);
        if (job.spot->discount) {
            share(out, "discount", *job.spot->discount);
        }
        out << YAML::EndMap;
    }
    if (job.power) {
        write_power(out, *job.power);
    }
    if (job.usd_per_h) {
        PriceSpec price;
        price.usd_per_h = job.usd_per_h;
        write_price(out, price);
    }
}

}  // namespace

void write_jobs(Emitter& out, const Architecture& architecture) {
    if (architecture.jobs.empty()) {
        return;
    }
    begin_block(out, "jobs");
    for (const Job& job : architecture.jobs) {
        begin_block(out, job.name);
        if (!job.machine.empty()) {
            field(out, "on", job.machine);
        }
        write_place(out, architecture, job);
        write_times(out, job);
        write_purchase(out, job);
        out << YAML::EndMap;
    }
    out << YAML::EndMap;
}

}  // namespace nines::resolved
