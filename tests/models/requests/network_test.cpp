// The network: latencies, cuts and detours, partitions, loss, and under which price bytes count.

#include "models/requests/network.hpp"

#include <gtest/gtest.h>

#include "engine/stats/tally.hpp"
#include "models/faults/effect_stack.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

constexpr const char* k_world = R"(
nines: 1
name: world
world: {regions: [us-east-1, us-west-2], edges: [IAD]}
services:
  web: {kind: fleet, in: {region: us-east-1, zones: 2}, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {d: {from: {IAD: 100 %}, calls: web.op, rate: 1/s}}
)";

class NetworkTest : public testing::Test {
protected:
    LocationId at(const char* id) { return *plan_.world.find(id); }
    MessageEnd end(const char* id) { return {at(id), InstanceId::none()}; }
    double units(const std::string& part) {
        double sum = 0;
        for (std::size_t i = 0; i < plan_.prices.size(); ++i) {
            sum += plan_.prices[i].name.find(part) != std::string::npos ? network_.units()[i] : 0;
        }
        return sum;
    }
    double mean_ms(const char* from, const char* to) {
        Tally tally;
        for (int i = 0; i < 20'000; ++i) {
            tally.add(to_seconds(network_.send(end(from), end(to)).value().delay) * 1e3);
        }
        return tally.mean();
    }
    void cut(const char* link, bool begins) {
        EffectSpec effect;
        effect.kind = EffectKind::partition;
        const TargetAtom atom{TargetAtom::Kind::link, plan_.world.find_link(link)->value, 0};
        (begins ? begin_effects : end_effects)(plan_, state_, 0, {effect}, {atom});
    }

    Plan plan_ = plan_of(k_world);
    State state_{plan_};
    EventSet events_;
    Network network_{plan_, state_, {1, 0}, events_};
};

TEST_F(NetworkTest, LatenciesAreThoseOfTheLinks) {
    EXPECT_EQ(network_.send(end("use1-az1"), end("use1-az1")).value().delay, 100'000);
    EXPECT_NEAR(mean_ms("use1-az1", "use1-az2"), 0.4, 0.4 * 0.02);  // cv 0.5: five standard errors are 0.02
    EXPECT_GT(mean_ms("use1-az1", "usw2-az1"), 25);
}

TEST_F(NetworkTest, ACutLinkLosesMessagesUntilRoutesConverge) {
    cut("use1-az1--use1-az2", true);
    EXPECT_FALSE(network_.send(end("use1-az1"), end("use1-az2")).has_value());
    EXPECT_TRUE(network_.send(end("use1-az1"), end("use1-az3")).has_value());
    EXPECT_FALSE(network_.reachable(end("use1-az1"), end("use1-az2")));
    EXPECT_EQ(network_.convergence(*plan_.world.find_link("use1-az1--use1-az2")), 1'000'000'000);
    network_.converge(*plan_.world.find_link("use1-az1--use1-az2"));
    EXPECT_NEAR(mean_ms("use1-az1", "use1-az2"), 0.8, 0.8 * 0.02) << "a detour over a third zone";
    cut("use1-az1--use1-az2", false);
    network_.converge(*plan_.world.find_link("use1-az1--use1-az2"));
    EXPECT_NEAR(mean_ms("use1-az1", "use1-az2"), 0.4, 0.4 * 0.02);
}

TEST_F(NetworkTest, APartitionLosesWhatCrossesItsBorderAndNothingElse) {
    EffectSpec effect;
    effect.kind = EffectKind::partition;
    begin_effects(plan_, state_, 0, {effect}, {{TargetAtom::Kind::location, at("us-east-1").value, 0}});
    EXPECT_FALSE(network_.send(end("use1-az1"), end("usw2-az1")).has_value());
    EXPECT_FALSE(network_.send(end("client IAD"), end("use1-az1")).has_value());
    EXPECT_TRUE(network_.send(end("use1-az1"), end("use1-az2")).has_value());
    EXPECT_TRUE(network_.send(end("usw2-az1"), end("usw2-az2")).has_value());
}

TEST_F(NetworkTest, LossTakesItsShareAndDelayIsAddedEachWay) {
    EffectSpec loss;
    loss.kind = EffectKind::loss;
    loss.amount = 0.3;
    const TargetAtom link{TargetAtom::Kind::link, plan_.world.find_link("use1-az2--use1-az1")->value, 0};
    begin_effects(plan_, state_, 0, {loss}, {link});
    int lost = 0;
    constexpr int k_messages = 20'000;
    for (int i = 0; i < k_messages; ++i) {
        lost += network_.send(end("use1-az1"), end("use1-az2")) ? 0 : 1;
    }
    EXPECT_NEAR(lost, 0.3 * k_messages, 5 * 65) << "five standard deviations";  // sqrt(20000 x 0.21) = 65
    end_effects(plan_, state_, 0, {loss}, {link});
    EffectSpec delay;
    delay.kind = EffectKind::delay;
    delay.delay_s = Distribution::constant(0.03);
    begin_effects(plan_, state_, 1, {delay}, {link});
    EXPECT_NEAR(mean_ms("use1-az2", "use1-az1"), 30.4, 0.1);
    EXPECT_NEAR(mean_ms("use1-az2", "use1-az3"), 0.4, 0.01);
}

TEST_F(NetworkTest, BytesArePricedAtTheSenderAndBetweenZonesAtBothEnds) {
    network_.count(at("use1-az1"), at("use1-az2"), 1e9, 0, false);
    EXPECT_DOUBLE_EQ(units("us-east-1"), 2);
    network_.start_measuring();
    network_.count(at("use1-az1"), at("use1-az1"), 1e9, 0, false);
    network_.count(at("client IAD"), at("use1-az1"), 1e9, 0, false);
    network_.count(at("use1-az1"), at("IAD"), 1e9, 0, false);
    EXPECT_DOUBLE_EQ(units(""), 0) << "same zone, from clients, and to the edge are free";
    network_.count(at("use1-az1"), at("client IAD"), 3e9, 0, false);
    network_.count(at("IAD"), at("client IAD"), 5e9, 0, false);
    network_.count(at("client IAD"), at("IAD"), 0, 1, false);
    EXPECT_DOUBLE_EQ(units(""), 3 + 5 + 1);
}

}  // namespace
}  // namespace nines
