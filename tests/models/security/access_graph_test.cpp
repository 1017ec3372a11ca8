// Where footholds lead: against rules applied until nothing changes, on random graphs; and by hand.

#include "models/security/access_graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

/// What somebody has; grown by the rules of the model until it stays the same.
struct Closure {
    std::vector<bool> control, read, write, identity;

    bool operator==(const Closure&) const = default;
};

/// One pass over all rules, written from the text of access_graph.hpp, without a graph.
Closure grown(const SecurityPlan& plan, const Foothold& foothold, const std::vector<double>& vulnerable_until_s,
              const Closure& before) {
    Closure after = before;
    const std::size_t services = plan.targets.size();
    const auto lets_in = [&](std::size_t service) {
        const auto& network = plan.targets[index_at<ServiceId>(service)].guard.network;
        if (!network || network->from_internet || foothold.is_inside) {
            return true;
        }
        for (std::size_t other = 0; other < services; ++other) {
            const bool listed = network->from_any ||
                                std::count(network->from.begin(), network->from.end(), index_at<ServiceId>(other)) > 0;
            if (other != service && listed && before.control[other]) {
                return true;
            }
        }
        return false;
    };
    const auto call = [&](EndpointId endpoint) {
        const std::size_t service = plan.service_of[endpoint].value;
        if (lets_in(service)) {
            (plan.writes[endpoint] != 0 ? after.write : after.read)[service] = true;
        }
    };
    for (std::size_t s = 0; s < services; ++s) {
        const TargetPlan& target = plan.targets[index_at<ServiceId>(s)];
        for (const ServiceId from : target.from) {
            if (before.control[from.value] && vulnerable_until_s[s] > 0) {
                after.control[s] = true;
            }
        }
        if (!before.control[s]) {
            continue;
        }
        after.read[s] = after.write[s] = true;
        for (const IdentityId own : target.identities) {
            after.identity[own.value] = true;
        }
        if (target.identities.empty()) {
            std::for_each(target.calls.begin(), target.calls.end(), call);
        }
    }
    for (std::size_t i = 0; i < plan.identities.size(); ++i) {
        for (const Permission& one : plan.identities[index_at<IdentityId>(i)].may) {
            if (!before.identity[i]) {
                continue;
            }
            for (std::size_t e = 0; e < plan.service_of.size(); ++e) {
                const auto endpoint = index_at<EndpointId>(e);
                const bool fits =
                    one.endpoint.exists() ? one.endpoint == endpoint : one.service == plan.service_of[endpoint];
                if (one.kind == Permission::Kind::all || (one.kind == Permission::Kind::call && fits)) {
                    call(endpoint);
                }
            }
            if (one.kind == Permission::Kind::assume) {
                after.identity[one.identity.value] = true;
            }
            if (one.kind == Permission::Kind::deploy) {
                after.control[one.service.value] = true;
            }
            if (one.kind == Permission::Kind::admin) {
                after.control.assign(services, true);
                after.identity.assign(plan.identities.size(), true);
            }
        }
    }
    return after;
}

Closure closure_of(const SecurityPlan& plan, const Foothold& foothold, const std::vector<double>& vulnerable_until_s) {
    const std::vector<bool> none(plan.targets.size());
    Closure now{none, none, none, std::vector<bool>(plan.identities.size())};
    if (foothold.identity.exists()) {
        now.identity[foothold.identity.value] = true;
    }
    for (const ServiceId service : foothold.controlled) {
        now.control[service.value] = true;
    }
    for (;;) {
        const Closure next = grown(plan, foothold, vulnerable_until_s, now);
        if (next == now) {
            return now;
        }
        now = next;
    }
}

Permission random_permission(Stream& luck, std::uint64_t services, std::uint64_t identities) {
    Permission permission;
    const double kind = luck.uniform();
    permission.kind = kind < 0.6    ? Permission::Kind::call
                      : kind < 0.75 ? Permission::Kind::assume
                      : kind < 0.95 ? Permission::Kind::deploy
                      : kind < 0.98 ? Permission::Kind::all
                                    : Permission::Kind::admin;
    permission.service = ServiceId{static_cast<std::uint32_t>(luck.below(services))};
    permission.identity = IdentityId{static_cast<std::uint32_t>(luck.below(identities))};
    if (luck.chance(0.7)) {  // each service has two endpoints: one reads, one writes
        permission.endpoint = EndpointId{2 * permission.service.value + static_cast<std::uint32_t>(luck.below(2))};
    }
    return permission;
}

