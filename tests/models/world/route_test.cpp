// Routes: direct, round a failed link, none across a partition, and never through a border or an edge.

#include "models/world/route.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace nines {
namespace {

class Routes : public testing::Test {
protected:
    std::optional<std::vector<std::string>> route(std::string_view from, std::string_view to) const {
        const auto found = find_route(world, world.find(from).value(), world.find(to).value(), links, locations);
        if (!found) {
            return std::nullopt;
        }
        std::vector<std::string> names;
        for (const LinkId id : *found) {
            names.push_back(world.links[id].name);
        }
        return names;
    }

    double latency_s(std::string_view from, std::string_view to) const {
        const auto found = find_route(world, world.find(from).value(), world.find(to).value(), links, locations);
        double sum = 0;
        for (const LinkId id : found.value()) {
            sum += world.links[id].latency_mean_s;
        }
        return sum;
    }

    void fail(std::string_view link) { links[world.find_link(link).value().value] = 0; }
    void lose(std::string_view place) { locations[world.find(place).value().value] = 0; }

    World world = build_world(Catalog(), {.provider = "aws",
                                          .regions = {"us-east-1", "us-west-2", "eu-west-1"},
                                          .edges = {"IAD", "SFO"},
                                          .local_zones = {},
                                          .clients = {{"client IAD", "IAD"}, {"client us-west-2", "us-west-2"}}});
    std::vector<std::uint8_t> links = std::vector<std::uint8_t>(world.links.size(), 1);
    std::vector<std::uint8_t> locations = std::vector<std::uint8_t>(world.locations.size(), 1);
};

using Names = std::vector<std::string>;

TEST_F(Routes, AreDirectWhereAllIsWell) {
    EXPECT_EQ(route("use1-az1", "use1-az1"), Names{"use1-az1--use1-az1"});
    EXPECT_EQ(route("use1-az1", "use1-az2"), Names{"use1-az1--use1-az2"});
    EXPECT_EQ(route("use1-az2", "use1-az1"), Names{"use1-az1--use1-az2"});
    EXPECT_EQ(route("use1-az1", "usw2-az2"),
              (Names{"us-east-1--use1-az1", "us-east-1--us-west-2", "us-west-2--usw2-az2"}));
    EXPECT_EQ(route("client IAD", "use1-az3"), (Names{"us-east-1--client IAD", "us-east-1--use1-az3"}));
    EXPECT_EQ(route("client us-west-2", "usw2-az1"), Names{"usw2-az1--client us-west-2"});
    EXPECT_EQ(route("client IAD", "IAD"), Names{"IAD--client IAD"});
    EXPECT_EQ(route("us-east-1", "us-east-1"), Names{});
    // Without masks all is up.
    EXPECT_TRUE(find_route(world, world.find("IAD").value(), world.find("usw2-az1").value(), {}, {}));
}

TEST_F(Routes, GoRoundAFailedLinkThroughTheFirstOfEqualZones) {
    fail("use1-az1--use1-az2");
    EXPECT_EQ(route("use1-az1", "use1-az2"), (Names{"use1-az1--use1-az3", "use1-az2--use1-az3"}));
    EXPECT_DOUBLE_EQ(latency_s("use1-az1", "use1-az2"), 0.8e-3);
    lose("use1-az3");
    EXPECT_EQ(route("use1-az1", "use1-az2"), (Names{"use1-az1--use1-az4", "use1-az2--use1-az4"}));
}

TEST_F(Routes, InsideARegionNeverPassItsBorder) {
    for (const char* other : {"use1-az2", "use1-az3", "use1-az4", "use1-az5", "use1-az6"}) {
        fail(std::string("use1-az1--") + other);
    }
    EXPECT_FALSE(route("use1-az1", "use1-az2"));  // though its border is a link away
    EXPECT_TRUE(route("use1-az1", "usw2-az1"));
    EXPECT_TRUE(route("use1-az1", "use1-az1"));
}

TEST_F(Routes, BetweenRegionsPassOtherRegionsOnly) {
    fail("us-east-1--us-west-2");
    EXPECT_EQ(route("use1-az1", "usw2-az1"),
              (Names{"us-east-1--use1-az1", "us-east-1--eu-west-1", "us-west-2--eu-west-1", "us-west-2--usw2-az1"}));
    fail("us-west-2--eu-west-1");
    EXPECT_FALSE(route("use1-az1", "usw2-az1"));  // though edges and clients reach both
    EXPECT_FALSE(route("us-east-1", "us-west-2"));
}

TEST_F(Routes, FromAZoneWithoutItsBorderLeadNowhere) {
    fail("us-east-1--use1-az1");
    EXPECT_FALSE(route("use1-az1", "usw2-az1"));  // other zones of its region are no way out
    EXPECT_TRUE(route("use1-az2", "usw2-az1"));
}

TEST_F(Routes, OfClientsDoNotPassEdges) {
    for (const char* region : {"us-east-1", "us-west-2", "eu-west-1"}) {
        EXPECT_TRUE(route("client IAD", "use1-az1"));
        fail(std::string(region) + "--client IAD");
    }
    EXPECT_FALSE(route("client IAD", "use1-az1"));
    EXPECT_TRUE(route("client IAD", "IAD"));
}

TEST_F(Routes, NeedTheirEndsUp) {
    lose("use1-az2");
    EXPECT_FALSE(route("use1-az1", "use1-az2"));
    EXPECT_FALSE(route("use1-az2", "use1-az1"));
    EXPECT_FALSE(route("use1-az2", "use1-az2"));
    fail("use1-az1--use1-az1");
    EXPECT_FALSE(route("use1-az1", "use1-az1"));
}

TEST(OutpostRoutes, LeadThroughTheParentRegion) {
    const World world = build_world(Catalog(), {.provider = "aws",
                                                .regions = {"us-east-1", "us-west-2"},
                                                .edges = {"SEA", "REC-us-west-2"},
                                                .local_zones = {"usw2-lax1-az1", "usw2-lax1-az2"},
                                                .clients = {{"client LAX", "LAX"}}});
    const auto route = [&](std::string_view from, std::string_view to) {
        Names names;
        const auto links = find_route(world, world.find(from).value(), world.find(to).value(), {}, {});
        for (const LinkId id : links.value()) {
            names.push_back(world.links[id].name);
        }
        return names;
    };
    EXPECT_EQ(route("usw2-lax1-az1", "usw2-az2"), (Names{"us-west-2--usw2-lax1-az1", "us-west-2--usw2-az2"}));
    EXPECT_EQ(route("usw2-lax1-az1", "usw2-lax1-az2"), (Names{"us-west-2--usw2-lax1-az1", "us-west-2--usw2-lax1-az2"}));
    EXPECT_EQ(route("use1-az1", "usw2-lax1-az1"),
              (Names{"us-east-1--use1-az1", "us-east-1--us-west-2", "us-west-2--usw2-lax1-az1"}));
    EXPECT_EQ(route("usw2-az1", "usw2-az2"), Names{"usw2-az1--usw2-az2"});
    EXPECT_EQ(route("client LAX", "usw2-lax1-az1"), Names{"usw2-lax1-az1--client LAX"});
    EXPECT_EQ(route("SEA", "REC-us-west-2"), Names{"SEA--REC-us-west-2"});
    EXPECT_EQ(route("REC-us-west-2", "usw2-az1"), (Names{"us-west-2--REC-us-west-2", "us-west-2--usw2-az1"}));
    EXPECT_EQ(route("SEA", "usw2-lax1-az1"), Names{"usw2-lax1-az1--SEA"});
}

TEST(NamelessRoute, IsTheOnlyLink) {
    const World world = nameless_world();
    EXPECT_EQ(find_route(world, LocationId{0}, LocationId{0}, {}, {}), std::vector{LinkId{0}});
}

}  // namespace
}  // namespace nines
