// Blast radius by hand: a shop with a role, and one in which nothing is declared.

#include "models/security/blast_radius.hpp"

#include <algorithm>

#include "tests/models/security/course.hpp"

namespace nines {
namespace {

using Names = std::vector<std::string>;

BlastRadius radius_of(const support::Shop& shop, const std::string& foothold) {
    const std::vector<BlastRadius> radii = blast_radii(support::plan_of(support::text_of(shop)));
    const auto found =
        std::find_if(radii.begin(), radii.end(), [&](const BlastRadius& one) { return one.foothold == foothold; });
    EXPECT_NE(found, radii.end()) << foothold;
    return found == radii.end() ? BlastRadius{} : *found;
}

support::Shop shop_with(const std::string& identities) {
    support::Shop shop;
    shop.orders = "data: {records: 70},";
    shop.web = "data: {records: 5},";
    shop.identities = identities;
    return shop;
}

TEST(BlastRadius, IsWhatPermissionsGive) {
    const support::Shop shop =
        shop_with("role: {of: web, may: [orders]}, pipeline: {may: [deploy web]}, boss: {may: [admin]}");
    EXPECT_EQ(radius_of(shop, "identity role").reached, Names{"orders"});
    EXPECT_EQ(radius_of(shop, "identity role").records, 70);
    EXPECT_TRUE(radius_of(shop, "identity role").controlled.empty());
    EXPECT_EQ(radius_of(shop, "identity pipeline").controlled, Names{"web"});
    EXPECT_EQ(radius_of(shop, "identity pipeline").reached, (Names{"web", "orders"}));
    EXPECT_EQ(radius_of(shop, "identity pipeline").records, 75);
    EXPECT_EQ(radius_of(shop, "identity boss").controlled, (Names{"web", "orders"}));
    EXPECT_EQ(radius_of(shop, "hosts of orders").reached, Names{"orders"});
}

TEST(BlastRadius, FollowsTheCallsWhereNothingIsDeclared) {
    const support::Shop shop = shop_with("clerk: {may: [orders.write]}");
    EXPECT_EQ(radius_of(shop, "hosts of web").reached, (Names{"web", "orders"})) << "it may what it calls";
    EXPECT_EQ(radius_of(shop, "identity clerk").reached, Names{"orders"});
    EXPECT_EQ(radius_of(shop, "identity clerk").records, 0) << "he may write, not read";
}

TEST(BlastRadius, StopsAtADeclaredBoundary) {
    support::Shop shop = shop_with("role: {of: web, may: [orders]}");
    shop.orders += " network: {from: [web]},";
    EXPECT_TRUE(radius_of(shop, "identity role").reached.empty()) << "from outside";
    EXPECT_EQ(radius_of(shop, "hosts of web").records, 75) << "from where it lets in";
}

// Who is inside by right starts behind every boundary: as the simulation has it.
TEST(BlastRadius, AnInsiderIsInsideTheBoundary) {
    support::Shop shop = shop_with("dba: {may: [orders]}");
    shop.orders += " network: {from: [web]},";
    shop.threats = "misuse: {kind: insider, identity: dba, every: exponential(1 yr)}";
    EXPECT_TRUE(radius_of(shop, "identity dba").reached.empty());
    EXPECT_EQ(radius_of(shop, "insider with dba").records, 70);
}

TEST(BlastRadius, SaysNothingWhereNothingIsDeclared) {
    EXPECT_TRUE(blast_radii(support::plan_of(support::text_of(support::Shop{}))).empty());
}

}  // namespace
}  // namespace nines
