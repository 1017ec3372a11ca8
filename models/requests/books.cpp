// Books: what must hold in every run, whatever the scenario. The balance at the end is always drawn; the preset
// `checked` draws it all along.

#include <cmath>

#include "engine/base/check.hpp"
#include "models/requests/requests.hpp"

namespace nines {

/// Each worker that is held is held by one attempt; each queue holds those who wait, in one chain; and each record in
/// use is one that somebody can reach.
void Requests::check_records() const {
    Column<InstanceId, std::uint32_t> held(seats_.size());
    Column<InstanceId, std::uint32_t> inside(seats_.size());
    std::vector<std::uint32_t> waiting(queues_.size());
    std::size_t attempts = 0;
    std::size_t clients = 0;
    std::size_t retries = 0;
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
        const Attempt& attempt = attempts_[index_at<AttemptId>(i)];
        if (attempt.waits || attempt.stage != Stage::absent || attempt.pending > 0) {
            ++attempts;
            clients += attempt.waits && attempt.of_client ? 1 : 0;
            retries += attempt.retry.exists() ? 1 : 0;
        }
        if (attempt.holds_worker) {
            ++held[attempt.instance];
        }
        if (attempt.is_inside()) {
            ++inside[attempt.instance];
        }
        if (attempt.stage == Stage::queued) {
            ++waiting[seats_[attempt.instance].queue];
        }
    }
    check(attempts == attempts_.in_use(), "a record of an attempt is in use while somebody needs it, and no longer");
    check(clients == clients_.in_use(), "a client waits for one attempt");
    check(retries == retries_.in_use(), "what a call remembers belongs to one attempt");
    for (std::size_t i = 0; i < held.size(); ++i) {
        const auto instance = index_at<InstanceId>(i);
        check(shares(instance) || held[instance] == seats_[instance].busy, "each worker held is held by one attempt");
        check(inside[instance] == seats_[instance].inside, "an instance knows how many attempts are inside");
        check(inside[instance] == 0 || state_.is_here(instance), "nobody is inside an instance that is not there");
    }
    for (const Seat& seat : seats_) {
        check(queues_[seat.queue].size == waiting[seat.queue], "a queue holds those who wait, and nobody else");
    }
    for (const Queue& queue : queues_) {
        AttemptId last = AttemptId::none();
        for (AttemptId at = queue.head; at.exists(); at = attempts_[at].next) {
            check(attempts_[at].previous == last, "those who wait know who waits before them");
            last = at;
        }
        check(queue.tail == last, "the last of a queue is its tail");
    }
}

void Requests::check_books() const {
    double in_flight = 0;
    for (const ScopeTally& demand : run_.demands) {
        check(demand.all_ended() <= demand.offered, "no request ends that was not offered");
        in_flight += demand.in_flight();
    }
    std::uint64_t open_calls = 0;
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        open_calls += clients_[index_at<ClientId>(i)].measured() ? 1 : 0;
    }
    check(static_cast<double>(open_calls) == in_flight,
          "offered = ok + error + timeout + rejected + abandoned + in flight");
    check_records();
    for (std::size_t i = 0; i < run_.groups.size(); ++i) {
        const GroupTally& group = run_.groups[index_at<GroupId>(i)];
        const double scale = 1 + std::abs(group.present_integral_s);  // Little's law: the accountant has checked it
        check(group.throttled <= run_.group_attempts[index_at<GroupId>(i)].offered,
              "no attempt is over a limit that was not sent");
        check(group.busy_integral_s <= group.present_integral_s + 1e-6 * scale, "nobody works who is not inside");
    }
    double sent = 0;
    for (const ScopeTally& group : run_.group_attempts) {
        sent += group.offered;
    }
    for (const EndpointTally& endpoint : run_.endpoints) {
        check(endpoint.ok <= endpoint.attempts, "no attempt is answered that was not sent");
        sent -= endpoint.attempts;
    }
    check(sent == 0, "attempts by group are attempts by endpoint");
    check_attack();
    for (const ScopeTally& service : run_.services) {
        check(service.all_ended() <= service.offered, "no attempt ends that was not sent");
    }
}

/// What attackers' requests took is a part of what all took; and there are none where nothing floods.
void Requests::check_attack() const {
    double offered = 0;
    for (std::size_t i = 0; i < plan_.attacks.size(); ++i) {
        offered += run_.demands[plan_.demand_of_attack(i)].offered;
    }
    check(offered == 0 || run_.attack, "attackers have an account of their own");
    for (std::size_t i = 0; run_.attack && i < run_.endpoints.size(); ++i) {
        const auto id = index_at<EndpointId>(i);
        check(run_.attack->endpoints[id].attempts <= run_.endpoints[id].attempts &&
                  run_.attack->endpoints[id].ok <= run_.endpoints[id].ok,
              "attempts for attackers are some of all attempts");
    }
    for (std::size_t i = 0; run_.attack && i < run_.groups.size(); ++i) {
        const auto id = index_at<GroupId>(i);
        check(run_.attack->groups[id].admitted <= run_.groups[id].admitted &&
                  run_.attack->groups[id].granules <= run_.groups[id].granules,
              "what attackers are served is a part of what everybody is");
    }
}

/// Before each event, in builds with deep checks. What looks at one event or one counter is checked at every event;
/// what looks at all records or all events pending, as often as leaves the run at a bearable pace.
void Requests::check_deeply(const Event& next) {
    check(next.at >= now_, "time does not go back");
    check(run_.events == 0 || comes_before(last_, next), "events of one instant come in schedule order");
    last_ = next;
    check(attempts_.in_use() <= attempts_.size() && clients_.in_use() <= clients_.size() &&
              retries_.in_use() <= retries_.size(),
          "no more records are in use than there are");
    if (run_.events >= next_check_of_records_) {
        next_check_of_records_ = run_.events + std::max<std::uint64_t>(64, (attempts_.size() + seats_.size()) / 4);
        check_records();
    }
    if (run_.events >= next_check_of_orders_) {
        next_check_of_orders_ = run_.events + std::max<std::uint64_t>(4096, events_.size() / 4);
        events_.verify();
        balancers_.verify();
        for (const Crowd& crowd : crowds_) {
            crowd.verify();
        }
    }
}

}  // namespace nines
