// What flow does not know, found in a plan.

#include "models/flow/doubts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace nines {

namespace {

constexpr double k_settles = 1000;      // works after which a queue of moderate load has settled
constexpr double k_few_workers = 16;    // that calls hold: fewer cannot be a stream of independent arrivals
constexpr double k_soon = 20;           // works, or fillings of a bucket: a retry within so many meets what rejected it
constexpr double k_backlog_from_s = 2;  // as in Solver
constexpr double k_often_s = 3600;      // losses of instances oftener than this
constexpr double k_coarse = 0.1;        // of the work: a granule that is longer has a say in the bill
constexpr double k_small_burst = 100;   // tokens: of fewer chance has a say
constexpr double k_few_errors = 10;     // in a window: their number is off by a third and more

double work_mean_s(const Plan& plan, const ServicePlan& service) {
    double longest = 0;
    for (std::uint32_t s = 0; s < service.steps.count; ++s) {
        const StepPlan& step = plan.steps[service.steps[s]];
        longest = step.kind == StepKind::work ? std::max(longest, step.work_s.mean()) : longest;
    }
    return longest;
}

bool looks_at_load(const ServicePlan& service) {
    return service.balance.policy == BalancePolicy::least_outstanding ||
           service.balance.policy == BalancePolicy::power_of_two;
}

class Doubter {
public:
    explicit Doubter(const Plan& plan) : plan_(plan) {}

    std::vector<std::string> all() {
        for (std::size_t s = 0; s < plan_.services.size(); ++s) {
            const auto id = index_at<ServiceId>(s);
            about_queue(plan_.names.services[id], plan_.services[id]);
            about_calls(plan_.names.services[id], plan_.services[id]);
            about_billing(id);
            about_limit(plan_.names.services[id], plan_.services[id]);
        }
        for (std::size_t d = 0; d < plan_.users_demands(); ++d) {
            about_demand(index_at<DemandId>(d));
        }
        for (const AlarmSpec& alarm : plan_.operations.alarms) {
            about_alarm(alarm);
        }
        for (std::size_t f = 0; f < plan_.faults.size(); ++f) {
            about_fault(index_at<FaultId>(f));
        }
        return std::move(doubts_);
    }

private:
    template <class... Words>
    void doubt(fmt::format_string<Words...> text, Words&&... words) {
        std::string sentence = "flow: " + fmt::format(text, std::forward<Words>(words)...);
        if (std::find(doubts_.begin(), doubts_.end(), sentence) == doubts_.end()) {
            doubts_.push_back(std::move(sentence));
        }
    }

    void about_billing(ServiceId id) {
        const ServicePlan& service = plan_.services[id];
        const double granule_s = to_seconds(service.granule);
        for (std::size_t e = 0; e < plan_.endpoints.size(); ++e) {
            const auto endpoint = index_at<EndpointId>(e);
            if (plan_.endpoints[endpoint].service == id && !plan_.is_one_work(endpoint) &&
                granule_s > k_coarse * work_mean_s(plan_, service)) {
                doubt("{}: what is more than one step of work is billed half a granule longer than it takes",
                      plan_.names.endpoints[endpoint]);
            }
        }
    }

    /// Whether all who call it do so with a timeout.
    bool all_give_up(const ServicePlan& service) const {
        return std::all_of(plan_.calls.begin(), plan_.calls.end(), [&](const CallPlan& call) {
            return &plan_.services[call.service] != &service || std::min(call.timeout, call.deadline) != k_never;
        });
    }

    bool some_cancel(const ServicePlan& service) const {
        return std::any_of(plan_.calls.begin(), plan_.calls.end(), [&](const CallPlan& call) {
            return &plan_.services[call.service] == &service && call.cancel;
        });
    }

    /// Whether its queue can hold more than seconds of work.
    bool may_hold_backlog(const ServicePlan& service) const {
        return service.queue_limit == k_unlimited ||
               service.queue_limit * work_mean_s(plan_, service) >= k_backlog_from_s * service.workers;
    }

    void about_queue(const std::string& name, const ServicePlan& service) {
        if (service.workers == k_unlimited) {
            return;
        }
        if (service.patience_s && service.patience_s->law != Law::exponential) {
            doubt(
                "{}: patience is taken as exponential with its mean below capacity: how many give up depends on its "
                "law",
                name);
        }
        if (some_cancel(service)) {
            doubt(
                "{}: that those who cancel leave the queue is counted above capacity alone: just below it too many are "
                "taken to give up",
                name);
        }
        const bool has_classes =
            service.discipline == Discipline::priority || service.discipline == Discipline::preemptive;
        if (service.discipline == Discipline::sharing) {
            doubt("{}: under `sharing` the mean stay is exact, quantiles are not", name);
        } else if (service.discipline == Discipline::lifo && may_hold_backlog(service) &&
                   (service.queue_limit != k_unlimited || service.patience_s || !all_give_up(service))) {
            doubt("{}: a backlog is served oldest first, not newest first", name);
        } else if (has_classes && plan_.priorities > 1 && (service.queue_limit != k_unlimited || service.patience_s)) {
            doubt("{}: priorities are not told apart where the queue has a limit or patience", name);
        } else if (service.discipline == Discipline::preemptive && service.workers > 1 && plan_.priorities > 1) {
            doubt("{}: waits under preemption by several workers are those of one fast worker, scaled", name);
        }
    }