SecurityPlan random_plan(Stream& luck) {
    SecurityPlan plan;
    const std::uint64_t services = 2 + luck.below(12);
    const std::uint64_t identities = luck.below(8);
    for (std::uint32_t i = 0; i < identities; ++i) {
        Identity identity;
        identity.of = luck.chance(0.7) ? ServiceId{static_cast<std::uint32_t>(luck.below(services))} : ServiceId{};
        for (std::uint64_t k = luck.below(4); k > 0; --k) {
            identity.may.push_back(random_permission(luck, services, identities));
        }
        plan.identities.push_back(identity);
    }
    for (std::uint32_t s = 0; s < services; ++s) {
        TargetPlan target;
        for (std::uint32_t other = 0; other < services; ++other) {
            if (other != s && luck.chance(0.2)) {
                target.from.push_back(ServiceId{other});
            }
        }
        if (luck.chance(0.5)) {
            target.guard.network = NetworkSpec{luck.chance(0.2), false, target.from};
        }
        for (std::uint32_t e = 0; e < 2 * services; ++e) {
            if (e / 2 != s && luck.chance(0.1)) {
                target.calls.push_back(EndpointId{e});
            }
        }
        for (std::uint32_t i = 0; i < identities; ++i) {
            if (plan.identities[IdentityId{i}].of == ServiceId{s}) {
                target.identities.push_back(IdentityId{i});
            }
        }
        plan.targets.push_back(std::move(target));
        plan.writes.push_back(0);
        plan.writes.push_back(1);
        plan.service_of.push_back(ServiceId{s});
        plan.service_of.push_back(ServiceId{s});
    }
    return plan;
}

TEST(AccessGraph, ReachesTheClosureOfItsRules) {
    Stream luck({1, 0}, "test.access", "closure");
    std::size_t reached = 0;
    std::size_t all = 0;
    for (int i = 0; i < 2000; ++i) {
        const SecurityPlan plan = random_plan(luck);
        Foothold foothold;
        foothold.is_inside = luck.chance(0.2);
        if (plan.identities.size() > 0 && luck.chance(0.7)) {
            foothold.identity = IdentityId{static_cast<std::uint32_t>(luck.below(plan.identities.size()))};
        } else {
            foothold.controlled = {ServiceId{static_cast<std::uint32_t>(luck.below(plan.targets.size()))}};
        }
        std::vector<double> vulnerable_until_s;
        for (std::size_t s = 0; s < plan.targets.size(); ++s) {
            vulnerable_until_s.push_back(luck.chance(0.3) ? 1 : 0);
        }
        const Closure closure = closure_of(plan, foothold, vulnerable_until_s);
        const Reach reach = AccessGraph(plan).reach(foothold, {{}, vulnerable_until_s});
        for (std::size_t s = 0; s < plan.targets.size(); ++s) {
            const auto service = index_at<ServiceId>(s);
            EXPECT_EQ(reach.control_s[service] < k_unreached, closure.control[s]) << i << " " << s;
            EXPECT_EQ(reach.read_s[service] < k_unreached, closure.read[s]) << i << " " << s;
            EXPECT_EQ(reach.write_s[service] < k_unreached, closure.write[s]) << i << " " << s;
            reached += closure.read[s] ? 1 : 0;
            ++all;
        }
    }
    EXPECT_GT(reached, all / 10) << "graphs in which nobody gets anywhere prove nothing";
    EXPECT_LT(reached, all * 9 / 10);
}

/// web - items - store in a row: web's role may call items and deploy it, items' role may read store.
SecurityPlan a_row() {
    SecurityPlan plan;
    const ServiceId web{0};
    const ServiceId items{1};
    const ServiceId store{2};
    Permission call{Permission::Kind::call, "", {}, items, EndpointId::none(), {}};
    Permission deploy{Permission::Kind::deploy, "", {}, items, EndpointId::none(), {}};
    Permission read{Permission::Kind::call, "", {}, store, EndpointId{2}, {}};
    Identity web_role;
    web_role.of = web;
    web_role.may = {call, deploy};
    Identity items_role;
    items_role.of = items;
    items_role.may = {read};
    plan.identities.push_back(web_role);
    plan.identities.push_back(items_role);
    for (std::uint32_t s = 0; s < 3; ++s) {
        plan.targets.push_back({});
        plan.writes.push_back(0);
        plan.service_of.push_back(ServiceId{s});
    }
    plan.targets[web].identities = {IdentityId{0}};
    plan.targets[items].identities = {IdentityId{1}};
    return plan;
}

