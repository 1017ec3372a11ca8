#pragma once
// Whether two readings have understood the same of a scenario's parts.

#include <gtest/gtest.h>

#include <cstddef>

#include "models/architecture/architecture.hpp"

namespace nines {

inline void expect_same(const Service& one, const Service& other) {
    ASSERT_EQ(other.groups.size(), one.groups.size()) << one.name;
    for (std::size_t i = 0; i < one.groups.size(); ++i) {
        EXPECT_EQ(other.groups[i].location, one.groups[i].location) << one.name;
        EXPECT_EQ(other.groups[i].instances, one.groups[i].instances) << one.name;
    }
    EXPECT_EQ(other.primary_group, one.primary_group);
    EXPECT_EQ(other.workers, one.workers);
    EXPECT_EQ(other.needs, one.needs);
    EXPECT_EQ(other.engine, one.engine);
    EXPECT_EQ(other.kept, one.kept);
    ASSERT_EQ(other.firewall.has_value(), one.firewall.has_value());
    EXPECT_EQ(other.firewall.value_or(FirewallSpec()).rules, one.firewall.value_or(FirewallSpec()).rules);
    EXPECT_EQ(other.price.usd_per_h, one.price.usd_per_h);
    EXPECT_EQ(other.owners, one.owners);
    ASSERT_EQ(other.power.has_value(), one.power.has_value());
    EXPECT_EQ(other.power.value_or(PowerSpec()).points(), one.power.value_or(PowerSpec()).points());
    EXPECT_EQ(other.price.usd_per_gb_s, one.price.usd_per_gb_s);
    EXPECT_EQ(other.price.granule_s, one.price.granule_s);
    EXPECT_EQ(other.queue.patience_s.has_value(), one.queue.patience_s.has_value());
    EXPECT_EQ(other.balance.health.instant, one.balance.health.instant);
    EXPECT_EQ(other.reads_any, one.reads_any);
    EXPECT_EQ(other.failover.to_replica, one.failover.to_replica);
    ASSERT_EQ(other.certificate.has_value(), one.certificate.has_value());
    if (one.certificate) {
        EXPECT_EQ(other.certificate->valid_s, one.certificate->valid_s);
        EXPECT_EQ(other.certificate->renew, one.certificate->renew);
        EXPECT_EQ(other.certificate->takes_s, one.certificate->takes_s);
        EXPECT_EQ(other.certificate->missed, one.certificate->missed);
        EXPECT_EQ(other.certificate->repair.has_value(), one.certificate->repair.has_value());
        EXPECT_EQ(other.certificate->for_s.has_value(), one.certificate->for_s.has_value());
    }
    ASSERT_EQ(other.maintenance.has_value(), one.maintenance.has_value());
    if (one.maintenance) {
        EXPECT_EQ(other.maintenance->every_s, one.maintenance->every_s);
        EXPECT_EQ(other.maintenance->at_s, one.maintenance->at_s);
        EXPECT_EQ(other.maintenance->takes_s, one.maintenance->takes_s);
        EXPECT_EQ(other.maintenance->leaves, one.maintenance->leaves);
        EXPECT_EQ(other.maintenance->places, one.maintenance->places);
    }
    ASSERT_EQ(other.replicas.size(), one.replicas.size());
    for (std::size_t i = 0; i < one.replicas.size(); ++i) {
        EXPECT_EQ(other.replicas[i].zone, one.replicas[i].zone);
        EXPECT_EQ(other.replicas[i].region, one.replicas[i].region);
        EXPECT_EQ(other.replicas[i].standby, one.replicas[i].standby);
        EXPECT_EQ(other.replicas[i].lag_s.a, one.replicas[i].lag_s.a);
    }
}

inline void expect_same(const Endpoint& one, const Endpoint& other) {
    EXPECT_EQ(other.name, one.name);
    EXPECT_EQ(other.request_bytes, one.request_bytes);
    EXPECT_EQ(other.writes, one.writes);
    ASSERT_EQ(other.steps.size(), one.steps.size()) << one.name;
    for (std::size_t i = 0; i < one.steps.size(); ++i) {
        ASSERT_EQ(other.steps[i].index(), one.steps[i].index());
        if (const auto* call = std::get_if<CallStep>(&one.steps[i])) {
            const CallPolicy& policy = std::get<CallStep>(other.steps[i]).policy;
            EXPECT_EQ(policy.timeout_s, call->policy.timeout_s.value_or(k_transport_timeout_s));
            EXPECT_EQ(policy.deadline_s, call->policy.deadline_s);
            EXPECT_EQ(policy.priority, call->policy.priority);
            EXPECT_EQ(policy.cancel, call->policy.cancel);
            EXPECT_EQ(policy.retry.attempts, call->policy.retry.attempts);
            EXPECT_EQ(policy.retry.backoff, call->policy.retry.backoff);
            EXPECT_EQ(policy.retry.cap_s, call->policy.retry.cap_s);
            EXPECT_EQ(policy.retry.jitter, call->policy.retry.jitter);
        }
    }
}

inline void expect_same(const Demand& one, const Demand& other) {
    EXPECT_EQ(other.arrivals, one.arrivals);
    EXPECT_EQ(other.between.a, one.between.a);
    EXPECT_EQ(other.modulated.size(), one.modulated.size());
    EXPECT_EQ(other.rate.at(601), one.rate.at(601));
    EXPECT_EQ(other.users.has_value(), one.users.has_value());
    EXPECT_EQ(other.policy.priority, one.policy.priority);
    EXPECT_EQ(other.policy.timeout_s, one.policy.timeout_s);
    EXPECT_EQ(other.policy.deadline_s, one.policy.deadline_s);
    EXPECT_EQ(other.route.policy, one.route.policy);
    EXPECT_EQ(other.route.order, one.route.order);
    EXPECT_EQ(other.origins.front().location, one.origins.front().location);
    EXPECT_EQ(other.targets.front().share, one.targets.front().share);
}

inline void expect_same(const Job& one, const Job& other) {
    EXPECT_EQ(other.name, one.name);
    EXPECT_EQ(other.machine, one.machine);
    EXPECT_EQ(other.size.has_value(), one.size.has_value());
    EXPECT_EQ(other.zone, one.zone);
    EXPECT_EQ(other.instances, one.instances);
    EXPECT_EQ(other.work_s.mean(), one.work_s.mean());
    EXPECT_EQ(other.at_s, one.at_s);
    EXPECT_EQ(other.every_s.has_value(), one.every_s.has_value());
    EXPECT_EQ(other.within_s, one.within_s);
    EXPECT_EQ(other.start, one.start);
    EXPECT_EQ(other.restart_s, one.restart_s);
    EXPECT_EQ(other.usd_per_h, one.usd_per_h);
    EXPECT_EQ(other.power.has_value(), one.power.has_value());
    ASSERT_EQ(other.spot.has_value(), one.spot.has_value());
    if (one.spot) {
        EXPECT_EQ(other.spot->discount, one.spot->discount);
        EXPECT_EQ(other.spot->reclaim_s.a, one.spot->reclaim_s.a);
        EXPECT_EQ(other.spot->reclaim_s.b, one.spot->reclaim_s.b);
    }
    ASSERT_EQ(other.checkpoint.has_value(), one.checkpoint.has_value());
    if (one.checkpoint) {
        EXPECT_EQ(other.checkpoint->every_s, one.checkpoint->every_s);
        EXPECT_EQ(other.checkpoint->takes_s, one.checkpoint->takes_s);
    }
}

inline void expect_same(const Fault& one, const Fault& other) {
    EXPECT_EQ(other.target.text, one.target.text);
    EXPECT_EQ(other.at_s, one.at_s);
    EXPECT_EQ(other.availability, one.availability);
    EXPECT_EQ(other.for_s.has_value(), one.for_s.has_value());
    EXPECT_EQ(other.overlap, one.overlap);
    EXPECT_EQ(other.crews, one.crews);
    ASSERT_EQ(other.effects.size(), one.effects.size());
    for (std::size_t i = 0; i < one.effects.size(); ++i) {
        EXPECT_EQ(other.effects[i].kind, one.effects[i].kind);
        EXPECT_EQ(other.effects[i].amount, one.effects[i].amount);
        EXPECT_EQ(other.effects[i].share, one.effects[i].share);
        EXPECT_EQ(other.effects[i].after_work, one.effects[i].after_work);
    }
}

inline void expect_same(const StudySpec& one, const StudySpec& other) {
    EXPECT_EQ(other.replications, one.replications);
    EXPECT_EQ(other.at_least, one.at_least);
    EXPECT_EQ(other.confidence, one.confidence);
    EXPECT_EQ(other.budget_s, one.budget_s);
    ASSERT_EQ(other.until.size(), one.until.size());
    for (std::size_t i = 0; i < one.until.size(); ++i) {
        EXPECT_EQ(other.until[i].metric, one.until[i].metric);
        EXPECT_EQ(other.until[i].half_width, one.until[i].half_width);
        EXPECT_EQ(other.until[i].relative_half_width, one.until[i].relative_half_width);
    }
    ASSERT_EQ(other.over.size(), one.over.size());
    for (std::size_t i = 0; i < one.over.size(); ++i) {
        EXPECT_EQ(other.over[i].metric, one.over[i].metric);
        EXPECT_EQ(other.over[i].threshold, one.over[i].threshold);
    }
}

template <class Id, class Value>
void expect_all_same(const Column<Id, Value>& first, const Column<Id, Value>& again) {
    ASSERT_EQ(again.size(), first.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        expect_same(first[index_at<Id>(i)], again[index_at<Id>(i)]);
    }
}

}  // namespace nines
