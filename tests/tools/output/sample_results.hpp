#pragma once
// Results made by hand, with something in every list: what the writers of outputs are tested on.

#include "models/results/results.hpp"

namespace nines {

inline void add_sample_metrics(Results& r) {
    r.metrics = {{"availability", "fraction", 0.997133, {}, {}},
                 {"nines", "1", 2.5426, {}, {}},
                 {"uptime", "fraction", 0.925, {}, {}},
                 {"downtime.per_year", "s", 2365200, {}, {}},
                 {"rto", "s", 280, {}, {}},
                 {"blast_radius", "fraction", 0.4213, {}, {}},
                 {"requests.offered", "1", 3240112, {}, {}},
                 {"requests.ok", "1", 3230766, {}, {}},
                 {"requests.error", "1", 1204, {}, {}},
                 {"requests.timeout", "1", 8085, {}, {}},
                 {"requests.rejected", "1", 0, {}, {}},
                 {"requests.in_flight", "1", 57, {}, {}},
                 {"latency.p50", "s", 0.0312, {}, {}},
                 {"latency.p99", "s", 0.31249, 0.3051, 0.3199, 0.95, 30},
                 {"goodput", "1/s", 897.435, {}, {}},
                 {"attempts.per_request", "1", 1.0123, {}, {}},
                 {"cost.per_month", "USD/month", 14051.27, {}, {}},
                 {"cost.per_million_requests", "USD", 5.9412, {}, {}},
                 {"cost.compute", "USD/month", 2210.9, {}, {}},
                 {"energy.kwh_per_month", "kWh/month", 312.4, {}, {}},
                 {"rpo", "s", {}, {}, {}},
                 {"utilization@web", "fraction", 0.4512, {}, {}},
                 {"wait.mean@web", "s", 0.00123, {}, {}},
                 {"latency.p99@web", "s", 0.2871, {}, {}},
                 {"availability@web", "fraction", 0.99812, {}, {}},
                 {"requests.offered@web", "1", 1051234, {}, {}},
                 {"attempts.per_request@web", "1", 0.3244, {}, {}},
                 {"utilization@web@use1-az1", "fraction", 0.3, {}, {}},
                 {"utilization@edge", "fraction", {}, {}, {}}};
}

inline void add_sample_slices(Results& r) {
    for (int i = 0; i < 360; ++i) {
        SliceRow slice;
        slice.begin_s = 10.0 * i;
        slice.offered = 9000;
        slice.in_incident = i >= 60 && i < 87;
        slice.timeout = slice.in_incident ? 3000 - 100 * (i - 60) : 0;
        slice.ok = slice.offered - slice.timeout;
        slice.latency_mean_s = slice.in_incident ? 0.12 : 0.04 + 0.0001 * (i % 7);
        slice.latency_max_s = 2;
        r.slices.push_back(slice);
    }
}

inline Results sample_results() {
    Results r;
    r.version = "0.1.0";
    r.scenario = "Three-AZ web shop loses an AZ at peak";
    r.fidelity = "requests";
    r.variant = "base";
    r.command = "run";
    r.fingerprint = 0x00AB54A98CEB1F0AU;
    r.seed = 18446744073709551615U;
    r.simulated_s = 3600;
    r.events = 41234567;
    r.wall_s = 3.25;
    r.start_clock = "2026-01-05 19:30";
    r.start_clock_s = 1767641400;
    r.slice_s = 10;
    add_sample_metrics(r);
    add_sample_slices(r);
    r.objectives = {
        {"availability", ">= 99.8 %", "fraction", 0.997133, {}, {}, Verdict::missed, "", {600, 610, 620, 630, 700}},
        {"latency.p99", "<= 400 ms", "s", 0.31249, 0.3051, 0.3199, Verdict::met, "", {}},
        {"rpo", "<= 1 s", "s", {}, {}, {}, Verdict::met, "nothing to judge", {}},
        {"cost.per_month", "<= 15000 USD", "USD/month", 14951.27, 14811, 15090, Verdict::undecided, "", {}}};
    r.incidents = {{610,
                    890,
                    false,
                    "availability",
                    "lose-an-az",
                    "provider",
                    9289,
                    {{600, "zone use1-az1 goes down"},
                     {612, "health checks have marked 4 of 12 web instances out"},
                     {675.5, "orders: the standby in use1-az2 is promoted"}}},
                   {3400, 3600, true, "availability", "load", "customer", 57.5, {}}};
    r.incidents_count = 2;
    r.attribution = {{"requests.lost", "lose-an-az", "facility", "provider", 0.99, 9289}};
    r.timeline = {{600, "zone use1-az1 goes down"}, {1800, "zone use1-az1 is back"}};
    r.faults = {{"lose-an-az", "zone/use1-az1", "down", 600, 1800}};
    r.bill = {{"compute", "12 x m7g.large (web)", 8760, "h", 714.82, "aws price list, 2026-01", 0.0816},
              {"transfer", "edge egress, US, Mexico, Canada", 81234.5, "GB", 6905.1, "aws price list, 2026-01", 0.085,
               "0-10TB", "service_prices.csv: cloudfront,0-10TB"},
              {"managed", "HTTPS requests at the edge", 2365.3, "1", 2365.31, "aws price list, 2026-01", 1}};
    r.assumptions = {{"world.link.use1-az1--use1-az2", "0.4 ms", "no measured latency zone to zone", "language.md 2"},
                     {"services.web.power", "12 W idle, 61 W full", "no measurement of m7g.large", "kin: m6g.large"}};
    r.warnings = {"service session: 3 x 1 instances share one name"};
    return r;
}

}  // namespace nines