TEST(AccessGraph, TakesTimeForEachFurtherService) {
    const SecurityPlan plan = a_row();
    const std::vector<double> hop_s{100, 10, 1};
    Foothold foothold;
    foothold.controlled = {ServiceId{0}};
    const Reach reach = AccessGraph(plan).reach(foothold, {hop_s, {}});
    EXPECT_EQ(reach.control_s[ServiceId{0}], 0) << "a foothold takes no time";
    EXPECT_EQ(reach.control_s[ServiceId{1}], 10);
    EXPECT_EQ(reach.read_s[ServiceId{2}], 11);
    EXPECT_EQ(reach.write_s[ServiceId{2}], k_unreached);
    EXPECT_EQ(reach.any_s(ServiceId{2}), 11);
}

TEST(AccessGraph, ARotatedCredentialLeadsNoFurther) {
    const SecurityPlan plan = a_row();
    const std::vector<double> hop_s{100, 10, 1};
    Foothold foothold;
    foothold.identity = IdentityId{0};
    foothold.credential_until_s = 10;
    EXPECT_EQ(AccessGraph(plan).reach(foothold, {hop_s, {}}).any_s(ServiceId{1}), k_unreached);
    foothold.credential_until_s = 10.5;
    EXPECT_EQ(AccessGraph(plan).reach(foothold, {hop_s, {}}).read_s[ServiceId{2}], 11) << "he has its hosts by then";
}

// A reader who may act as a writer, and a writer who may act as a reader: whoever had one of them once has both for
// ever, whatever is rotated. Who may not be assumed again loses what he had.
TEST(AccessGraph, WhoMayAssumeARoleHasItWhateverIsRotated) {
    SecurityPlan plan = a_row();
    const auto may_assume = [](std::uint32_t role) {
        Permission permission;
        permission.kind = Permission::Kind::assume;
        permission.identity = IdentityId{role};
        return permission;
    };
    const std::vector<double> hop_s{100, 10, 1};
    const ServiceId items{1};
    const ServiceId store{2};
    Foothold foothold;
    foothold.identity = IdentityId{0};
    foothold.credential_until_s = 5;
    EXPECT_EQ(AccessGraph(plan).reach(foothold, {hop_s, {}}).any_s(store), k_unreached);
    plan.identities[IdentityId{0}].may.push_back(may_assume(1));
    const Reach one_way = AccessGraph(plan).reach(foothold, {hop_s, {}});
    EXPECT_EQ(one_way.read_s[store], 1) << "as the other role, at once";
    EXPECT_EQ(one_way.control_s[items], k_unreached) << "his own is rotated before he gets there";
    plan.identities[IdentityId{1}].may.push_back(may_assume(0));
    EXPECT_EQ(AccessGraph(plan).reach(foothold, {hop_s, {}}).control_s[items], 10) << "assumed anew";
}

TEST(AccessGraph, ABoundaryOpensWhenItsNeighbourFalls) {
    SecurityPlan plan = a_row();
    const ServiceId store{2};
    plan.targets[store].guard.network = NetworkSpec{false, false, {ServiceId{1}}};
    plan.targets[store].from = {ServiceId{1}};
    Foothold foothold;
    foothold.identity = IdentityId{1};  // of items: may read the store, from outside
    const AccessGraph access(plan);
    EXPECT_EQ(access.reach(foothold, {}).read_s[store], k_unreached) << "a credential alone is of no use";
    foothold.is_inside = true;
    EXPECT_EQ(access.reach(foothold, {}).read_s[store], 0);
    foothold.is_inside = false;
    foothold.identity = IdentityId{0};  // of web: may deploy items, and is then where the store lets in
    EXPECT_EQ(access.reach(foothold, {}).read_s[store], 0);
}

}  // namespace
}  // namespace nines