    bool is_limited(const ServicePlan& service) const {
        bool any = false;
        for (std::uint32_t g = 0; g < service.groups.count; ++g) {
            any = any || plan_.serving[service.groups[g]].may_be_limited;
        }
        return any;
    }

    void about_limit(const std::string& name, const ServicePlan& service) {
        if (!is_limited(service)) {
            return;
        }
        if (service.workers != k_unlimited) {
            doubt(
                "{}: what limits let in under overload comes evenly, and is taken as random: waits behind them are "
                "overstated",
                name);
        }
        const bool is_random = std::all_of(plan_.demands.begin(), plan_.demands.end(), [](const DemandPlan& demand) {
            return demand.law == ArrivalLaw::poisson && demand.users == 0;
        });
        if (service.limit && service.limit->burst < k_small_burst && !is_random) {
            doubt("{}: what comes to its limit is taken as random, and a small burst loses a share of that by chance",
                  name);
        }
    }

    bool may_queue(const CallPlan& call) const { return plan_.services[call.service].workers != k_unlimited; }

    void about_calls(const std::string& name, const ServicePlan& service) {
        const double workers =
            service.workers == k_unlimited ? k_few_workers : static_cast<double>(service.begins_with) * service.workers;
        for (std::uint32_t s = 0; s < service.steps.count; ++s) {
            const StepPlan& step = plan_.steps[service.steps[s]];
            std::size_t queues = 0;
            for (std::uint32_t c = 0; c < step.calls.count; ++c) {
                const CallPlan& call = plan_.calls[step.calls[c]];
                queues += may_queue(call) ? 1 : 0;
                about_retries(name, call);
            }
            if (step.calls.count > 0 && !service.async && workers < k_few_workers && queues > 0) {
                doubt("{}: its few workers wait for calls: queues behind them are overstated", name);
            }
            if (step.kind == StepKind::parallel && queues > 1) {
                doubt("{}: parallel calls are taken as independent: the last of them is overstated under load", name);
            }
        }
    }

    void about_retries(const std::string& caller, const CallPlan& call) {
        const ServicePlan& called = plan_.services[call.service];
        if (call.attempts <= 1) {
            return;
        }
        const double wait_s = call.retry.backoff == BackoffLaw::fixed         ? call.retry.fixed_s.mean()
                              : call.retry.backoff == BackoffLaw::exponential ? call.retry.base_s
                                                                              : 0;
        if (called.queue_limit != k_unlimited && called.workers != k_unlimited && called.count == 1 &&
            wait_s < k_soon * work_mean_s(plan_, called)) {
            doubt("{}: retries meet the queue of {} that rejected them, and are taken as meeting any", caller,
                  plan_.names.services[call.service]);
        }
        // A throttle's bucket holds a second's worth.
        const double fills_s = called.limit ? called.limit->burst / called.limit->per_s : 1;
        if (is_limited(called) && wait_s < k_soon * fills_s) {
            doubt("{}: retries meet the limit of {} that rejected them, and are taken as meeting any", caller,
                  plan_.names.services[call.service]);
        }
        if (call.deadline != k_never) {
            doubt("{}: whether a retry fits into its deadline is decided by mean times", caller);
        }
    }

    void about_demand(DemandId id) {
        const DemandPlan& demand = plan_.demands[id];
        const std::string& name = plan_.names.demands[id];
        double longest_s = 0;
        for (const ServicePlan& service : plan_.services) {
            longest_s = std::max(longest_s, work_mean_s(plan_, service));
        }
        for (const ModulatedState& state : demand.modulated) {
            if (state.stay_mean_s < k_settles * longest_s) {
                doubt("{}: its rate changes faster than queues settle: waits in bursts are misjudged", name);
            }
        }
        for (std::uint32_t c = 0; c < demand.calls.count; ++c) {
            const CallPlan& call = plan_.calls[demand.calls[c]];
            about_retries(name, call);
            if (demand.users > 0 && (demand.calls.count > 1 || !is_one_exponential_queue(call))) {
                doubt("{}: a closed loop over more than one exponential queue is solved by Schweitzer's approximation",
                      name);
            }
        }
    }

    bool is_one_exponential_queue(const CallPlan& call) const {
        const ServicePlan& service = plan_.services[call.service];
        const bool one_queue = service.count == 1 || (service.queue_of == QueueOf::group && service.groups.count == 1);
        const bool one_work = call.steps.count == 1 && plan_.steps[call.steps[0]].kind == StepKind::work;
        return service.workers == k_unlimited ||
               (one_queue && one_work && plan_.steps[call.steps[0]].work_s.law == Law::exponential &&
                service.queue_limit == k_unlimited && !service.patience_s && service.discipline == Discipline::fifo);
    }

