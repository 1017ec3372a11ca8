#pragma once
// Course: what threats do in many replications of a scenario, without its requests; held against exact means.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>

#include "engine/stats/moments.hpp"
#include "models/security/simulate_security.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {

/// A scenario of one service `web` and one database `orders`, with what differs from test to test. Each part stands in
/// braces of YAML.
struct Shop {
    std::string web = "";     ///< fields of `web`, each ended by a comma
    std::string orders = "";  ///< fields of `orders`, likewise
    std::string identities = "";
    std::string threats = "";
    std::string run = "warmup: 1 yr, horizon: 100 yr";
};

inline std::string text_of(const Shop& shop) {
    return fmt::format(R"(
nines: 1
name: a shop
services:
  web: {{kind: fleet, instances: 10, {} endpoints: {{page: {{steps: [{{call: orders.read}}, {{call: orders.write}}]}}}}}}
  orders:
    {{kind: database, {} endpoints: {{read: {{steps: [{{work: 1 ms}}]}}, write: {{steps: [{{work: 1 ms}}], writes: 1}}}}}}
demand: {{users: {{calls: web.page, rate: 1/d}}}}
identities: {{{}}}
threats: {{{}}}
run: {{fidelity: flow, {}}}
)",
                       shop.web, shop.orders, shop.identities, shop.threats, shop.run);
}

/// One figure of each course.
using CourseReading = std::function<double(const SecurityCourse&)>;

inline Moments read_courses(const Plan& plan, int replications, const CourseReading& reading) {
    const SecuritySimulation simulation(plan);
    Moments moments;
    for (int r = 0; r < replications; ++r) {
        moments.add(reading(simulation.run({7, static_cast<std::uint64_t>(r)}, plan.run.horizon_s)));
    }
    return moments;
}

/// Whether the mean over replications is the exact one, at a false alarm of 1e-6 (4.9 standard errors), which must
/// themselves be less than 2 % of it: else nothing would be proved.
inline bool agrees(const Moments& moments, double exact) {
    const double half_width = 4.9 * std::sqrt(moments.variance() / static_cast<double>(moments.count()));
    EXPECT_LT(half_width, k_tolerance * exact) << "too few replications";
    return std::fabs(moments.mean() - exact) <= half_width;
}

inline void expect_course_mean(const Shop& shop, int replications, double exact, const CourseReading& reading) {
    const Moments moments = read_courses(plan_of(text_of(shop)), replications, reading);
    EXPECT_TRUE(agrees(moments, exact)) << moments.mean() << " instead of " << exact;
}

/// The sibling of a test, with one wrong parameter: the same check must reject.
inline void expect_course_rejected(const Shop& shop, int replications, double exact, const CourseReading& reading) {
    EXPECT_FALSE(agrees(read_courses(plan_of(text_of(shop)), replications, reading), exact));
}

inline const ThreatTally& first(const SecurityCourse& course) {
    return course.threats[ThreatId{0}];
}

}  // namespace nines::support
