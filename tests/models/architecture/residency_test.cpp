// Who reads data from outside the places that `residency` names is told; who only writes, or reads from inside, is not.

#include <gtest/gtest.h>

#include "tests/support/simulate.hpp"

namespace nines {
namespace {

std::vector<std::string> warnings_with(const std::string& web, const std::string& endpoint) {
    return support::plan_of(R"(
nines: 1
name: shop
world: {provider: aws, regions: [eu-west-1, us-east-1, us-west-2]}
services:
  web: {kind: fleet, in: )" +
                            web + R"(, endpoints: {page: {steps: [{call: )" + endpoint + R"(}]}}}
  orders:
    kind: database
    on: db.r6g.xlarge
    in: {region: us-east-1}
    data: {records: 4, residency: [US]}
    endpoints: {read: {steps: [{work: 2 ms}]}, write: {steps: [{work: 4 ms}], writes: 1}}
demand: {shoppers: {calls: web.page, rate: 1/s}}
)")
        .warnings;
}

TEST(Residency, WhoReadsFromAbroadIsTold) {
    const std::vector<std::string> both = warnings_with("[{region: eu-west-1}, {region: us-east-1}]", "orders.read");
    ASSERT_EQ(both.size(), 1U);
    EXPECT_EQ(both[0],
              "`web` reads `orders.read` from eu-west-1 (IE): with each answer its data leaves US, where `residency` "
              "keeps it");
}

TEST(Residency, ToWriteFromAbroadOrToReadAtHomeIsNot) {
    EXPECT_TRUE(warnings_with("{region: eu-west-1}", "orders.write").empty());
    EXPECT_TRUE(warnings_with("[{region: us-west-2}, {region: us-east-1}]", "orders.read").empty());
}

}  // namespace
}  // namespace nines