    /// Whether what would just fire it is so little that luck has a say. Each request is taken to be one attempt.
    void about_alarm(const AlarmSpec& alarm) {
        if (alarm.metric == AlarmMetric::queue) {
            doubt("alarm {}: it looks at the queue that is expected; a longer one by luck fires it in requests",
                  alarm.name);
        }
        double per_s = 0;
        for (const DemandPlan& demand : plan_.of_users(plan_.demands)) {
            if (demand.users > 0) {
                return;  // nobody knows how often they ask
            }
            per_s += demand.rate.highest();
        }
        if (alarm.metric == AlarmMetric::error_share && per_s * alarm.window_s * alarm.above < k_few_errors) {
            doubt("alarm {}: it looks at few errors at a time: luck fires it in requests, and what is expected here",
                  alarm.name);
        }
    }

    void about_fault(FaultId id) {
        const FaultPlan& fault = plan_.faults[id];
        const std::string& name = plan_.names.faults[id];
        for (const EffectSpec& effect : fault.effects) {
            if (effect.kind == EffectKind::loss && has_checks()) {
                doubt("{}: checks lost on the way take no healthy instance out", name);
            }
            const bool loses = effect.kind == EffectKind::down || effect.kind == EffectKind::crash ||
                               (effect.kind == EffectKind::reclaim && effect.amount == 0);
            if (loses && fault.every_s && fault.every_s->mean() < k_often_s) {
                doubt("{}: what is in flight when an instance is lost is not counted as lost, and this is often", name);
            }
            if (effect.kind == EffectKind::capacity || effect.kind == EffectKind::slow) {
                about_unequal(name, fault, effect);
            }
        }
    }

    bool has_checks() const {
        return std::any_of(plan_.services.begin(), plan_.services.end(),
                           [](const ServicePlan& service) { return !service.balance.health.instant; });
    }

    enum class Covers { nothing, a_part, all };

    /// What one atom of a target covers of a service.
    Covers covers(const TargetAtom& atom, ServiceId service) const {
        const auto part_of = [&](ServiceId other) { return other == service ? Covers::a_part : Covers::nothing; };
        switch (atom.kind) {
            case TargetAtom::Kind::everything:
                return Covers::all;
            case TargetAtom::Kind::service:
                return ServiceId{atom.index} == service ? Covers::all : Covers::nothing;
            case TargetAtom::Kind::group:
            case TargetAtom::Kind::member:
                return part_of(plan_.groups[GroupId{atom.index}].service);
            case TargetAtom::Kind::instance:
                return part_of(plan_.groups[plan_.group_of[InstanceId{atom.index}]].service);
            case TargetAtom::Kind::role:
            case TargetAtom::Kind::control:
                return Covers::nothing;  // callers have no choice
            case TargetAtom::Kind::location:
            case TargetAtom::Kind::link:
                return Covers::a_part;
        }
        return Covers::nothing;
    }

    /// Where a fault leaves instances of one fleet that are not alike, and balancers would see it.
    void about_unequal(const std::string& name, const FaultPlan& fault, const EffectSpec& effect) {
        for (std::size_t s = 0; s < plan_.services.size(); ++s) {
            const auto id = index_at<ServiceId>(s);
            const ServicePlan& service = plan_.services[id];
            bool touches = false;
            bool in_part = false;
            for (const auto& member : fault.members) {
                for (const TargetAtom& atom : member) {
                    touches = touches || covers(atom, id) != Covers::nothing;
                    in_part = in_part || covers(atom, id) == Covers::a_part;
                }
            }
            if (!touches || service.count < 2 || service.workers == k_unlimited || service.queue_of == QueueOf::group) {
                continue;
            }
            const double left = effect.amount * service.workers;
            const bool uneven = effect.kind == EffectKind::capacity && std::abs(left - std::round(left)) > 1e-9;
            if (looks_at_load(service) && (uneven || in_part)) {
                doubt("{}: balancers of {} that look at load are taken as sending all instances the same", name,
                      plan_.names.services[id]);
            } else if (uneven) {
                doubt("{}: instances of {} with more and with fewer workers are taken as alike", name,
                      plan_.names.services[id]);
            }
        }
    }

    const Plan& plan_;
    std::vector<std::string> doubts_;
};

}  // namespace

std::vector<std::string> doubts_about_flow(const Plan& plan) {
    return Doubter(plan).all();
}

std::vector<std::string> doubts_about_flow(const Run& run) {
    std::vector<std::string> doubts;
    if (run.has_two_fixed_points) {
        doubts.emplace_back(
            "flow: retries could keep an overload going by themselves: history decides whether they do, and chance "
            "alone never leads from one state to the other");
    }
    double offered = 0;
    double under_way = 0;
    for (const ScopeTally& demand : run.demands) {
        offered += demand.offered;
        under_way += demand.in_flight();
    }
    constexpr double k_many = 0.01;
    if (under_way > k_many * offered) {
        doubts.emplace_back(
            "flow: much is under way at the end, and latencies count what it will have taken: quantiles are too large");
    }
    if (run.unsettled_s > 0) {
        doubts.emplace_back("flow: rates did not settle for a part of the time, and are those of the last round");
    }
    return doubts;
}

}  // namespace nines
