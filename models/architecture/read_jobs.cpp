// The `jobs:` part: batch work, the machines that it runs on, and when.

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "engine/random/stream.hpp"
#include "models/architecture/readers.hpp"

namespace nines {

namespace {

constexpr double k_jobs_most = 1e6;      // of one name, in a replication
constexpr double k_reclaims_most = 1e7;  // over all of them: each is simulated
constexpr std::int64_t k_machines_most = 10'000;

std::optional<Distribution> read_times(const ReadContext& context, MappingReader& reader, std::string_view key) {
    const Node* node = reader.optional(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    auto times = read_distribution(*node, reader.path_of(key), Dimension::time, context.document, context.problems);
    if (times && times->is_zero()) {
        context.problem(*node, reader.path_of(key), "expected a time above 0");
        return std::nullopt;
    }
    return times;
}

/// A time above 0, or a bare 0 where that is right too.
std::optional<double> read_length(const ReadContext& context, MappingReader& reader, std::string_view key,
                                  bool may_be_zero) {
    const Node* node = reader.optional(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    if (may_be_zero && node->text == "0") {
        return 0;
    }
    const auto length = read_quantity(*node, reader.path_of(key), Dimension::time, context.problems);
    if (length && *length <= 0 && !may_be_zero) {
        context.problem(*node, reader.path_of(key), "expected a time above 0");
        return std::nullopt;
    }
    return length;
}

/// What a job has in common with a fleet: a machine, a place, a price.
void read_machines(const ReadContext& context, MappingReader& reader, Job& job) {
    Service bought;
    bought.name = job.name;
    bought.kind = ServiceKind::fleet;
    read_machine(context, reader, bought);
    read_price(context, reader, bought);
    read_power(context, reader, bought);
    const std::vector<GroupSpec> places = read_placement(context, reader, bought.kind);
    job.machine = std::move(bought.machine);
    job.size = bought.size;
    job.power = bought.power;
    job.usd_per_h = bought.price.usd_per_h;
    if (bought.price.usd_per_request || bought.price.usd_per_gb) {
        context.problem(*reader.optional("price"), reader.path_of("price"),
                        "a job is paid by the hour: write `price: 0.4 USD/h`");
    }
    if (places.size() > 1) {
        context.problem(*reader.optional("in"), reader.path_of("in"), "a job runs in one zone").hint =
            "write several jobs, or how many machines it has at once: `instances: 4`";
    }
    if (places.empty()) {
        return;
    }
    job.zone = places.front().location;
    job.instances = places.front().instances;
    if (job.instances > k_machines_most) {
        context.problem(reader.node(), reader.path(),
                        fmt::format("more than {} machines for one job are not simulated", k_machines_most));
        job.instances = 1;
    }
}

/// `at: 2 h` since time zero, or `at: 02:00`: the first time of that clock.
double read_first(const ReadContext& context, MappingReader& reader, const Node& at) {
    if (at.text == "0") {
        return 0;
    }
    if (at.text.find(':') == std::string::npos) {
        return read_moment(at, reader.path_of("at"), context.problems).value_or(0);
    }
    const auto start_s = static_cast<double>(context.architecture.run.start_clock_s % 86'400);
    const double after_s = read_clock(context, reader, "at") - start_s;
    return after_s < 0 ? after_s + k_seconds_per_day : after_s;
}

void read_schedule(const ReadContext& context, MappingReader& reader, Job& job) {
    const Node* at = reader.optional("at");
    if (at != nullptr) {
        job.at_s = read_first(context, reader, *at);
    }
    job.every_s = read_times(context, reader, "every");
    const Node* every = reader.optional("every");
    if (at == nullptr && every == nullptr) {
        context.problem(reader.node(), reader.path(), "a job says when it is ready: `every`, `at`, or both");
        return;
    }
    const RunSpec& run = context.architecture.run;
    if (job.every_s && (run.horizon_s + run.warmup_s) / job.every_s->mean() > k_jobs_most) {
        context.problem(*every, reader.path_of("every"),
                        fmt::format("more than {:g} jobs would be simulated", k_jobs_most));
    }
}

void read_start(const ReadContext& context, MappingReader& reader, Job& job) {
    job.within_s = read_length(context, reader, "within", false);
    const Node* word = reader.optional("start");
    if (word == nullptr) {
        return;
    }
    const std::string path = reader.path_of("start");
    job.start = read_word(*word, path, k_job_starts, "a way to start", context.problems).value_or(JobStart::at_once);
    if (job.start == JobStart::greenest && reader.optional("within") == nullptr) {
        context.problem(*word, path, "`greenest` chooses in a window: write how long the job may take, `within`");
    }
    if (job.start == JobStart::greenest && !context.architecture.has_world) {
        context.problem(*word, path, "`greenest` needs a `world`: without a place there is no grid");
    }
}

void read_checkpoint(const ReadContext& context, MappingReader& job_reader, Job& job) {
    const Node* node = job_reader.optional("checkpoint");
    if (node == nullptr) {
        return;
    }
    MappingReader reader(*node, job_reader.path_of("checkpoint"), context.problems, "a checkpoint");
    reader.required("every");
    reader.required("takes");
    const auto every_s = read_length(context, reader, "every", false);
    const auto takes_s = read_length(context, reader, "takes", true);
    reader.finish();
    if (every_s && takes_s) {
        job.checkpoint = CheckpointSpec{*every_s, *takes_s};
    }
}

/// The catalogue's rate of reclaims of the machine where it stands, as an exponential time.
std::optional<Distribution> reclaims_of_catalog(const ReadContext& context, const Node& node, const std::string& path,
                                                const Job& job) {
    const World& world = context.architecture.world;
    const LocationId region = world.locations[job.zone].region;
    const std::string region_id = region.exists() ? world.locations[region].id : "";
    const auto per_month = context.catalog.spot_interruptions_per_month(job.machine, region_id);
    if (!per_month || *per_month <= 0) {
        if (!context.architecture.world_is_a_guess) {
            context
                .problem(node, path,
                         fmt::format("the catalogue does not know how often {} is reclaimed in {}",
                                     job.machine.empty() ? "a job without `on`" : job.machine,
                                     region_id.empty() ? "no region" : region_id))
                .hint = "write `reclaim: exponential(20 h)`";
        }
        return std::nullopt;
    }
    return Distribution::exponential(k_hours_per_month * k_seconds_per_hour / *per_month);
}

void read_spot(const ReadContext& context, MappingReader& job_reader, Job& job) {
    const Node* node = job_reader.optional("spot");
    if (node == nullptr) {
        return;
    }
    MappingReader reader(*node, job_reader.path_of("spot"), context.problems, "`spot`");
    SpotSpec spot{Distribution::exponential(k_seconds_per_day), std::nullopt};
    if (const Node* discount = reader.optional("discount")) {
        spot.discount = read_share(context, *discount, reader.path_of("discount"));
    }
    if (const Node* reclaim = reader.required("reclaim")) {
        const auto times = reclaim->is_scalar() && reclaim->text == "catalog"
                               ? reclaims_of_catalog(context, *reclaim, reader.path_of("reclaim"), job)
                               : read_times(context, reader, "reclaim");
        spot.reclaim_s = times.value_or(spot.reclaim_s);
    }
    reader.finish();
    job.spot = std::move(spot);
}

/// Mean time until the first of a job's machines is taken: the least of as many draws.
double first_reclaim_mean_s(const Job& job) {
    const Distribution& law = job.spot->reclaim_s;
    if (job.instances == 1 || law.law == Law::constant) {
        return law.mean();
    }
    if (law.law == Law::exponential) {
        return law.mean() / job.instances;
    }
    constexpr int k_rounds = 100;
    constexpr std::uint32_t k_draws = 1000;  // of more machines the first is taken sooner still: the run gives up then
    Stream luck(Luck{0, 0}, "jobs.first-reclaim", job.name);
    double sum_s = 0;
    for (int round = 0; round < k_rounds; ++round) {
        double first_s = law.sample(luck);
        for (std::uint32_t machine = 1; machine < std::min(job.instances, k_draws); ++machine) {
            first_s = std::min(first_s, law.sample(luck));
        }
        sum_s += first_s;
    }
    return sum_s / k_rounds;
}

/// Interruptions of the mean job, were it not for the horizon.
double reclaims_of_one(const Job& job, double first_mean_s) {
    InterruptedWork work = job.mean_work();
    work.interruptions_per_s = 1 / first_mean_s;
    if (job.spot->reclaim_s.law != Law::constant) {
        return expected_interruptions(work);
    }
    const Stretches& stretches = work.stretches;
    const double longest_s = std::max(stretches.whole() > 0 ? stretches.whole_s() : 0, stretches.rest_s());
    return longest_s > first_mean_s ? std::numeric_limits<double>::infinity() : 0;
}

/// Whether so many reclaims can be simulated: a job that hardly ever gets through is reclaimed up to the horizon.
void check_reclaims(const ReadContext& context, MappingReader& reader, const Job& job) {
    if (!job.spot) {
        return;
    }
    const RunSpec& run = context.architecture.run;
    const double all_s = run.horizon_s + run.warmup_s;
    const double mean_s = first_reclaim_mean_s(job);
    const double jobs = job.every_s ? all_s / job.every_s->mean() : 1;
    const double each = std::min(reclaims_of_one(job, mean_s), all_s / (mean_s + job.restart_s));
    if (jobs * each > k_reclaims_most) {
        context
            .problem(
                *reader.optional("spot"), reader.path_of("spot"),
                fmt::format("up to {:.3g} reclaims would be simulated: the job hardly ever gets through", jobs * each))
            .hint = "write checkpoints, or a shorter horizon";
    }
}

void read_job(const ReadContext& context, const Entry& entry) {
    Job job;
    job.name = entry.key;
    job.place = entry.key_place;
    const std::string path = "jobs." + entry.key;
    if (!is_name(entry.key)) {
        context.problems.add(entry.key_place, path,
                             fmt::format("`{}` is no name: letters, digits, - and _", entry.key));
    }
    MappingReader reader(entry.value, path, context.problems, "a job");
    if (!reader.is_mapping() && !entry.value.is_null()) {
        return;
    }
    read_machines(context, reader, job);
    reader.required("work");
    job.work_s = read_times(context, reader, "work").value_or(Distribution::constant(k_seconds_per_hour));
    read_schedule(context, reader, job);
    read_start(context, reader, job);
    job.restart_s = read_length(context, reader, "restart", true).value_or(0);
    read_checkpoint(context, reader, job);
    read_spot(context, reader, job);
    check_reclaims(context, reader, job);
    reader.finish();
    context.architecture.jobs.push_back(std::move(job));
}

}  // namespace

void read_jobs(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    if (!node->is_mapping() || node->entries.empty()) {
        add_expected(*node, "jobs", "jobs by name, at least one", context.problems);
        return;
    }
    for (const Entry& entry : node->entries) {
        read_job(context, entry);
    }
}

}  // namespace nines
